//! Signing in (SASL, RFC 6120 §6): which mechanism is used, and the messages of the SCRAM family and of PLAIN.
//!
//! Everything here is computation: no sockets, no clock, no randomness of its own. The stream driver carries the messages, and
//! runs [`Derivation::run`] where blocking is allowed. Passwords and keys are wiped from memory when dropped and never appear
//! in `Debug` output, errors or logs.

mod choice;
mod scram;

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

pub use choice::{Choice, choose};
pub(super) use scram::prepared_password;
pub use scram::{Derivation, Keys, Scram};

/// The hash function under a SCRAM mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hash {
    /// SHA-1 (RFC 5802): old, but sound in this place.
    Sha1,
    /// SHA-256 (RFC 7677).
    Sha256,
    /// SHA-512.
    Sha512,
}

/// A way of signing in that we speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mechanism {
    /// SCRAM-SHA-512-PLUS: bound to the TLS connection.
    ScramSha512Plus,
    /// SCRAM-SHA-512.
    ScramSha512,
    /// SCRAM-SHA-256-PLUS: bound to the TLS connection (RFC 7677).
    ScramSha256Plus,
    /// SCRAM-SHA-256 (RFC 7677).
    ScramSha256,
    /// SCRAM-SHA-1-PLUS: bound to the TLS connection (RFC 5802).
    ScramSha1Plus,
    /// SCRAM-SHA-1 (RFC 5802).
    ScramSha1,
    /// PLAIN (RFC 4616): the password itself, protected by nothing but TLS.
    Plain,
}

impl Mechanism {
    /// All of them, the strongest first: a longer hash before a shorter one, within one hash the bound form first, PLAIN last.
    pub const ALL: [Mechanism; 7] = [
        Mechanism::ScramSha512Plus,
        Mechanism::ScramSha512,
        Mechanism::ScramSha256Plus,
        Mechanism::ScramSha256,
        Mechanism::ScramSha1Plus,
        Mechanism::ScramSha1,
        Mechanism::Plain,
    ];

    /// The name as registered with IANA and sent in `<auth mechanism=…>`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Mechanism::ScramSha512Plus => "SCRAM-SHA-512-PLUS",
            Mechanism::ScramSha512 => "SCRAM-SHA-512",
            Mechanism::ScramSha256Plus => "SCRAM-SHA-256-PLUS",
            Mechanism::ScramSha256 => "SCRAM-SHA-256",
            Mechanism::ScramSha1Plus => "SCRAM-SHA-1-PLUS",
            Mechanism::ScramSha1 => "SCRAM-SHA-1",
            Mechanism::Plain => "PLAIN",
        }
    }

    /// The mechanism of that registered name, if we speak it. Names are compared exactly (RFC 4422 §3.1).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Mechanism> {
        Mechanism::ALL
            .into_iter()
            .find(|mechanism| mechanism.name() == name)
    }

    /// Whether it binds the sign-in to the TLS connection (channel binding, RFC 5056).
    #[must_use]
    pub fn is_bound(self) -> bool {
        matches!(
            self,
            Mechanism::ScramSha512Plus | Mechanism::ScramSha256Plus | Mechanism::ScramSha1Plus
        )
    }

    /// The hash it works with; `None` for PLAIN.
    #[must_use]
    pub fn hash(self) -> Option<Hash> {
        match self {
            Mechanism::ScramSha512Plus | Mechanism::ScramSha512 => Some(Hash::Sha512),
            Mechanism::ScramSha256Plus | Mechanism::ScramSha256 => Some(Hash::Sha256),
            Mechanism::ScramSha1Plus | Mechanism::ScramSha1 => Some(Hash::Sha1),
            Mechanism::Plain => None,
        }
    }

    /// The same mechanism without channel binding.
    #[must_use]
    pub fn unbound(self) -> Mechanism {
        match self {
            Mechanism::ScramSha512Plus => Mechanism::ScramSha512,
            Mechanism::ScramSha256Plus => Mechanism::ScramSha256,
            Mechanism::ScramSha1Plus => Mechanism::ScramSha1,
            other => other,
        }
    }

    /// Position in [`Mechanism::ALL`], smaller is stronger.
    fn rank(self) -> usize {
        Mechanism::ALL
            .into_iter()
            .position(|mechanism| mechanism == self)
            .unwrap_or(Mechanism::ALL.len())
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A way of tying the sign-in to the TLS connection, so that nobody in the middle can pass it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BindingKind {
    /// `tls-exporter` (RFC 9266): TLS 1.3 keying material.
    TlsExporter,
    /// `tls-server-end-point` (RFC 5929 §4): the hash of the server's certificate.
    TlsServerEndPoint,
}

impl BindingKind {
    /// The registered name, as a server lists it (XEP-0440) and as it stands in the GS2 header.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            BindingKind::TlsExporter => "tls-exporter",
            BindingKind::TlsServerEndPoint => "tls-server-end-point",
        }
    }
}

