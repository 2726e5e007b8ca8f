//! What waits to be sent can be taken back and changed, as long as it did not leave; and then neither is anything lost nor sent twice.

use std::collections::BTreeMap;

use oriole_core::{
    engine::{
        command::{Command, Done},
        event::{ConnectionState, Event, TimelineChange},
        query::Chats,
    },
    error::ErrorKind,
    model::{
        ids::MessageId,
        message::MessageState,
        presence::{OwnPresence, Show},
    },
};

use crate::support::{
    engine::{World, jid},
    line::{Acks, Came, Line},
    patiently,
    script::Server,
    session::{BIND, JULIET, NO_CONTACTS, PASSWORD, ROMEO, SM},
};

impl World {
    async fn be(&self, show: Show) {
        let presence = OwnPresence {
            show,
            ..OwnPresence::default()
        };
        let account = None;
        self.command(Command::SetPresence { account, presence })
            .await
            .unwrap();
    }

    /// Takes a message to Romeo back; gives why not.
    async fn cancel(&self, message: MessageId) -> Option<ErrorKind> {
        self.try_on(Command::CancelMessage {
            account: self.account,
            with: jid(ROMEO),
            message,
        })
        .await
    }

    /// Changes a message to Romeo; gives why not.
    async fn edit(&self, message: MessageId, body: &str) -> Option<ErrorKind> {
        self.try_on(Command::EditMessage {
            account: self.account,
            with: jid(ROMEO),
            message,
            body: body.to_owned(),
        })
        .await
    }

    async fn try_on(&self, command: Command) -> Option<ErrorKind> {
        match self.command(command).await {
            Ok(done) => {
                assert_eq!(done, Done::Ok);
                None
            }
            Err(error) => Some(error.kind),
        }
    }

    /// What the list of chats shows.
    async fn preview(&self) -> Option<String> {
        let account = Some(self.account);
        let mut chats = self.handle.query(Chats { account }).await.unwrap();
        chats.remove(0).last.map(|last| last.text)
    }

    /// What the database says about whether the server may have a message.
    fn given(&self, message: MessageId) -> i64 {
        self.database()
            .query_row(
                "SELECT given FROM messages WHERE id = ?1",
                [message.0],
                |row| row.get(0),
            )
            .unwrap()
    }
}

#[tokio::test]
async fn what_did_not_leave_can_be_taken_back_and_changed() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.expect_leaving().await;
        drop(line);
        let mut line = server.accept().await;
        line.begin("s2", NO_CONTACTS).await;
        line.expect_message("one").await;
        line.expect_message("three, and more").await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    world.be(Show::Offline).await;
    world.until_state(ConnectionState::Offline).await;
    let one = world.write("one").await;
    let two = world.write("two").await;
    let three = world.write("three").await;
    assert_eq!(world.cancel(two).await, None);
    world
        .until("that it is gone", |event| match event {
            Event::Timeline {
                change: TimelineChange::Removed(ids),
                ..
            } => (*ids == [two]).then_some(()),
            _ => None,
        })
        .await;
    let before = world.message(three).await;
    assert_eq!(world.edit(three, "three,\u{0} and more").await, None);
    world
        .until("that it is another", |event| match event {
            Event::Timeline {
                change: TimelineChange::Changed(ids),
                ..
            } => (*ids == [three]).then_some(()),
            _ => None,
        })
        .await;
    let after = world.message(three).await;
    assert_eq!(after.body, "three, and more");
    assert_eq!((after.time, after.state), (before.time, before.state));
    assert_eq!(world.preview().await.as_deref(), Some("three, and more"));
    // Not twice, and not to nothing or to too much.
    assert_eq!(world.cancel(two).await, Some(ErrorKind::NotFound));
    assert_eq!(world.edit(two, "x").await, Some(ErrorKind::NotFound));
    assert_eq!(world.edit(three, " \n").await, Some(ErrorKind::BadRequest));
    let long = "<".repeat(20_000);
    assert_eq!(world.edit(three, &long).await, Some(ErrorKind::TooLarge));
    // What is the newest then is shown as such.
    let four = world.write("four").await;
    assert_eq!(world.cancel(four).await, None);
    assert_eq!(world.preview().await.as_deref(), Some("three, and more"));
    world.be(Show::Online).await;
    world.until_message_is(three, MessageState::Sent).await;
    let line = script.end().await;
    assert_eq!(world.texts(ROMEO).await, ["one", "three, and more"]);
    assert_eq!(world.cancel(one).await, Some(ErrorKind::AlreadySent));
    world.leave(line, 5).await;
}

