//! The steps on the way to being connected, and what is found in them, as a person is told of them.

use std::fmt;

/// A step on the way to being connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Find the server.
    Resolve,
    /// Open a connection.
    Connect,
    /// Secure it.
    Secure,
    /// Sign in.
    SignIn,
    /// Ready for messages.
    Ready,
}

impl Step {
    /// All steps in their order.
    pub const ALL: [Step; 5] = [
        Step::Resolve,
        Step::Connect,
        Step::Secure,
        Step::SignIn,
        Step::Ready,
    ];

    /// The stable word of the headless protocol.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Secure => "secure",
            Self::SignIn => "sign-in",
            Self::Ready => "ready",
        }
    }
}

/// What was found out in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The name service did not say which machines serve the domain; in its own words, none where it did not answer in time. The domain
    /// itself is tried then.
    NoRecords(Option<String>),
    /// A place to try.
    Place {
        /// A host name, or an IP address.
        host: String,
        /// The port.
        port: u16,
        /// Whether the connection is secured from its first byte.
        direct: bool,
        /// Whether a proxy is to find it.
        by_proxy: bool,
    },
    /// The address that answered.
    Peer(String),
    /// The proxy that the connection goes through.
    Proxy(String),
    /// How it is secured, as in `TLSv1_3`.
    Tls(String),
    /// It is not encrypted, as was asked for.
    Plain,
    /// The server sent us on to there (RFC 6120 §4.9.3.19).
    SentOn(String),
    /// How the password was proved.
    Mechanism(String),
    /// The domain of the session.
    Server(String),
    /// The server acknowledges messages (XEP-0198).
    Acknowledges,
}

/// In English, as the headless protocol has it.
impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRecords(detail) => write!(
                f,
                "the domain's server records (SRV) could not be read: {}",
                match detail {
                    Some(detail) => detail,
                    None => "the name service did not answer in time",
                }
            ),
            Self::Place {
                host,
                port,
                by_proxy,
                ..
            } => {
                let by = if *by_proxy { ", left to the proxy" } else { "" };
                write!(f, "{host}:{port}{by}")
            }
            Self::Proxy(proxy) => write!(f, "through {proxy}"),
            Self::SentOn(place) => write!(f, "sent to {place}"),
            Self::Plain => f.write_str("not encrypted, as asked for"),
            Self::Acknowledges => f.write_str("acknowledges messages"),
            Self::Peer(found) | Self::Tls(found) | Self::Mechanism(found) | Self::Server(found) => {
                f.write_str(found)
            }
        }
    }
}
