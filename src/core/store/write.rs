//! What can be written to the database, as plain data, and what a write changed.
//!
//! Features describe their writes with these; the writer thread carries them out. A group of writes given together is
//! stored whole or not at all.

use chrono::{DateTime, Utc};
use jid::{BareJid, FullJid};

use crate::{
    error::Error,
    model::{
        account::{AccountSettings, AccountUpdate, ServerAddress},
        contact::{ContactRequest, RosterItem},
        ids::{AccountId, ChatId, MessageId},
        message::{IncomingMessage, MessageState, OutgoingMessage},
        presence::OwnPresence,
    },
};

/// One thing to write.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// A new account. Fails where the address is an account's already.
    AddAccount {
        /// What the person set.
        settings: AccountSettings,
        /// The resource of this installation.
        resource: String,
    },
    /// Other settings for an account.
    UpdateAccount {
        /// Which.
        account: AccountId,
        /// What changes.
        update: AccountUpdate,
    },
    /// An account goes, with its contacts, chats and messages.
    RemoveAccount(AccountId),
    /// Another resource, after a conflict.
    SetResource {
        /// Whose.
        account: AccountId,
        /// The new one.
        resource: String,
    },
    /// What the account was seen to sign in with.
    SetSaslMemory {
        /// Whose.
        account: AccountId,
        /// Serialised.
        memory: String,
    },
    /// What others shall see.
    SetPresence {
        /// Whose.
        account: AccountId,
        /// What.
        presence: OwnPresence,
    },
    /// A message from the network. Stored once, however many copies come; a copy that brings an id that was not known
    /// yet adds it.
    Incoming(IncomingMessage),
    /// A message that we write; queued.
    Outgoing(OutgoingMessage),
    /// An own message got further, or failed. A message never goes back: `Sent` after `Delivered` changes nothing,
    /// nor does anything but `Queued` (try again) after `Failed`.
    SetMessageState {
        /// Which.
        message: MessageId,
        /// How far.
        state: MessageState,
        /// Why it failed.
        error: Option<Error>,
    },
    /// An own message that waits to be sent, or failed, goes. Fails with `already-sent` where the server has it or may have it.
    TakeBack(Waiting),
    /// An own message that waits to be sent says something else. Fails with `already-sent` where the server has it or may have it.
    EditWaiting {
        /// Which.
        which: Waiting,
        /// What it says now.
        body: String,
    },
    /// Whether the server may have messages that wait to be sent.
    SetGiven {
        /// Whose.
        account: AccountId,
        /// Which; none for all that wait.
        messages: Option<Vec<MessageId>>,
        /// Whether.
        given: Given,
    },
    /// A bounce: the own message to this address with this id on the wire failed.
    FailMessage {
        /// Whose.
        account: AccountId,
        /// To whom it was written.
        with: BareJid,
        /// Its id on the wire.
        stanza_id: String,
        /// Why.
        error: Error,
    },
    /// Everything in the chat up to its newest message was read.
    MarkRead(ChatId),
    /// A chat is there, though nothing may have been written in it.
    EnsureChat {
        /// Whose.
        account: AccountId,
        /// With whom.
        with: BareJid,
    },
    /// What was typed and not sent; empty for nothing.
    SetDraft {
        /// Where.
        chat: ChatId,
        /// What.
        text: String,
    },
    /// The whole contact list, as the server sent it.
    ReplaceRoster {
        /// Whose.
        account: AccountId,
        /// Its version (RFC 6121 §2.6), if the server keeps versions.
        version: Option<String>,
        /// All of it.
        items: Vec<RosterItem>,
    },
    /// One contact came or changed.
    PutContact {
        /// Whose.
        account: AccountId,
        /// The version of the contact list with this change.
        version: Option<String>,
        /// The contact.
        item: RosterItem,
    },
    /// One contact went.
    DeleteContact {
        /// Whose.
        account: AccountId,
        /// The version of the contact list with this change.
        version: Option<String>,
        /// Who.
        address: BareJid,
    },
    /// The addresses that are blocked: all of them.
    ReplaceBlocked {
        /// Whose.
        account: AccountId,
        /// All of them.
        addresses: Vec<BareJid>,
    },
    /// Somebody was blocked, or is no longer.
    SetBlocked {
        /// Whose.
        account: AccountId,
        /// Who.
        address: BareJid,
        /// Which of both.
        blocked: bool,
    },
    /// Somebody asks to see our presence. A second request replaces the first.
    PutRequest(ContactRequest),
    /// A request was answered or withdrawn.
    DeleteRequest {
        /// Whose.
        account: AccountId,
        /// Who asked.
        address: BareJid,
    },
    /// Where the stream stands (XEP-0198), or that there is none to resume.
    SetStream {
        /// Whose.
        account: AccountId,
        /// Where it stands.
        stream: Option<StreamState>,
    },
    /// How many stanzas of the present stream were handled (XEP-0198 `h`), together with what they caused. Nothing where no stream is
    /// stored. Fails where another number is stored than the one that should be: then what came before is missing.
    SetHandled {
        /// Whose.
        account: AccountId,
        /// How many were handled before, modulo 2³².
        before: u32,
        /// How many are now.
        handled: u32,
    },
    /// What the server of the present stream can do (XEP-0030).
    SetStreamFeatures {
        /// Whose.
        account: AccountId,
        /// The names of its features.
        features: Vec<String>,
    },
    /// Own messages are about to be sent on the present stream. Nothing where no stream is stored.
    GiveToStream {
        /// Whose.
        account: AccountId,
        /// Each with the number that its stanza will have among all that were sent, modulo 2³².
        messages: Vec<(MessageId, u32)>,
    },
    /// How far an archive was read (XEP-0313).
    SetArchivePosition {
        /// Whose.
        account: AccountId,
        /// Which archive.
        archive: BareJid,
        /// The newest id that was read.
        id: String,
    },
    /// An account's archive is about to be read from its end. Answered by [`Change::ArchiveOpened`].
    OpenArchive {
        /// Whose.
        account: AccountId,
        /// What is older is left alone.
        since: DateTime<Utc>,
    },
    /// A page of an account's archive: its messages, each once however many copies there are, and how far it goes.
    /// Answered by [`Change::ArchiveRead`].
    ArchivePage(Box<ArchivePage>),
    /// A setting of the program.
    SetSetting {
        /// Its name.
        key: String,
        /// Its value, or none to forget it.
        value: Option<String>,
    },
}

