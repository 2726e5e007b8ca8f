//! The demo and the real engine, over real sockets. Waiting is for events, never for time.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use chrono::TimeZone;
use jid::BareJid;
use oriole_core::{
    engine::{
        event::{ConnectionState, Event, TimelineChange},
        handle::{start, Config, Delivery, EventStream},
        query::{Chats, ContactRequests, Contacts, HistoryWith, Messages},
    },
    model::{
        chat::Anchor,
        contact::Subscription,
        message::{Message, MessageState, Origin},
    },
    testing::MemorySecrets,
    xmpp::connect::Network,
};
use tokio::io::AsyncReadExt;

use super::*;

struct Client {
    handle: Handle,
    events: EventStream,
    _folder: TempDir,
}

impl Client {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            directory: folder.path().to_owned(),
            secrets: Arc::<MemorySecrets>::default(),
            delivery: Delivery::Complete,
            network: Network::default(),
        };
        let (handle, events) = start(config).await.unwrap();
        Self {
            handle,
            events,
            _folder: folder,
        }
    }

    async fn next(&mut self) -> Event {
        self.events.next().await.unwrap()
    }

    /// Waits for a connection in this state, and gives why it came to it.
    async fn connection(&mut self, wanted: ConnectionState) -> Option<ErrorKind> {
        loop {
            if let Event::Connection { state, error, .. } = self.next().await {
                if state == wanted {
                    return error.map(|error| error.kind);
                }
            }
        }
    }

    /// Waits for a message that this is true of.
    async fn message(&mut self, is_it: impl Fn(&Message) -> bool) -> Message {
        loop {
            if let Event::Timeline {
                change: TimelineChange::Inserted(ids),
                ..
            } = self.next().await
            {
                let messages = self.handle.query(Messages { ids }).await.unwrap();
                if let Some(message) = messages.into_iter().find(&is_it) {
                    return message;
                }
            }
        }
    }

    async fn write(&mut self, account: AccountId, to: &str, body: &str) {
        let (to, body) = (address(to), body.to_owned());
        let command = Command::SendMessage { account, to, body };
        self.handle.send(command).await.unwrap();
    }

    async fn history(&self, account: AccountId, with: &str) -> Vec<Message> {
        let history = HistoryWith {
            account,
            with: address(with),
            anchor: Anchor::Newest,
            limit: 100,
        };
        self.handle.query(history).await.unwrap().messages
    }
}

fn address(text: &str) -> BareJid {
    BareJid::new(text).unwrap()
}

fn demo(language: Language) -> Demo {
    let noon = Utc.with_ymd_and_hms(2025, 6, 6, 12, 0, 0).unwrap();
    Demo {
        language,
        pace: Pace::AtOnce,
        clock: Arc::new(move || noon),
    }
}

fn first_line(message: &Message) -> &str {
    message.body.lines().next().unwrap()
}

