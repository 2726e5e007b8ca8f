//! Catching up with the archive (XEP-0313): each message once, in order of time, whatever is cut off, and whoever says what.

use oriole_core::{
    engine::event::Event,
    model::message::{Message, MessageState, Origin},
};

use crate::support::{
    engine::World,
    line::{Acks, Came, Line},
    script::{Script, Server},
    session::{JULIET, NO_CONTACTS, ROMEO, ROMEO_IS_A_CONTACT},
};

/// A page that the client asks for.
struct Page {
    request: String,
    query: String,
}

impl Page {
    /// The client asks for the page before this id; none for the newest.
    async fn asked(line: &mut Line, before: &str) -> Self {
        let request = line
            .expect(&format!(
                "<iq type='set' id='*'><query xmlns='urn:xmpp:mam:2' queryid='*'>\
                 <x xmlns='jabber:x:data' type='submit'>\
                 <field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>\
                 <field var='start'><value>*</value></field></x>\
                 <set xmlns='http://jabber.org/protocol/rsm'><max>50</max><before>{before}</before></set>\
                 </query></iq>"
            ))
            .await;
        let query = request.children().next().unwrap();
        Self {
            request: request.attr("id").unwrap().to_owned(),
            query: query.attr("queryid").unwrap().to_owned(),
        }
    }

    /// A result with this message, stored at this hour of yesterday.
    fn result(&self, id: &str, hour: u32, message: &str) -> String {
        result("", &self.query, id, &stamp(hour), message)
    }

    /// Results with messages of Romeo's.
    async fn send(&self, line: &mut Line, messages: &[(&str, u32, &str)]) {
        for (id, hour, body) in messages {
            line.send(self.result(id, *hour, &by_romeo(id, body))).await;
        }
    }

    /// That was all of it.
    async fn end(&self, line: &mut Line, complete: bool, first: &str) {
        line.send(format!(
            "<iq type='result' id='{}'><fin xmlns='urn:xmpp:mam:2' complete='{complete}'>\
             <set xmlns='http://jabber.org/protocol/rsm'><first>{first}</first></set></fin></iq>",
            self.request
        ))
        .await;
    }
}

fn stamp(hour: u32) -> String {
    let yesterday = chrono::Utc::now() - chrono::TimeDelta::days(1);
    format!("{}T{hour:02}:00:00Z", yesterday.format("%Y-%m-%d"))
}

fn result(from: &str, query: &str, id: &str, stamp: &str, message: &str) -> String {
    format!(
        "<message {from}><result xmlns='urn:xmpp:mam:2' queryid='{query}' id='{id}'>\
         <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='{stamp}'/>\
         {message}</forwarded></result></message>"
    )
}

fn by_romeo(id: &str, body: &str) -> String {
    format!(
        "<message xmlns='jabber:client' type='chat' from='{ROMEO}/garden' to='{JULIET}' id='{id}-of-romeo'>\
         <body>{body}</body></message>"
    )
}

/// A message of ours, as the archive has it.
fn by_us(own: &str, id: &str, body: &str) -> String {
    format!(
        "<message xmlns='jabber:client' type='chat' from='{own}' to='{ROMEO}' id='{id}'>\
         <body>{body}</body><origin-id xmlns='urn:xmpp:sid:0' id='{id}'/></message>"
    )
}

impl World {
    /// The archive was read; gives how much was new, and whether that was all.
    pub(super) async fn until_caught_up(&mut self) -> (u32, bool) {
        self.until("the end of the archive", |event| match event {
            Event::CaughtUp { stored, done, .. } => Some((*stored, *done)),
            _ => None,
        })
        .await
    }

    /// Ends the engine, which ends its stream in order.
    async fn go(self, script: Script<Line>) {
        let mut line = script.end().await;
        tokio::join!(self.end(), line.expect_leaving());
    }
}

fn origins(messages: &[Message]) -> Vec<Origin> {
    messages.iter().map(|message| message.origin).collect()
}

