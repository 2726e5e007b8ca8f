//! Chats: an account's conversation with somebody.

use chrono::{DateTime, Utc};
use jid::BareJid;

use super::{
    ids::{AccountId, ChatId, MessageId, Place},
    message::{Message, MessageState},
};

/// A line of the chat list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatSummary {
    /// Its id.
    pub id: ChatId,
    /// Whose it is.
    pub account: AccountId,
    /// With whom.
    pub with: BareJid,
    /// What to call them: the name in the contact list, else nothing.
    pub name: Option<String>,
    /// How many messages were not read yet.
    pub unread: u32,
    /// The newest message.
    pub last: Option<Preview>,
    /// What was typed and not sent; may be empty.
    pub draft: String,
    /// Whether they are not a contact.
    pub stranger: bool,
}

/// The newest message of a chat, shortened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Which.
    pub message: MessageId,
    /// Where it stands; of two chats, the one with the greater place was used later.
    pub place: Place,
    /// At most 200 characters of its first line.
    pub text: String,
    /// When.
    pub time: DateTime<Utc>,
    /// Whether we wrote it.
    pub outgoing: bool,
    /// How far it got.
    pub state: MessageState,
}

/// Where a page of history starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Anchor {
    /// At the newest message, going back.
    Newest,
    /// Just before this place, going back.
    Before(Place),
    /// Just after this place, going forward.
    After(Place),
}

/// A stretch of a chat's history, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The messages.
    pub messages: Vec<Message>,
    /// Whether there is more in the direction asked for.
    pub more: bool,
}
