//! The database: one SQLite file a profile, one thread that writes, a few that read.
//!
//! Everything that must survive is written through [`Store::write`], whose future resolves once it is on the disk.
//! Reading never waits for writing. Nothing in here knows the network or the engine.

mod accounts;
mod archive;
mod chats;
mod contacts;
mod copies;
mod failure;
mod messages;
mod migrate;
mod open;
mod places;
mod reader;
mod requests;
mod row;
mod settings;
mod streams;
mod waiting;
pub mod write;
mod writer;

use std::{
    future::Future,
    path::Path,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    task::{Context, Poll},
    time::Duration,
};

use jid::BareJid;
use rusqlite::Connection;
use tokio::sync::oneshot;

pub use self::{
    migrate::{APPLICATION_ID, newest_version},
    open::FILE_NAME,
};
use self::{
    reader::Readers,
    write::{Change, StreamState, Write},
    writer::{Job, Outcome},
};
use crate::{
    error::Error,
    model::{
        account::Account,
        chat::{Anchor, ChatSummary, Page},
        contact::{Contact, ContactRequest},
        ids::{AccountId, ChatId, MessageId},
        message::{Message, QueuedMessage},
    },
};

/// How a database is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// How many threads read; at least one.
    pub readers: usize,
    /// How many pages (of 4 KiB) the file may have; beyond that the disk counts as full.
    pub max_pages: Option<u32>,
    /// For how long a commit takes in the calls that wait; nobody is made to wait for others to come.
    pub group_time: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 2,
            max_pages: None,
            group_time: Duration::from_millis(20),
        }
    }
}

/// An open database. Clones share it; it is closed by [`Store::close`], or when the last clone goes.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    writer: Sender<Job>,
    readers: Readers,
    closed: AtomicBool,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").finish_non_exhaustive()
    }
}

/// A write on its way to the disk: resolves to what it changed, after the commit. Dropping it does not stop the write.
#[derive(Debug)]
#[must_use = "only the answer says whether it was stored"]
pub struct Commit(oneshot::Receiver<Outcome>);

impl Future for Commit {
    type Output = Result<Vec<Change>, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0)
            .poll(context)
            .map(|answer| answer.unwrap_or_else(|_| Err(failure::closed())))
    }
}

impl Store {
    /// Opens or creates [`FILE_NAME`] in this folder, which is created too, and closed to others. Blocks.
    ///
    /// # Errors
    /// `database-newer` for the file of a newer Oriole and `storage` for a file that is damaged or not ours (both stay
    /// as they are), and `storage` where it cannot be read or written.
    pub fn open(directory: &Path) -> Result<Self, Error> {
        Self::open_with(directory, &Options::default())
    }

    /// The same as [`Store::open`], otherwise than usual.
    ///
    /// # Errors
    /// As for [`Store::open`].
    pub fn open_with(directory: &Path, options: &Options) -> Result<Self, Error> {
        let (writer, readers) = open::open(directory, options)?;
        Ok(Self {
            shared: Arc::new(Shared {
                writer: writer::start(writer, options.group_time)?,
                readers: Readers::start(readers)?,
                closed: AtomicBool::new(false),
            }),
        })
    }

    /// Writes all of these or, after an error, none. Calls are carried out in the order in which they are made; the
    /// future resolves once this one is on the disk.
    ///
    /// # Errors
    /// `not-found` for an account or a chat that is not there, `bad-request` for an account that is there already,
    /// `storage` where the disk fails.
    pub fn write(&self, writes: Vec<Write>) -> Commit {
        let (reply, outcome) = oneshot::channel();
        if !self.shared.closed.load(Ordering::Acquire) {
            // Where the thread has ended, the reply is dropped, and the future says that the database is closed.
            let _ = self.shared.writer.send(Job::Write(writes, reply));
        }
        Commit(outcome)
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        if self.shared.closed.load(Ordering::Acquire) {
            return Err(failure::closed());
        }
        self.shared.readers.read(read).await
    }

    /// All accounts, in their order.
    ///
    /// # Errors
    /// `storage`, as for every reading.
    pub async fn accounts(&self) -> Result<Vec<Account>, Error> {
        self.read(accounts::all).await
    }

    /// An account.
    ///
    /// # Errors
    /// `storage`.
    pub async fn account(&self, account: AccountId) -> Result<Option<Account>, Error> {
        self.read(move |db| accounts::one(db, account)).await
    }

    /// The version of an account's contact list (RFC 6121 §2.6), and the contacts by address.
    ///
    /// # Errors
    /// `storage`.
    pub async fn roster(
        &self,
        account: AccountId,
    ) -> Result<(Option<String>, Vec<Contact>), Error> {
        self.read(move |db| contacts::roster(db, account)).await
    }