/// The channel bindings that this connection can give, see [`crate::xmpp::tls::bindings`]. Without TLS: the default, none.
#[derive(Clone, Default)]
pub struct Bindings {
    /// `tls-exporter`: 32 bytes, only with TLS 1.3.
    pub tls_exporter: Option<Vec<u8>>,
    /// `tls-server-end-point`: hash of the certificate.
    pub tls_server_end_point: Option<Vec<u8>>,
}

impl Bindings {
    fn is_empty(&self) -> bool {
        self.tls_exporter.is_none() && self.tls_server_end_point.is_none()
    }
}

impl fmt::Debug for Bindings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bindings")
            .field("tls_exporter", &self.tls_exporter.is_some())
            .field("tls_server_end_point", &self.tls_server_end_point.is_some())
            .finish()
    }
}

/// What was used with this account before, so that nobody in between can talk us down to something weaker.
///
/// The store keeps it in its textual form (`Display`/`FromStr`): a mechanism's name or `none`, then `+binding` if a binding was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Memory {
    /// The strongest mechanism that has succeeded, without `-PLUS`.
    pub strongest: Option<Mechanism>,
    /// Whether a channel binding has succeeded once; from then on one is required.
    pub binding_required: bool,
}

impl Memory {
    /// Takes in a sign-in that has succeeded. Never forgets anything stronger.
    pub fn succeeded(&mut self, choice: &Choice) {
        let used = choice.mechanism().unbound();
        if self
            .strongest
            .is_none_or(|before| used.rank() < before.rank())
        {
            self.strongest = Some(used);
        }
        self.binding_required |= choice.binding().is_some();
    }

    fn knows_better_than_plain(self) -> bool {
        self.strongest
            .is_some_and(|mechanism| mechanism.hash().is_some())
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            self.strongest
                .map_or("none", |mechanism| mechanism.unbound().name()),
        )?;
        f.write_str(if self.binding_required {
            "+binding"
        } else {
            ""
        })
    }
}

/// A text is not the written form of a [`Memory`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a record of earlier sign-ins")]
pub struct MemoryError;

impl FromStr for Memory {
    type Err = MemoryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, binding_required) = match text.strip_suffix("+binding") {
            Some(name) => (name, true),
            None => (text, false),
        };
        let strongest = match name {
            "none" => None,
            name => Some(
                Mechanism::from_name(name)
                    .filter(|mechanism| !mechanism.is_bound())
                    .ok_or(MemoryError)?,
            ),
        };
        Ok(Memory {
            strongest,
            binding_required,
        })
    }
}

/// Protection that was there before and is missing now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// Earlier the password never left this computer; now the server asks for the password itself.
    Scram,
    /// Earlier the sign-in was bound to the encrypted connection; now the server does not offer that.
    ChannelBinding,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Lost::Scram => "the server now wants the password itself (PLAIN), where it took a proof of it (SCRAM) before",
            Lost::ChannelBinding => {
                "the server no longer ties the sign-in to the encrypted connection (channel binding), as it did before"
            }
        })
    }
}

