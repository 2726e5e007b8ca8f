//! What is older than what is read of the archive by itself: chat by chat as it is asked for, or all where that is wanted.

use chrono::{DateTime, TimeDelta, Utc};
use oriole_core::{
    engine::{
        command::{Command, Done},
        event::{ConnectionState, Event},
        query::Chats,
    },
    error::ErrorKind,
    model::{
        account::{AccountUpdate, ArchiveDepth},
        message::{MessageState, Origin},
        presence::{OwnPresence, Show},
    },
};

use crate::support::{
    engine::{World, jid},
    line::Line,
    script::Server,
    session::{JULIET, NO_CONTACTS, ROMEO, from_romeo},
};

/// A page that the client asks for.
struct Page {
    request: String,
    query: String,
    /// Its form, as `name=value`, but for its type.
    form: Vec<String>,
    before: String,
}

impl Page {
    async fn asked(line: &mut Line) -> Self {
        let request = line
            .expect(
                "<iq type='set' id='*'><query xmlns='urn:xmpp:mam:2' queryid='*'>\
                 <rest xmlns='any'/></query></iq>",
            )
            .await;
        let query = request.children().next().unwrap();
        let form = query.get_child("x", "jabber:x:data").unwrap();
        let fields = form.children().skip(1).map(|field| {
            let value = field.children().next().unwrap().text();
            format!("{}={value}", field.attr("var").unwrap())
        });
        let set = query.get_child("set", "http://jabber.org/protocol/rsm");
        let before = set.unwrap().children().nth(1).unwrap();
        assert_eq!(before.name(), "before");
        Self {
            request: request.attr("id").unwrap().to_owned(),
            query: query.attr("queryid").unwrap().to_owned(),
            form: fields.collect(),
            before: before.text(),
        }
    }

    /// Results with messages of somebody's, stored so many days ago.
    async fn send(&self, line: &mut Line, messages: &[(&str, i64, &str)]) {
        for (id, days, from) in messages {
            let stamp = (Utc::now() - TimeDelta::days(*days)).to_rfc3339();
            line.send(format!(
                "<message><result xmlns='urn:xmpp:mam:2' queryid='{}' id='{id}'>\
                 <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='{stamp}'/>\
                 <message xmlns='jabber:client' type='chat' from='{from}/x' to='{JULIET}' id='{id}-of-romeo'>\
                 <body>{id}</body></message></forwarded></result></message>",
                self.query
            ))
            .await;
        }
    }

    async fn end(&self, line: &mut Line, complete: bool, first: &str) {
        line.send(format!(
            "<iq type='result' id='{}'><fin xmlns='urn:xmpp:mam:2' complete='{complete}'>\
             <set xmlns='http://jabber.org/protocol/rsm'><first>{first}</first></set></fin></iq>",
            self.request
        ))
        .await;
    }
}

impl World {
    /// Asks for what is older.
    async fn fetch(&self) -> Result<Done, ErrorKind> {
        let command = Command::FetchOlder {
            account: self.account,
            with: jid(ROMEO),
        };
        self.command(command).await.map_err(|error| error.kind)
    }

    /// Older messages came: how many were new, and whether that was all.
    async fn until_fetched(&mut self) -> (u32, bool) {
        self.until("older messages", |event| match event {
            Event::CaughtUp {
                with: Some(with),
                stored,
                done,
                ..
            } if *with == jid(ROMEO) => Some((*stored, *done)),
            _ => None,
        })
        .await
    }

    /// The archive was read by itself.
    async fn until_read(&mut self) {
        self.until("the end of the archive", |event| match event {
            Event::CaughtUp {
                with: None,
                done: true,
                ..
            } => Some(()),
            _ => None,
        })
        .await;
    }

    async fn unread(&self) -> u32 {
        let account = Some(self.account);
        self.handle.query(Chats { account }).await.unwrap()[0].unread
    }
}

