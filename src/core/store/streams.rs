//! Where an account stands with its server: the stream that could be resumed, and how far archives were read.

use jid::BareJid;
use rusqlite::{Connection, OptionalExtension};

use super::{accounts, row::text, write::StreamState};
use crate::{error::Error, model::ids::AccountId};

pub(super) fn set(
    db: &Connection,
    account: AccountId,
    stream: Option<&StreamState>,
) -> Result<(), Error> {
    match stream {
        Some(stream) => {
            accounts::must_exist(db, account)?;
            db.prepare_cached(
                "INSERT INTO streams (account, id, handled) VALUES (?1, ?2, ?3)
                 ON CONFLICT (account) DO UPDATE SET id = excluded.id, handled = excluded.handled",
            )?
            .execute((account.0, &stream.id, stream.handled))?
        }
        None => db
            .prepare_cached("DELETE FROM streams WHERE account = ?1")?
            .execute([account.0])?,
    };
    Ok(())
}

pub(super) fn set_handled(db: &Connection, account: AccountId, handled: u32) -> Result<(), Error> {
    db.prepare_cached("UPDATE streams SET handled = ?2 WHERE account = ?1")?
        .execute((account.0, handled))?;
    Ok(())
}

pub(super) fn get(db: &Connection, account: AccountId) -> Result<Option<StreamState>, Error> {
    Ok(db
        .prepare_cached("SELECT id, handled FROM streams WHERE account = ?1")?
        .query_row([account.0], |row| {
            Ok(StreamState {
                id: text(row, 0)?,
                handled: row.get(1)?,
            })
        })
        .optional()?)
}

pub(super) fn set_archive_position(
    db: &Connection,
    account: AccountId,
    archive: &BareJid,
    id: &str,
) -> Result<(), Error> {
    accounts::must_exist(db, account)?;
    db.prepare_cached(
        "INSERT INTO archives (account, address, position) VALUES (?1, ?2, ?3)
         ON CONFLICT (account, address) DO UPDATE SET position = excluded.position",
    )?
    .execute((account.0, archive.as_str(), id))?;
    Ok(())
}

pub(super) fn archive_position(
    db: &Connection,
    account: AccountId,
    archive: &BareJid,
) -> Result<Option<String>, Error> {
    Ok(db
        .prepare_cached("SELECT position FROM archives WHERE account = ?1 AND address = ?2")?
        .query_row((account.0, archive.as_str()), |row| text(row, 0))
        .optional()?)
}
