//! Servers as they were fifteen years ago: no stream management, no carbons, no archive, no personal eventing, a session to be asked for,
//! stanzas of 64 KiB at most, and times in a form of their own.

use chrono::{TimeZone, Utc};
use oriole_core::{
    engine::command::{Command, Done},
    model::message::{MessageState, Origin},
};

use crate::support::{
    engine::{World, jid},
    line::{Acks, Line},
    script::Server,
    session::{BIND, PASSWORD, PRESENCE, ROMEO, ROMEO_IS_A_CONTACT, ROSTER_REQUEST},
};

const SESSION: &str = "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>";
const UNKNOWN: &str = "<error type='cancel' code='501'><feature-not-implemented \
    xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";

/// The next request, which has to match, is not understood.
async fn refuse(line: &mut Line, pattern: &str) {
    let request = line.expect(pattern).await;
    let id = request.attr("id").unwrap();
    let from = request
        .attr("to")
        .map(|to| format!(" from='{to}'"))
        .unwrap_or_default();
    line.send(format!("<iq type='error' id='{id}'{from}>{UNKNOWN}</iq>"))
        .await;
}

/// A session as such a server begins it.
async fn begin(line: &mut Line) {
    line.sign_in("SCRAM-SHA-1", PASSWORD).await;
    line.acks = Acks::Withheld;
    line.open(&format!("{BIND}{SESSION}")).await;
    line.bind().await;
    line.answer(&format!("<iq type='set' id='*'>{SESSION}</iq>"), "")
        .await;
    line.answer(ROSTER_REQUEST, ROMEO_IS_A_CONTACT).await;
    refuse(line, "<iq type='get' id='*'><rest xmlns='any'/></iq>").await;
    for _ in 0..2 {
        refuse(
            line,
            "<iq type='get' id='*' to='*'><rest xmlns='any'/></iq>",
        )
        .await;
    }
    line.expect(PRESENCE).await;
}

/// The ping that stands for an acknowledgement, which such a server does not even know.
async fn refuse_ping(line: &mut Line) {
    refuse(
        line,
        "<iq type='get' id='*' to='chat.example'><ping xmlns='urn:xmpp:ping'/></iq>",
    )
    .await;
}

#[tokio::test]
async fn messages_come_and_go_with_a_server_that_knows_nothing_newer_than_rfc_3921() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        begin(&mut line).await;
        line.send(format!(
            "<message from='{ROMEO}/garden' id='1'><body>kept</body>\
             <x xmlns='jabber:x:delay' from='chat.example' stamp='20100304T05:06:07'/></message>"
        ))
        .await;
        line.send(format!(
            "<message from='{ROMEO}/garden' id='2'><body>told twice when</body>\
             <delay xmlns='urn:xmpp:delay' from='chat.example' stamp='2010-03-04T05:06:08Z'/>\
             <x xmlns='jabber:x:delay' from='chat.example' stamp='20100304T05:06:08'/></message>"
        ))
        .await;
        line.expect_message("ours").await;
        refuse_ping(&mut line).await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    while world.until_message().await.body != "told twice when" {}
    let history = world.history(ROMEO).await;
    for (message, second) in history.iter().zip(7..) {
        let time = Utc.with_ymd_and_hms(2010, 3, 4, 5, 6, second).unwrap();
        assert_eq!((message.time, message.origin), (time, Origin::Offline));
    }
    let ours = world.write("ours").await;
    world.until_message_is(ours, MessageState::Sent).await;
    let mut line = script.end().await;
    let handle = world.handle.clone();
    tokio::join!(handle.shut_down(), line.expect_footer());
}

#[tokio::test]
async fn the_longest_messages_fit_into_64_kib() {
    let server = Server::new().await;
    let address = server.address();
    let long = jid(&format!("{}@{}", "r".repeat(200), "montague.example"));
    let bodies = ["x".repeat(60_000), "<".repeat(15_000), "鹂".repeat(20_000)];
    let count = bodies.len();
    let script = server.play(move |server| async move {
        let mut line = server.accept().await;
        begin(&mut line).await;
        for _ in 0..count {
            let message = line
                .expect("<message type='chat' id='*' to='*'><rest xmlns='any'/></message>")
                .await;
            assert!(String::from(&message).len() < 65_536);
            refuse_ping(&mut line).await;
        }
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    for body in bodies {
        let command = Command::SendMessage {
            account: world.account,
            to: long.clone(),
            body,
        };
        let Ok(Done::Message(_, message)) = world.command(command).await else {
            panic!("it was not sent");
        };
        world.until_message_is(message, MessageState::Sent).await;
    }
    let mut line = script.end().await;
    let handle = world.handle.clone();
    tokio::join!(handle.shut_down(), line.expect_footer());
}