#[tokio::test]
async fn it_is_read_backwards_page_by_page_and_nothing_waits_for_it() {
    let server = Server::new().await;
    let address = server.address();
    let (asked, is_asked) = tokio::sync::oneshot::channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        let own = line.begin_with_archive("s", ROMEO_IS_A_CONTACT).await;
        let page = Page::asked(&mut line, "").await;
        asked.send(()).unwrap();
        line.expect_message("meanwhile").await;
        page.send(&mut line, &[("a3", 3, "three"), ("a4", 4, "four")])
            .await;
        page.end(&mut line, false, "a3").await;
        let page = Page::asked(&mut line, "a3").await;
        page.send(&mut line, &[("a1", 1, "one")]).await;
        line.send(page.result("a2", 2, &by_us(&own, "from-elsewhere", "two")))
            .await;
        page.end(&mut line, true, "a1").await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    is_asked.await.unwrap();
    world.write("meanwhile").await;
    assert_eq!(world.until_caught_up().await, (4, true));
    let history = world.history(ROMEO).await;
    let texts: Vec<_> = history
        .iter()
        .map(|message| message.body.as_str())
        .collect();
    assert_eq!(texts, ["one", "two", "three", "four", "meanwhile"]);
    assert_eq!(origins(&history[..4]), [Origin::Archive; 4]);
    assert_eq!(history[1].state, MessageState::Sent);
    assert!(history[1].outgoing && !history[0].outgoing && !history[0].stranger);
    assert_eq!(history[2].time.format("%H:%M").to_string(), "03:00");
    world.go(script).await;
}

#[tokio::test]
async fn what_came_by_another_way_is_not_stored_again() {
    let server = Server::new().await;
    let address = server.address();
    let (asked, is_asked) = tokio::sync::oneshot::channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        let own = line.begin_with_archive("s", ROMEO_IS_A_CONTACT).await;
        let page = Page::asked(&mut line, "").await;
        // With the archive's id; kept by the server, without one; and one of ours.
        line.send(format!(
            "<message type='chat' from='{ROMEO}/garden' to='{JULIET}'><body>live</body>\
             <stanza-id xmlns='urn:xmpp:sid:0' by='{JULIET}' id='a1'/></message>"
        ))
        .await;
        line.send(format!(
            "<message type='chat' from='{ROMEO}/garden' to='{JULIET}' id='a2-of-romeo'><body>kept</body>\
             <delay xmlns='urn:xmpp:delay' from='chat.example' stamp='{}'/></message>",
            stamp(5)
        ))
        .await;
        // Somebody else's id for it says nothing.
        line.send(format!(
            "<message type='chat' from='{ROMEO}/garden' to='{JULIET}'><body>forged</body>\
             <stanza-id xmlns='urn:xmpp:sid:0' by='{ROMEO}' id='a4'/></message>"
        ))
        .await;
        asked.send(()).unwrap();
        let ours = line.expect_message("ours").await;
        line.send(page.result("a1", 4, &by_romeo("changed", "live"))).await;
        page.send(&mut line, &[("a2", 5, "kept")]).await;
        line.send(page.result("a3", 6, &by_us(&own, &ours, "ours"))).await;
        page.send(&mut line, &[("a4", 7, "new"), ("a4", 7, "new")]).await;
        page.end(&mut line, true, "a1").await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    is_asked.await.unwrap();
    world.write("ours").await;
    assert_eq!(world.until_caught_up().await, (1, true));
    let mut texts = world.texts(ROMEO).await;
    texts.sort_unstable();
    assert_eq!(texts, ["forged", "kept", "live", "new", "ours"]);
    world.go(script).await;
}

