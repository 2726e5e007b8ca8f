//! Chats: an account's conversation with somebody.

use chrono::{DateTime, Utc};
use jid::BareJid;

use super::{
    ids::{AccountId, ChatId, MessageId},
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
    /// Just before this message, going back.
    Before(MessageId),
    /// Just after this message, going forward.
    After(MessageId),
}

/// A stretch of a chat's history, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The messages.
    pub messages: Vec<Message>,
    /// Whether there is more in the direction asked for.
    pub more: bool,
}