    /// The addresses that an account blocks.
    ///
    /// # Errors
    /// `storage`.
    pub async fn blocked(&self, account: AccountId) -> Result<Vec<BareJid>, Error> {
        self.read(move |db| contacts::blocked(db, account)).await
    }

    /// Unanswered contact requests, of one account or of all, oldest first.
    ///
    /// # Errors
    /// `storage`.
    pub async fn requests(&self, account: Option<AccountId>) -> Result<Vec<ContactRequest>, Error> {
        self.read(move |db| requests::all(db, account)).await
    }

    /// The chats of one account or of all: the newest message first, then those without messages, the newest first.
    ///
    /// # Errors
    /// `storage`.
    pub async fn chats(&self, account: Option<AccountId>) -> Result<Vec<ChatSummary>, Error> {
        self.read(move |db| chats::all(db, account)).await
    }

    /// A chat.
    ///
    /// # Errors
    /// `storage`.
    pub async fn chat(&self, chat: ChatId) -> Result<Option<ChatSummary>, Error> {
        self.read(move |db| chats::one(db, chat)).await
    }

    /// The chat of an account with somebody.
    ///
    /// # Errors
    /// `storage`.
    pub async fn chat_with(
        &self,
        account: AccountId,
        with: &BareJid,
    ) -> Result<Option<ChatId>, Error> {
        let with = with.clone();
        self.read(move |db| chats::find(db, account, &with)).await
    }

    /// A stretch of a chat's history, oldest first; empty where there is no such chat. Ends early, with `more` set,
    /// where the texts amount to more than 64 MiB.
    ///
    /// # Errors
    /// `storage`.
    pub async fn page(&self, chat: ChatId, anchor: Anchor, limit: u32) -> Result<Page, Error> {
        self.read(move |db| messages::page(db, chat, anchor, limit))
            .await
    }

    /// These messages, in the order of their ids; those that are not there are left out.
    ///
    /// # Errors
    /// `storage`.
    pub async fn messages(&self, ids: &[MessageId]) -> Result<Vec<Message>, Error> {
        let ids = ids.to_vec();
        self.read(move |db| messages::by_id(db, ids)).await
    }

    /// Own messages that wait to be sent, oldest first, from the one after `after` on. May be fewer than `limit`
    /// before the end, where the texts amount to more than 64 MiB; at the end there are none.
    ///
    /// # Errors
    /// `storage`.
    pub async fn queued(
        &self,
        account: AccountId,
        after: Option<MessageId>,
        limit: u32,
    ) -> Result<Vec<QueuedMessage>, Error> {
        self.read(move |db| messages::queued(db, account, after, limit))
            .await
    }

    /// Whether the server may have own messages that wait to be sent.
    ///
    /// # Errors
    /// `storage`.
    pub async fn in_doubt(&self, account: AccountId) -> Result<bool, Error> {
        self.read(move |db| waiting::in_doubt(db, account)).await
    }

    /// The stream of an account that could be resumed (XEP-0198).
    ///
    /// # Errors
    /// `storage`.
    pub async fn stream(&self, account: AccountId) -> Result<Option<StreamState>, Error> {
        self.read(move |db| streams::get(db, account)).await
    }

    /// The own messages that were given to that stream and of which nobody knows whether the server has them, with the numbers of
    /// their stanzas, oldest first.
    ///
    /// # Errors
    /// `storage`.
    pub async fn given_to_stream(
        &self,
        account: AccountId,
    ) -> Result<Vec<(MessageId, u32)>, Error> {
        self.read(move |db| streams::given(db, account)).await
    }

    /// The newest id that was read of an archive (XEP-0313).
    ///
    /// # Errors
    /// `storage`.
    pub async fn archive_position(
        &self,
        account: AccountId,
        archive: &BareJid,
    ) -> Result<Option<String>, Error> {
        let archive = archive.clone();
        self.read(move |db| streams::archive_position(db, account, &archive))
            .await
    }

    /// A setting of the program.
    ///
    /// # Errors
    /// `storage`.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, Error> {
        let key = key.to_owned();
        self.read(move |db| settings::get(db, &key)).await
    }

    /// Commits what was asked before, and closes the file. Whatever is asked later fails with `storage`.
    pub async fn close(&self) {
        self.shared.closed.store(true, Ordering::Release);
        // The writer is to be the last, so that it can put everything into one file.
        self.shared.readers.close().await;
        let (reply, closed) = oneshot::channel();
        if self.shared.writer.send(Job::Close(reply)).is_ok() {
            // Answered by letting go.
            let _ = closed.await;
        }
    }
}