#[tokio::test]
async fn what_makes_no_sense_is_stepped_over_and_what_others_say_is_no_archive() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin_with_archive("s", NO_CONTACTS).await;
        let page = Page::asked(&mut line, "").await;
        let good = by_romeo("x", "bad");
        let long = "x".repeat(2_000);
        for from in [
            format!("from='{ROMEO}'"),
            format!("from='{JULIET}/another'"),
            "from='chat.example'".to_owned(),
            "from='@@'".to_owned(),
        ] {
            line.send(result(&from, &page.query, "b1", &stamp(1), &good)).await;
        }
        line.send(result("", "another", "b2", &stamp(1), &good)).await;
        line.send(result("", &page.query, "", &stamp(1), &good)).await;
        line.send(result("", &page.query, &long, &stamp(1), &good)).await;
        line.send(result("", &page.query, "b3", "soon", &good)).await;
        for (number, message) in [
            "",
            "<message xmlns='another'><body>bad</body></message>",
            "<message xmlns='jabber:client'><body>bad</body></message>",
            "<message xmlns='jabber:client' from='@@' to='juliet@chat.example'><body>bad</body></message>",
            "<message xmlns='jabber:client' from='a@b' to='c@d'><body>bad</body></message>",
            "<message xmlns='jabber:client' from='a@b' type='groupchat'><body>bad</body></message>",
            "<message xmlns='jabber:client' from='a@b' type='error'><body>bad</body></message>",
            "<message xmlns='jabber:client' from='a@b'/>",
            "<message xmlns='jabber:client' from='a@b'><body/></message>",
        ]
        .iter()
        .enumerate()
        {
            line.send(page.result(&format!("c{number}"), 2, message)).await;
        }
        line.send(format!(
            "<message><result xmlns='urn:xmpp:mam:2' queryid='{}' id='b4'/></message>",
            page.query
        ))
        .await;
        page.send(&mut line, &[("b6", 3, "good")]).await;
        line.send(result(
            &format!("from='{JULIET}'"),
            &page.query,
            "b5",
            "2999-01-01T00:00:00Z",
            &by_romeo("y", "good, if of tomorrow"),
        ))
        .await;
        page.end(&mut line, true, "").await;
        line.send(page.result("b7", 4, &good)).await;
        // Another page's end, that nobody asked for.
        page.end(&mut line, false, "b1").await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    assert_eq!(world.until_caught_up().await, (2, true));
    assert_eq!(world.texts(ROMEO).await, ["good", "good, if of tomorrow"]);
    let newest = world.history(ROMEO).await.pop().unwrap();
    assert!(newest.time <= chrono::Utc::now());
    assert_eq!(world.stored_after_a_while().await, 2);
    world.go(script).await;
}

#[tokio::test]
async fn what_was_cut_off_is_gone_on_with_in_the_next_session_and_after_a_restart() {
    for restart in [false, true] {
        let server = Server::new().await;
        let address = server.address();
        let script = server.play(move |server| async move {
            let mut line = server.accept().await;
            line.begin_with_archive("s", NO_CONTACTS).await;
            let page = Page::asked(&mut line, "").await;
            page.send(&mut line, &[("a5", 5, "five"), ("a6", 6, "six")])
                .await;
            page.end(&mut line, false, "a5").await;
            let page = Page::asked(&mut line, "a5").await;
            page.send(&mut line, &[("a4", 4, "four")]).await;
            if restart {
                line.expect_leaving().await;
            } else {
                line.lose().await;
            }

            let mut line = server.accept().await;
            if restart {
                line.begin_with_archive("s2", NO_CONTACTS).await;
            } else {
                line.begin_anew_with_archive("s2", NO_CONTACTS).await;
            }
            // What is new since, until it meets what was read.
            let page = Page::asked(&mut line, "").await;
            page.send(&mut line, &[("a6", 6, "six"), ("a7", 7, "seven")])
                .await;
            page.end(&mut line, false, "a6").await;
            // What was left.
            let page = Page::asked(&mut line, "a5").await;
            page.send(&mut line, &[("a3", 3, "three"), ("a4", 4, "four")])
                .await;
            page.end(&mut line, true, "a3").await;
            line.expect_silence().await;
            line
        });
        let mut world = World::new(address).await;
        for _ in 0..2 {
            world.until_message().await;
        }
        if restart {
            // Not before the second page was asked for.
            world = world.restart().await;
        }
        assert_eq!(world.until_done().await, 3);
        assert_eq!(
            world.texts(ROMEO).await,
            ["three", "four", "five", "six", "seven"]
        );
        world.go(script).await;
    }
}

impl World {
    /// Everything was read; gives how much was new in that session.
    async fn until_done(&mut self) -> u32 {
        self.until("the end of the archive", |event| match event {
            Event::CaughtUp {
                stored, done: true, ..
            } => Some(*stored),
            _ => None,
        })
        .await
    }
}

#[tokio::test]
async fn a_page_that_was_cut_off_in_the_middle_goes_on_when_the_session_does() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin_with_archive("s", NO_CONTACTS).await;
        let page = Page::asked(&mut line, "").await;
        page.send(&mut line, &[("a1", 1, "one")]).await;
        line.expect_handled(5).await;
        let ours = line.stanzas;
        line.lose().await;

        let mut line = server.accept().await;
        line.resume("s", 5, ours).await;
        page.send(&mut line, &[("a2", 2, "two")]).await;
        page.end(&mut line, true, "a1").await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_waiting().await;
    assert_eq!(world.until_done().await, 2);
    assert_eq!(world.texts(ROMEO).await, ["one", "two"]);
    world.go(script).await;
}

