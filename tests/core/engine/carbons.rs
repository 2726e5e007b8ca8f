//! Copies of what other devices of the account send and receive (XEP-0280): asked for, each message once, and nobody's invention.

use oriole_core::model::message::{Message, MessageState, Origin};

use crate::support::{
    engine::World,
    line::{Acks, Line},
    script::Server,
    session::{JULIET, NO_CONTACTS, ROMEO, ROMEO_IS_A_CONTACT, from_romeo},
};

const CARBONS: &str = "urn:xmpp:carbons:2";
const ARCHIVE: &str = "urn:xmpp:mam:2";
/// What the server has sent when copies are on.
const SERVERS: u32 = 5;

impl Line {
    /// The client asks for copies and gets them.
    async fn copies(&mut self) {
        self.answer(
            "<iq type='set' id='*'><enable xmlns='urn:xmpp:carbons:2'/></iq>",
            "",
        )
        .await;
    }

    /// A whole new session, with copies.
    async fn begin_with_copies(&mut self, name: &str) {
        self.begin_with(name, ROMEO_IS_A_CONTACT, &[CARBONS]).await;
        self.copies().await;
    }

    /// The newest page of the archive, which is all of it.
    async fn archive(&mut self, results: &[(&str, &str)]) {
        let request = self
            .expect(
                "<iq type='set' id='*'><query xmlns='urn:xmpp:mam:2' queryid='*'>\
                 <rest xmlns='any'/></query></iq>",
            )
            .await;
        let query = request.children().next().unwrap().attr("queryid").unwrap();
        let stamp = chrono::Utc::now().to_rfc3339();
        for (id, message) in results {
            self.send(format!(
                "<message><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='{id}'>\
                 <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='{stamp}'/>\
                 {message}</forwarded></result></message>"
            ))
            .await;
        }
        let id = request.attr("id").unwrap();
        self.send(format!(
            "<iq type='result' id='{id}'><fin xmlns='urn:xmpp:mam:2' complete='true'/></iq>"
        ))
        .await;
    }
}

/// A copy as our server sends it, of something `sent` or `received`.
fn copy(kind: &str, message: &str) -> String {
    copy_from(&format!("from='{JULIET}'"), kind, message)
}

fn copy_from(from: &str, kind: &str, message: &str) -> String {
    let message = message.replacen("<message ", "<message xmlns='jabber:client' ", 1);
    format!(
        "<message {from} to='{JULIET}/here'><{kind} xmlns='urn:xmpp:carbons:2'>\
         <forwarded xmlns='urn:xmpp:forward:0'>{message}</forwarded></{kind}></message>"
    )
}

/// A message of ours to Romeo from another device.
fn by_phone(id: &str, body: &str) -> String {
    format!(
        "<message type='chat' from='{JULIET}/phone' to='{ROMEO}' id='{id}'><body>{body}</body>\
         <origin-id xmlns='urn:xmpp:sid:0' id='{id}'/></message>"
    )
}

/// With the id that our server gave it.
fn numbered(message: &str, id: &str) -> String {
    message.replace(
        "</message>",
        &format!("<stanza-id xmlns='urn:xmpp:sid:0' by='{JULIET}' id='{id}'/></message>"),
    )
}

/// The messages that are stored with somebody after the server has sent this, and how many there are at all.
async fn stored(with: &str, stanzas: &[String]) -> (Vec<Message>, usize) {
    let server = Server::new().await;
    let address = server.address();
    let all = stanzas.concat();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin_with_copies("s").await;
        line.send(all).await;
        line.expect_silence().await;
        line
    });
    let world = World::new(address).await;
    let line = script.end().await;
    let messages = world.history(with).await;
    let count = world.stored_after_a_while().await;
    let sent = u32::try_from(stanzas.len()).unwrap();
    world.leave(line, SERVERS + sent + 1).await;
    (messages, count)
}

fn texts(messages: &[Message]) -> Vec<&str> {
    messages
        .iter()
        .map(|message| message.body.as_str())
        .collect()
}

#[tokio::test]
async fn they_are_asked_for_before_the_archive_and_in_every_new_session() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin_with("s", NO_CONTACTS, &[CARBONS, ARCHIVE]).await;
        line.copies().await;
        line.archive(&[]).await;
        line.expect_handled(6).await;
        let ours = line.stanzas;
        line.lose().await;

        // A resumed session still has them.
        let mut line = server.accept().await;
        line.resume("s", 6, ours).await;
        line.expect_silence().await;
        line.send(copy("received", &from_romeo("m1", "one"))).await;
        line.expect_silence().await;
        line.send(
            "<stream:error><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
        )
        .await;
        line.close().await;

        let mut line = server.accept().await;
        line.begin_with("s2", NO_CONTACTS, &[CARBONS, ARCHIVE])
            .await;
        line.copies().await;
        line.archive(&[]).await;
        line.expect_silence().await;
        line
    });
    let world = World::new(address).await;
    let mut line = script.end().await;
    assert_eq!(world.texts(ROMEO).await, ["one"]);
    tokio::join!(world.end(), line.expect_leaving());
}

