//! The connection doctor: one dialog over any screen that tries a connection step by step and shows how far it got, what
//! failed in plain words, and what would fix it.
//!
//! It never shows or copies a password; the one that is kept for an account does not even come here.

pub mod report;
pub mod view;

use oriole_core::{
    engine::diagnose::{Diagnose, Diagnosis, Outcome, Progress, StepReport},
    error::{Error, ErrorKind},
    model::{
        account::{Account, Fingerprint},
        certificate::CertificateFacts,
        ids::AccountId,
        step::Step,
    },
};

use super::{Context, certificate::Past};
use crate::{
    action::{Action, Actions},
    world::Link,
};

/// What the person does here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// Has it tried again.
    Again,
    /// Copies the report.
    Copy,
    /// Looks at the certificate.
    Certificate,
    /// Goes back to the steps.
    Steps,
    /// Trusts the certificate for this account.
    Trust,
    /// Goes to the form to change something.
    Change(Field),
    /// Lets the account sign in although the server offers less protection.
    AcceptDowngrade,
    /// Connects the account at once.
    Connect,
    /// Leaves.
    Close,
}

/// What of an account can be changed in its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The server, its port, and how the connection is secured.
    Server,
    /// The password.
    Password,
}

/// What the root has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing.
    Stay,
    /// Close the dialog.
    Close,
    /// Close it, and show the form with this field.
    Change(Field),
    /// Close it, and trust this certificate for the account.
    Trust(Fingerprint),
    /// Close it, and let the account sign in with less protection.
    AcceptDowngrade,
    /// Close it, and connect the account.
    Connect,
}

/// How far it got.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// The steps are being tried.
    Looking,
    /// This was found.
    Found(Diagnosis),
    /// Nothing could be tried.
    Refused(Error),
}

/// The state of the dialog.
#[derive(Debug)]
pub struct Doctor {
    account: Option<AccountId>,
    request: Diagnose,
    past: Past,
    phase: Phase,
    /// How far it got, while the steps are being tried.
    progress: Progress,
    number: u64,
    certificate: bool,
    copied: bool,
    /// Whether the account would be connected if everything went well: it is stored, and not signed in.
    connects: bool,
}

impl Doctor {
    /// Looks at the connection of a stored account, with the password that is kept for it.
    #[must_use]
    pub fn of(account: &Account, link: Option<&Link>) -> Self {
        let request = Diagnose::of(account.settings.clone());
        Self {
            connects: !link.is_some_and(Link::signed_in),
            ..Self::typed(Some(account.id), request, Past::of(account))
        }
    }

    /// Looks at what was typed into the form, of a stored account where there is one already.
    #[must_use]
    pub fn typed(account: Option<AccountId>, request: Diagnose, past: Past) -> Self {
        Self {
            account,
            request,
            past,
            phase: Phase::Looking,
            progress: Progress::default(),
            number: 0,
            certificate: false,
            copied: false,
            connects: false,
        }
    }

    /// The account, where it is stored.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.account
    }

    /// How far it got.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Whether the certificate's page is shown.
    #[must_use]
    pub fn shows_certificate(&self) -> bool {
        self.certificate
    }

    /// Has all steps tried; the number tells this try from others.
    pub fn look(&mut self, number: u64, actions: &mut Actions) {
        self.number = number;
        self.phase = Phase::Looking;
        self.progress = Progress::default();
        self.certificate = false;
        self.copied = false;
        actions.push(Action::Diagnose {
            number,
            account: self.account,
            request: Box::new(self.request.clone()),
        });
    }

    /// Takes in how far it got; what earlier tries did is stale.
    pub fn heard(&mut self, number: u64, progress: Progress) {
        if number == self.number && self.phase == Phase::Looking {
            self.progress = progress;
        }
    }

    /// Takes in what was found; what earlier tries found is stale.
    pub fn found(&mut self, number: u64, result: Result<Diagnosis, Error>) {
        if number != self.number || self.phase != Phase::Looking {
            return;
        }
        self.phase = match result {
            Ok(diagnosis) => Phase::Found(diagnosis),
            Err(error) => Phase::Refused(error),
        };
    }

    /// Takes in what the person did. Trying again is the root's, which knows the next number.
    pub fn update(
        &mut self,
        message: Message,
        context: Context<'_>,
        actions: &mut Actions,
    ) -> Next {
        match message {
            Message::Again => {}
            Message::Copy => {
                if let Phase::Found(diagnosis) = &self.phase {
                    let report = report::text(self, diagnosis, context);
                    actions.push(Action::Copy(report));
                    self.copied = true;
                }
            }
            Message::Certificate => self.certificate = self.facts().is_some(),
            Message::Steps => self.certificate = false,
            Message::Trust => {
                if let Some(facts) = self.facts().filter(|_| self.certificate) {
                    return Next::Trust(facts.sha256);
                }
            }
            Message::Change(field) => return Next::Change(field),
            Message::AcceptDowngrade => return Next::AcceptDowngrade,
            Message::Connect => return Next::Connect,
            Message::Close => return Next::Close,
        }
        Next::Stay
    }

    /// Closes the topmost thing, on Escape.
    pub fn close(&mut self) -> Next {
        if std::mem::take(&mut self.certificate) {
            Next::Stay
        } else {
            Next::Close
        }
    }

    /// The certificate that was not trusted.
    fn facts(&self) -> Option<&CertificateFacts> {
        match &self.phase {
            Phase::Found(diagnosis) => diagnosis.certificate.as_deref(),
            _ => None,
        }
    }

    /// The server as the person knows it: what follows the @ of the address.
    fn server(&self) -> &str {
        self.request.settings.address.domain().as_str()
    }

    /// What would help, the most likely first.
    fn fixes(&self) -> Vec<Fix> {
        let Phase::Found(diagnosis) = &self.phase else {
            return Vec::new();
        };
        let Some((_, error)) = failure(diagnosis) else {
            return self.connects.then_some(Fix::Connect).into_iter().collect();
        };
        match error.kind {
            ErrorKind::CertificateUntrusted => {
                let look = diagnosis.certificate.as_ref().map(|_| Fix::Certificate);
                look.into_iter().chain([Fix::Server]).collect()
            }
            ErrorKind::NameNotResolved
            | ErrorKind::ConnectionRefused
            | ErrorKind::Timeout
            | ErrorKind::NotAnXmppServer => vec![Fix::Server],
            ErrorKind::TlsFailed | ErrorKind::TlsTooOld | ErrorKind::NoEncryption => {
                vec![Fix::Security]
            }
            ErrorKind::WrongPassword => vec![Fix::Password],
            ErrorKind::Downgrade => self
                .account
                .map(|_| Fix::AcceptDowngrade)
                .into_iter()
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// What would help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fix {
    Certificate,
    Server,
    Security,
    Password,
    AcceptDowngrade,
    Connect,
}

/// The step that failed, and why.
fn failure(diagnosis: &Diagnosis) -> Option<(Step, &Error)> {
    diagnosis.steps.iter().find_map(failed)
}

fn failed(report: &StepReport) -> Option<(Step, &Error)> {
    match &report.outcome {
        Outcome::Failed(error) => Some((report.step, error)),
        Outcome::Ok | Outcome::Skipped => None,
    }
}

/// Whether signing in was tried and went well.
fn signed_in(diagnosis: &Diagnosis) -> bool {
    let mut steps = diagnosis.steps.iter();
    steps.any(|report| report.step == Step::Ready && report.outcome == Outcome::Ok)
}