#[tokio::test]
async fn older_messages_come_page_by_page_as_they_are_asked_for() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin_with_archive("s", NO_CONTACTS).await;
        Page::asked(&mut line).await.end(&mut line, true, "").await;
        line.expect_silence().await;
        line.send(from_romeo("a9", "a9")).await;

        // From what is here on, with some room for clocks that differ.
        let page = Page::asked(&mut line).await;
        assert_eq!((page.form.len(), page.before.as_str()), (2, ""));
        assert_eq!(page.form[0], format!("with={ROMEO}"));
        let end: DateTime<Utc> = page.form[1].strip_prefix("end=").unwrap().parse().unwrap();
        let ahead = end - Utc::now();
        assert!(ahead > TimeDelta::minutes(5) && ahead < TimeDelta::minutes(15));
        // A server that gives others too is not believed.
        page.send(
            &mut line,
            &[("a6", 300, ROMEO), ("x", 250, "tybalt@capulet.example")],
        )
        .await;
        page.send(&mut line, &[("a7", 200, ROMEO), ("a9", 0, ROMEO)])
            .await;
        page.end(&mut line, false, "a6").await;

        // Then from there on. What is known already is gone over, until there is something new.
        let page = Page::asked(&mut line).await;
        assert_eq!((page.form.len(), page.before.as_str()), (1, "a6"));
        page.send(&mut line, &[("a6", 300, ROMEO), ("a7", 200, ROMEO)])
            .await;
        page.end(&mut line, false, "a5").await;
        let page = Page::asked(&mut line).await;
        assert_eq!(page.before, "a5");
        page.send(&mut line, &[("a1", 900, ROMEO), ("a2", 800, ROMEO)])
            .await;
        page.end(&mut line, true, "a1").await;
        line.expect_leaving().await;
        drop(line);

        let mut line = server.accept().await;
        line.begin_with_archive("s2", NO_CONTACTS).await;
        Page::asked(&mut line).await.end(&mut line, true, "").await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_read().await;
    world.until_message().await;
    assert_eq!(world.fetch().await, Ok(Done::Ok));
    assert_eq!(world.until_fetched().await, (2, false));
    assert_eq!(world.texts(ROMEO).await, ["a6", "a7", "a9"]);
    assert_eq!(world.fetch().await, Ok(Done::Ok));
    assert_eq!(world.until_fetched().await, (2, true));
    let history = world.history(ROMEO).await;
    assert_eq!(world.texts(ROMEO).await, ["a1", "a2", "a6", "a7", "a9"]);
    for message in &history[..4] {
        assert_eq!(message.origin, Origin::Archive);
        assert_eq!(message.state, MessageState::Displayed, "read long ago");
    }
    assert_eq!(world.unread().await, 1);
    // There is nothing left, which is known without asking; now and later.
    assert_eq!(world.fetch().await, Ok(Done::Ok));
    assert_eq!(world.until_fetched().await, (0, true));
    let mut world = world.restart().await;
    world.until_read().await;
    assert_eq!(world.fetch().await, Ok(Done::Ok));
    assert_eq!(world.until_fetched().await, (0, true));
    let mut line = script.end().await;
    assert_eq!(world.stored_after_a_while().await, 5);
    tokio::join!(world.end(), line.expect_leaving());
}