#[tokio::test]
async fn signs_in_and_finds_friends_who_have_written() {
    let mut client = Client::new().await;
    let account = demo(Language::English).begin(&client.handle).await.unwrap();
    let mut seen = BTreeMap::new();
    // The last of the script's own: everything else is there then.
    loop {
        match client.next().await {
            Event::Presence {
                address, presence, ..
            } => {
                let words = seen.entry(address.to_string()).or_insert_with(Vec::new);
                words.push(presence.show.as_str());
            }
            Event::Timeline {
                change: TimelineChange::Inserted(ids),
                ..
            } => {
                let messages = client.handle.query(Messages { ids }).await.unwrap();
                if messages
                    .iter()
                    .any(|message| message.body.starts_with("The meeting is over"))
                {
                    break;
                }
            }
            _ => {}
        }
    }
    let seen = |who: &str| seen.get(who).map(|shows| shows[0]);
    assert_eq!(seen("mei@oriole.example"), Some("online"));
    assert_eq!(seen("tom@oriole.example"), Some("away"));
    assert_eq!(seen("meimei@oriole.example"), Some("dnd"));
    assert_eq!(seen("lilei@oriole.example"), None);

    let contacts = client.handle.query(Contacts { account }).await.unwrap();
    let names: Vec<_> = contacts
        .iter()
        .map(|contact| contact.contact.item.name.as_deref().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "Li Lei",
            "Mei Lin",
            "Han Meimei",
            "support.desk",
            "Tom Becker"
        ]
    );
    assert!(contacts
        .iter()
        .all(|contact| contact.contact.item.groups.len() == 1));

    let mei = client.history(account, "mei@oriole.example").await;
    assert_eq!(mei.len(), 5);
    assert!(mei.iter().all(|message| message.origin == Origin::Offline));
    assert_eq!(mei[4].time.to_rfc3339(), "2025-06-06T10:59:00+00:00");
    let chats = client.handle.query(Chats { account: None }).await.unwrap();
    assert_eq!(chats.len(), 5);
    assert!(chats.iter().all(|chat| chat.unread > 0 && !chat.stranger));
    client.handle.shut_down().await;
}

#[tokio::test]
async fn friends_answer_and_what_is_written_is_acknowledged() {
    let mut client = Client::new().await;
    let account = demo(Language::Chinese).begin(&client.handle).await.unwrap();
    client.write(account, "mei@oriole.example", "你好").await;
    let answer = client
        .message(|message| {
            !message.outgoing
                && message.origin == Origin::Live
                && message.with == address("mei@oriole.example")
        })
        .await;
    assert_eq!(first_line(&answer), "你好呀 👋 我刚下山。");
    client
        .write(account, "lilei@oriole.example", "明天来吗")
        .await;
    let answer = client
        .message(|message| {
            !message.outgoing
                && message.origin == Origin::Live
                && message.with == address("lilei@oriole.example")
        })
        .await;
    assert_eq!(answer.body, "我真的不知道…");
    // Signing out waits for what is under way.
    client
        .handle
        .send(Command::SetPresence {
            account: None,
            presence: OwnPresence {
                show: Show::Offline,
                status: String::new(),
            },
        })
        .await
        .unwrap();
    client.connection(ConnectionState::Offline).await;
    let history = client.history(account, "lilei@oriole.example").await;
    let own = history.iter().find(|message| message.outgoing).unwrap();
    assert_eq!(own.state, MessageState::Sent);
    client.handle.shut_down().await;
}

#[tokio::test]
async fn what_was_written_before_comes_once_although_one_signs_in_twice() {
    let mut client = Client::new().await;
    let account = demo(Language::English).begin(&client.handle).await.unwrap();
    // The last of what was written before.
    client
        .message(|message| message.body.starts_with("This is a demo"))
        .await;
    for show in [Show::Offline, Show::Online] {
        let presence = OwnPresence {
            show,
            status: String::new(),
        };
        let account = Some(account);
        client
            .handle
            .send(Command::SetPresence { account, presence })
            .await
            .unwrap();
        let state = match show {
            Show::Offline => ConnectionState::Offline,
            _ => ConnectionState::Online,
        };
        client.connection(state).await;
    }
    // By the time of an answer, all that was before it is there.
    client.write(account, "mei@oriole.example", "Hello").await;
    client
        .message(|message| message.body.starts_with("Hi! 👋"))
        .await;
    let history = client.history(account, "mei@oriole.example").await;
    let before = history
        .iter()
        .filter(|message| message.origin == Origin::Offline);
    assert_eq!(before.count(), 5);
    client.handle.shut_down().await;
}

