//! Stream management (XEP-0198): nothing is lost and nothing doubles, whichever side lost what when the connection broke.

use oriole_core::{
    engine::{
        command::{Command, Done},
        event::ConnectionState,
    },
    error::ErrorKind,
    model::{
        message::MessageState,
        presence::{OwnPresence, Show},
    },
};

use crate::support::{
    engine::{World, jid},
    line::Acks,
    script::Server,
    session::{BIND, NO_CONTACTS, PASSWORD, ROMEO, SM, from_romeo},
};

/// How many stanzas each side has sent once a session has begun: four requests with their answers, and our presence.
const SERVERS: u32 = 4;
const OURS: u32 = 5;

#[tokio::test]
async fn what_the_server_did_not_get_is_sent_again_and_what_it_got_is_not() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.acks = Acks::Withheld;
        line.expect_message("one").await;
        let two = line.expect_message("two").await;
        line.lose().await;

        let mut line = server.accept().await;
        line.resume("s", SERVERS, OURS + 1).await;
        assert_eq!(line.expect_message("two").await, two);
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let one = world.write("one").await;
    let two = world.write("two").await;
    world.until_waiting().await;
    world.until_message_is(one, MessageState::Sent).await;
    world.until_message_is(two, MessageState::Sent).await;
    let line = script.end().await;
    world.leave(line, SERVERS + 1).await;
}

#[tokio::test]
async fn what_all_arrived_is_not_sent_again() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.acks = Acks::Withheld;
        line.expect_message("one").await;
        line.lose().await;

        let mut line = server.accept().await;
        line.resume("s", SERVERS, OURS + 1).await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let one = world.write("one").await;
    world.until_waiting().await;
    world.until_resumed().await;
    assert_eq!(world.message(one).await.state, MessageState::Sent);
    let line = script.end().await;
    world.leave(line, SERVERS + 1).await;
}

#[tokio::test]
async fn what_comes_again_is_there_once() {
    let server = Server::new().await;
    let address = server.address();
    let (stored, is_stored) = tokio::sync::oneshot::channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.send(from_romeo("m1", "one")).await;
        is_stored.await.unwrap();
        line.lose().await;

        let mut line = server.accept().await;
        line.resume("s", SERVERS + 1, OURS).await;
        // As if the server had not known that we had it.
        line.send(from_romeo("m1", "one")).await;
        line.send(from_romeo("m2", "two")).await;
        line.expect_handled(SERVERS + 3).await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    assert_eq!(world.until_message().await.body, "one");
    stored.send(()).unwrap();
    world.until_waiting().await;
    assert_eq!(world.until_message().await.body, "two");
    assert_eq!(world.texts(ROMEO).await, ["one", "two"]);
    let line = script.end().await;
    world.leave(line, SERVERS + 3).await;
}

#[tokio::test]
async fn what_could_not_be_stored_is_not_acknowledged_and_comes_again() {
    let server = Server::new().await;
    let address = server.address();
    let (broken, is_broken) = tokio::sync::oneshot::channel();
    let (mended, is_mended) = tokio::sync::oneshot::channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.send(from_romeo("m1", "one")).await;
        line.expect_handled(SERVERS + 1).await;
        is_broken.await.unwrap();
        line.send(from_romeo("m2", "two")).await;
        line.send(from_romeo("m3", "three")).await;
        line.send("<r xmlns='urn:xmpp:sm:3'/>").await;
        // No acknowledgement: the client leaves.
        line.stall().await;

        is_mended.await.unwrap();
        let mut line = server.accept().await;
        line.resume("s", SERVERS + 1, OURS).await;
        line.send(from_romeo("m2", "two")).await;
        line.send(from_romeo("m3", "three")).await;
        line.expect_handled(SERVERS + 3).await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    assert_eq!(world.until_message().await.body, "one");
    let breaking = world.database();
    breaking
        .execute_batch(
            "CREATE TRIGGER broken BEFORE INSERT ON messages WHEN new.body = 'two'
             BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
        )
        .unwrap();
    broken.send(()).unwrap();
    assert_eq!(world.until_waiting().await, ErrorKind::Storage);
    breaking.execute_batch("DROP TRIGGER broken").unwrap();
    drop(breaking);
    mended.send(()).unwrap();
    world.until_resumed().await;
    let line = script.end().await;
    let mut texts = world.texts(ROMEO).await;
    texts.sort_unstable();
    assert_eq!(texts, ["one", "three", "two"]);
    world.leave(line, SERVERS + 3).await;
}

#[tokio::test]
async fn a_session_that_is_gone_is_replaced_and_what_may_be_lost_is_sent_again() {
    for (known, again) in [("h='6'", &["two"][..]), ("", &["one", "two"])] {
        assert_eq!(OURS + 1, 6);
        let server = Server::new().await;
        let address = server.address();
        let script = server.play(move |server| async move {
            let mut line = server.accept().await;
            line.begin("s", NO_CONTACTS).await;
            line.acks = Acks::Withheld;
            let ids = [
                line.expect_message("one").await,
                line.expect_message("two").await,
            ];
            line.lose().await;

            let mut line = server.accept().await;
            line.sign_in("SCRAM-SHA-256", PASSWORD).await;
            line.open(&format!("{BIND}{SM}")).await;
            line.expect_resume("s", SERVERS).await;
            line.send(format!(
                "<failed xmlns='urn:xmpp:sm:3' {known}>\
                 <item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"
            ))
            .await;
            line.bind().await;
            line.enable("s2").await;
            line.sync(NO_CONTACTS).await;
            for body in again {
                assert!(ids.contains(&line.expect_message(body).await));
            }
            line.expect_silence().await;
            line
        });
        let mut world = World::new(address).await;
        world.until_online().await;
        let one = world.write("one").await;
        let two = world.write("two").await;
        world.until_waiting().await;
        world.until_message_is(one, MessageState::Sent).await;
        world.until_message_is(two, MessageState::Sent).await;
        let line = script.end().await;
        world.leave(line, SERVERS + 1).await;
    }
}