#[tokio::test]
async fn own_messages_that_the_archive_has_are_not_sent_again() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        let own = line.begin_with_archive("s", NO_CONTACTS).await;
        let page = Page::asked(&mut line, "").await;
        page.end(&mut line, true, "").await;
        line.acks = Acks::Withheld;
        let one = line.expect_message("one").await;
        let two = line.expect_message("two").await;
        line.lose().await;

        let mut line = server.accept().await;
        line.begin_anew_with_archive("s2", NO_CONTACTS).await;
        let page = Page::asked(&mut line, "").await;
        line.expect_silence().await;
        line.send(page.result("a1", 1, &by_us(&own, &one, "one")))
            .await;
        page.end(&mut line, true, "a1").await;
        assert_eq!(line.expect_message("two").await, two);
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_done().await;
    let one = world.write("one").await;
    let two = world.write("two").await;
    world.until_waiting().await;
    world.until_message_is(one, MessageState::Sent).await;
    world.until_message_is(two, MessageState::Sent).await;
    assert_eq!(world.texts(ROMEO).await, ["one", "two"]);
    world.go(script).await;
}

#[tokio::test]
async fn nothing_is_kept_back_on_a_server_that_takes_its_time_with_the_contact_list() {
    for archive in [false, true] {
        let server = Server::new().await;
        let address = server.address();
        let script = server.play(move |server| async move {
            let mut line = server.accept().await;
            line.begin("s", NO_CONTACTS).await;
            line.acks = Acks::Withheld;
            let one = line.expect_message("one").await;
            line.lose().await;

            let mut line = server.accept().await;
            line.begin_anew("s2").await;
            if archive {
                line.sync_late(NO_CONTACTS, "<feature var='urn:xmpp:mam:2'/>")
                    .await;
                let page = Page::asked(&mut line, "").await;
                line.expect_silence().await;
                page.end(&mut line, true, "").await;
            } else {
                line.sync_late(NO_CONTACTS, "").await;
            }
            assert_eq!(line.expect_message("one").await, one);
            line.expect_silence().await;
            line
        });
        let mut world = World::new(address).await;
        world.until_online().await;
        let one = world.write("one").await;
        world.until_message_is(one, MessageState::Sent).await;
        world.go(script).await;
    }
}

#[tokio::test]
async fn after_a_crash_own_messages_that_the_archive_has_are_not_sent_again() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        let own = line.begin_with_archive("s", NO_CONTACTS).await;
        let page = Page::asked(&mut line, "").await;
        page.end(&mut line, true, "").await;
        line.acks = Acks::Withheld;
        let one = line.expect_message("one").await;
        line.stall().await;

        let mut line = server.accept().await;
        line.begin_with_archive("s2", NO_CONTACTS).await;
        let page = Page::asked(&mut line, "").await;
        line.expect_silence().await;
        line.send(page.result("a1", 1, &by_us(&own, &one, "one")))
            .await;
        page.end(&mut line, true, "a1").await;
        line.expect_message("two").await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_done().await;
    let one = world.write("one").await;
    world.handle.shut_down().await;
    // A crash would have left these words, and the server's name for the session.
    world
        .database()
        .execute_batch("INSERT INTO streams (account, id, handled) VALUES (1, 's', 7)")
        .unwrap();
    let mut world = world.restart().await;
    assert_eq!(world.message(one).await.state, MessageState::Queued);
    let two = world.write("two").await;
    world.until_message_is(one, MessageState::Sent).await;
    world.until_message_is(two, MessageState::Sent).await;
    world.go(script).await;
}

#[tokio::test]
async fn an_archive_that_refuses_keeps_nothing_back() {
    let server = Server::new().await;
    let address = server.address();
    let (asked, is_asked) = tokio::sync::oneshot::channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin_with_archive("s", NO_CONTACTS).await;
        let page = Page::asked(&mut line, "").await;
        line.acks = Acks::Withheld;
        asked.send(()).unwrap();
        let one = line.expect_message("one").await;
        line.send(format!(
            "<iq type='error' id='{}'><error type='wait'>\
             <resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
            page.request
        ))
        .await;
        line.expect_silence().await;
        line.lose().await;

        let mut line = server.accept().await;
        line.begin_anew_with_archive("s2", NO_CONTACTS).await;
        let page = Page::asked(&mut line, "").await;
        line.send(format!(
            "<iq type='error' id='{}'><error type='cancel'>\
             <feature-not-implemented xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
            page.request
        ))
        .await;
        assert_eq!(line.expect_message("one").await, one);
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    is_asked.await.unwrap();
    let one = world.write("one").await;
    for _ in 0..2 {
        assert_eq!(world.until_caught_up().await, (0, false));
    }
    world.until_message_is(one, MessageState::Sent).await;
    world.go(script).await;
}

