//! Messages: what is stored comes back to the letter, states only go onwards, pages fit together.

use oriole_core::{
    error::{Error, ErrorKind},
    model::{
        chat::Anchor,
        ids::{ChatId, MessageId, Place},
        message::{Message, MessageState, Origin},
    },
    store::write::{Change, Write},
};

use super::support::{Fixture, JULIET, ROMEO, add_account, at, jid};

#[tokio::test]
async fn a_message_comes_back_as_it_was_stored() {
    let fixture = Fixture::new().await;
    let mut message = fixture.incoming("早上好 👋🏽\r\n");
    message.time = at(1_700_000_000_123);
    message.origin = Origin::Offline;
    let changes = fixture.write(Write::Incoming(message.clone())).await;
    let chat = fixture.chat().await;
    let id = super::support::inserted(&changes);
    assert_eq!(
        changes,
        [
            Change::MessageInserted {
                account: fixture.account,
                chat,
                message: id
            },
            Change::ChatChanged {
                account: fixture.account,
                chat
            }
        ]
    );
    assert_eq!(
        fixture.message(id).await,
        Message {
            id,
            place: Place(id.0),
            account: fixture.account,
            chat,
            with: jid(JULIET),
            from: jid(JULIET),
            outgoing: false,
            body: message.body,
            time: message.time,
            state: MessageState::Delivered,
            origin: Origin::Offline,
            error: None,
            stranger: true,
        }
    );
}

#[tokio::test]
async fn any_text_survives() {
    let fixture = Fixture::new().await;
    let huge = "ß🦜".repeat(180_000);
    for body in [
        "",
        "a\0b\0",
        "'; DROP TABLE messages; --",
        "\u{feff}\u{202e}x",
        &huge,
    ] {
        let id = fixture.receive(body).await;
        assert!(fixture.message(id).await.body == body);
    }
}

#[tokio::test]
async fn an_own_message_is_queued_until_it_is_sent() {
    let fixture = Fixture::new().await;
    let other = add_account(&fixture.store, "nurse@capulet.example").await;
    let first = fixture.send("one", "own-00001").await;
    let mut of_other = fixture.outgoing("not ours", "own-00002");
    of_other.account = other;
    fixture.write(Write::Outgoing(of_other)).await;
    let second = fixture.send("two", "own-00003").await;
    fixture.receive("theirs").await;

    let stored = fixture.message(first).await;
    assert_eq!(stored.from, jid(ROMEO));
    assert_eq!(stored.state, MessageState::Queued);
    assert!(stored.outgoing && !stored.stranger);

    let queued = async |after, limit| {
        let queued = fixture.store.queued(fixture.account, after, limit).await;
        queued.unwrap()
    };
    let all = queued(None, 10).await;
    assert_eq!(all.len(), 2);
    assert_eq!((all[0].id, all[1].id), (first, second));
    assert_eq!(all[0].to, jid(JULIET));
    assert_eq!(all[0].body, "one");
    assert_eq!(all[0].stanza_id, "own-00001");
    assert_eq!(all[0].chat, fixture.chat().await);
    assert_eq!(all[0].time, at(2_000));
    assert_eq!(queued(None, 1).await, all[..1]);
    assert_eq!(queued(Some(first), 10).await, all[1..]);
    fixture
        .write(Write::SetMessageState {
            message: first,
            state: MessageState::Sent,
            error: None,
        })
        .await;
    assert_eq!(queued(None, 10).await, all[1..]);
}

