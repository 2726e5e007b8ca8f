//! Calls: whole or not at all, in order, and many of them in one commit.

use futures::future::join_all;
use oriole_core::{
    error::ErrorKind,
    model::{chat::Anchor, ids::AccountId},
    store::{Store, write::Write},
};

use super::support::{Fixture, incoming};

#[tokio::test]
async fn a_call_is_written_whole_or_not_at_all() {
    let fixture = Fixture::new().await;
    let error = fixture
        .store
        .write(vec![
            Write::Incoming(fixture.incoming("one")),
            Write::RemoveAccount(AccountId(99)),
            Write::Incoming(fixture.incoming("two")),
        ])
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
    assert_eq!(fixture.count("messages"), 0);
    assert_eq!(fixture.count("chats"), 0);
    assert_eq!(fixture.store.write(Vec::new()).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_failing_call_does_not_take_its_group_with_it() {
    let fixture = Fixture::new().await;
    // While somebody else holds the lock, calls gather and become one group.
    let outside = fixture.outside();
    outside.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut calls = Vec::new();
    for number in 0..10 {
        let mut writes = vec![Write::Incoming(fixture.incoming(&number.to_string()))];
        if number == 4 {
            writes.push(Write::RemoveAccount(AccountId(99)));
        }
        calls.push(fixture.store.write(writes));
    }
    outside.execute_batch("ROLLBACK").unwrap();
    let outcomes = join_all(calls).await;
    for (number, outcome) in outcomes.iter().enumerate() {
        assert_eq!(outcome.is_err(), number == 4, "{outcome:?}");
    }
    assert_eq!(fixture.bodies().await.concat(), "012356789");
}

#[tokio::test]
async fn ten_thousand_calls_are_stored_in_their_order() {
    let fixture = Fixture::new().await;
    let calls: Vec<_> = (0..10_000)
        .map(|number: u32| {
            let message = incoming(fixture.account, &number.to_string());
            fixture.store.write(vec![Write::Incoming(message)])
        })
        .collect();
    for outcome in join_all(calls).await {
        outcome.unwrap();
    }
    let expected: Vec<_> = (0..10_000).map(|number: u32| number.to_string()).collect();
    assert!(fixture.bodies().await == expected);
    assert_eq!(fixture.count("messages"), 10_000);
    let chat = fixture.store.chat(fixture.chat().await).await.unwrap();
    assert_eq!(chat.unwrap().unread, 10_000);
}

#[tokio::test]
async fn readers_see_what_was_committed() {
    let fixture = Fixture::new().await;
    for number in 1..=200 {
        fixture.receive("x").await;
        // Both readers take part.
        let counts = join_all((0..4).map(|_| fixture.bodies())).await;
        assert!(counts.iter().all(|bodies| bodies.len() == number));
    }
}

#[tokio::test]
async fn a_write_that_nobody_waits_for_is_written() {
    let fixture = Fixture::new().await;
    drop(
        fixture
            .store
            .write(vec![Write::Incoming(fixture.incoming("unwatched"))]),
    );
    fixture.receive("watched").await;
    assert_eq!(fixture.bodies().await, ["unwatched", "watched"]);
}

#[tokio::test]
async fn closing_writes_what_was_asked_before_and_nothing_after() {
    let fixture = Fixture::new().await;
    let before: Vec<_> = (0..1_000)
        .map(|_| {
            let write = Write::Incoming(fixture.incoming("x"));
            fixture.store.write(vec![write])
        })
        .collect();
    let clone = fixture.store.clone();
    fixture.store.close().await;
    for outcome in join_all(before).await {
        outcome.unwrap();
    }
    let error = clone.write(Vec::new()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Storage);
    let error = clone.chats(None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Storage);
    clone.close().await;

    // Everything is in the one file.
    let names: Vec<_> = std::fs::read_dir(fixture.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["oriole.db"]);
    let again = Store::open(fixture.folder.path()).unwrap();
    let chats = again.chats(None).await.unwrap();
    assert_eq!(chats[0].unread, 1_000);
}

#[tokio::test]
async fn two_stores_on_one_file_wait_for_each_other() {
    let fixture = Fixture::new().await;
    let other = Store::open(fixture.folder.path()).unwrap();
    let calls: Vec<_> = (0..500)
        .flat_map(|_| {
            let write = vec![Write::Incoming(fixture.incoming("x"))];
            [fixture.store.write(write.clone()), other.write(write)]
        })
        .collect();
    for outcome in join_all(calls).await {
        outcome.unwrap();
    }
    other.close().await;
    fixture.receive("last").await;
    let chat = fixture.chat().await;
    let page = fixture.store.page(chat, Anchor::Newest, 2_000).await;
    assert_eq!(page.unwrap().messages.len(), 1_001);
    let check: String = fixture
        .outside()
        .query_row("PRAGMA integrity_check", (), |row| row.get(0))
        .unwrap();
    assert_eq!(check, "ok");
}
