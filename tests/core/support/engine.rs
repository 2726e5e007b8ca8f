//! A whole engine in a folder of its own, signed in to a scripted server without TLS.

use std::{sync::Arc, time::Duration};

use jid::BareJid;
use oriole_core::{
    engine::{
        command::{Command, Done, Password},
        event::{ConnectionState, Event, TimelineChange},
        handle::{Config, Delivery, EventStream, Handle, start},
        query::{ContactStatus, Contacts, HistoryWith, Messages},
    },
    error::{Error, ErrorKind},
    model::{
        account::{AccountSettings, Security, ServerAddress},
        chat::Anchor,
        ids::{AccountId, MessageId},
        message::{Message, MessageState},
    },
    store::FILE_NAME,
    testing::MemorySecrets,
    xmpp::connect::{Deadlines, Network},
};
use rusqlite::Connection;
use tempfile::TempDir;

use super::{
    line::Line,
    patiently,
    resolve::Names,
    session::{JULIET, PASSWORD, ROMEO},
};

/// An engine with one account.
pub(crate) struct World {
    folder: TempDir,
    pub(crate) secrets: Arc<MemorySecrets>,
    pub(crate) handle: Handle,
    pub(crate) events: EventStream,
    pub(crate) account: AccountId,
}

/// Deadlines under which only a dead server is too slow, and which lose no time before the next try.
pub(crate) fn network() -> Network {
    Network {
        resolver: Arc::new(Names::default()),
        deadlines: Deadlines {
            retry: Duration::from_millis(1),
            ..Deadlines::default()
        },
    }
}

pub(crate) fn jid(text: &str) -> BareJid {
    BareJid::new(text).unwrap()
}

pub(crate) fn config(folder: &TempDir, secrets: &Arc<MemorySecrets>) -> Config {
    Config {
        directory: folder.path().to_owned(),
        secrets: Arc::clone(secrets) as _,
        delivery: Delivery::Complete,
        network: network(),
    }
}

pub(crate) fn settings(server: ServerAddress) -> AccountSettings {
    AccountSettings {
        server: Some(server),
        security: Security::Plain,
        ..AccountSettings::new(jid(JULIET))
    }
}

impl World {
    /// An engine that signs in there.
    pub(crate) async fn new(server: ServerAddress) -> Self {
        Self::begun(settings(server), None, MemorySecrets::default()).await
    }

    /// An engine with this account, and the password of its proxy.
    pub(crate) async fn of(settings: AccountSettings, proxy_password: Option<&str>) -> Self {
        Self::begun(settings, proxy_password, MemorySecrets::default()).await
    }

    /// An engine that signs in there, on a machine that keeps passwords there.
    pub(crate) async fn with(server: ServerAddress, secrets: MemorySecrets) -> Self {
        Self::begun(settings(server), None, secrets).await
    }

    async fn begun(
        settings: AccountSettings,
        proxy_password: Option<&str>,
        secrets: MemorySecrets,
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let secrets = Arc::new(secrets);
        let (handle, events) = start(config(&folder, &secrets)).await.unwrap();
        let command = Command::AddAccount {
            settings,
            password: Password::new(PASSWORD),
            proxy_password: proxy_password.map(Password::new),
            register: false,
        };
        let Done::Account(account) = handle.send(command).await.unwrap() else {
            panic!("no account was added");
        };
        Self {
            folder,
            secrets,
            handle,
            events,
            account,
        }
    }

    /// Ends the engine and starts another one in the same folder.
    pub(crate) async fn restart(self) -> Self {
        self.handle.shut_down().await;
        let (handle, events) = start(config(&self.folder, &self.secrets)).await.unwrap();
        Self {
            handle,
            events,
            ..self
        }
    }

    /// The engine is killed, and another one goes on with what is on the disk at this moment. (The one before ends its stream in order
    /// and is heard of no more.)
    pub(crate) async fn crash(self) -> Self {
        let folder = TempDir::new().unwrap();
        let copy = folder.path().join(FILE_NAME);
        self.database()
            .execute("VACUUM INTO ?1", [copy.to_str().unwrap()])
            .unwrap();
        patiently("the end of the engine", self.handle.shut_down()).await;
        let (handle, events) = start(config(&folder, &self.secrets)).await.unwrap();
        Self {
            folder,
            handle,
            events,
            ..self
        }
    }

    /// A connection of the test's own to the engine's database.
    pub(crate) fn database(&self) -> Connection {
        Connection::open(self.folder.path().join(FILE_NAME)).unwrap()
    }

    /// Ends the engine, which ends its stream in order, having handled this many stanzas.
    pub(crate) async fn leave(self, mut line: Line, h: u32) {
        line.expect_handled(h).await;
        let shutting_down = patiently("the end of the engine", self.handle.shut_down());
        tokio::join!(shutting_down, line.expect_goodbye(h));
    }