#[tokio::test]
async fn only_own_messages_of_this_chat_and_account_can_be_taken_back() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.send(format!(
            "<message type='chat' from='{ROMEO}/a' to='{JULIET}'><body>his</body></message>"
        ))
        .await;
        line.expect_silence().await;
        line.expect_leaving().await;
    });
    let mut world = World::new(address).await;
    let his = world.until_message().await.id;
    world.be(Show::Offline).await;
    script.end().await;
    let ours = world.write("ours").await;
    assert_eq!(world.cancel(his).await, Some(ErrorKind::NotFound));
    assert_eq!(world.edit(his, "x").await, Some(ErrorKind::NotFound));
    assert_eq!(
        world.cancel(MessageId(ours.0 + 1)).await,
        Some(ErrorKind::NotFound)
    );
    for (account, with) in [
        (world.account.0, "tybalt@capulet.example"),
        (world.account.0 + 1, ROMEO),
    ] {
        let command = Command::CancelMessage {
            account: oriole_core::model::ids::AccountId(account),
            with: jid(with),
            message: ours,
        };
        assert_eq!(world.try_on(command).await, Some(ErrorKind::NotFound));
    }
    assert_eq!(world.texts(ROMEO).await, ["his", "ours"]);
    world.end().await;
}

#[tokio::test]
async fn what_is_on_its_way_stays_and_is_told_from_what_is_not() {
    let server = Server::new().await;
    let address = server.address();
    let (left, has_left) = tokio::sync::oneshot::channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.acks = Acks::Withheld;
        let one = line.expect_message("one").await;
        left.send(()).unwrap();
        line.stall().await;
        // Without an archive nobody can look for it.
        let mut line = server.accept().await;
        line.begin("s2", NO_CONTACTS).await;
        assert_eq!(line.expect_message("one").await, one);
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let one = world.write("one").await;
    has_left.await.unwrap();
    assert_eq!(world.cancel(one).await, Some(ErrorKind::AlreadySent));
    assert_eq!(world.edit(one, "x").await, Some(ErrorKind::AlreadySent));
    world.be(Show::Offline).await;
    world.until_state(ConnectionState::Offline).await;
    assert_eq!(world.given(one), 1);
    assert_eq!(world.cancel(one).await, Some(ErrorKind::AlreadySent));
    let two = world.write("two").await;
    // Nor after a restart, which knows the one from the other.
    let mut world = world.restart().await;
    assert_eq!(world.cancel(one).await, Some(ErrorKind::AlreadySent));
    assert_eq!(world.edit(one, "x").await, Some(ErrorKind::AlreadySent));
    assert_eq!(world.cancel(two).await, None);
    world.be(Show::Online).await;
    world.until_message_is(one, MessageState::Sent).await;
    assert_eq!(world.given(one), 2, "it may be there twice");
    assert_eq!(world.cancel(one).await, Some(ErrorKind::AlreadySent));
    let line = script.end().await;
    assert_eq!(world.texts(ROMEO).await, ["one"]);
    world.leave(line, 5).await;
}

