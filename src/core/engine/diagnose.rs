//! Trying a connection step by step and telling what was found, for the person who cannot connect.

use jid::BareJid;

pub use crate::model::step::Step;

use crate::{
    engine::command::Password,
    error::Error,
    model::{account::AccountSettings, certificate::CertificateFacts},
};

/// What to try.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnose {
    /// Where and how.
    pub settings: AccountSettings,
    /// With it, signing in is tried too.
    pub password: Option<Password>,
}

impl Diagnose {
    /// Tries to reach this address's server, without signing in.
    #[must_use]
    pub fn new(address: BareJid) -> Self {
        Self {
            settings: AccountSettings::new(address),
            password: None,
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
    /// What was found, in English; may be empty.
    pub detail: String,
    /// How long it took, in milliseconds.
    pub ms: u64,
}

/// All steps, each once and in order, and the certificate where it was what failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnosis {
    /// One report a step.
    pub steps: Vec<StepReport>,
    /// The certificate that was not trusted.
    pub certificate: Option<Box<CertificateFacts>>,
}
