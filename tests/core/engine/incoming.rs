//! What others write: of every shape, each once, and nothing lost when nobody takes the events.

use chrono::{TimeDelta, Utc};
use oriole_core::{
    engine::event::{Event, TimelineChange},
    model::message::{Message, Origin},
};

use crate::support::{
    engine::World,
    script::Server,
    session::{JULIET, NO_CONTACTS, ROMEO, ROMEO_IS_A_CONTACT, from_romeo},
};

const SERVERS: u32 = 4;

/// The messages that are stored with somebody after the server has sent this.
async fn stored(with: &str, stanzas: &[&str]) -> Vec<Message> {
    let server = Server::new().await;
    let address = server.address();
    let all = stanzas.concat();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        let own = line.begin("s", ROMEO_IS_A_CONTACT).await;
        line.send(all.replace("OWN", &own)).await;
        line.expect_silence().await;
        line
    });
    let world = World::new(address).await;
    let line = script.end().await;
    let messages = world.history(with).await;
    let count = u32::try_from(stanzas.len()).unwrap();
    world.leave(line, SERVERS + count + 1).await;
    messages
}

fn texts(messages: &[Message]) -> Vec<&str> {
    messages
        .iter()
        .map(|message| message.body.as_str())
        .collect()
}

#[tokio::test]
async fn messages_of_every_shape() {
    let messages = stored(
        ROMEO,
        &[
            "<message from='romeo@montague.example/a' type='chat'><body>chat</body></message>",
            "<message from='romeo@montague.example'><body>no type</body></message>",
            "<message from='ROMEO@Montague.example/b' type='normal'><body>normal</body></message>",
            "<message from='romeo@montague.example/a' type='headline'><body>headline</body></message>",
            "<message from='romeo@montague.example/a' type='something'><body>unknown type</body></message>",
            "<message from='romeo@montague.example/a'><subject>Only</subject></message>",
            "<message from='romeo@montague.example/a'><body/></message>",
            "<message from='romeo@montague.example/a'><body xmlns='another'>no</body></message>",
            "<message from='romeo@montague.example/a'><composing xmlns='http://jabber.org/protocol/chatstates'/></message>",
            "<message from='romeo@montague.example/a' type='groupchat'><body>not joined</body></message>",
            "<message from='romeo@montague.example/a' type='error'><body>no</body></message>",
            "<message from='@@@' type='chat'><body>from nowhere</body></message>",
            "<message from='romeo@montague.example/a'><body xml:lang='de'>Hallo</body><body>Hello</body><body xml:lang='zh'>你好</body></message>",
            "<message from='romeo@montague.example/a'><body xml:lang='zh'>你好</body><body xml:lang='de'>Hallo</body></message>",
            "<message from='romeo@montague.example/a'><body>one<b xmlns='x'>two</b>three</body><thread/><thread/></message>",
            "<message from='romeo@montague.example/🌹'><body>\u{1F339} &#x1F339; &lt;b&gt;</body></message>",
        ],
    )
    .await;
    assert_eq!(
        texts(&messages),
        [
            "chat",
            "no type",
            "normal",
            "headline",
            "unknown type",
            "Hello",
            "你好",
            "onethree",
            "\u{1F339} \u{1F339} <b>",
        ]
    );
    for message in &messages {
        assert_eq!(message.from.as_str(), ROMEO);
        assert!(!message.outgoing && !message.stranger);
    }
}

#[tokio::test]
async fn strangers_are_told_from_contacts() {
    let messages = stored(
        "tybalt@capulet.example",
        &["<message from='tybalt@capulet.example/x' type='chat'><body>Hm</body></message>"],
    )
    .await;
    assert!(messages[0].stranger);
}

#[tokio::test]
async fn times_come_from_who_may_tell_them() {
    let messages = stored(
        ROMEO,
        &[
            "<message from='romeo@montague.example/a'><body>1</body><delay xmlns='urn:xmpp:delay' stamp='2020-02-03T04:05:06Z' from='chat.example'/></message>",
            "<message from='romeo@montague.example/a'><body>2</body><delay xmlns='urn:xmpp:delay' stamp='2020-02-03T04:05:06.789+01:00'/></message>",
            "<message from='romeo@montague.example/a'><body>3</body><x xmlns='jabber:x:delay' stamp='20200203T04:05:06'/></message>",
            "<message from='romeo@montague.example/a'><body>4</body><delay xmlns='urn:xmpp:delay' stamp='9999-01-01T00:00:00Z'/></message>",
            "<message from='romeo@montague.example/a'><body>5</body><delay xmlns='urn:xmpp:delay' stamp='soon'/></message>",
            "<message from='romeo@montague.example/a'><body>6</body><delay xmlns='urn:xmpp:delay' stamp='+262142-12-31T23:59:59Z'/></message>",
        ],
    )
    .await;
    let stamps: Vec<String> = messages
        .iter()
        .map(|message| message.time.to_rfc3339())
        .collect();
    assert_eq!(stamps[0], "2020-02-03T04:05:06+00:00");
    assert_eq!(stamps[1], "2020-02-03T03:05:06.789+00:00");
    assert_eq!(stamps[2], "2020-02-03T04:05:06+00:00");
    for message in &messages[3..] {
        let age = Utc::now() - message.time;
        assert!(
            age < TimeDelta::hours(1) && age >= TimeDelta::zero(),
            "{message:?}"
        );
    }
    let origins: Vec<Origin> = messages.iter().map(|message| message.origin).collect();
    assert_eq!(origins[..3], [Origin::Offline, Origin::Live, Origin::Live]);
}

#[tokio::test]
async fn what_our_account_sends_itself_is_ours() {
    let messages = stored(
        JULIET,
        &[
            "<message from='juliet@chat.example/phone' type='chat'><body>a note</body></message>",
            "<message from='OWN' type='chat'><body>from here</body></message>",
            "<message type='chat'><body>from nobody</body></message>",
        ],
    )
    .await;
    assert_eq!(texts(&messages), ["a note", "from here", "from nobody"]);
    assert!(messages.iter().all(|message| message.outgoing));
}

#[tokio::test]
async fn the_same_message_twice_is_one() {
    let messages = stored(
        ROMEO,
        &[
            &from_romeo("m1", "one"),
            &from_romeo("m1", "one"),
            &from_romeo("m2", "one"),
        ],
    )
    .await;
    assert_eq!(texts(&messages), ["one", "one"]);
}

#[tokio::test]
async fn with_nobody_to_take_the_events_less_is_read_and_nothing_lost() {
    const MANY: u32 = 4_000;
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        for number in 0..MANY {
            line.send(from_romeo(&format!("m{number}"), &number.to_string()))
                .await;
        }
        line.expect_handled(SERVERS + MANY).await;
        line
    });
    let mut world = World::new(address).await;
    // As long as nobody takes any, it is not read much further than events may wait.
    let stored = world.stored_after_a_while().await;
    assert!(stored < 2_000, "{stored}");
    let mut seen = Vec::new();
    while seen.len() < MANY as usize {
        let ids = world
            .until("messages", |event| match event {
                Event::Timeline {
                    change: TimelineChange::Inserted(ids),
                    ..
                } => Some(ids.clone()),
                _ => None,
            })
            .await;
        seen.extend(ids);
    }
    let line = script.end().await;
    let bodies: Vec<String> = (0..MANY).map(|number| number.to_string()).collect();
    assert_eq!(world.texts(ROMEO).await, bodies);
    world.leave(line, SERVERS + MANY).await;
}