#[tokio::test]
async fn states_only_go_onwards() {
    use MessageState::{Delivered, Displayed, Failed, Queued, Sent};
    let allowed = [
        (Queued, Sent),
        (Queued, Delivered),
        (Queued, Displayed),
        (Queued, Failed),
        (Sent, Delivered),
        (Sent, Displayed),
        (Sent, Failed),
        (Delivered, Displayed),
        (Failed, Queued),
    ];
    let states = [Queued, Sent, Delivered, Displayed, Failed];
    let fixture = Fixture::new().await;
    for from in states {
        for to in states {
            let message = fixture.send("x", "own-00001").await;
            let set = |state| Write::SetMessageState {
                message,
                state,
                error: (state == Failed).then(|| Error::new(ErrorKind::RemoteError, "gone")),
            };
            fixture.write(set(from)).await;
            let changes = fixture.write(set(to)).await;
            let may = allowed.contains(&(from, to));
            let stored = fixture.message(message).await;
            assert_eq!(
                stored.state,
                if may { to } else { from },
                "{from:?} → {to:?}"
            );
            assert_eq!(stored.error.is_some(), stored.state == Failed);
            if may {
                let (account, chat) = (fixture.account, fixture.chat().await);
                let error = stored.error;
                assert_eq!(
                    changes,
                    [
                        Change::MessageStateChanged {
                            account,
                            chat,
                            message,
                            state: to,
                            error
                        },
                        Change::ChatChanged { account, chat }
                    ]
                );
            } else {
                assert_eq!(changes, [], "{from:?} → {to:?}");
            }
        }
    }
}

#[tokio::test]
async fn others_messages_and_missing_ones_have_no_states_to_set() {
    let fixture = Fixture::new().await;
    let theirs = fixture.receive("hi").await;
    for message in [theirs, MessageId(99)] {
        let changes = fixture
            .write(Write::SetMessageState {
                message,
                state: MessageState::Displayed,
                error: None,
            })
            .await;
        assert_eq!(changes, []);
    }
    assert_eq!(fixture.message(theirs).await.state, MessageState::Delivered);
}

#[tokio::test]
async fn a_bounce_fails_the_message_it_names() {
    let fixture = Fixture::new().await;
    let error = Error::new(ErrorKind::RemoteError, "no such person");
    let bounce = |with: &str, stanza_id: &str| Write::FailMessage {
        account: fixture.account,
        with: jid(with),
        stanza_id: stanza_id.into(),
        error: error.clone(),
    };
    let message = fixture.send("hello", "own-1").await;
    let sibling = fixture.send("hello", "own-2").await;
    let mut theirs = fixture.incoming("hello");
    theirs.ids.stanza = Some("theirs-0001".into());
    fixture.write(Write::Incoming(theirs)).await;
    for nothing in [
        bounce("nobody@x.example", "own-1"),
        bounce(JULIET, "own-9"),
        bounce(JULIET, "theirs-0001"),
    ] {
        assert_eq!(fixture.write(nothing).await, []);
    }
    assert_eq!(fixture.write(bounce(JULIET, "own-1")).await.len(), 2);
    let stored = fixture.message(message).await;
    assert_eq!(stored.state, MessageState::Failed);
    assert_eq!(stored.error, Some(error.clone()));
    let sibling = fixture.message(sibling).await;
    assert_eq!(sibling.state, MessageState::Queued);

    // Once failed, and once delivered, a bounce is late.
    assert_eq!(fixture.write(bounce(JULIET, "own-1")).await, []);
    fixture
        .write(Write::SetMessageState {
            message: sibling.id,
            state: MessageState::Delivered,
            error: None,
        })
        .await;
    assert_eq!(fixture.write(bounce(JULIET, "own-2")).await, []);
}

#[tokio::test]
async fn pages_fit_together() {
    let fixture = Fixture::new().await;
    for number in 0..10 {
        fixture.receive(&number.to_string()).await;
        let mut other = fixture.incoming("elsewhere");
        other.with = jid("nurse@capulet.example");
        other.from = other.with.clone();
        fixture.write(Write::Incoming(other)).await;
    }
    let chat = fixture.chat().await;
    let page = async |anchor, limit| {
        let page = fixture.store.page(chat, anchor, limit).await.unwrap();
        let bodies: Vec<String> = page.messages.iter().map(|m| m.body.clone()).collect();
        (bodies.concat(), page.more, page.messages)
    };
    let (bodies, more, newest) = page(Anchor::Newest, 4).await;
    assert_eq!((bodies.as_str(), more), ("6789", true));
    let (bodies, more, older) = page(Anchor::Before(newest[0].place), 4).await;
    assert_eq!((bodies.as_str(), more), ("2345", true));
    let (bodies, more, _) = page(Anchor::Before(older[0].place), 2).await;
    assert_eq!((bodies.as_str(), more), ("01", false));
    let (bodies, more, _) = page(Anchor::After(older[3].place), 3).await;
    assert_eq!((bodies.as_str(), more), ("678", true));
    let (bodies, more, _) = page(Anchor::After(older[3].place), 4).await;
    assert_eq!((bodies.as_str(), more), ("6789", false));
    let (bodies, more, _) = page(Anchor::Newest, 0).await;
    assert_eq!((bodies.as_str(), more), ("", true));
    let (bodies, more, _) = page(Anchor::Newest, u32::MAX).await;
    assert_eq!((bodies.as_str(), more), ("0123456789", false));
    let none = fixture.store.page(ChatId(99), Anchor::Newest, 4).await;
    assert_eq!(none.unwrap().messages, []);
}