#[tokio::test]
async fn a_session_that_the_server_does_not_keep_is_not_resumed() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.sign_in("SCRAM-SHA-256", PASSWORD).await;
        line.open(&format!("{BIND}{SM}")).await;
        line.bind().await;
        line.expect("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
            .await;
        line.send("<enabled xmlns='urn:xmpp:sm:3'/>").await;
        line.sync(NO_CONTACTS).await;
        line.expect_handled(SERVERS).await;
        line.lose().await;

        let mut line = server.accept().await;
        line.begin("s2", NO_CONTACTS).await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    world.until_waiting().await;
    world.until_online().await;
    let line = script.end().await;
    world.leave(line, SERVERS).await;
}

#[tokio::test]
async fn what_is_wanted_while_the_connection_is_away_is_done_after_resumption() {
    let server = Server::new().await;
    let address = server.address();
    let (asked, is_asked) = tokio::sync::oneshot::channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.lose().await;

        let line = server.accept().await;
        is_asked.await.unwrap();
        let mut line = line;
        line.resume("s", SERVERS, OURS).await;
        line.expect(
            "<presence><show>dnd</show><c xmlns='http://jabber.org/protocol/caps' hash='*' node='*' ver='*'/></presence>",
        )
        .await;
        line.expect(
            "<iq type='set' id='*'><query xmlns='jabber:iq:roster'>\
             <item jid='romeo@montague.example'/></query></iq>",
        )
        .await;
        line.expect("<presence type='subscribe' to='romeo@montague.example'/>")
            .await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    world.until_waiting().await;
    world.until_state(ConnectionState::Connecting).await;
    let account = world.account;
    let presence = OwnPresence {
        show: Show::Dnd,
        ..OwnPresence::default()
    };
    let set = world
        .command(Command::SetPresence {
            account: None,
            presence,
        })
        .await;
    assert_eq!(set, Ok(Done::Ok));
    let handle = world.handle.clone();
    let adding = tokio::spawn(async move {
        let add = Command::AddContact {
            account,
            address: jid(ROMEO),
            name: None,
            groups: Vec::new(),
        };
        handle.send(add).await
    });
    // Orders are carried out in order, so this one's effect shows that the other two have arrived.
    world.command(Command::ConnectNow(account)).await.unwrap();
    asked.send(()).unwrap();
    assert_eq!(adding.await.unwrap(), Ok(Done::Ok));
    let line = script.end().await;
    world.leave(line, SERVERS).await;
}

#[tokio::test]
async fn a_message_that_is_tried_again_while_the_connection_is_away_is_sent_after_resumption() {
    let server = Server::new().await;
    let address = server.address();
    let (retried, is_retried) = tokio::sync::oneshot::channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        let id = line.expect_message("one").await;
        line.send(format!(
            "<message type='error' from='{ROMEO}' id='{id}'><error type='cancel'>\
             <service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
        ))
        .await;
        line.expect_message("two").await;
        line.expect_handled(SERVERS + 1).await;
        line.lose().await;

        let mut line = server.accept().await;
        is_retried.await.unwrap();
        line.resume("s", SERVERS + 1, OURS + 2).await;
        assert_eq!(line.expect_message("one").await, id);
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let one = world.write("one").await;
    world.until_message_is(one, MessageState::Failed).await;
    let two = world.write("two").await;
    world.until_message_is(two, MessageState::Sent).await;
    world.until_waiting().await;
    world.until_state(ConnectionState::Connecting).await;
    world.command(Command::RetryMessage(one)).await.unwrap();
    retried.send(()).unwrap();
    world.until_message_is(one, MessageState::Sent).await;
    let line = script.end().await;
    world.leave(line, SERVERS + 2).await;
}

#[tokio::test]
async fn what_was_ours_before_the_engine_ended_is_sent_after_its_restart() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.acks = Acks::Withheld;
        let first = line.expect_message("one").await;
        line.stall().await;

        let mut line = server.accept().await;
        line.begin("s2", NO_CONTACTS).await;
        assert_eq!(line.expect_message("one").await, first);
        line.expect_message("two").await;
        line.expect_message("three").await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    world.write("one").await;
    let away = OwnPresence {
        show: Show::Offline,
        ..OwnPresence::default()
    };
    let account = None;
    let here = OwnPresence::default();
    world
        .command(Command::SetPresence {
            account,
            presence: away,
        })
        .await
        .unwrap();
    world.until_state(ConnectionState::Offline).await;
    world.write("two").await;
    world.write("three").await;
    let mut world = world.restart().await;
    world
        .command(Command::SetPresence {
            account,
            presence: here,
        })
        .await
        .unwrap();
    let last = world.history(ROMEO).await.pop().unwrap();
    world.until_message_is(last.id, MessageState::Sent).await;
    let line = script.end().await;
    world.leave(line, SERVERS + 1).await;
}