/// An own message that was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Whose.
    pub account: AccountId,
    /// With whom it stands.
    pub with: BareJid,
    /// Which.
    pub message: MessageId,
    /// Whether it was given to the present connection.
    pub given: bool,
}

/// Whether the server may have a message that waits to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// It does not, as it said when it was asked.
    No,
    /// It may: nobody knows what became of it.
    Perhaps,
    /// It may, and it is sent again all the same.
    Again,
}

/// A stream that could be resumed (XEP-0198 §5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamState {
    /// The server's name for it.
    pub id: String,
    /// How many stanzas from the server were handled, modulo 2³².
    pub handled: u32,
    /// The address that the server gave us for it; none for a stream of an Oriole that did not note that.
    pub own: Option<FullJid>,
    /// Where the server would rather have it resumed.
    pub location: Option<ServerAddress>,
    /// What the server said that it can do, in no particular order.
    pub features: Vec<String>,
}

/// A stretch of an account's archive that is still to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveGap {
    /// Which. Greater for stretches that were found later.
    pub id: i64,
    /// The id in the archive before which to go on; none for its end.
    pub before: Option<String>,
    /// What is older is left alone.
    pub since: DateTime<Utc>,
}

/// A page of an account's archive.
#[derive(Debug, Clone, PartialEq)]
pub struct ArchivePage {
    /// Whose.
    pub account: AccountId,
    /// The stretch it belongs to.
    pub gap: i64,
    /// Its messages, oldest first, each with its id in the archive.
    pub messages: Vec<IncomingMessage>,
    /// The id before which to go on; none where there is nothing before.
    pub before: Option<String>,
    /// Whether the server says that there is nothing before.
    pub complete: bool,
    /// When the oldest of what is in it was stored by the server.
    pub oldest: Option<DateTime<Utc>>,
}

/// What a write changed. Sent on only after it was committed.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// An account came.
    AccountAdded(AccountId),
    /// An account's settings, whether it is enabled, or what others shall see, changed.
    AccountChanged(AccountId),
    /// An account went.
    AccountRemoved(AccountId),
    /// A message came into a chat.
    MessageInserted {
        /// Whose.
        account: AccountId,
        /// Where.
        chat: ChatId,
        /// Which.
        message: MessageId,
    },
    /// A message says something else, or stands elsewhere in its chat.
    MessageChanged {
        /// Whose.
        account: AccountId,
        /// Where.
        chat: ChatId,
        /// Which.
        message: MessageId,
    },
    /// A message went.
    MessageRemoved {
        /// Whose.
        account: AccountId,
        /// Where.
        chat: ChatId,
        /// Which.
        message: MessageId,
    },
    /// A message got further, or failed.
    MessageStateChanged {
        /// Whose.
        account: AccountId,
        /// Where.
        chat: ChatId,
        /// Which.
        message: MessageId,
        /// How far.
        state: MessageState,
        /// Why it failed.
        error: Option<Error>,
    },
    /// A chat's line in the list changed, or the chat is new. Comes beside every change of its messages too.
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
    /// A contact request came, changed or went.
    RequestChanged {
        /// Whose.
        account: AccountId,
        /// Who asked.
        address: BareJid,
        /// Whether it is there (now).
        present: bool,
    },
    /// What is still to be read of an account's archive, the newest first.
    ArchiveOpened {
        /// Whose.
        account: AccountId,
        /// What.
        gaps: Vec<ArchiveGap>,
    },
    /// A page of an account's archive was stored.
    ArchiveRead {
        /// Whose.
        account: AccountId,
        /// The stretch it belongs to.
        gap: i64,
        /// How many messages of it were new.
        stored: u32,
        /// Whether nothing of this stretch is left to be read.
        closed: bool,
        /// Whether what was read goes back further than any own message that waits to be sent.
        reached_queue: bool,
    },
}

impl Change {
    /// Whether it tells the one who wrote how it went, rather than everybody of something that is another now.
    #[must_use]
    pub fn is_answer(&self) -> bool {
        matches!(self, Self::ArchiveOpened { .. } | Self::ArchiveRead { .. })
    }
}