#[tokio::test]
async fn what_the_server_says_it_does_not_have_can_be_taken_back() {
    let server = Server::new().await;
    let address = server.address();
    let (told, is_told) = tokio::sync::oneshot::channel();
    let (gone, is_gone) = tokio::sync::oneshot::channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.acks = Acks::Withheld;
        line.expect_message("one").await;
        line.expect_message("two").await;
        let before = line.stanzas - 1;
        line.lose().await;

        let mut line = server.accept().await;
        line.sign_in("SCRAM-SHA-256", PASSWORD).await;
        line.open(&format!("{BIND}{SM}")).await;
        line.expect("<resume xmlns='urn:xmpp:sm:3' previd='*' h='*'/>")
            .await;
        line.send(format!(
            "<failed xmlns='urn:xmpp:sm:3' h='{before}'>\
             <item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"
        ))
        .await;
        line.bind().await;
        line.enable("s2").await;
        told.send(()).unwrap();
        is_gone.await.unwrap();
        line.sync(NO_CONTACTS).await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let one = world.write("one").await;
    let two = world.write("two").await;
    is_told.await.unwrap();
    world.until_state(ConnectionState::Syncing).await;
    assert_eq!(world.cancel(one).await, Some(ErrorKind::AlreadySent));
    assert_eq!(world.cancel(two).await, None);
    gone.send(()).unwrap();
    let mut line = script.end().await;
    assert_eq!(world.texts(ROMEO).await, ["one"]);
    assert_eq!(world.message(one).await.state, MessageState::Sent);
    tokio::join!(world.end(), line.expect_leaving());
}

#[tokio::test]
async fn what_failed_can_be_deleted_and_stays_away() {
    let server = Server::new().await;
    let address = server.address();
    let (gone, is_gone) = tokio::sync::oneshot::channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        let own = line.begin("s", NO_CONTACTS).await;
        let id = line.expect_message("one").await;
        line.send(format!(
            "<message type='error' from='{ROMEO}' id='{id}'><error type='cancel'>\
             <service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
        ))
        .await;
        is_gone.await.unwrap();
        // As it comes back, with whatever the server made of its text.
        line.send(format!(
            "<message from='{JULIET}'><sent xmlns='urn:xmpp:carbons:2'>\
             <forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat' \
             from='{own}' to='{ROMEO}' id='{id}'><body>One</body></message></forwarded></sent></message>"
        ))
        .await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let one = world.write("one").await;
    world.until_message_is(one, MessageState::Failed).await;
    assert_eq!(world.edit(one, "x").await, Some(ErrorKind::NotAllowed));
    assert_eq!(world.cancel(one).await, None);
    assert_eq!(world.preview().await, None);
    gone.send(()).unwrap();
    let mut line = script.end().await;
    assert_eq!(world.texts(ROMEO).await, [] as [&str; 0]);
    assert_eq!(world.stored_after_a_while().await, 0);
    tokio::join!(world.end(), line.expect_leaving());
}

/// The messages that come until the last one, by their texts: how often each came.
async fn collect(line: &mut Line) -> BTreeMap<String, u32> {
    let mut came: BTreeMap<String, u32> = BTreeMap::new();
    while !came.contains_key("the last one") {
        let Came::Element(message) = patiently("a message", line.next()).await else {
            panic!("the client went");
        };
        let body = message.get_child("body", "jabber:client").unwrap().text();
        *came.entry(body).or_default() += 1;
    }
    came
}

#[tokio::test]
async fn whoever_is_faster_nothing_is_lost_and_nothing_doubled() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        let came = collect(&mut line).await;
        line.expect_silence().await;
        (line, came)
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let mut expected = BTreeMap::new();
    let mut taken_back = 0;
    for number in 0..300 {
        let body = format!("number {number}");
        let message = world.write(&body).await;
        let refused = match number % 3 {
            0 => world.cancel(message).await,
            1 => world.edit(message, &format!("{body}, changed")).await,
            _ => Some(ErrorKind::AlreadySent),
        };
        match refused {
            None if number % 3 == 0 => taken_back += 1,
            None => {
                expected.insert(format!("{body}, changed"), 1);
            }
            Some(kind) => {
                assert_eq!(kind, ErrorKind::AlreadySent);
                expected.insert(body, 1);
            }
        }
    }
    let last = world.write("the last one").await;
    expected.insert("the last one".to_owned(), 1);
    world.until_message_is(last, MessageState::Sent).await;
    let (mut line, came) = script.end().await;
    assert_eq!(came, expected);
    let stored: BTreeMap<String, u32> = world
        .texts(ROMEO)
        .await
        .into_iter()
        .map(|body| (body, 1))
        .collect();
    assert_eq!(stored, expected);
    assert_eq!(world.history(ROMEO).await.len(), 301 - taken_back);
    tokio::join!(world.end(), line.expect_leaving());
}
