//! The program's settings: names and values.

use rusqlite::{Connection, OptionalExtension};

use super::row::text;
use crate::error::Error;

pub(super) fn set(db: &Connection, key: &str, value: Option<&str>) -> Result<(), Error> {
    match value {
        Some(value) => db
            .prepare_cached(
                "INSERT INTO settings (key, value) VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?
            .execute((key, value))?,
        None => db
            .prepare_cached("DELETE FROM settings WHERE key = ?1")?
            .execute([key])?,
    };
    Ok(())
}

pub(super) fn get(db: &Connection, key: &str) -> Result<Option<String>, Error> {
    Ok(db
        .prepare_cached("SELECT value FROM settings WHERE key = ?1")?
        .query_row([key], |row| text(row, 0))
        .optional()?)
}
