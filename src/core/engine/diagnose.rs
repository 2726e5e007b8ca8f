//! Trying a connection step by step and telling what was found, for the person who cannot connect.

use std::{collections::BTreeMap, time::Duration};

use jid::BareJid;
use tokio::time::{Instant, timeout};

pub use crate::model::step::{Found, Step};

use super::{command::Password, session::new_resource};
use crate::{
    error::{Error, ErrorKind},
    model::{account::AccountSettings, certificate::CertificateFacts},
    xmpp::{
        connect::{self, MOST_HOPS, Network, Watch, sent_to},
        failure::Failure,
        sasl::Memory,
        session::{self, Session},
        sign_in::{Credentials, sign_in},
    },
};

/// How long all steps together may take, for somebody looks on; with a proxy, which may lead around the world, longer.
const LONGEST: Duration = Duration::from_secs(20);
const LONGEST_BY_PROXY: Duration = Duration::from_secs(60);
/// How long one step may take for each place, without a proxy, so that more than one place gets its turn.
const LONGEST_STEP: Duration = Duration::from_secs(6);

/// What to try.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnose {
    /// Where and how.
    pub settings: AccountSettings,
    /// With it, signing in is tried too.
    pub password: Option<Password>,
    /// For the proxy in the settings, where it wants one.
    pub proxy_password: Option<Password>,
}

impl Diagnose {
    /// Tries to reach this address's server, without signing in.
    #[must_use]
    pub fn new(address: BareJid) -> Self {
        Self::of(AccountSettings::new(address))
    }

    /// Tries to reach a server with these settings, without signing in.
    #[must_use]
    pub fn of(settings: AccountSettings) -> Self {
        Self {
            settings,
            password: None,
            proxy_password: None,
        }
    }
}

/// How a step went.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Well.
    Ok,
    /// It failed, and with it all that follow.
    Failed(Error),
    /// It was not tried.
    Skipped,
}

impl Outcome {
    /// The stable word of the headless protocol.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed(_) => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// A step with its outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct StepReport {
    /// Which.
    pub step: Step,
    /// How it went.
    pub outcome: Outcome,
    /// What was found, in the order in which it was.
    pub found: Vec<Found>,
    /// How long it took, in milliseconds.
    pub ms: u64,
}

impl StepReport {
    /// What was found, in English; may be empty.
    #[must_use]
    pub fn detail(&self) -> String {
        let found = self.found.iter().map(Found::to_string);
        found.collect::<Vec<_>>().join(", ")
    }
}

/// How far it got, while it is being tried.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Progress {
    /// The steps that went well so far. Where another place is tried, some of them are to be gone through again.
    pub done: Vec<StepReport>,
    /// The step under way.
    pub current: Option<Step>,
}

/// Told how far it got, each time that a step begins. It is called between the steps, so it must not take long.
pub type Told = Box<dyn FnMut(Progress) + Send>;

/// All steps, each once and in order, and the certificate where it was what failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// One report a step.
    pub steps: Vec<StepReport>,
    /// The certificate that was not trusted.
    pub certificate: Option<Box<CertificateFacts>>,
}

/// Notes the steps as they happen.
#[derive(Default)]
struct Notes {
    steps: BTreeMap<Step, Note>,
    current: Option<(Step, Instant)>,
    /// Who looks on.
    told: Option<Told>,
}

#[derive(Debug, Clone, Default)]
struct Note {
    time: Duration,
    found: Vec<Found>,
}