#[tokio::test]
async fn a_page_of_huge_messages_ends_early() {
    let fixture = Fixture::new().await;
    let huge = "x".repeat(1024 * 1024);
    let writes = (0..70).map(|_| Write::Incoming(fixture.incoming(&huge)));
    fixture.store.write(writes.collect()).await.unwrap();
    let chat = fixture.chat().await;
    let page = fixture.store.page(chat, Anchor::Newest, 100).await.unwrap();
    assert!(page.more);
    assert_eq!(page.messages.len(), 65);
    let rest = Anchor::Before(page.messages[0].place);
    let rest = fixture.store.page(chat, rest, 100).await.unwrap();
    assert!(!rest.more);
    assert_eq!(rest.messages.len(), 5);
}

#[tokio::test]
async fn messages_come_in_the_order_of_their_ids() {
    let fixture = Fixture::new().await;
    let first = fixture.receive("1").await;
    let mut other = fixture.incoming("2");
    other.with = jid("nurse@capulet.example");
    fixture.write(Write::Incoming(other)).await;
    let second = MessageId(first.0 + 1);
    let found = fixture
        .store
        .messages(&[second, MessageId(99), first, first])
        .await
        .unwrap();
    let ids: Vec<_> = found.iter().map(|message| message.id).collect();
    assert_eq!(ids, [first, second]);
    assert_eq!(found[1].with, jid("nurse@capulet.example"));
}

#[tokio::test]
async fn reading_history_and_the_queue_touches_only_what_is_asked_for() {
    let fixture = Fixture::new().await;
    let outside = fixture.outside();
    for (query, index) in [
        (
            "SELECT body FROM messages WHERE chat = 1 AND place < 5 ORDER BY place DESC",
            "USING INDEX messages_by_place (chat=? AND place<?)",
        ),
        (
            "SELECT body FROM messages WHERE state = 'queued' AND id > 5 ORDER BY id",
            "USING INDEX messages_queued (state=? AND rowid>?)",
        ),
    ] {
        let plan: Vec<String> = outside
            .prepare(&format!("EXPLAIN QUERY PLAN {query}"))
            .unwrap()
            .query_map((), |row| row.get(3))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(plan.len(), 1, "{plan:?}");
        assert!(plan[0].ends_with(index), "{plan:?}");
    }
}

#[tokio::test]
async fn rows_that_make_no_sense_are_left_out() {
    let fixture = Fixture::new().await;
    for number in 0..4 {
        fixture.receive(&number.to_string()).await;
    }
    fixture
        .outside()
        .execute_batch(
            "UPDATE messages SET author = 'a@b@c' WHERE body = '1';
             UPDATE messages SET state = 'exploded' WHERE body = '2';
             UPDATE messages SET time = 9223372036854775807 WHERE body = '3';
             INSERT INTO chats (account, address) VALUES (1, '@@');
             INSERT INTO contacts (account, address, subscription, ask) VALUES (1, '@@', 'odd', 0);
             INSERT INTO accounts (position, address, security, enabled, resource, sasl_memory, show, status)
             VALUES (9, 'x@y.example', 'none at all', 1, '', '', 'online', '');",
        )
        .unwrap();
    assert_eq!(fixture.bodies().await, ["0", "3"]);
    assert_eq!(fixture.store.chats(None).await.unwrap().len(), 1);
    assert_eq!(fixture.store.accounts().await.unwrap().len(), 1);
    let roster = fixture.store.roster(fixture.account).await.unwrap();
    assert_eq!(roster.1, []);
}
