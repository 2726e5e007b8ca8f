//! What happens when the disk or the file fails: a clear error, nothing half-written, and life goes on.

use std::{
    fs::OpenOptions,
    io::{Seek, SeekFrom, Write as _},
};

use futures::future::join_all;
use oriole_core::{
    error::ErrorKind,
    model::chat::Anchor,
    store::{Options, Store, write::Write},
};

use super::support::{Fixture, ROMEO, add_account, incoming};

#[tokio::test]
async fn a_full_disk_loses_nothing_and_can_be_emptied() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        max_pages: Some(100),
        ..Options::default()
    };
    let store = Store::open_with(folder.path(), &options).unwrap();
    let account = add_account(&store, ROMEO).await;
    let body = "x".repeat(10_000);
    let mut stored = 0;
    let error = loop {
        match store
            .write(vec![Write::Incoming(incoming(account, &body))])
            .await
        {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
        assert!(stored < 100, "the disk never gets full");
    };
    assert_eq!(error.kind, ErrorKind::Storage);
    assert!(error.detail.starts_with("The disk is full"), "{error:?}");
    assert!(!error.detail.contains("xxx"));
    let chats = store.chats(None).await.unwrap();
    assert_eq!(chats[0].unread, stored);
    let page = store.page(chats[0].id, Anchor::Newest, 100).await.unwrap();
    assert!(page.messages.iter().all(|message| message.body == body));
    assert_eq!(u32::try_from(page.messages.len()), Ok(stored));

    store
        .write(vec![Write::RemoveAccount(account)])
        .await
        .unwrap();
    let account = add_account(&store, ROMEO).await;
    store
        .write(vec![Write::Incoming(incoming(account, &body))])
        .await
        .unwrap();
}

/// Lets messages with a certain text break the commit, or the whole transaction.
const TRAPS: &str = "
    CREATE TABLE trap (missing INTEGER REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER at_commit AFTER INSERT ON messages WHEN new.body = 'at commit'
    BEGIN INSERT INTO trap VALUES (-1); END;
    CREATE TRIGGER at_once AFTER INSERT ON messages WHEN new.body = 'at once'
    BEGIN SELECT raise(ROLLBACK, 'the disk failed'); END;";

#[tokio::test]
async fn a_failing_commit_fails_the_whole_group() {
    for (trap, others_survive) in [("at commit", false), ("at once", false), ("no trap", true)] {
        let fixture = Fixture::new().await;
        let outside = fixture.outside();
        outside.execute_batch(TRAPS).unwrap();
        outside.execute_batch("BEGIN IMMEDIATE").unwrap();
        let calls: Vec<_> = ["one", "two", trap]
            .into_iter()
            .map(|body| {
                let write = Write::Incoming(fixture.incoming(body));
                fixture.store.write(vec![write])
            })
            .collect();
        outside.execute_batch("ROLLBACK").unwrap();
        for outcome in join_all(calls).await {
            match outcome {
                Ok(changes) => assert!(others_survive, "{trap}: {changes:?}"),
                Err(error) => {
                    assert!(!others_survive, "{trap}: {error:?}");
                    assert_eq!(error.kind, ErrorKind::Storage);
                }
            }
        }
        let expected = if others_survive { 3 } else { 0 };
        assert_eq!(fixture.count("messages"), expected, "{trap}");
        fixture.receive("after").await;
        assert_eq!(fixture.count("messages"), expected + 1, "{trap}");
    }
}

#[tokio::test]
async fn a_damaged_page_is_an_error_and_no_crash() {
    let fixture = Fixture::new().await;
    for _ in 0..200 {
        fixture.receive(&"x".repeat(500)).await;
    }
    let chat = fixture.chat().await;
    fixture.store.close().await;
    let mut file = OpenOptions::new().write(true).open(fixture.file()).unwrap();
    let length = file.metadata().unwrap().len();
    file.seek(SeekFrom::Start(4096 * 20)).unwrap();
    let garbage = vec![0xa5; usize::try_from(length - 4096 * 20).unwrap()];
    file.write_all(&garbage).unwrap();
    drop(file);

    let store = Store::open(fixture.folder.path()).unwrap();
    let error = store.page(chat, Anchor::Newest, 1_000).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Storage);
    assert!(error.detail.contains("damaged"), "{error:?}");
    let write = Write::Incoming(fixture.incoming("more"));
    let error = store.write(vec![write]).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Storage);
    assert!(error.detail.contains("damaged"), "{error:?}");
}
