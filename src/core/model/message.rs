//! Messages: what was written, by whom, and how far it got.

use chrono::{DateTime, Utc};
use jid::BareJid;

use super::ids::{AccountId, ChatId, MessageId, Place};
use crate::error::Error;

/// How far a message got. The order is the order in which an own message passes through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MessageState {
    /// In the database, waiting for a connection or for the server's acknowledgement.
    Queued,
    /// Our server has it (XEP-0198), or, for a server without acknowledgements, has answered something sent after it.
    Sent,
    /// It reached the other side. Incoming messages start here.
    Delivered,
    /// It was read.
    Displayed,
    /// It did not get there; the message has the reason.
    Failed,
}

impl MessageState {
    /// The stable word of the headless protocol and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Displayed => "displayed",
            Self::Failed => "failed",
        }
    }

    /// The state that a stable word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::Queued,
            Self::Sent,
            Self::Delivered,
            Self::Displayed,
            Self::Failed,
        ]
        .into_iter()
        .find(|state| state.as_str() == word)
    }
}

/// The way by which a message came to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// As it was sent.
    Live,
    /// A copy of what another own device sent or received (XEP-0280).
    Carbon,
    /// From the server's archive (XEP-0313).
    Archive,
    /// Kept by the server while we were away (XEP-0160).
    Offline,
}

impl Origin {
    /// The stable word of the headless protocol and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Carbon => "carbon",
            Self::Archive => "archive",
            Self::Offline => "offline",
        }
    }

    /// The way that a stable word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Live, Self::Carbon, Self::Archive, Self::Offline]
            .into_iter()
            .find(|origin| origin.as_str() == word)
    }
}

/// A stored message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Where it stands among the others of its chat.
    pub place: Place,
    /// The account it belongs to.
    pub account: AccountId,
    /// The chat it stands in.
    pub chat: ChatId,
    /// Whom the chat is with.
    pub with: BareJid,
    /// Who wrote it.
    pub from: BareJid,
    /// Whether we wrote it.
    pub outgoing: bool,
    /// The text.
    pub body: String,
    /// When it was written, as far as known; milliseconds count.
    pub time: DateTime<Utc>,
    /// How far it got.
    pub state: MessageState,
    /// How it came.
    pub origin: Origin,
    /// Why it failed.
    pub error: Option<Error>,
    /// Whether its author was not a contact when it came.
    pub stranger: bool,
}

/// A message that came from the network and is to be stored once.
#[derive(Debug, Clone, PartialEq)]
pub struct IncomingMessage {
    /// The account it came to.
    pub account: AccountId,
    /// Whom the chat is with.
    pub with: BareJid,
    /// Who wrote it.
    pub from: BareJid,
    /// Whether we wrote it, on another device.
    pub outgoing: bool,
    /// The text.
    pub body: String,
    /// When it was written, as far as known.
    pub time: DateTime<Utc>,
    /// How it came.
    pub origin: Origin,
    /// Whether its author is not a contact.
    pub stranger: bool,
    /// The ids by which another copy of it is recognised.
    pub ids: MessageIds,
}

/// The ids of a message on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MessageIds {
    /// The `id` of the stanza, chosen by the sender.
    pub stanza: Option<String>,
    /// The `<origin-id/>` (XEP-0359 §3.2), chosen by the sender.
    pub origin: Option<String>,
    /// The `<stanza-id/>` that our own server assigned (XEP-0359 §3.1); others' are not to be put here.
    pub archive: Option<String>,
}

/// A message that we write.
#[derive(Debug, Clone, PartialEq)]
pub struct OutgoingMessage {
    /// The account that sends it.
    pub account: AccountId,
    /// To whom.
    pub to: BareJid,
    /// The text.
    pub body: String,
    /// When it was written.
    pub time: DateTime<Utc>,
    /// Its `id` and `<origin-id/>` on the wire, random.
    pub stanza_id: String,
}

/// An own message that waits to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuedMessage {
    /// Its id.
    pub id: MessageId,
    /// The chat it stands in.
    pub chat: ChatId,
    /// To whom.
    pub to: BareJid,
    /// The text.
    pub body: String,
    /// When it was written.
    pub time: DateTime<Utc>,
    /// Its `id` on the wire.
    pub stanza_id: String,
    /// Whether it was given to a connection that ended before the server said that it has it.
    pub given: bool,
}