#[tokio::test]
async fn who_asks_always_hears_of_the_end() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        // No archive at all.
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.expect_silence().await;
        line.close().await;
        // One that is lost in the middle, …
        let mut line = server.accept().await;
        line.begin_with_archive("s2", NO_CONTACTS).await;
        Page::asked(&mut line).await.end(&mut line, true, "").await;
        let page = Page::asked(&mut line).await;
        page.send(&mut line, &[("a1", 300, ROMEO)]).await;
        line.close().await;
        // … refuses, forgets, and gives too much.
        let mut line = server.accept().await;
        line.begin_with_archive("s3", NO_CONTACTS).await;
        Page::asked(&mut line).await.end(&mut line, true, "").await;
        let page = Page::asked(&mut line).await;
        line.send(format!(
            "<iq type='error' id='{}'><error type='wait'>\
             <resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
            page.request
        ))
        .await;
        let page = Page::asked(&mut line).await;
        for number in 0..501 {
            page.send(&mut line, &[(&format!("b{number}"), 200, ROMEO)])
                .await;
        }
        page.end(&mut line, true, "b0").await;
        let page = Page::asked(&mut line).await;
        page.send(&mut line, &[("a2", 300, ROMEO)]).await;
        page.end(&mut line, false, "a2").await;
        let page = Page::asked(&mut line).await;
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
    world.until_online().await;
    assert_eq!(world.fetch().await, Ok(Done::Ok));
    assert_eq!(world.until_fetched().await, (0, true));
    world.until_read().await;
    assert_eq!(world.fetch().await, Ok(Done::Ok));
    assert_eq!(world.until_fetched().await, (0, false));
    world.until_read().await;
    for (expected, done) in [(0, false), (0, false), (1, false), (0, true)] {
        assert_eq!(world.fetch().await, Ok(Done::Ok));
        assert_eq!(world.until_fetched().await, (expected, done));
    }
    let mut line = script.end().await;
    assert_eq!(world.texts(ROMEO).await, ["a2"]);
    let leaving = line.expect_leaving();
    let presence = OwnPresence {
        show: Show::Offline,
        ..OwnPresence::default()
    };
    let account = None;
    let command = Command::SetPresence { account, presence };
    let (done, ()) = tokio::join!(world.command(command), leaving);
    assert_eq!(done, Ok(Done::Ok));
    world.until_state(ConnectionState::Offline).await;
    assert_eq!(world.fetch().await, Err(ErrorKind::NotAllowed));
    world.end().await;
}

#[tokio::test]
async fn how_far_back_is_read_by_itself_can_be_set_and_goes_on_from_where_it_ended() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin_with_archive("s", NO_CONTACTS).await;
        let page = Page::asked(&mut line).await;
        let start: DateTime<Utc> = page.form[0]
            .strip_prefix("start=")
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!((Utc::now() - start).num_days(), 90);
        page.send(&mut line, &[("a5", 80, ROMEO), ("a6", 70, ROMEO)])
            .await;
        page.end(&mut line, true, "a5").await;
        line.expect_leaving().await;
        drop(line);

        let mut line = server.accept().await;
        line.begin_with_archive("s2", NO_CONTACTS).await;
        // What is new, and then what was left alone.
        let page = Page::asked(&mut line).await;
        assert_eq!((page.form.len(), page.before.as_str()), (0, ""));
        page.send(&mut line, &[("a6", 70, ROMEO), ("a7", 1, ROMEO)])
            .await;
        page.end(&mut line, false, "a6").await;
        let page = Page::asked(&mut line).await;
        assert_eq!((page.form.len(), page.before.as_str()), (0, "a5"));
        page.send(&mut line, &[("a1", 3_000, ROMEO), ("a2", 300, ROMEO)])
            .await;
        page.end(&mut line, true, "a1").await;
        line.expect_leaving().await;
        drop(line);

        // Once only; and less changes nothing of what is there.
        let mut line = server.accept().await;
        line.begin_with_archive("s3", NO_CONTACTS).await;
        let page = Page::asked(&mut line).await;
        let start: DateTime<Utc> = page.form[0]
            .strip_prefix("start=")
            .unwrap()
            .parse()
            .unwrap();
        assert_eq!((Utc::now() - start).num_days(), 7);
        page.end(&mut line, true, "").await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_read().await;
    let set = async |world: &World, depth| {
        let command = Command::UpdateAccount {
            account: world.account,
            update: AccountUpdate {
                archive: Some(depth),
                ..AccountUpdate::default()
            },
            password: None,
            proxy_password: None,
        };
        assert_eq!(world.command(command).await, Ok(Done::Ok));
    };
    set(&world, ArchiveDepth::Everything).await;
    world.until_read().await;
    assert_eq!(world.texts(ROMEO).await, ["a1", "a2", "a5", "a6", "a7"]);
    assert_eq!(world.unread().await, 1, "only what is new");
    set(&world, ArchiveDepth::Days(7)).await;
    world.until_read().await;
    let mut line = script.end().await;
    assert_eq!(world.texts(ROMEO).await.len(), 5);
    tokio::join!(world.end(), line.expect_leaving());
}