impl Note {
    fn report(self, step: Step, outcome: Outcome) -> StepReport {
        StepReport {
            step,
            outcome,
            found: self.found,
            ms: u64::try_from(self.time.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl Notes {
    /// The step under way is over.
    fn stop(&mut self) -> Option<Step> {
        let (step, since) = self.current.take()?;
        self.steps.entry(step).or_default().time += since.elapsed();
        Some(step)
    }

    /// Tells who looks on how far it got.
    fn tell(&mut self) {
        let (Some(told), Some((current, _))) = (&mut self.told, &self.current) else {
            return;
        };
        let done = self.steps.iter().filter(|(step, _)| *step < current);
        let progress = Progress {
            done: done
                .map(|(step, note)| note.clone().report(*step, Outcome::Ok))
                .collect(),
            current: Some(*current),
        };
        told(progress);
    }

    fn into_steps(mut self, failure: Option<(Step, Error)>) -> Vec<StepReport> {
        let failed = failure.as_ref().map(|(step, _)| *step);
        let mut error = failure.map(|(_, error)| error);
        Step::ALL
            .into_iter()
            .map(|step| {
                let note = self.steps.remove(&step);
                let reached = note.is_some();
                let note = note.unwrap_or_default();
                let outcome = match error.take_if(|_| failed == Some(step)) {
                    Some(error) => Outcome::Failed(error),
                    None if reached && failed.is_none_or(|failed| step < failed) => Outcome::Ok,
                    None => Outcome::Skipped,
                };
                note.report(step, outcome)
            })
            .collect()
    }
}

impl Watch for Notes {
    fn begin(&mut self, step: Step) {
        self.stop();
        self.steps.entry(step).or_default();
        self.current = Some((step, Instant::now()));
        self.tell();
    }

    fn found(&mut self, step: Step, found: Found) {
        let all = &mut self.steps.entry(step).or_default().found;
        if all.len() < 16 && !all.contains(&found) {
            all.push(found);
        }
    }
}

/// Tries all steps that the request has what is needed for. What is remembered of earlier sign-ins keeps the password from
/// anybody who offers less than before. Who looks on is told of every step when it begins.
pub(super) async fn run(
    network: &Network,
    request: Diagnose,
    memory: Memory,
    told: Option<Told>,
) -> Diagnosis {
    let mut notes = Notes {
        told,
        ..Notes::default()
    };
    let (longest, network) = match request.settings.proxy {
        Some(_) => (LONGEST_BY_PROXY, network.clone()),
        None => (LONGEST, impatient(network)),
    };
    let result = timeout(longest, attempt(&network, &request, &memory, &mut notes))
        .await
        .unwrap_or_else(|_| {
            Err(Failure::new(
                ErrorKind::Timeout,
                "all steps together took too long",
            ))
        });
    let last = notes.stop().unwrap_or(Step::Resolve);
    let (failure, certificate) = match result {
        Ok(()) => (None, None),
        Err(failure) => (
            Some((step_of(&failure.error, last), failure.error)),
            failure.certificate,
        ),
    };
    Diagnosis {
        steps: notes.into_steps(failure),
        certificate,
    }
}

/// The same network with less patience.
fn impatient(network: &Network) -> Network {
    let mut network = network.clone();
    let deadlines = &mut network.deadlines;
    for deadline in [
        &mut deadlines.resolve,
        &mut deadlines.connect,
        &mut deadlines.secure,
        &mut deadlines.answer,
    ] {
        *deadline = LONGEST_STEP.min(*deadline);
    }
    network
}

/// The step an error belongs to: where several places were tried, the last step under way may be that of another place.
fn step_of(error: &Error, last: Step) -> Step {
    match error.kind {
        ErrorKind::NameNotResolved | ErrorKind::NotAllowed if last <= Step::Connect => {
            Step::Resolve
        }
        _ => last,
    }
}

async fn attempt(
    network: &Network,
    request: &Diagnose,
    memory: &Memory,
    notes: &mut Notes,
) -> Result<(), Failure> {
    let settings = &request.settings;
    let proxy_password = request.proxy_password.as_ref().map(Password::reveal);
    let mut there = settings.clone();
    let mut hops = 0;
    let secured = loop {
        let failure = match connect::connect(network, &there, proxy_password, notes).await {
            Ok(secured) => break secured,
            Err(failure) => failure,
        };
        // As signing on does it.
        let other = (failure.elsewhere.as_ref())
            .filter(|_| hops < MOST_HOPS)
            .and_then(|place| sent_to(settings, place));
        let Some(other) = other else {
            return Err(failure);
        };
        if let Some(place) = &other.server {
            notes.found(Step::Secure, Found::SentOn(place.to_string()));
        }
        there = other;
        hops += 1;
    };
    let Some(password) = &request.password else {
        return Ok(());
    };
    notes.begin(Step::SignIn);
    let credentials = Credentials {
        user: settings.address.node().map_or("", |node| node.as_str()),
        password: password.reveal(),
        memory,
        accept_downgrade: false,
    };
    let (secured, choice) = sign_in(secured, credentials).await?;
    let mechanism = choice.mechanism().name().to_owned();
    notes.found(Step::SignIn, Found::Mechanism(mechanism));
    notes.begin(Step::Ready);
    let mut ready = session::begin(secured, &new_resource(), None).await?;
    if let Session::Fresh {
        own, management, ..
    } = &ready.session
    {
        notes.found(Step::Ready, Found::Server(own.domain().to_string()));
        if management.is_some() {
            notes.found(Step::Ready, Found::Acknowledges);
        }
    }
    let _ = timeout(network.deadlines.answer, ready.xml.shutdown()).await;
    Ok(())
}
