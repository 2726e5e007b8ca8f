//! The one error of this package: a kind that a person can act on, and a technical detail for the report.
//!
//! The kinds are stable words: other programs match on them through `oriole --headless`.

use std::fmt;

/// What went wrong, as a stable word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request itself makes no sense.
    BadRequest,
    /// No such account, chat, contact or message.
    NotFound,
    /// The server's name has no address.
    NameNotResolved,
    /// Nothing listens where the server should be, or the way there is barred.
    ConnectionRefused,
    /// Somebody did not answer in time.
    Timeout,
    /// Something answered that does not speak XMPP.
    NotAnXmppServer,
    /// The connection could not be secured.
    TlsFailed,
    /// The server speaks only encryption that is no longer safe.
    TlsTooOld,
    /// The server offers no encryption.
    NoEncryption,
    /// The server's certificate is not one to be trusted without asking.
    CertificateUntrusted,
    /// The password (or the account's name) is wrong.
    WrongPassword,
    /// The account exists and may not sign in.
    AccountDisabled,
    /// The server offers no way to sign in that is known and safe.
    NoMechanism,
    /// The server could not prove that it knows the account.
    BadServerSignature,
    /// The server offers less protection than it did before.
    Downgrade,
    /// Another program took this session's place.
    Conflict,
    /// The server is shutting down or restarting.
    ServerShutdown,
    /// The address is somebody's already.
    AddressTaken,
    /// The server does not let new accounts be made.
    RegistrationRefused,
    /// More than anybody may send.
    TooLarge,
    /// The message was sent already, or may have been.
    AlreadySent,
    /// Forbidden, to us or by us.
    NotAllowed,
    /// The other side answered with an error.
    RemoteError,
    /// The proxy did not do its work.
    ProxyFailed,
    /// The database could not be read or written.
    Storage,
    /// Another Oriole uses this profile.
    ProfileInUse,
    /// The database was written by a newer Oriole.
    DatabaseNewer,
}

impl ErrorKind {
    /// Every kind, for tests and translations.
    pub const ALL: &'static [ErrorKind] = &[
        Self::BadRequest,
        Self::NotFound,
        Self::NameNotResolved,
        Self::ConnectionRefused,
        Self::Timeout,
        Self::NotAnXmppServer,
        Self::TlsFailed,
        Self::TlsTooOld,
        Self::NoEncryption,
        Self::CertificateUntrusted,
        Self::WrongPassword,
        Self::AccountDisabled,
        Self::NoMechanism,
        Self::BadServerSignature,
        Self::Downgrade,
        Self::Conflict,
        Self::ServerShutdown,
        Self::AddressTaken,
        Self::RegistrationRefused,
        Self::TooLarge,
        Self::AlreadySent,
        Self::NotAllowed,
        Self::RemoteError,
        Self::ProxyFailed,
        Self::Storage,
        Self::ProfileInUse,
        Self::DatabaseNewer,
    ];

    /// The stable word, as in `"kind"` of the headless protocol.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad-request",
            Self::NotFound => "not-found",
            Self::NameNotResolved => "name-not-resolved",
            Self::ConnectionRefused => "connection-refused",
            Self::Timeout => "timeout",
            Self::NotAnXmppServer => "not-an-xmpp-server",
            Self::TlsFailed => "tls-failed",
            Self::TlsTooOld => "tls-too-old",
            Self::NoEncryption => "no-encryption",
            Self::CertificateUntrusted => "certificate-untrusted",
            Self::WrongPassword => "wrong-password",
            Self::AccountDisabled => "account-disabled",
            Self::NoMechanism => "no-mechanism",
            Self::BadServerSignature => "bad-server-signature",
            Self::Downgrade => "downgrade",
            Self::Conflict => "conflict",
            Self::ServerShutdown => "server-shutdown",
            Self::AddressTaken => "address-taken",
            Self::RegistrationRefused => "registration-refused",
            Self::TooLarge => "too-large",
            Self::AlreadySent => "already-sent",
            Self::NotAllowed => "not-allowed",
            Self::RemoteError => "remote-error",
            Self::ProxyFailed => "proxy-failed",
            Self::Storage => "storage",
            Self::ProfileInUse => "profile-in-use",
            Self::DatabaseNewer => "database-newer",
        }
    }

    /// The kind that a stable word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
    }

    /// One English sentence a person understands: what happened and what to do next.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::BadRequest => "That request could not be understood.",
            Self::NotFound => "There is no such thing here.",
            Self::NameNotResolved => {
                "No server was found under that name. Check the part after the @, or enter the server's name by hand."
            }
            Self::ConnectionRefused => {
                "The server's machine was found, but nothing answers there. The server may be down, or use another port."
            }
            Self::Timeout => {
                "The server did not answer in time. Check the network, or try again in a moment."
            }
            Self::NotAnXmppServer => {
                "Something answered, but it is not an XMPP server. Check the server's name and port."
            }
            Self::TlsFailed => "The connection could not be secured, so nothing was sent.",
            Self::TlsTooOld => {
                "The server only offers encryption that is too old to be safe. Its administrator needs to switch on TLS 1.2 or newer."
            }
            Self::NoEncryption => {
                "The server offers no encryption, so nothing was sent. Its administrator needs to switch on TLS."
            }
            Self::CertificateUntrusted => {
                "The server's certificate could not be verified, so nothing was sent."
            }
            Self::WrongPassword => "The server did not accept this address and password.",
            Self::AccountDisabled => {
                "The server says that this account is disabled. Ask its administrator."
            }
            Self::NoMechanism => "The server offers no safe way to sign in.",
            Self::BadServerSignature => {
                "The server could not prove that it knows this account. Somebody may be in between; do not enter the password again here."
            }
            Self::Downgrade => {
                "The server offers weaker protection than it did before. Somebody may be in between, so signing in was stopped."
            }
            Self::Conflict => "Another program signed in with this account in this one's place.",
            Self::ServerShutdown => {
                "The server is being restarted. Oriole will connect again by itself."
            }
            Self::AddressTaken => "This address is already in use.",
            Self::RegistrationRefused => "This server does not let new accounts be made from here.",
            Self::TooLarge => "This is larger than allowed.",
            Self::AlreadySent => {
                "This message was sent already, or may have been. It can no longer be taken back or changed."
            }
            Self::NotAllowed => "This is not allowed.",
            Self::RemoteError => "The other side answered with an error.",
            Self::ProxyFailed => "The proxy could not be used.",
            Self::Storage => {
                "Oriole could not read or write its database. Nothing that was there is lost."
            }
            Self::ProfileInUse => "Another Oriole is running with this profile.",
            Self::DatabaseNewer => {
                "This profile was used by a newer Oriole. It was left untouched; please update this one."
            }
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An error: a [kind](ErrorKind) to act on, and a detail for those who want to know more.
///
/// Never holds a secret: details are shown on the screen, logged and copied into reports.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{}", .kind.sentence(), if .detail.is_empty() { "" } else { " " }, .detail)]
pub struct Error {
    /// What a person or a program can act on.
    pub kind: ErrorKind,
    /// The technical detail, in English; may be empty.
    pub detail: String,
}

impl Error {
    /// An error of this kind with this detail.
    pub fn new(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind, "")
    }
}
