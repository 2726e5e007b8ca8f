//! A message is stored once, however many copies of it come, and nobody can make another's message vanish.

use oriole_core::{
    model::message::{IncomingMessage, MessageState, Origin},
    store::write::{Change, Write},
};

use super::support::{Fixture, JULIET, ROMEO, add_account, jid};

/// A message in short: stanza id, origin id, archive id, text.
type Short<'a> = (&'a str, &'a str, &'a str, &'a str);

fn message(fixture: &Fixture, (stanza, origin, archive, body): Short<'_>) -> IncomingMessage {
    // An empty id is no id.
    let mut message = fixture.incoming(body);
    message.ids.stanza = Some(stanza.into());
    message.ids.origin = Some(origin.into());
    message.ids.archive = Some(archive.into());
    message
}

#[tokio::test]
async fn copies_are_recognised_by_their_ids() {
    let long = "stanza-id-1";
    // The first, the second, whether the second is a copy.
    let cases: &[(Short<'_>, Short<'_>, bool, &str)] = &[
        (
            (long, "", "a1", "x"),
            (long, "", "a1", "x"),
            true,
            "all the same",
        ),
        (
            ("", "", "a1", "x"),
            ("", "", "a1", "y"),
            true,
            "our server's word counts",
        ),
        (
            ("", "", "a1", "x"),
            ("", "", "a2", "x"),
            false,
            "another archive id alone",
        ),
        (("", "", "", "x"), ("", "", "", "x"), false, "no ids at all"),
        (
            ("", "o", "", "x"),
            ("", "o", "", "x"),
            true,
            "a short origin id",
        ),
        (
            ("", "o", "", "x"),
            ("", "o", "", "y"),
            false,
            "the origin id again, another text",
        ),
        (
            (long, "", "", "x"),
            (long, "", "", "x"),
            true,
            "a stanza id",
        ),
        (
            (long, "", "", "x"),
            (long, "", "", "y"),
            false,
            "the stanza id again, another text",
        ),
        (
            (long, "", "", "x"),
            (long, "", "", "X"),
            false,
            "text is compared to the letter",
        ),
        (
            ("1234567", "", "", "x"),
            ("1234567", "", "", "x"),
            false,
            "a stanza id too short to tell",
        ),
        (
            ("12345678", "", "", "x"),
            ("12345678", "", "", "x"),
            true,
            "just long enough",
        ),
        (
            (long, "", "a1", "x"),
            (long, "", "", "x"),
            true,
            "live after archive",
        ),
        (
            (long, "", "", "x"),
            (long, "", "a1", "x"),
            true,
            "archive after live",
        ),
        (
            (long, "o1", "", "x"),
            (long, "o2", "", "x"),
            true,
            "the stanza id agrees",
        ),
        (
            (long, long, "", "x"),
            (long, "", "", "x"),
            true,
            "the origin id was lost",
        ),
        (
            ("", "", "", "x"),
            (long, "o1", "a1", "x"),
            false,
            "nothing to compare with",
        ),
        (
            (long, "", "a1", "x"),
            (long, "", "a2", "x"),
            true,
            "archived twice",
        ),
        (
            ("", long, "", "x"),
            (long, "", "", "x"),
            false,
            "an origin id is no stanza id",
        ),
    ];
    for (first, second, copy, why) in cases {
        let fixture = Fixture::new().await;
        let changes = fixture
            .write(Write::Incoming(message(&fixture, *first)))
            .await;
        assert_eq!(changes.len(), 2);
        let changes = fixture
            .write(Write::Incoming(message(&fixture, *second)))
            .await;
        assert_eq!(changes.is_empty(), *copy, "{why}: {changes:?}");
        assert_eq!(
            fixture.count("messages"),
            if *copy { 1 } else { 2 },
            "{why}"
        );
        let chat = fixture.chat().await;
        let summary = fixture.store.chat(chat).await.unwrap().unwrap();
        assert_eq!(summary.unread, if *copy { 1 } else { 2 }, "{why}");
    }
}

#[tokio::test]
async fn a_copy_is_one_only_in_the_same_chat_and_from_the_same_author() {
    let fixture = Fixture::new().await;
    let other = add_account(&fixture.store, "nurse@capulet.example").await;
    let first = message(&fixture, ("stanza-id-1", "origin-id-1", "", "yes"));
    let mut elsewhere = first.clone();
    elsewhere.with = jid("mallory@evil.example");
    elsewhere.from = jid("mallory@evil.example");
    let mut ours = first.clone();
    ours.from = jid(ROMEO);
    ours.outgoing = true;
    let mut another_account = first.clone();
    another_account.account = other;
    let mut another_author = first.clone();
    another_author.from = jid("nurse@capulet.example");
    for message in [first, elsewhere, ours, another_account, another_author] {
        let changes = fixture.write(Write::Incoming(message.clone())).await;
        assert_eq!(changes.len(), 2, "{message:?}");
        assert_eq!(fixture.write(Write::Incoming(message)).await, []);
    }
}

