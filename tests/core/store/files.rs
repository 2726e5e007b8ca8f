//! The file: made with care, and left alone where it is not ours.

use std::{fs, path::Path};

use oriole_core::{
    error::{Error, ErrorKind},
    store::{APPLICATION_ID, FILE_NAME, Store, newest_version},
};
use rusqlite::Connection;

use super::support::Fixture;

/// Everything in a folder, to the byte.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        // The index of the log is rebuilt by whoever looks at it.
        .filter(|entry| entry.file_name() != "oriole.db-shm")
        .map(|entry| {
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Opening must fail and change nothing.
fn refused(folder: &Path) -> Error {
    let before = contents(folder);
    let error = Store::open(folder).unwrap_err();
    assert!(contents(folder) == before, "{error:?}");
    error
}

#[tokio::test]
async fn a_newer_database_is_left_untouched() {
    let fixture = Fixture::new().await;
    fixture.store.close().await;
    let newer = newest_version() + 1;
    fixture
        .outside()
        .pragma_update(None, "user_version", newer)
        .unwrap();
    let error = refused(fixture.folder.path());
    assert_eq!(error.kind, ErrorKind::DatabaseNewer);
    assert_eq!(contents(fixture.folder.path()).len(), 1);
}

#[tokio::test]
async fn a_newer_database_with_an_unfinished_log_is_left_untouched() {
    let fixture = Fixture::new().await;
    let newer = newest_version() + 1;
    fixture
        .outside()
        .pragma_update(None, "user_version", newer)
        .unwrap();
    // As a crash leaves it: the version is in the log only.
    let crashed = tempfile::tempdir().unwrap();
    for name in ["oriole.db", "oriole.db-wal"] {
        fs::copy(fixture.folder.path().join(name), crashed.path().join(name)).unwrap();
    }
    let error = refused(crashed.path());
    assert_eq!(error.kind, ErrorKind::DatabaseNewer);
}

#[test]
fn files_that_are_not_ours_are_left_untouched() {
    let foreign = |statements: &str| {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join(FILE_NAME)).unwrap();
        connection.execute_batch(statements).unwrap();
        drop(connection);
        let error = refused(folder.path());
        assert_eq!(error.kind, ErrorKind::Storage, "{statements}");
        assert!(error.detail.contains("another program"), "{error:?}");
    };
    foreign("CREATE TABLE recipes (name TEXT)");
    foreign("PRAGMA journal_mode = wal; CREATE TABLE recipes (name TEXT)");
    foreign("PRAGMA application_id = 7; CREATE TABLE recipes (name TEXT)");
    foreign("PRAGMA user_version = 1");

    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE_NAME), "no database, ".repeat(1000)).unwrap();
    let error = refused(folder.path());
    assert_eq!(error.kind, ErrorKind::Storage);
    assert!(error.detail.contains("not a database"), "{error:?}");
}

#[test]
fn an_empty_file_becomes_a_database() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE_NAME), "").unwrap();
    Store::open(folder.path()).unwrap();
    let connection = Connection::open(folder.path().join(FILE_NAME)).unwrap();
    let id: i32 = connection
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .unwrap();
    assert_eq!(id, APPLICATION_ID);
}

#[test]
fn places_that_cannot_be_used_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let taken = folder.path().join("taken");
    fs::create_dir_all(taken.join(FILE_NAME)).unwrap();
    for place in [file.clone(), file.join("below"), taken] {
        let error = Store::open(&place).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Storage, "{place:?}");
        let name = place.display().to_string();
        assert!(error.detail.contains(&name), "{error:?}");
    }
}

/// Not even the administrator can make a folder there.
#[cfg(target_os = "linux")]
#[test]
fn a_place_that_cannot_be_written_is_named() {
    let error = Store::open(Path::new("/proc/oriole/profile")).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Storage);
    assert!(error.detail.contains("/proc/oriole"), "{error:?}");
}

#[cfg(unix)]
mod permissions {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn folder_and_files_are_closed_to_others() {
        let parent = tempfile::tempdir().unwrap();
        fs::set_permissions(parent.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let folder = parent.path().join("new").join("profile");
        let _store = Store::open(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        for name in ["oriole.db", "oriole.db-wal", "oriole.db-shm"] {
            assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
        }
        assert_eq!(mode(parent.path()), 0o755);
    }

    #[tokio::test]
    async fn what_was_open_to_others_is_closed() {
        let fixture = Fixture::new().await;
        fixture.store.close().await;
        let folder = fixture.folder.path();
        fs::set_permissions(folder, fs::Permissions::from_mode(0o777)).unwrap();
        fs::set_permissions(fixture.file(), fs::Permissions::from_mode(0o644)).unwrap();
        let _store = Store::open(folder).unwrap();
        assert_eq!(mode(folder), 0o700);
        assert_eq!(mode(&fixture.file()), 0o600);
    }
}