#[tokio::test]
async fn who_asks_can_be_accepted_and_anybody_can_be_added() {
    let mut client = Client::new().await;
    let account = demo(Language::English).begin(&client.handle).await.unwrap();
    while !matches!(client.next().await, Event::ContactRequested(_)) {}
    let requests = ContactRequests { account: None };
    let requests = client.handle.query(requests).await.unwrap();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].name.as_deref(), Some("Anna Kovář"));
    assert!(requests[0].text.contains("birthday"));
    let anna = requests[0].address.clone();
    let accept = Command::AcceptContact {
        account,
        address: anna.clone(),
    };
    client.handle.send(accept).await.unwrap();
    client
        .message(|message| message.body.starts_with("Thank you for adding me"))
        .await;
    let of = |contacts: Vec<oriole_core::engine::query::ContactStatus>, who: &BareJid| {
        contacts
            .into_iter()
            .find(|contact| contact.contact.item.address == *who)
            .unwrap()
    };
    let contacts = client.handle.query(Contacts { account }).await.unwrap();
    let her = of(contacts, &anna);
    assert_eq!(her.contact.item.subscription, Subscription::Both);
    assert_eq!(her.presence.show, Show::Online);

    let new = address("new@oriole.example");
    let add = Command::AddContact {
        account,
        address: new.clone(),
        name: Some("New".to_owned()),
        groups: Vec::new(),
    };
    client.handle.send(add).await.unwrap();
    client
        .message(|message| message.body.starts_with("Hello! I did not exist"))
        .await;
    let contacts = client.handle.query(Contacts { account }).await.unwrap();
    let they = of(contacts, &new);
    assert_eq!(they.presence.show, Show::Online);
    assert_eq!(they.contact.item.name.as_deref(), Some("New"));
    client.handle.shut_down().await;
}

#[tokio::test]
async fn nobody_comes_in_without_the_password_or_under_another_name() {
    let port = demo(Language::English).open("right").await.unwrap();
    let mut client = Client::new().await;
    sign_in(&client.handle, port, "wrong").await.unwrap();
    assert_eq!(
        client.connection(ConnectionState::Offline).await,
        Some(ErrorKind::WrongPassword)
    );
    for (other, expected) in [
        ("me@oriole.example", ErrorKind::WrongPassword),
        ("you@example.net", ErrorKind::RemoteError),
    ] {
        let settings = AccountSettings {
            server: Some(format!("127.0.0.1:{port}").parse().unwrap()),
            security: Security::Plain,
            ..AccountSettings::new(address(other))
        };
        let password = Password::new("right");
        let command = Command::AddAccount {
            settings,
            password,
            proxy_password: None,
            register: false,
        };
        client.handle.send(command).await.unwrap();
        let state = match expected {
            ErrorKind::WrongPassword => ConnectionState::Offline,
            _ => ConnectionState::Waiting,
        };
        assert_eq!(client.connection(state).await, Some(expected), "{other}");
    }
    client.handle.shut_down().await;
}

#[tokio::test]
async fn strangers_do_not_keep_the_client_out() {
    let port = demo(Language::English).open("right").await.unwrap();
    let place = (Ipv4Addr::LOCALHOST, port);
    let mut idle = Vec::new();
    for _ in 0..4 {
        idle.push(tokio::net::TcpStream::connect(place).await.unwrap());
    }
    let mut babbling = tokio::net::TcpStream::connect(place).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut babbling, b"GET / HTTP/1.1\r\n<html/>")
        .await
        .unwrap();
    let mut answer = Vec::new();
    // Whatever it is told, it is let go.
    let _ = babbling.read_to_end(&mut answer).await;
    let mut client = Client::new().await;
    sign_in(&client.handle, port, "right").await.unwrap();
    assert_eq!(client.connection(ConnectionState::Online).await, None);
    client.handle.shut_down().await;
}

#[test]
fn the_folder_is_its_owners_only_and_goes_away() {
    let profile = Profile::new().unwrap();
    let path = profile.path().to_owned();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }
    std::fs::write(path.join("file"), "").unwrap();
    profile.remove();
    assert!(!path.exists());
    let path = {
        let profile = Profile::new().unwrap();
        profile.path().to_owned()
    };
    assert!(!path.exists());
}
