//! The XML namespaces spoken here that xmpp-parsers has no constant for, and short names for those it has.

pub use xmpp_parsers::ns::{
    BIND, BLOCKING, CAPS, CARBONS, CSI, DATA_FORMS, DELAY, DISCO_INFO, DISCO_ITEMS, FORWARD,
    JABBER_CLIENT as CLIENT, MAM, NICK, OOB as OUT_OF_BAND, PING, REGISTER, ROSTER, RSM, SASL,
    SASL_CB, SID, SM, STREAM, TIME, TLS, VERSION, XMPP_STANZAS as STANZAS, XMPP_STREAMS as STREAMS,
};

/// The session of RFC 3921 §3, which old servers demand.
pub const SESSION: &str = "urn:ietf:params:xml:ns:xmpp-session";
/// Roster versioning as a stream feature (RFC 6121 §2.6.1).
pub const ROSTER_VERSIONING: &str = "urn:xmpp:features:rosterver";
/// The way times were written before XEP-0203 (XEP-0091).
pub const OLD_DELAY: &str = "jabber:x:delay";
/// What is to be done with a message (XEP-0334).
pub const HINTS: &str = "urn:xmpp:hints";
