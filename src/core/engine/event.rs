//! Events: what happened. An event that tells of something stored is sent only after it was committed.

use jid::BareJid;

use crate::{
    error::Error,
    model::{
        certificate::CertificateFacts,
        contact::ContactRequest,
        ids::{AccountId, ChatId, MessageId},
        message::MessageState,
        presence::Presence,
        server::Offers,
    },
};

/// Where an account's connection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ConnectionState {
    /// Not connected, and not trying.
    #[default]
    Offline,
    /// Finding the server, securing the connection, signing in.
    Connecting,
    /// Signed in; the contact list and the session are being set up.
    Syncing,
    /// Ready.
    Online,
    /// Lost, or not made; it is tried again by itself.
    Waiting,
}

impl ConnectionState {
    /// The stable word of the headless protocol.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Connecting => "connecting",
            Self::Syncing => "syncing",
            Self::Online => "online",
            Self::Waiting => "waiting",
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// An account's connection changed.
    Connection {
        /// Whose.
        account: AccountId,
        /// To what.
        state: ConnectionState,
        /// Whether the session from before goes on (XEP-0198 §5); only with `Online`.
        resumed: bool,
        /// Why, where something failed.
        error: Option<Error>,
        /// The certificate that was not trusted.
        certificate: Option<Box<CertificateFacts>>,
    },
    /// An account came, changed or went.
    AccountsChanged(AccountId),
    /// Messages of a chat came, changed or went.
    Timeline {
        /// Whose.
        account: AccountId,
        /// Which chat.
        chat: ChatId,
        /// How.
        change: TimelineChange,
    },
    /// A line of the chat list changed or is new.
    ChatChanged {
        /// Whose.
        account: AccountId,
        /// Which.
        chat: ChatId,
    },
    /// The whole contact list may be another.
    ContactsReset(AccountId),
    /// A contact came or changed.
    ContactChanged {
        /// Whose.
        account: AccountId,
        /// Who.
        address: BareJid,
    },
    /// A contact went.
    ContactRemoved {
        /// Whose.
        account: AccountId,
        /// Who.
        address: BareJid,
    },
    /// Somebody asks to see our presence.
    ContactRequested(ContactRequest),
    /// A contact request was answered or withdrawn.
    ContactRequestGone {
        /// Whose.
        account: AccountId,
        /// Who asked.
        address: BareJid,
    },
    /// Somebody's best device says something else.
    Presence {
        /// Seen by whom.
        account: AccountId,
        /// Whose.
        address: BareJid,
        /// What.
        presence: Presence,
    },
    /// The server said what it can do. Comes once a session, and after each [`ExploreServer`](super::command::Command::ExploreServer).
    Offers {
        /// Whose server.
        account: AccountId,
        /// What it says.
        offers: Box<Offers>,
    },
    /// The account's archive was read, as far as it was to be or could be.
    CaughtUp {
        /// Whose.
        account: AccountId,
        /// The chat whose older messages were asked for; none for what is read by itself.
        with: Option<BareJid>,
        /// How many messages were new.
        stored: u32,
        /// How many could not be read, as each ended the session again and again, and were stepped over.
        unreadable: u32,
        /// Whether all was read; if not, the next session, or the next who asks, goes on.
        done: bool,
    },
    /// A command that was already answered could not be carried out by the server.
    Failed {
        /// Whose.
        account: AccountId,
        /// Whom it was about.
        address: Option<BareJid>,
        /// Why.
        error: Error,
    },
}

/// How a chat's history changed.
#[derive(Debug, Clone, PartialEq)]
pub enum TimelineChange {
    /// These came.
    Inserted(Vec<MessageId>),
    /// This one got further, or failed.
    State {
        /// Which.
        message: MessageId,
        /// How far.
        state: MessageState,
        /// Why it failed.
        error: Option<Error>,
    },
    /// These are other than they were.
    Changed(Vec<MessageId>),
    /// These went.
    Removed(Vec<MessageId>),
    /// So much that it is to be read anew.
    Reset,
}