/// Why signing in could not go on. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SaslError {
    /// The server offers nothing that we may use on this connection.
    #[error("the server offers no way of signing in that Oriole can use here (it offers: {})", listed(.offered))]
    NoMechanism {
        /// What the server offers, cut to a sane number and length.
        offered: Vec<String>,
    },
    /// The server offers less protection than it did before: it was changed, or somebody is in between.
    #[error("{what}")]
    Downgrade {
        /// What is missing now.
        what: Lost,
    },
    /// The server could not prove that it knows the password: it may be an impostor.
    #[error("the server could not prove that it knows this account's password")]
    BadServerSignature,
    /// The server broke the rules of the exchange.
    #[error("the server's sign-in message makes no sense: {0}")]
    Malformed(&'static str),
    /// The server asks for so few rounds that the proof could be reversed into the password.
    #[error("the server protects the password too weakly ({0} rounds, at least 4096 are needed)")]
    WeakIterations(u32),
    /// The server asks for so many rounds that this computer would be busy for very long.
    #[error("the server asks for too much computation ({0} rounds, at most 1000000 are done)")]
    TooManyIterations(u32),
    /// The user name or password is empty or has characters that no server can take.
    #[error("the user name or password is empty or has characters that cannot be used")]
    BadCredentialsEncoding,
    /// The server ended a SCRAM exchange with `e=` (RFC 5802 §7): usually a wrong password.
    #[error("the server refused the sign-in ({reason})")]
    Refused {
        /// The server's reason, of the form `invalid-proof`, or `other-error`.
        reason: String,
    },
}

fn listed(offered: &[String]) -> String {
    if offered.is_empty() {
        return "nothing".to_owned();
    }
    offered.join(", ")
}

/// The one message of PLAIN (RFC 4616 §2). Only for a connection inside TLS; [`choose`] sees to that.
///
/// # Errors
/// [`SaslError::BadCredentialsEncoding`] if one of them is empty or has a NUL.
pub fn plain_message(user: &str, password: &str) -> Result<Zeroizing<Vec<u8>>, SaslError> {
    let unusable = |text: &str| text.is_empty() || text.contains('\0');
    if unusable(user) || unusable(password) {
        return Err(SaslError::BadCredentialsEncoding);
    }
    let mut message = Zeroizing::new(Vec::with_capacity(user.len() + password.len() + 2));
    message.push(0);
    message.extend_from_slice(user.as_bytes());
    message.push(0);
    message.extend_from_slice(password.as_bytes());
    Ok(message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_lead_back_to_their_mechanism() {
        for mechanism in Mechanism::ALL {
            assert_eq!(Mechanism::from_name(mechanism.name()), Some(mechanism));
            assert_eq!(mechanism.is_bound(), mechanism.name().ends_with("-PLUS"));
            assert_eq!(
                mechanism.unbound().name(),
                mechanism.name().trim_end_matches("-PLUS")
            );
        }
        assert_eq!(Mechanism::from_name("scram-sha-1"), None);
    }

    #[test]
    fn memory_survives_being_written_and_read() {
        for strongest in [
            None,
            Some(Mechanism::Plain),
            Some(Mechanism::ScramSha1),
            Some(Mechanism::ScramSha512),
        ] {
            for binding_required in [false, true] {
                let memory = Memory {
                    strongest,
                    binding_required,
                };
                assert_eq!(memory.to_string().parse(), Ok(memory), "{memory}");
            }
        }
        let written: Memory = "SCRAM-SHA-256+binding".parse().unwrap();
        assert_eq!(written.strongest, Some(Mechanism::ScramSha256));
        assert!(written.binding_required);
        for nonsense in [
            "",
            "+binding",
            "SCRAM-SHA-256-PLUS",
            "x",
            "none+binding+binding",
        ] {
            assert_eq!(nonsense.parse::<Memory>(), Err(MemoryError), "{nonsense:?}");
        }
    }

    #[test]
    fn plain_is_built_as_the_rfc_says() {
        assert_eq!(
            plain_message("tim", "tanstaaftanstaaf").unwrap().as_slice(),
            b"\0tim\0tanstaaftanstaaf"
        );
        for (user, password) in [("", "x"), ("x", ""), ("a\0b", "x"), ("x", "a\0b")] {
            assert_eq!(
                plain_message(user, password),
                Err(SaslError::BadCredentialsEncoding)
            );
        }
    }
}
