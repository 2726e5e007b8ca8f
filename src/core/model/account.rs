//! Accounts: who signs in, where, and how carefully.

use std::{fmt, str::FromStr};

use chrono::{DateTime, TimeDelta, Utc};
use jid::BareJid;

pub use super::proxy::{Proxy, ProxyError, ProxyKind};
pub use super::server_address::{ServerAddress, ServerAddressError};
use super::{ids::AccountId, presence::OwnPresence};

/// How a connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Security {
    /// Whatever the server announces: StartTLS or direct TLS, always encrypted.
    #[default]
    Auto,
    /// Only StartTLS (RFC 6120 §5).
    StartTls,
    /// Only TLS from the first byte (XEP-0368).
    DirectTls,
    /// No encryption. Only to this very machine.
    Plain,
}

impl Security {
    /// The stable word of the headless protocol and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::StartTls => "starttls",
            Self::DirectTls => "direct-tls",
            Self::Plain => "plain",
        }
    }

    /// The setting that a stable word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Auto, Self::StartTls, Self::DirectTls, Self::Plain]
            .into_iter()
            .find(|security| security.as_str() == word)
    }
}

/// The SHA-256 of a certificate in DER form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 32]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// That a text is not the SHA-256 of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a certificate's SHA-256 is 64 hexadecimal digits")]
pub struct FingerprintError;

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    /// Reads 64 hexadecimal digits; colons and spaces between them are ignored.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut digits = text
            .chars()
            .filter(|c| !matches!(c, ':' | ' '))
            .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
        let mut bytes = [0; 32];
        for byte in &mut bytes {
            match (digits.next(), digits.next()) {
                (Some(Some(high)), Some(Some(low))) => *byte = high << 4 | low,
                _ => return Err(FingerprintError),
            }
        }
        match digits.next() {
            None => Ok(Self(bytes)),
            Some(_) => Err(FingerprintError),
        }
    }
}

/// How far back the server's archive is read by itself. What is older is read chat by chat, where somebody looks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ArchiveDepth {
    /// So many days.
    Days(u32),
    /// To its beginning.
    Everything,
}

impl Default for ArchiveDepth {
    fn default() -> Self {
        Self::Days(90)
    }
}

impl ArchiveDepth {
    /// The time before which nothing is read, seen from now; 1970 for everything.
    #[must_use]
    pub fn since(self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Days(days) => TimeDelta::try_days(days.into())
                .and_then(|days| now.checked_sub_signed(days))
                .map_or(DateTime::UNIX_EPOCH, |since| {
                    since.max(DateTime::UNIX_EPOCH)
                }),
            Self::Everything => DateTime::UNIX_EPOCH,
        }
    }
}

/// What a person can set about an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSettings {
    /// The address to sign in with.
    pub address: BareJid,
    /// Where the server is, if not where the DNS says.
    pub server: Option<ServerAddress>,
    /// How the connection is secured.
    pub security: Security,
    /// The one certificate to accept, and no other.
    pub pin: Option<Fingerprint>,
    /// What everything goes through, if anything. No other connection is then made for the account, and its server's name is never
    /// looked up here. The password of the proxy is a secret and not in here.
    pub proxy: Option<Box<Proxy>>,
}

impl AccountSettings {
    /// The settings of nearly everybody: all found out from the address.
    #[must_use]
    pub fn new(address: BareJid) -> Self {
        Self {
            address,
            server: None,
            security: Security::Auto,
            pin: None,
            proxy: None,
        }
    }
}

impl AccountUpdate {
    /// The settings after this change.
    #[must_use]
    pub fn applied_to(&self, settings: &AccountSettings) -> AccountSettings {
        let Self {
            server,
            security,
            pin,
            proxy,
            enabled: _,
            tag: _,
            archive: _,
        } = self.clone();
        AccountSettings {
            address: settings.address.clone(),
            server: server.unwrap_or_else(|| settings.server.clone()),
            security: security.unwrap_or(settings.security),
            pin: pin.unwrap_or(settings.pin),
            proxy: proxy.unwrap_or_else(|| settings.proxy.clone()),
        }
    }
}

/// A colour that tells an account from others. What it looks like is the screen's affair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Accent {
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// Violet.
    Violet,
    /// Rose.
    Rose,
    /// Orange.
    Orange,
    /// Teal.
    Teal,
}

impl Accent {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Green,
        Self::Teal,
        Self::Blue,
        Self::Violet,
        Self::Rose,
        Self::Orange,
    ];

    /// The stable word of the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Violet => "violet",
            Self::Rose => "rose",
            Self::Orange => "orange",
            Self::Teal => "teal",
        }
    }

    /// The colour that a stable word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|accent| accent.as_str() == word)
    }
}

/// How the person tells an account from others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tag {
    /// What they call it; empty for nothing.
    pub label: String,
    /// Its colour.
    pub accent: Option<Accent>,
}

impl Tag {
    /// How long a label may be, in characters.
    pub const LONGEST: usize = 40;

    /// The same, as it is stored: one short line.
    #[must_use]
    pub fn tidied(self) -> Self {
        let line: String = self.label.chars().filter(|c| !c.is_control()).collect();
        let label: String = line.trim().chars().take(Self::LONGEST).collect();
        Self {
            label: label.trim_end().to_owned(),
            ..self
        }
    }
}

/// A change of an account's settings; `None` leaves a setting as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountUpdate {
    /// Another server, or back to what the DNS says.
    pub server: Option<Option<ServerAddress>>,
    /// Another way to secure the connection.
    pub security: Option<Security>,
    /// Another certificate to accept, or back to the system's judgement.
    pub pin: Option<Option<Fingerprint>>,
    /// Another proxy, or none any more.
    pub proxy: Option<Option<Box<Proxy>>>,
    /// Whether it signs in at all.
    pub enabled: Option<bool>,
    /// Another way to tell it from others.
    pub tag: Option<Tag>,
    /// How far back the archive is read by itself.
    pub archive: Option<ArchiveDepth>,
}

/// A stored account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What the person set.
    pub settings: AccountSettings,
    /// Whether it signs in.
    pub enabled: bool,
    /// The resource of this installation: random, kept until the server reports a conflict.
    pub resource: String,
    /// What the account was seen to sign in with (serialised [`crate::xmpp::sasl::Memory`]), against downgrades.
    pub sasl_memory: String,
    /// What others shall see.
    pub presence: OwnPresence,
    /// How the person tells it from others.
    pub tag: Tag,
    /// How far back the archive is read by itself.
    pub archive: ArchiveDepth,
}
