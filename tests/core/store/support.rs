//! Builders for the tests of the database.

use std::{path::PathBuf, time::Duration};

use chrono::{DateTime, TimeZone, Utc};
use jid::BareJid;
use oriole_core::{
    model::{
        account::AccountSettings,
        chat::Anchor,
        ids::{AccountId, ChatId, MessageId},
        message::{IncomingMessage, Message, MessageIds, Origin, OutgoingMessage},
    },
    store::{
        FILE_NAME, Options, Store,
        write::{Change, Write},
    },
};
use rusqlite::Connection;
use tempfile::TempDir;

/// The account of most tests.
pub(super) const ROMEO: &str = "romeo@montague.example";
/// With whom most tests talk.
pub(super) const JULIET: &str = "juliet@capulet.example";

pub(super) fn jid(text: &str) -> BareJid {
    BareJid::new(text).unwrap()
}

pub(super) fn at(milliseconds: i64) -> DateTime<Utc> {
    Utc.timestamp_millis_opt(milliseconds).unwrap()
}

/// A new database in a folder of its own, with one account.
pub(super) struct Fixture {
    pub(super) folder: TempDir,
    pub(super) store: Store,
    pub(super) account: AccountId,
}

impl Fixture {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Groups take in all that waits, however slow the machine is.
        let options = Options {
            group_time: Duration::from_secs(3600),
            ..Options::default()
        };
        let store = Store::open_with(folder.path(), &options).unwrap();
        let account = add_account(&store, ROMEO).await;
        Self {
            folder,
            store,
            account,
        }
    }

    pub(super) fn file(&self) -> PathBuf {
        self.folder.path().join(FILE_NAME)
    }

    /// A connection from outside, as another program would have it.
    pub(super) fn outside(&self) -> Connection {
        Connection::open(self.file()).unwrap()
    }

    pub(super) async fn write(&self, write: Write) -> Vec<Change> {
        self.store.write(vec![write]).await.unwrap()
    }

    pub(super) fn incoming(&self, body: &str) -> IncomingMessage {
        incoming(self.account, body)
    }

    pub(super) fn outgoing(&self, body: &str, stanza_id: &str) -> OutgoingMessage {
        OutgoingMessage {
            account: self.account,
            to: jid(JULIET),
            body: body.into(),
            time: at(2_000),
            stanza_id: stanza_id.into(),
        }
    }

    /// Stores a message from Juliet.
    pub(super) async fn receive(&self, body: &str) -> MessageId {
        inserted(&self.write(Write::Incoming(self.incoming(body))).await)
    }

    /// Queues a message to Juliet.
    pub(super) async fn send(&self, body: &str, stanza_id: &str) -> MessageId {
        inserted(
            &self
                .write(Write::Outgoing(self.outgoing(body, stanza_id)))
                .await,
        )
    }

    pub(super) async fn chat(&self) -> ChatId {
        self.store
            .chat_with(self.account, &jid(JULIET))
            .await
            .unwrap()
            .unwrap()
    }

    pub(super) async fn history(&self) -> Vec<Message> {
        self.store
            .page(self.chat().await, Anchor::Newest, 100_000)
            .await
            .unwrap()
            .messages
    }

    pub(super) async fn bodies(&self) -> Vec<String> {
        let history = self.history().await;
        history.into_iter().map(|message| message.body).collect()
    }

    pub(super) async fn message(&self, id: MessageId) -> Message {
        self.store.messages(&[id]).await.unwrap().remove(0)
    }

    /// How many rows a table has, seen from outside.
    pub(super) fn count(&self, table: &str) -> i64 {
        self.outside()
            .query_row(&format!("SELECT count(*) FROM {table}"), (), |row| {
                row.get(0)
            })
            .unwrap()
    }
}

pub(super) async fn add_account(store: &Store, address: &str) -> AccountId {
    let changes = store
        .write(vec![Write::AddAccount {
            settings: AccountSettings::new(jid(address)),
            resource: "oriole.x7".into(),
        }])
        .await
        .unwrap();
    match changes[..] {
        [Change::AccountAdded(account)] => account,
        _ => panic!("{changes:?}"),
    }
}

/// A message from Juliet, without any ids.
pub(super) fn incoming(account: AccountId, body: &str) -> IncomingMessage {
    IncomingMessage {
        account,
        with: jid(JULIET),
        from: jid(JULIET),
        outgoing: false,
        body: body.into(),
        time: at(1_000),
        origin: Origin::Live,
        stranger: true,
        ids: MessageIds::default(),
    }
}

/// The one message that was inserted.
pub(super) fn inserted(changes: &[Change]) -> MessageId {
    let mut ids = changes.iter().filter_map(|change| match change {
        Change::MessageInserted { message, .. } => Some(*message),
        _ => None,
    });
    match (ids.next(), ids.next()) {
        (Some(id), None) => id,
        _ => panic!("{changes:?}"),
    }
}
