//! What is to be shown of a server's certificate that was not trusted.

use std::fmt;

use chrono::{DateTime, Utc};

use super::account::Fingerprint;

/// A certificate, and why it was not trusted. All texts come from strangers and are cleaned and cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// The SHA-256 of its DER form.
    pub sha256: Fingerprint,
    /// Whom it names.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// The names it is for.
    pub names: Vec<String>,
    /// Whether the address's domain is among them. Matters beside any other problem.
    pub name_matches: bool,
    /// The start of its validity.
    pub not_before: DateTime<Utc>,
    /// The end of its validity.
    pub not_after: DateTime<Utc>,
    /// What is wrong with it.
    pub why: CertificateProblem,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateProblem {
    /// It vouches for itself.
    SelfSigned,
    /// Its issuer is not known here.
    UnknownIssuer,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// It is for another name than this one.
    WrongName(String),
    /// It is another one than the one that was accepted for this account.
    NotThePinned,
    /// It was revoked.
    Revoked,
    /// Something else.
    Other(String),
}

impl fmt::Display for CertificateProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SelfSigned => f.write_str("Nobody but the server itself vouches for it."),
            Self::UnknownIssuer => f.write_str("Its issuer is not known on this computer."),
            Self::Expired => f.write_str("It has expired."),
            Self::NotYetValid => f.write_str("It is not valid yet."),
            Self::WrongName(name) => write!(f, "It is not for {name}."),
            Self::NotThePinned => {
                f.write_str("It is not the certificate that was accepted for this account.")
            }
            Self::Revoked => f.write_str("It was revoked."),
            Self::Other(detail) => f.write_str(detail),
        }
    }
}
