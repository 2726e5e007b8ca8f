//! Looking up the server while its address is typed: after a pause, once, without a password, and never with a proxy, whose whole point
//! may be that nothing else is asked. And what may have been meant, where the name is nearly one that is known.

use std::time::Duration;

use oriole_core::{
    engine::diagnose::{Diagnose, Diagnosis, Found, Outcome, Step},
    error::ErrorKind,
    model::account::AccountSettings,
    text::suggest,
};

use super::SignIn;
use crate::{
    action::{Action, Actions, Timer},
    i18n::Words,
    typed,
    widget::field::Hint,
    world::World,
};

/// How long a pause in typing is.
const PAUSE: Duration = Duration::from_millis(600);

/// What is known of the server that is typed.
#[derive(Debug, Default)]
pub(super) struct LookUp {
    /// Tells this pause, and what is looked up after it, from others.
    number: u64,
    /// The way to the server that this is about; the name before the @ does not matter.
    about: Option<AccountSettings>,
    state: State,
    /// The server that may have been meant.
    meant: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum State {
    /// Nothing.
    #[default]
    Unknown,
    /// It is being looked up.
    Looking,
    /// It answers there, secured from the first byte or after that.
    Answers { port: u16, direct: bool },
    /// It does not.
    Fails(ErrorKind),
}

impl SignIn {
    /// Something about the server was typed: what was known of another is forgotten, and this one looked up after a pause.
    pub(super) fn typing(&mut self, actions: &mut Actions) {
        let about = self.way();
        if about.is_some() && about == self.look_up.about {
            return;
        }
        if self.look_up.state == State::Looking {
            actions.push(Action::LookUp(self.look_up.number, None));
        }
        self.look_up.number += 1;
        self.look_up.state = State::Unknown;
        self.look_up.about = None;
        self.look_up.meant = None;
        if !self.address.trim().is_empty() {
            let timer = Timer::LookUp(self.look_up.number);
            actions.push(Action::Later(PAUSE, timer));
        }
    }

    /// The way to the server that is typed, as far as it is complete, and may be looked up.
    fn way(&self) -> Option<AccountSettings> {
        let address = typed::address(&self.address).ok()?;
        let server = self.typed_server(&address).ok()?;
        // Nobody's name is needed to look for a server.
        let nobody = jid::BareJid::from_parts(None, address.domain());
        let settings = AccountSettings {
            server,
            security: self.security,
            pin: self.trusted,
            ..AccountSettings::new(nobody)
        };
        // A name without a dot is one of this network, or not typed to its end.
        let whole = settings.server.is_some() || address.domain().as_str().contains('.');
        (whole && self.stored.is_none() && settings.proxy.is_none()).then_some(settings)
    }

    /// The pause is over, if nothing was typed since.
    pub fn pause(&mut self, number: u64, world: &World, actions: &mut Actions) {
        if number != self.look_up.number || self.stored.is_some() {
            return;
        }
        let known = world.accounts().iter();
        let known = known.map(|account| account.settings.address.domain().as_str());
        let meant = suggest::address(&self.address, known);
        let server = meant.as_deref().and_then(|meant| meant.rsplit_once('@'));
        self.look_up.meant = server.map(|(_, server)| server.to_owned());
        if let Some(settings) = self.way() {
            self.look_up.about = Some(settings.clone());
            self.look_up.state = State::Looking;
            let request = Box::new(Diagnose::of(settings));
            actions.push(Action::LookUp(number, Some(request)));
        }
    }

    /// Takes in what was found; what was found of another server is stale.
    pub fn looked_up(&mut self, number: u64, diagnosis: &Diagnosis) {
        if number != self.look_up.number || self.look_up.state != State::Looking {
            return;
        }
        self.look_up.state = state(diagnosis);
        if matches!(self.look_up.state, State::Answers { .. }) {
            // Whatever answers is most likely what was meant.
            self.look_up.meant = None;
        }
    }

    /// The address that may have been meant.
    pub(super) fn meant(&self) -> Option<String> {
        let server = self.look_up.meant.as_deref()?;
        let (name, _) = self.address.trim().rsplit_once('@')?;
        (!name.is_empty()).then(|| format!("{name}@{server}"))
    }

    /// What is known of the server, in words.
    pub(super) fn look_up_hint(&self, words: &Words) -> Hint {
        if self.busy() {
            return Hint::None;
        }
        let server = || [("server", self.server_name().into())];
        match &self.look_up.state {
            State::Unknown => Hint::None,
            State::Looking => Hint::Help(words.with("look-up", &server())),
            State::Answers { port, direct } => {
                // Fluent would part the thousands.
                let port = port.to_string();
                let values = [("server", self.server_name().into()), ("port", port.into())];
                Hint::Good(if *direct {
                    words.with("look-up-direct", &values)
                } else {
                    words.with("look-up-starttls", &values)
                })
            }
            State::Fails(ErrorKind::NameNotResolved) => {
                Hint::Wrong(words.with("look-up-no-server", &server()))
            }
            State::Fails(ErrorKind::CertificateUntrusted) => {
                Hint::Wrong(words.with("look-up-certificate", &server()))
            }
            State::Fails(ErrorKind::NotAnXmppServer) => {
                Hint::Wrong(words.with("look-up-other", &server()))
            }
            State::Fails(ErrorKind::TlsFailed | ErrorKind::TlsTooOld | ErrorKind::NoEncryption) => {
                Hint::Wrong(words.with("look-up-not-secure", &server()))
            }
            State::Fails(_) => Hint::Wrong(words.with("look-up-silent", &server())),
        }
    }

    /// Nobody wants to know any more.
    pub(super) fn stop_looking(&mut self, actions: &mut Actions) {
        if self.look_up.state == State::Looking {
            actions.push(Action::LookUp(self.look_up.number, None));
        }
        self.look_up = LookUp {
            number: self.look_up.number + 1,
            ..LookUp::default()
        };
    }
}

fn state(diagnosis: &Diagnosis) -> State {
    let mut steps = diagnosis.steps.iter();
    let failed = steps.find_map(|report| match &report.outcome {
        Outcome::Failed(error) => Some(error.kind),
        _ => None,
    });
    if let Some(kind) = failed {
        return State::Fails(kind);
    }
    let found = diagnosis.steps.iter();
    let found = found.filter(|report| report.step == Step::Resolve);
    let places = found.flat_map(|report| &report.found);
    let mut places = places.filter_map(|found| match found {
        Found::Place { port, direct, .. } => Some((*port, *direct)),
        _ => None,
    });
    // Places are tried one after another, and the last is the one that answered.
    places
        .next_back()
        .map_or(State::Unknown, |(port, direct)| State::Answers {
            port,
            direct,
        })
}
