//! Databases of every earlier version open, and keep what they hold.

use std::{fs, path::PathBuf};

use oriole_core::{
    model::{chat::Anchor, message::MessageState},
    store::{APPLICATION_ID, FILE_NAME, Store, newest_version},
};
use rusqlite::Connection;

use super::support::{JULIET, ROMEO, jid};

/// The statements of every migration, in order.
fn migrations() -> Vec<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("store/migrations");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for (number, file) in files.iter().enumerate() {
        let name = file.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with(&format!("{:04}_", number + 1)), "{name}");
    }
    files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect()
}

/// A history as version 1 wrote it. Later versions must still hold it after their own migrations.
const HISTORY: &str = "
    INSERT INTO accounts (id, position, address, security, enabled, resource, sasl_memory, show, status, roster_version)
    VALUES (1, 1, 'romeo@montague.example', 'auto', 1, 'oriole.x', 'm', 'away', 'dreaming', 'v1');
    INSERT INTO streams VALUES (1, 'sm', 7);
    INSERT INTO archives VALUES (1, 'romeo@montague.example', 'a1');
    INSERT INTO contacts VALUES (1, 'juliet@capulet.example', 'Juliet', 'both', 0);
    INSERT INTO contact_groups VALUES (1, 'juliet@capulet.example', 'Verona');
    INSERT INTO chats (id, account, address, unread, draft, last_message, preview)
    VALUES (1, 1, 'juliet@capulet.example', 1, 'draft', 2, 'second');
    INSERT INTO messages (id, chat, author, outgoing, time, state, origin, stranger, stanza_id, body)
    VALUES (1, 1, 'romeo@montague.example', 1, 1000, 'sent', 'live', 0, 'own-1', 'first'),
           (2, 1, 'juliet@capulet.example', 0, 2000, 'delivered', 'live', 0, NULL, 'second');
    INSERT INTO sender_ids VALUES (1, 'own-1', 1, 3);
    INSERT INTO archive_ids VALUES (1, 'a1', 1);";

/// The schema, comparable however it came about.
fn schema(connection: &Connection) -> Vec<(String, String)> {
    connection
        .prepare("SELECT name, coalesce(sql, '') FROM sqlite_schema ORDER BY name")
        .unwrap()
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap()
}

#[tokio::test]
async fn every_earlier_version_is_brought_to_the_newest() {
    let migrations = migrations();
    assert_eq!(i32::try_from(migrations.len()), Ok(newest_version()));
    for version in 1..=migrations.len() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE_NAME);
        let connection = Connection::open(&path).unwrap();
        for (number, migration) in migrations[..version].iter().enumerate() {
            connection.execute_batch(migration).unwrap();
            if number == 0 {
                connection.execute_batch(HISTORY).unwrap();
            }
        }
        connection
            .pragma_update(None, "application_id", APPLICATION_ID)
            .unwrap();
        connection
            .pragma_update(None, "user_version", i32::try_from(version).unwrap())
            .unwrap();
        drop(connection);

        let store = Store::open(folder.path()).unwrap();
        let accounts = store.accounts().await.unwrap();
        assert_eq!(accounts[0].settings.address, jid(ROMEO));
        let chats = store.chats(None).await.unwrap();
        assert_eq!(chats[0].unread, 1);
        assert_eq!(chats[0].draft, "draft");
        assert_eq!(chats[0].name.as_deref(), Some("Juliet"));
        let page = store.page(chats[0].id, Anchor::Newest, 10).await.unwrap();
        let bodies: Vec<_> = page.messages.iter().map(|m| m.body.as_str()).collect();
        assert_eq!(bodies, ["first", "second"]);
        assert_eq!(page.messages[0].state, MessageState::Sent);
        let (_, contacts) = store.roster(accounts[0].id).await.unwrap();
        assert_eq!(contacts[0].item.address, jid(JULIET));
        assert_eq!(contacts[0].item.groups, ["Verona"]);
        let stream = store.stream(accounts[0].id).await.unwrap().unwrap();
        assert_eq!(stream.handled, 7);
        store.close().await;

        let fresh = tempfile::tempdir().unwrap();
        Store::open(fresh.path()).unwrap().close().await;
        let fresh = Connection::open(fresh.path().join(FILE_NAME)).unwrap();
        let migrated = Connection::open(&path).unwrap();
        assert_eq!(schema(&migrated), schema(&fresh), "from version {version}");
        let now: i32 = migrated
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap();
        assert_eq!(now, newest_version());
    }
}

#[tokio::test]
async fn a_new_database_is_as_strict_as_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let _store = Store::open(folder.path()).unwrap();
    let connection = Connection::open(folder.path().join(FILE_NAME)).unwrap();
    let mode: String = connection
        .pragma_query_value(None, "journal_mode", |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
    let lax: Vec<String> = connection
        .prepare(
            "SELECT name FROM pragma_table_list
             WHERE schema = 'main' AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'",
        )
        .unwrap()
        .query_map((), |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(lax, [""; 0]);
}