    /// Ends the engine.
    pub(crate) async fn end(self) {
        patiently("the end of the engine", self.handle.shut_down()).await;
    }

    /// The next event that this finds something in; the others are left out.
    pub(crate) async fn until<T>(
        &mut self,
        what: &str,
        mut find: impl FnMut(&Event) -> Option<T>,
    ) -> T {
        patiently(what, async {
            loop {
                let event = self.events.next().await.unwrap();
                if let Some(found) = find(&event) {
                    return found;
                }
            }
        })
        .await
    }

    /// The connection gets into this state; gives whether the session was resumed, and the error if there was one.
    pub(crate) async fn until_state(&mut self, wanted: ConnectionState) -> (bool, Option<Error>) {
        self.until(wanted.as_str(), |event| match event {
            Event::Connection {
                state,
                resumed,
                error,
                ..
            } if *state == wanted => Some((*resumed, error.clone())),
            _ => None,
        })
        .await
    }

    pub(crate) async fn until_online(&mut self) {
        assert_eq!(
            self.until_state(ConnectionState::Online).await,
            (false, None)
        );
    }

    pub(crate) async fn until_resumed(&mut self) {
        assert_eq!(
            self.until_state(ConnectionState::Online).await,
            (true, None)
        );
    }

    /// The connection was lost and is tried again; gives why.
    pub(crate) async fn until_waiting(&mut self) -> ErrorKind {
        let (_, error) = self.until_state(ConnectionState::Waiting).await;
        error.unwrap().kind
    }

    /// A message comes; gives it.
    pub(crate) async fn until_message(&mut self) -> Message {
        let id = self
            .until("a message", |event| match event {
                Event::Timeline {
                    change: TimelineChange::Inserted(ids),
                    ..
                } => ids.first().copied(),
                _ => None,
            })
            .await;
        self.message(id).await
    }

    /// This message gets into this state.
    pub(crate) async fn until_message_is(&mut self, wanted: MessageId, state: MessageState) {
        self.until(state.as_str(), |event| match event {
            Event::Timeline {
                change:
                    TimelineChange::State {
                        message,
                        state: now,
                        ..
                    },
                ..
            } => (*message == wanted && *now == state).then_some(()),
            _ => None,
        })
        .await;
    }

    pub(crate) async fn message(&self, id: MessageId) -> Message {
        let ids = vec![id];
        let mut messages = self.handle.query(Messages { ids }).await.unwrap();
        messages.remove(0)
    }

    /// Writes to Romeo.
    pub(crate) async fn write(&self, body: &str) -> MessageId {
        let command = Command::SendMessage {
            account: self.account,
            to: jid(ROMEO),
            body: body.to_owned(),
        };
        match self.handle.send(command).await.unwrap() {
            Done::Message(_, message) => message,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn command(&self, command: Command) -> Result<Done, Error> {
        patiently("the answer to a command", self.handle.send(command)).await
    }

    /// The contact list in short, by address.
    pub(crate) async fn contacts(&self) -> Vec<String> {
        let account = self.account;
        let contacts = self.handle.query(Contacts { account }).await.unwrap();
        let short = |status: &ContactStatus| {
            let contact = &status.contact;
            format!(
                "{} {} {}{}{}",
                contact.item.address,
                contact.item.name.as_deref().unwrap_or("-"),
                contact.item.subscription.as_str(),
                if contact.item.ask { " asked" } else { "" },
                if contact.blocked { " blocked" } else { "" },
            )
        };
        contacts.iter().map(short).collect()
    }

    /// All messages with somebody, oldest first.
    pub(crate) async fn history(&self, with: &str) -> Vec<Message> {
        let question = HistoryWith {
            account: self.account,
            with: jid(with),
            anchor: Anchor::Newest,
            limit: 10_000,
        };
        self.handle.query(question).await.unwrap().messages
    }

    /// How many messages are stored, after the engine had many occasions to store more.
    pub(crate) async fn stored_after_a_while(&self) -> usize {
        for number in 0..100 {
            let command = Command::SetSetting {
                key: "number".to_owned(),
                value: Some(number.to_string()),
            };
            // Each of these is on the disk before the next.
            self.command(command).await.unwrap();
        }
        let count: i64 = self
            .database()
            .query_row("SELECT count(*) FROM messages", (), |row| row.get(0))
            .unwrap();
        usize::try_from(count).unwrap()
    }

    /// Their texts.
    pub(crate) async fn texts(&self, with: &str) -> Vec<String> {
        let messages = self.history(with).await;
        messages.into_iter().map(|message| message.body).collect()
    }
}
