//! Why a connection could not be made, or ended: an error a person can act on, and what is to be done about it.

use minidom::Element;

use super::{ns, stanza::cut};
use crate::{
    error::{Error, ErrorKind},
    model::{account::ServerAddress, certificate::CertificateFacts},
};

/// How long the name of another server may be, in bytes.
const LONGEST_PLACE: usize = 300;

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
    /// Whether the server wants to be left alone for a while: something broke its rules, or it has too much to do (RFC 6120 §4.9.3.17).
    pub slow_down: bool,
    /// Whether only a person can do something about it, whatever its kind.
    pub needs_person: bool,
    /// Where the server says that we are to go instead (RFC 6120 §4.9.3.19). Only there where it said so over TLS.
    pub elsewhere: Option<Box<ServerAddress>>,
}

impl Failure {
    /// A failure of this kind.
    pub fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self {
            error: Error::new(kind, detail),
            certificate: None,
            broke_rules: false,
            slow_down: false,
            needs_person: false,
            elsewhere: None,
        }
    }

    /// The same, where it came over a connection without TLS: anybody may have said it, so nobody is sent anywhere by it.
    #[must_use]
    pub fn in_clear(self) -> Self {
        if self.elsewhere.is_none() {
            return self;
        }
        Self::new(
            ErrorKind::RemoteError,
            "The server sent us to another one before the connection was secured. That was not followed, as anybody can say so.",
        )
    }

    /// Whether trying again in a while may help without anybody doing something.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        let lasting = matches!(
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
        );
        !lasting && !self.needs_person
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
    let elsewhere = element
        .get_child("see-other-host", ns::STREAMS)
        .map(Element::text)
        .filter(|place| place.len() <= LONGEST_PLACE)
        .and_then(|place| place.parse().ok())
        .map(Box::new);
    Failure {
        broke_rules: condition == "policy-violation",
        slow_down: matches!(
            condition.as_str(),
            "policy-violation" | "resource-constraint"
        ),
        elsewhere,
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