#[tokio::test]
async fn a_server_that_has_none_or_refuses_is_no_worse_for_it() {
    for refuses in [true, false] {
        let server = Server::new().await;
        let address = server.address();
        let script = server.play(move |server| async move {
            let mut line = server.accept().await;
            if refuses {
                line.begin_with("s", NO_CONTACTS, &[CARBONS]).await;
                let request = line
                    .expect("<iq type='set' id='*'><enable xmlns='urn:xmpp:carbons:2'/></iq>")
                    .await;
                line.send(format!(
                    "<iq type='error' id='{}'><error type='cancel'>\
                     <not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
                    request.attr("id").unwrap()
                ))
                .await;
            } else {
                line.begin("s", NO_CONTACTS).await;
            }
            line.expect_silence().await;
            line.send(from_romeo("m1", "one")).await;
            line.expect_silence().await;
            line
        });
        let world = World::new(address).await;
        let mut line = script.end().await;
        assert_eq!(world.texts(ROMEO).await, ["one"]);
        tokio::join!(world.end(), line.expect_leaving());
    }
}

#[tokio::test]
async fn both_sides_of_a_conversation_elsewhere_stand_in_its_chat() {
    let (messages, count) = stored(
        ROMEO,
        &[
            copy("received", &from_romeo("m1", "hers to hear")),
            copy("sent", &by_phone("from-the-phone", "hers to say")),
            // Our server may leave itself unnamed, and a message of no type is one too.
            copy_from(
                "",
                "received",
                &format!(
                    "<message from='{ROMEO}/a' to='{JULIET}/phone'><body>no type</body></message>"
                ),
            ),
            copy(
                "received",
                &format!(
                    "<message type='chat' from='{ROMEO}/a' to='{JULIET}'><body>late</body>\
                     <delay xmlns='urn:xmpp:delay' stamp='2020-02-03T04:05:06Z'/></message>"
                ),
            ),
        ],
    )
    .await;
    assert_eq!(
        texts(&messages),
        ["hers to hear", "hers to say", "no type", "late"]
    );
    assert_eq!(count, 4);
    for message in &messages {
        assert_eq!(message.origin, Origin::Carbon);
        assert_eq!(message.with.as_str(), ROMEO);
        assert!(!message.stranger);
    }
    let ours = &messages[1];
    assert!(ours.outgoing && ours.from.as_str() == JULIET);
    assert_eq!(ours.state, MessageState::Sent);
    // Who answered has read what was there; what came after that was not.
    assert_eq!(messages[0].state, MessageState::Displayed);
    assert_eq!(messages[2].state, MessageState::Delivered);
    assert!(!messages[2].outgoing);
    assert_eq!(
        messages[3].time.to_rfc3339(),
        "2020-02-03T04:05:06+00:00",
        "as whoever kept it says"
    );
}

#[tokio::test]
async fn strangers_stay_strangers() {
    let tybalt = "<message type='chat' from='tybalt@capulet.example/x' to='juliet@chat.example'>\
                  <body>Hm</body></message>";
    let (messages, _) = stored("tybalt@capulet.example", &[copy("received", tybalt)]).await;
    assert_eq!(texts(&messages), ["Hm"]);
    assert!(messages[0].stranger);
}

#[tokio::test]
async fn nobody_else_can_make_copies() {
    let bad = from_romeo("bad-one", "bad");
    let ours = by_phone("bad-of-ours", "bad");
    let mut stanzas = Vec::new();
    for from in [
        format!("from='{ROMEO}'"),
        format!("from='{ROMEO}/garden'"),
        format!("from='{JULIET}/phone'"),
        "from='chat.example'".to_owned(),
        "from='@@'".to_owned(),
    ] {
        stanzas.push(copy_from(&from, "received", &bad));
        stanzas.push(copy_from(&from, "sent", &ours));
        // Nor is anything else in such a stanza believed.
        stanzas.push(copy_from(&from, "sent", &ours).replace("<sent ", "<body>bad</body><sent "));
    }
    // A message that was copied in good faith and has a copy of its own in it.
    let inner = copy_from(&format!("from='{ROMEO}/garden'"), "sent", &ours);
    stanzas.push(copy("received", &inner));
    stanzas.push(copy(
        "received",
        &inner.replace(
            "</message></forwarded></sent>",
            "</message></forwarded></sent><body>bad</body>",
        ),
    ));
    // What another device cannot have sent or received.
    for (kind, from, to) in [
        ("sent", ROMEO, JULIET),
        ("sent", ROMEO, "tybalt@capulet.example"),
        ("received", ROMEO, "tybalt@capulet.example"),
        ("received", "@@", JULIET),
        ("sent", JULIET, "@@"),
    ] {
        stanzas.push(copy(
            kind,
            &format!("<message type='chat' from='{from}' to='{to}'><body>bad</body></message>"),
        ));
    }
    stanzas.push(from_romeo("m1", "good"));
    let (messages, count) = stored(ROMEO, &stanzas).await;
    assert_eq!((texts(&messages), count), (vec!["good"], 1));
}