#[tokio::test]
async fn what_the_server_has_forgotten_since_is_given_up() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin_with_archive("s", NO_CONTACTS).await;
        let page = Page::asked(&mut line, "").await;
        page.send(&mut line, &[("a2", 2, "two")]).await;
        page.end(&mut line, false, "a2").await;
        let page = Page::asked(&mut line, "a2").await;
        line.send(format!(
            "<iq type='error' id='{}'><error type='cancel'>\
             <item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
            page.request
        ))
        .await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    assert_eq!(world.until_caught_up().await, (1, true));
    world.go(script).await;
}

#[tokio::test]
async fn a_server_that_always_gives_the_same_page_is_asked_for_it_twice_at_most() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin_with_archive("s", NO_CONTACTS).await;
        for before in ["", "a1"] {
            let page = Page::asked(&mut line, before).await;
            page.send(&mut line, &[("a1", 1, "one"), ("a2", 2, "two")])
                .await;
            page.end(&mut line, false, "a1").await;
        }
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    assert_eq!(world.until_caught_up().await, (2, true));
    world.go(script).await;
}

/// Gives a page of an archive with so many messages of Romeo's, of which some end every session that they come to; whether the session
/// goes on. None where the client asks for no page any more.
async fn give(line: &mut Line, archived: usize, poison: &[usize]) -> Option<bool> {
    let request = match line.next().await {
        Came::Element(request) if request.is("iq", "jabber:client") => request,
        _ => return None,
    };
    let query = request.get_child("query", "urn:xmpp:mam:2")?;
    let set = query.get_child("set", "http://jabber.org/protocol/rsm")?;
    let text = |name| {
        let child = set.get_child(name, "http://jabber.org/protocol/rsm");
        child.unwrap().text()
    };
    let end = match text("before").strip_prefix('a') {
        Some(number) => number.parse().unwrap(),
        None => archived,
    };
    let start = end - end.min(text("max").parse().unwrap());
    let page = Page {
        request: request.attr("id").unwrap().to_owned(),
        query: query.attr("queryid").unwrap().to_owned(),
    };
    for number in start..end {
        if poison.contains(&number) {
            line.send("<message><result></message>").await;
            return Some(false);
        }
        let hour = u32::try_from(number / 10).unwrap();
        let body = number.to_string();
        page.send(line, &[(&format!("a{number}"), hour, &body)])
            .await;
    }
    page.end(line, start == 0, &format!("a{start}")).await;
    Some(true)
}

/// All is read but for these, which end every session in which they come.
async fn read_past(poison: &'static [usize]) {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        for _ in 0..30 {
            let mut line = server.accept().await;
            line.begin_with_archive("s", NO_CONTACTS).await;
            loop {
                match give(&mut line, 60, poison).await {
                    Some(true) => {}
                    Some(false) => break line.stall().await,
                    None => return,
                }
            }
        }
        panic!("it never ends");
    });
    let mut world = World::new(address).await;
    let mut unreadable = 0;
    let mut done = false;
    while !done {
        let (more, over) = world
            .until("the end of the archive", |event| match event {
                Event::CaughtUp {
                    unreadable, done, ..
                } => Some((*unreadable, *done)),
                _ => None,
            })
            .await;
        unreadable += more;
        done = over;
    }
    let readable = (0..60).filter(|number| !poison.contains(number));
    let readable: Vec<_> = readable.map(|number| number.to_string()).collect();
    assert_eq!(world.texts(ROMEO).await, readable, "{poison:?}");
    assert_eq!(unreadable, 1, "as far as is known");
    tokio::join!(world.end(), script.end());
}

#[tokio::test]
async fn what_ends_every_session_is_stepped_over() {
    read_past(&[30]).await;
}

#[tokio::test]
async fn so_are_several_that_stand_together() {
    read_past(&[40, 41]).await;
}

#[tokio::test]
async fn so_is_the_newest() {
    read_past(&[59]).await;
}

#[tokio::test]
async fn so_is_the_oldest() {
    read_past(&[0]).await;
}
