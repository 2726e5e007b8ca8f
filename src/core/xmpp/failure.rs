//! Why a connection could not be made, or ended: an error a person can act on, and what is to be done about it.

use minidom::Element;

use super::{ns, stanza::cut};
use crate::{
    error::{Error, ErrorKind},
    model::certificate::CertificateFacts,
};

/// Why a connection could not be made, or ended.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{error}")]
pub struct Failure {
    /// What a person can act on.
    pub error: Error,
    /// The certificate that was not trusted.
    pub certificate: Option<Box<CertificateFacts>>,
    /// Whether the server ended the stream because something broke its rules (RFC 6120 §4.9.3.14), as servers do with
    /// stanzas that are too large for them.
    pub broke_rules: bool,
}

impl Failure {
    /// A failure of this kind.
    pub fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self {
            error: Error::new(kind, detail),
            certificate: None,
            broke_rules: false,
        }
    }

    /// Whether trying again in a while may help without anybody doing something.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        !matches!(
            self.error.kind,
            ErrorKind::BadRequest
                | ErrorKind::CertificateUntrusted
                | ErrorKind::WrongPassword
                | ErrorKind::PasswordNeeded
                | ErrorKind::AccountDisabled
                | ErrorKind::NoMechanism
                | ErrorKind::BadServerSignature
                | ErrorKind::Downgrade
                | ErrorKind::NotAllowed
                | ErrorKind::NoEncryption
                | ErrorKind::TlsTooOld
        )
    }
}

/// What a stream error (RFC 6120 §4.9) means.
#[must_use]
pub fn stream_error(element: &Element) -> Failure {
    let condition = element
        .children()
        .find(|child| child.ns() == ns::STREAMS && child.name() != "text")
        .map_or_else(
            || "undefined-condition".to_owned(),
            |child| child.name().to_owned(),
        );
    let text = element
        .get_child("text", ns::STREAMS)
        .map(|text| format!(": {}", cut(&text.text(), 300)))
        .unwrap_or_default();
    let kind = match condition.as_str() {
        "conflict" => ErrorKind::Conflict,
        "system-shutdown" | "reset" => ErrorKind::ServerShutdown,
        "connection-timeout" => ErrorKind::Timeout,
        "not-authorized" => ErrorKind::WrongPassword,
        _ => ErrorKind::RemoteError,
    };
    if matches!(condition.as_str(), "host-unknown" | "host-gone") {
        let detail = "The server that was found does not serve this domain. Check the part after the @, or the server's name.";
        return Failure::new(
            ErrorKind::RemoteError,
            format!("{detail} ({condition}{text})"),
        );
    }
    Failure {
        broke_rules: condition == "policy-violation",
        ..Failure::new(
            kind,
            format!("the server ended the stream with {condition}{text}"),
        )
    }
}

/// What a refusal to sign in (RFC 6120 §6.5) means.
#[must_use]
pub fn sasl_failure(element: &Element) -> Failure {
    let condition = element
        .children()
        .find(|child| child.name() != "text")
        .map_or_else(
            || "not-authorized".to_owned(),
            |child| child.name().to_owned(),
        );
    let text = element
        .get_child("text", ns::SASL)
        .map(|text| format!(": {}", cut(&text.text(), 300)))
        .unwrap_or_default();
    let kind = match condition.as_str() {
        "account-disabled" => ErrorKind::AccountDisabled,
        "temporary-auth-failure" | "aborted" => ErrorKind::RemoteError,
        "invalid-mechanism" | "mechanism-too-weak" => ErrorKind::NoMechanism,
        "encryption-required" => ErrorKind::NoEncryption,
        _ => ErrorKind::WrongPassword,
    };
    Failure::new(kind, format!("the server answered {condition}{text}"))
}
