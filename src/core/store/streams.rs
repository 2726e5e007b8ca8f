//! Where an account stands with its server: the stream that could be resumed, and how far archives were read.

use jid::BareJid;
use rusqlite::{Connection, OptionalExtension};

use super::{
    accounts,
    row::{optional_text, text},
    write::StreamState,
};
use crate::{
    error::{Error, ErrorKind},
    model::ids::{AccountId, MessageId},
};

pub(super) fn set(
    db: &Connection,
    account: AccountId,
    stream: Option<&StreamState>,
) -> Result<(), Error> {
    match stream {
        Some(stream) => {
            accounts::must_exist(db, account)?;
            take(db, account)?;
            db.prepare_cached(
                "INSERT INTO streams (account, id, handled, own, location, features)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (account) DO UPDATE SET id = excluded.id, handled = excluded.handled,
                     own = excluded.own, location = excluded.location, features = excluded.features",
            )?
            .execute((
                account.0,
                &stream.id,
                stream.handled,
                stream.own.as_ref().map(ToString::to_string),
                stream.location.as_ref().map(ToString::to_string),
                stream.features.join("\n"),
            ))?
        }
        None => db
            .prepare_cached("DELETE FROM streams WHERE account = ?1")?
            .execute([account.0])?,
    };
    Ok(())
}

/// Moves the count of handled stanzas on. Fails where it is not where it should be: something before this was not stored, so that what
/// comes with this must not be either, and comes again.
pub(super) fn set_handled(
    db: &Connection,
    account: AccountId,
    before: u32,
    handled: u32,
) -> Result<(), Error> {
    let moved = db
        .prepare_cached("UPDATE streams SET handled = ?3 WHERE account = ?1 AND handled = ?2")?
        .execute((account.0, before, handled))?;
    if moved == 0 && get(db, account)?.is_some() {
        let detail = "What came before was not stored.";
        return Err(Error::new(ErrorKind::Storage, detail));
    }
    Ok(())
}

/// What the server of the stream can do.
pub(super) fn set_features(
    db: &Connection,
    account: AccountId,
    features: &[String],
) -> Result<(), Error> {
    db.prepare_cached("UPDATE streams SET features = ?2 WHERE account = ?1")?
        .execute((account.0, features.join("\n")))?;
    Ok(())
}

/// These messages are about to be sent as these stanzas of the stream. Nothing where no stream is stored.
pub(super) fn give(
    db: &Connection,
    account: AccountId,
    messages: &[(MessageId, u32)],
) -> Result<(), Error> {
    // Of those before, what became of them is known.
    db.prepare_cached(
        "DELETE FROM stream_messages WHERE account = ?1
             AND message NOT IN (SELECT id FROM messages WHERE state = 'queued')",
    )?
    .execute([account.0])?;
    let mut insert = db.prepare_cached(
        "INSERT OR REPLACE INTO stream_messages (message, account, number)
         SELECT ?1, account, ?3 FROM streams WHERE account = ?2",
    )?;
    for (message, number) in messages {
        insert.execute((message.0, account.0, number))?;
    }
    Ok(())
}

/// No message is under way on the stream any more.
fn take(db: &Connection, account: AccountId) -> Result<(), Error> {
    db.prepare_cached("DELETE FROM stream_messages WHERE account = ?1")?
        .execute([account.0])?;
    Ok(())
}

/// This message is under way on no stream any more.
pub(super) fn take_one(db: &Connection, message: MessageId) -> Result<(), Error> {
    db.prepare_cached("DELETE FROM stream_messages WHERE message = ?1")?
        .execute([message.0])?;
    Ok(())
}

/// The messages that were sent on the stream and are still queued, with the numbers of their stanzas.
pub(super) fn given(db: &Connection, account: AccountId) -> Result<Vec<(MessageId, u32)>, Error> {
    let given = db
        .prepare_cached(
            "SELECT messages.id, number FROM stream_messages
             JOIN messages ON messages.id = stream_messages.message
             WHERE account = ?1 AND messages.state = 'queued' ORDER BY messages.id",
        )?
        .query_map([account.0], |row| Ok((MessageId(row.get(0)?), row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(given)
}

pub(super) fn get(db: &Connection, account: AccountId) -> Result<Option<StreamState>, Error> {
    Ok(db
        .prepare_cached(
            "SELECT id, handled, own, location, features FROM streams WHERE account = ?1",
        )?
        .query_row([account.0], |row| {
            let own = optional_text(row, 2)?;
            let location = optional_text(row, 3)?;
            Ok(StreamState {
                id: text(row, 0)?,
                handled: row.get(1)?,
                own: own.and_then(|own| own.parse().ok()),
                location: location.and_then(|location| location.parse().ok()),
                features: text(row, 4)?.lines().map(str::to_owned).collect(),
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
