//! The form of the database, version by version.
//!
//! A released migration never changes; a new form is a new file in `migrations/` and a new line in [`MIGRATIONS`].

use rusqlite::{Connection, TransactionBehavior};

use crate::error::{Error, ErrorKind};

/// Number n, counted from 1, leads from version n - 1 to version n.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_start.sql"),
    include_str!("migrations/0002_archive.sql"),
    include_str!("migrations/0003_proxies.sql"),
    include_str!("migrations/0004_outbox.sql"),
    include_str!("migrations/0005_places.sql"),
    include_str!("migrations/0006_streams.sql"),
];

/// What `PRAGMA application_id` says in our databases: "Orio".
pub const APPLICATION_ID: i32 = 0x4f72_696f;

/// The version of the database that this Oriole writes (`PRAGMA user_version`).
#[must_use]
pub fn newest_version() -> i32 {
    i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX)
}

/// Whether the database is ours (or empty) and not too new. Changes nothing.
pub(super) fn check(connection: &Connection) -> Result<(), Error> {
    let application = pragma(connection, "application_id")?;
    let version = pragma(connection, "user_version")?;
    let empty = connection.query_row("SELECT count(*) = 0 FROM sqlite_schema", (), |row| {
        row.get(0)
    })?;
    match (application, empty) {
        (APPLICATION_ID, _) if version > newest_version() => Err(Error::new(
            ErrorKind::DatabaseNewer,
            format!(
                "The database has version {version}, this Oriole knows up to {}.",
                newest_version()
            ),
        )),
        (APPLICATION_ID, _) => Ok(()),
        (0, true) if version == 0 => Ok(()),
        _ => Err(Error::new(
            ErrorKind::Storage,
            "The file is a database of another program.",
        )),
    }
}

/// Brings the database to the newest version, each step in a transaction of its own. Foreign keys must be off.
pub(super) fn run(connection: &mut Connection) -> Result<(), Error> {
    loop {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Read inside of the transaction: another Oriole may just have done the same.
        let version = pragma(&transaction, "user_version")?;
        let Some(migration) = usize::try_from(version)
            .ok()
            .and_then(|done| MIGRATIONS.get(done))
        else {
            return Ok(());
        };
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", version + 1)?;
        if transaction
            .prepare("PRAGMA foreign_key_check")?
            .exists(())?
        {
            return Err(Error::new(
                ErrorKind::Storage,
                format!("The step to version {} does not fit the data.", version + 1),
            ));
        }
        transaction.commit()?;
    }
}

fn pragma(connection: &Connection, name: &str) -> rusqlite::Result<i32> {
    connection.pragma_query_value(None, name, |row| row.get(0))
}
