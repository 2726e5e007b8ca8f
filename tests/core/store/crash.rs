//! What was reported as stored is there after the process was killed.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
};

use oriole_core::{
    model::chat::Anchor,
    store::{Store, write::Write},
};

use super::support::{Fixture, JULIET, ROMEO, add_account, incoming, jid};

/// Names the folder for the process that is to be killed.
const FOLDER: &str = "ORIOLE_TEST_CRASH_FOLDER";

/// Not a test by itself: the process that [`committed_messages_survive_a_kill`] starts and kills.
#[tokio::test]
async fn writer_to_be_killed() {
    let Ok(folder) = env::var(FOLDER) else {
        return;
    };
    let store = Store::open(Path::new(&folder)).unwrap();
    let account = add_account(&store, ROMEO).await;
    // Bounded, so that it ends by itself if nobody kills it.
    for number in 0..100_000 {
        let message = incoming(account, &number.to_string());
        store.write(vec![Write::Incoming(message)]).await.unwrap();
        let mut stderr = std::io::stderr().lock();
        writeln!(stderr, "stored {number}").unwrap();
    }
}

#[tokio::test]
async fn committed_messages_survive_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "store::crash::writer_to_be_killed",
            "--nocapture",
        ])
        .env(FOLDER, folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let reported = lines
        .map(Result::unwrap)
        .filter_map(|line| line.strip_prefix("stored ")?.parse::<usize>().ok())
        .take(50)
        .last();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(reported, Some(49));

    let store = Store::open(folder.path()).unwrap();
    let account = store.accounts().await.unwrap()[0].id;
    let chat = store.chat_with(account, &jid(JULIET)).await.unwrap();
    let page = store
        .page(chat.unwrap(), Anchor::Newest, 200_000)
        .await
        .unwrap();
    assert!(page.messages.len() >= 50, "{}", page.messages.len());
    for (number, message) in page.messages.iter().enumerate() {
        assert_eq!(message.body, number.to_string());
    }
}

#[tokio::test]
async fn the_files_of_a_crash_hold_everything_committed() {
    let fixture = Fixture::new().await;
    for _ in 0..20 {
        fixture.receive("x").await;
    }
    let crashed = tempfile::tempdir().unwrap();
    for name in ["oriole.db", "oriole.db-wal"] {
        fs::copy(fixture.folder.path().join(name), crashed.path().join(name)).unwrap();
    }
    let store = Store::open(crashed.path()).unwrap();
    let chats = store.chats(None).await.unwrap();
    assert_eq!(chats[0].unread, 20);
}