#[tokio::test]
async fn what_is_no_message_to_show_is_left_out() {
    let mut stanzas: Vec<String> = [
        format!(
            "<message type='error' from='{ROMEO}' to='{JULIET}' id='x'><body>bad</body></message>"
        ),
        format!(
            "<message type='groupchat' from='{ROMEO}/x' to='{JULIET}'><body>bad</body></message>"
        ),
        format!("<message type='chat' from='{ROMEO}' to='{JULIET}'/>"),
        format!("<message type='chat' from='{ROMEO}' to='{JULIET}'><body/></message>"),
        format!("<message type='chat' to='{JULIET}'><body>bad</body></message>"),
        // Whoever wrote these did not want copies.
        format!(
            "<message type='chat' from='{ROMEO}' to='{JULIET}'><body>bad</body>\
             <private xmlns='urn:xmpp:carbons:2'/></message>"
        ),
        format!(
            "<message type='chat' from='{ROMEO}' to='{JULIET}'><body>bad</body>\
             <no-copy xmlns='urn:xmpp:hints'/></message>"
        ),
    ]
    .iter()
    .map(|message| copy("received", message))
    .collect();
    stanzas.push(format!(
        "<message from='{JULIET}'><received xmlns='urn:xmpp:carbons:2'/></message>"
    ));
    stanzas.push(format!(
        "<message from='{JULIET}'><received xmlns='urn:xmpp:carbons:2'>\
         <forwarded xmlns='urn:xmpp:forward:0'/></received></message>"
    ));
    stanzas.push(format!(
        "<message from='{JULIET}'><received xmlns='urn:xmpp:carbons:2'>\
         <forwarded xmlns='urn:xmpp:forward:0'><message xmlns='another'><body>bad</body></message>\
         </forwarded></received></message>"
    ));
    // To us alone, though it asks for no copies.
    stanzas.push(format!(
        "<message type='chat' from='{ROMEO}/a' to='{JULIET}/here'><body>good</body>\
         <private xmlns='urn:xmpp:carbons:2'/></message>"
    ));
    let (messages, count) = stored(ROMEO, &stanzas).await;
    assert_eq!((texts(&messages), count), (vec!["good"], 1));
}

#[tokio::test]
async fn whichever_way_it_comes_a_message_is_one() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin_with("s", ROMEO_IS_A_CONTACT, &[CARBONS, ARCHIVE])
            .await;
        line.copies().await;
        let his = from_romeo("m1", "his");
        let hers = by_phone("from-the-phone", "hers");
        let twice = by_phone("sent-twice-by-the-phone", "twice");
        let short = numbered(
            &format!("<message type='chat' from='{ROMEO}/a' to='{JULIET}' id='1'><body>short</body></message>"),
            "a3",
        );
        // As it was sent and as a copy, in either order; as two copies, with and without the server's id.
        line.send([his.clone(), copy("received", &his)].concat()).await;
        line.send([copy("received", &short), short.clone()].concat()).await;
        line.send(copy("sent", &numbered(&hers, "a2"))).await;
        line.send([copy("sent", &twice), copy("sent", &twice)].concat()).await;
        let archived = |message: &str| {
            message.replacen("<message ", "<message xmlns='jabber:client' ", 1)
        };
        let (his, hers, twice) = (archived(&his), archived(&hers), archived(&twice));
        line.archive(&[
            ("a1", &his),
            ("a2", &hers),
            ("a3", &archived("<message type='chat' from='romeo@montague.example/a' to='juliet@chat.example' id='1'><body>short</body></message>")),
            ("a4", &twice),
            ("a5", &twice),
        ])
        .await;
        // And once more, after the archive.
        line.send(copy("sent", &numbered(&by_phone("from-the-phone", "hers"), "a2"))).await;
        line.send(copy("received", &from_romeo("m1", "his"))).await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let mut line = script.end().await;
    let mut texts = world.texts(ROMEO).await;
    texts.sort_unstable();
    assert_eq!(texts, ["hers", "his", "short", "twice"]);
    assert_eq!(world.stored_after_a_while().await, 4);
    tokio::join!(world.end(), line.expect_leaving());
}

#[tokio::test]
async fn a_copy_of_an_own_message_says_that_the_server_has_it() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin_with("s", NO_CONTACTS, &[CARBONS, ARCHIVE]).await;
        line.copies().await;
        line.archive(&[]).await;
        line.acks = Acks::Withheld;
        let one = line.expect_message("one").await;
        line.lose().await;

        let mut line = server.accept().await;
        line.begin_anew("s2").await;
        line.sync_with(NO_CONTACTS, &[CARBONS, ARCHIVE]).await;
        line.copies().await;
        // What the session that is gone had sent, and the server came to only now.
        line.send(copy("sent", &by_phone(&one, "one"))).await;
        line.archive(&[]).await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    // By then copies are on.
    world.until_caught_up().await;
    let one = world.write("one").await;
    world.until_message_is(one, MessageState::Sent).await;
    let mut line = script.end().await;
    assert_eq!(world.texts(ROMEO).await, ["one"]);
    assert_eq!(world.message(one).await.origin, Origin::Live);
    tokio::join!(world.end(), line.expect_leaving());
}
