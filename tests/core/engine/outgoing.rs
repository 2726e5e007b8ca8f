//! What we write: queued in the database, sent in order, with a state from the moment it is typed.

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
    session::{NO_CONTACTS, ROMEO},
};

const SERVERS: u32 = 4;

async fn be(world: &World, show: Show) {
    let presence = OwnPresence {
        show,
        ..OwnPresence::default()
    };
    let account = None;
    world
        .command(Command::SetPresence { account, presence })
        .await
        .unwrap();
}

#[tokio::test]
async fn what_is_written_while_offline_is_sent_in_order_when_back() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.expect_leaving().await;
        drop(line);
        let mut line = server.accept().await;
        line.begin("s2", NO_CONTACTS).await;
        for number in 0..250 {
            line.expect_message(&format!("number {number}")).await;
        }
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    be(&world, Show::Offline).await;
    world.until_state(ConnectionState::Offline).await;
    let mut last = None;
    for number in 0..250 {
        let message = world.write(&format!("number {number}")).await;
        assert_eq!(world.message(message).await.state, MessageState::Queued);
        last = Some(message);
    }
    be(&world, Show::Online).await;
    world
        .until_message_is(last.unwrap(), MessageState::Sent)
        .await;
    let line = script.end().await;
    let sent = |message: &oriole_core::model::message::Message| message.state == MessageState::Sent;
    assert!(world.history(ROMEO).await.iter().all(sent));
    world.leave(line, SERVERS + 1).await;
}

#[tokio::test]
async fn without_stream_management_a_ping_tells_what_arrived() {
    let server = Server::new().await;
    let address = server.address();
    let ping = "<iq type='get' id='*' to='chat.example'><ping xmlns='urn:xmpp:ping'/></iq>";
    let (lost, is_lost) = tokio::sync::oneshot::channel();
    let script = server.play(move |server| async move {
        let mut line = server.accept().await;
        line.begin_unmanaged(NO_CONTACTS).await;
        line.expect_message("one").await;
        line.answer(ping, "").await;
        let two = line.expect_message("two").await;
        line.expect(ping).await;
        is_lost.await.unwrap();
        line.lose().await;

        let mut line = server.accept().await;
        line.begin_unmanaged(NO_CONTACTS).await;
        assert_eq!(line.expect_message("two").await, two);
        line.answer(ping, "").await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let one = world.write("one").await;
    world.until_message_is(one, MessageState::Sent).await;
    let two = world.write("two").await;
    lost.send(()).unwrap();
    world.until_waiting().await;
    assert_eq!(world.message(two).await.state, MessageState::Queued);
    world.until_message_is(two, MessageState::Sent).await;
    let mut line = script.end().await;
    let (handle, leaving) = (world.handle.clone(), line.expect_footer());
    tokio::join!(handle.shut_down(), leaving);
}

#[tokio::test]
async fn what_xml_cannot_carry_is_left_out_of_a_message() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.expect_message("beepbeep &amp; &lt;黄鹂&gt; 🐦").await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    world.write("\u{7}beep\u{0}beep\u{FFFE} & <黄鹂> 🐦").await;
    let line = script.end().await;
    assert_eq!(world.texts(ROMEO).await, ["beepbeep & <黄鹂> 🐦"]);
    world.leave(line, SERVERS).await;
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_it_is_stored() {
    let server = Server::new().await;
    let world = World::new(server.address()).await;
    for (body, expected) in [
        (" \n\u{0}".to_owned(), ErrorKind::BadRequest),
        ("<".repeat(20_000), ErrorKind::TooLarge),
        ("鹂".repeat(20_001), ErrorKind::TooLarge),
    ] {
        let command = Command::SendMessage {
            account: world.account,
            to: jid(ROMEO),
            body,
        };
        assert_eq!(world.command(command).await.unwrap_err().kind, expected);
    }
    assert_eq!(world.history(ROMEO).await.len(), 0);
    drop(server);
    world.end().await;
}

#[tokio::test]
async fn a_message_that_comes_back_has_failed_and_can_be_tried_again() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        let id = line.expect_message("one").await;
        // Nobody else can say that it failed.
        for from in ["tybalt@capulet.example", ROMEO] {
            line.send(format!(
                "<message type='error' from='{from}' id='{id}'><error type='cancel'>\
                 <service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>\
                 <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>From {from}</text></error></message>"
            ))
            .await;
        }
        assert_eq!(line.expect_message("one").await, id);
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let message = world.write("one").await;
    world.until_message_is(message, MessageState::Failed).await;
    let error = world.message(message).await.error.unwrap();
    assert_eq!(error.kind, ErrorKind::RemoteError);
    assert_eq!(error.detail, format!("From {ROMEO} (service-unavailable)"));
    let retry = || Command::RetryMessage(message);
    assert_eq!(world.command(retry()).await, Ok(Done::Ok));
    world.until_message_is(message, MessageState::Sent).await;
    let again = world.command(retry()).await;
    assert_eq!(again.unwrap_err().kind, ErrorKind::BadRequest);
    let line = script.end().await;
    world.leave(line, SERVERS + 3).await;
}

#[tokio::test]
async fn what_the_server_has_not_acknowledged_stays_queued_over_a_restart() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.acks = Acks::Withheld;
        let ids = [
            line.expect_message("one").await,
            line.expect_message("two").await,
        ];
        line.stall().await;
        let mut line = server.accept().await;
        line.begin("s2", NO_CONTACTS).await;
        assert_eq!(line.expect_message("one").await, ids[0]);
        assert_eq!(line.expect_message("two").await, ids[1]);
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    world.write("one").await;
    world.write("two").await;
    let mut world = world.restart().await;
    let last = world.history(ROMEO).await.pop().unwrap();
    assert_eq!(last.state, MessageState::Queued);
    world.until_message_is(last.id, MessageState::Sent).await;
    let line = script.end().await;
    world.leave(line, SERVERS + 1).await;
}
