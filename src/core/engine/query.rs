//! Queries: what the engine can be asked. All are answered without the network.

use jid::BareJid;

use crate::{
    engine::event::ConnectionState,
    model::{
        account::Account,
        chat::{Anchor, ChatSummary, Page},
        contact::{Contact, ContactRequest},
        ids::{AccountId, ChatId, MessageId},
        message::Message,
        presence::Presence,
    },
};

/// A question with its type of answer. The questions are the types of this module.
pub trait Query: Send + 'static {
    /// What comes back.
    type Answer: Send + 'static;
}

macro_rules! query {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? } -> $answer:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl Query for $name {
            type Answer = $answer;
        }
    };
}

/// An account with what is known of its connection now.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountStatus {
    /// As stored.
    pub account: Account,
    /// Whether it is connected.
    pub connection: ConnectionState,
}

/// A contact with what is known of them now.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactStatus {
    /// As stored.
    pub contact: Contact,
    /// Their best device's presence.
    pub presence: Presence,
}

query! {
    /// All accounts, in their order.
    Accounts {} -> Vec<AccountStatus>
}
query! {
    /// An account's contacts, by address.
    Contacts {
        /// Whose.
        account: AccountId,
    } -> Vec<ContactStatus>
}
query! {
    /// Unanswered contact requests, oldest first.
    ContactRequests {
        /// Whose; none for all accounts'.
        account: Option<AccountId>,
    } -> Vec<ContactRequest>
}
query! {
    /// The chat list, the one with the newest message first.
    Chats {
        /// Whose; none for all accounts'.
        account: Option<AccountId>,
    } -> Vec<ChatSummary>
}
query! {
    /// One line of the chat list; none where there is no such chat.
    Chat {
        /// Which.
        chat: ChatId,
    } -> Option<ChatSummary>
}
query! {
    /// A stretch of a chat's history.
    History {
        /// Which.
        chat: ChatId,
        /// Where it starts.
        anchor: Anchor,
        /// How many messages at most.
        limit: u32,
    } -> Page
}
query! {
    /// The same, for those who know the address only. Empty where there is no such chat.
    HistoryWith {
        /// Whose.
        account: AccountId,
        /// With whom.
        with: BareJid,
        /// Where it starts.
        anchor: Anchor,
        /// How many messages at most.
        limit: u32,
    } -> Page
}
query! {
    /// These messages, in the order of their ids; those that are not there are left out.
    Messages {
        /// Which.
        ids: Vec<MessageId>,
    } -> Vec<Message>
}
query! {
    /// What somebody's best device says.
    PresenceOf {
        /// Seen by whom.
        account: AccountId,
        /// Whose.
        address: BareJid,
    } -> Presence
}
query! {
    /// A setting of the program; none where it was never set.
    Setting {
        /// Its name.
        key: String,
    } -> Option<String>
}