#[tokio::test]
async fn archive_ids_belong_to_an_account() {
    let fixture = Fixture::new().await;
    let other = add_account(&fixture.store, "nurse@capulet.example").await;
    let first = message(&fixture, ("", "", "a1", "yes"));
    let mut second = first.clone();
    second.account = other;
    for message in [first, second] {
        assert_eq!(fixture.write(Write::Incoming(message)).await.len(), 2);
    }
}

#[tokio::test]
async fn a_copy_adds_its_ids_to_the_message() {
    let fixture = Fixture::new().await;
    // Live, then from the archive, then in the archive under another text (cut by a gateway, say) and id.
    let chain = [
        ("stanza-id-1", "", "", "x"),
        ("stanza-id-1", "origin-1", "a1", "x"),
        ("", "origin-1", "a2", "x"),
        ("", "", "a2", "other"),
    ];
    let mut changes = Vec::new();
    for short in chain {
        changes.extend(
            fixture
                .write(Write::Incoming(message(&fixture, short)))
                .await,
        );
    }
    assert_eq!(changes.len(), 2, "{changes:?}");
    assert_eq!(fixture.bodies().await, ["x"]);
}

#[tokio::test]
async fn the_rest_of_the_call_is_written_beside_a_copy() {
    let fixture = Fixture::new().await;
    let copy = message(&fixture, ("", "", "a1", "x"));
    for id in ["a1", "a1b"] {
        fixture
            .store
            .write(vec![
                Write::Incoming(copy.clone()),
                Write::SetArchivePosition {
                    account: fixture.account,
                    archive: jid(ROMEO),
                    id: id.into(),
                },
            ])
            .await
            .unwrap();
    }
    let position = fixture
        .store
        .archive_position(fixture.account, &jid(ROMEO))
        .await
        .unwrap();
    assert_eq!(position.as_deref(), Some("a1b"));
    assert_eq!(fixture.count("messages"), 1);
}

#[tokio::test]
async fn an_own_message_that_comes_back_is_recognised() {
    for (stanza, origin) in [("own-1", ""), ("", "own-1"), ("own-1", "own-1")] {
        let fixture = Fixture::new().await;
        let id = fixture.send("line\r\nend", "own-1").await;
        // XML turns the end of a line into one character.
        let mut back = message(&fixture, (stanza, origin, "a1", "line\nend"));
        back.outgoing = true;
        back.from = jid(ROMEO);
        back.origin = Origin::Archive;
        // The server has it then, though its acknowledgement did not come.
        let changes = fixture.write(Write::Incoming(back.clone())).await;
        assert!(
            matches!(changes[..], [Change::MessageStateChanged { message, state: MessageState::Sent, .. }, _] if message == id),
            "{changes:?}"
        );
        back.ids.stanza = None;
        back.ids.origin = None;
        assert_eq!(fixture.write(Write::Incoming(back)).await, []);
        let history = fixture.history().await;
        assert_eq!(history.len(), 1);
        assert_eq!(history[0].id, id);
        assert_eq!(history[0].body, "line\r\nend");

        // The other side cannot claim it.
        let theirs = message(&fixture, (stanza, origin, "", "line\r\nend"));
        assert_eq!(fixture.write(Write::Incoming(theirs)).await.len(), 2);
    }
}

#[tokio::test]
async fn a_message_of_another_own_device_is_stored_once() {
    let fixture = Fixture::new().await;
    let mut carbon = message(&fixture, ("phone-id-1", "", "", "from my phone"));
    carbon.outgoing = true;
    carbon.from = jid(ROMEO);
    carbon.origin = Origin::Carbon;
    let mut archived = carbon.clone();
    archived.origin = Origin::Archive;
    archived.ids.archive = Some("a1".into());
    assert_eq!(fixture.write(Write::Incoming(carbon)).await.len(), 2);
    assert_eq!(fixture.write(Write::Incoming(archived)).await, []);
    let history = fixture.history().await;
    assert_eq!(history[0].origin, Origin::Carbon);
    assert_eq!(history[0].from, jid(ROMEO));
    assert_eq!(history[0].with, jid(JULIET));
}

#[tokio::test]
async fn one_id_for_everything_loses_nothing() {
    let fixture = Fixture::new().await;
    for number in 0..100 {
        let body = number.to_string();
        let short = ("always-the-same", "same", "", body.as_str());
        let changes = fixture
            .write(Write::Incoming(message(&fixture, short)))
            .await;
        assert_eq!(changes.len(), 2);
    }
    assert_eq!(fixture.bodies().await.len(), 100);
}

#[tokio::test]
async fn copies_are_looked_up_by_index() {
    let fixture = Fixture::new().await;
    let outside = fixture.outside();
    for query in [
        "SELECT message FROM archive_ids WHERE account = 1 AND id = 'x'",
        "SELECT message FROM sender_ids WHERE chat = 1 AND id = 'x' ORDER BY message DESC LIMIT 16",
    ] {
        let plan: Vec<String> = outside
            .prepare(&format!("EXPLAIN QUERY PLAN {query}"))
            .unwrap()
            .query_map((), |row| row.get(3))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(plan.len(), 1, "{plan:?}");
        assert!(plan[0].contains("PRIMARY KEY"), "{plan:?}");
    }
}
