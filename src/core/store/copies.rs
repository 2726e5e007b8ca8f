//! Recognising another copy of a message that is stored already.
//!
//! The same message comes by several ways: as it was sent, as a carbon copy, from the archive, kept by the server, and
//! once more after a stream was resumed. What our own server says about identity (XEP-0359 stanza-id) is believed. What
//! senders say is believed only where the text agrees too: nobody may make a message vanish by giving it an old id.

use rusqlite::{Connection, OptionalExtension};

use crate::{
    error::Error,
    model::{
        ids::{AccountId, ChatId, MessageId},
        message::{IncomingMessage, MessageIds},
    },
};

/// Shorter ids of stanzas are counters that start anew with every session, and say nothing.
const TELLING: usize = 8;

/// How many messages with the same id from a sender are looked at, the newest first. Ids are not used twice by those
/// who mean well; for others it is only a bound.
const CANDIDATES: u32 = 16;

/// An id is that of a stanza.
const STANZA: u8 = 1;
/// An id is an origin-id.
const ORIGIN: u8 = 2;

/// The message that this archive id was given to.
pub(super) fn by_archive(
    db: &Connection,
    account: AccountId,
    ids: &MessageIds,
) -> Result<Option<MessageId>, Error> {
    let Some(id) = given(ids.archive.as_ref()) else {
        return Ok(None);
    };
    Ok(db
        .prepare_cached("SELECT message FROM archive_ids WHERE account = ?1 AND id = ?2")?
        .query_row((account.0, id), |row| row.get(0).map(MessageId))
        .optional()?)
}

/// The message of this chat that the sender's ids and the text say is the same.
pub(super) fn by_sender(
    db: &Connection,
    chat: ChatId,
    message: &IncomingMessage,
) -> Result<Option<MessageId>, Error> {
    if let Some(id) = given(message.ids.origin.as_ref())
        && let Some(found) = find(db, chat, message, id, ORIGIN)?
    {
        return Ok(Some(found));
    }
    match given(message.ids.stanza.as_ref()) {
        Some(id) => find(db, chat, message, id, STANZA),
        None => Ok(None),
    }
}

/// What was written here has an id that was drawn here, at random: it is enough, whatever servers did to the text. So it is for one
/// that failed and was deleted.
fn find(
    db: &Connection,
    chat: ChatId,
    message: &IncomingMessage,
    id: &str,
    kind: u8,
) -> Result<Option<MessageId>, Error> {
    let telling = kind == ORIGIN || id.chars().count() >= TELLING;
    Ok(db
        .prepare_cached(
            "SELECT candidates.message
             FROM (
                 SELECT message FROM sender_ids
                 WHERE chat = ?1 AND id = ?2 AND kinds & ?3 <> 0 ORDER BY message DESC LIMIT ?4
             ) AS candidates
             LEFT JOIN messages ON messages.id = candidates.message
             WHERE messages.author = ?5 AND messages.outgoing = ?6
                     AND (messages.stanza_id = ?2 OR ?7 AND messages.body = ?8)
                 OR messages.id IS NULL AND ?6
             ORDER BY candidates.message DESC LIMIT 1",
        )?
        .query_row(
            (
                chat.0,
                id,
                kind,
                CANDIDATES,
                message.from.as_str(),
                message.outgoing,
                telling,
                &message.body,
            ),
            |row| row.get(0).map(MessageId),
        )
        .optional()?)
}

/// Remembers the ids of a message, or those that another copy adds.
pub(super) fn remember(
    db: &Connection,
    account: AccountId,
    chat: ChatId,
    message: MessageId,
    ids: &MessageIds,
) -> Result<(), Error> {
    if let Some(id) = given(ids.archive.as_ref()) {
        db.prepare_cached(
            "INSERT OR IGNORE INTO archive_ids (account, id, message) VALUES (?1, ?2, ?3)",
        )?
        .execute((account.0, id, message.0))?;
    }
    let stanza = given(ids.stanza.as_ref());
    let origin = given(ids.origin.as_ref());
    if stanza == origin {
        remember_sender(db, chat, message, stanza, STANZA | ORIGIN)
    } else {
        remember_sender(db, chat, message, stanza, STANZA)?;
        remember_sender(db, chat, message, origin, ORIGIN)
    }
}

fn remember_sender(
    db: &Connection,
    chat: ChatId,
    message: MessageId,
    id: Option<&str>,
    kinds: u8,
) -> Result<(), Error> {
    if let Some(id) = id {
        db.prepare_cached(
            "INSERT INTO sender_ids (chat, id, message, kinds) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (chat, id, message) DO UPDATE SET kinds = kinds | excluded.kinds",
        )?
        .execute((chat.0, id, message.0, kinds))?;
    }
    Ok(())
}

/// Whether the archive was read over this id with an earlier stretch than this one.
pub(super) fn was_read(
    db: &Connection,
    account: AccountId,
    id: &str,
    gap: i64,
) -> Result<bool, Error> {
    Ok(db
        .prepare_cached("SELECT 1 FROM archive_ids WHERE account = ?1 AND id = ?2 AND gap < ?3")?
        .exists((account.0, id, gap))?)
}

/// The archive was read over this id with this stretch, unless it was before.
pub(super) fn mark_read(
    db: &Connection,
    account: AccountId,
    id: &str,
    gap: i64,
) -> Result<(), Error> {
    db.prepare_cached(
        "UPDATE archive_ids SET gap = ?3 WHERE account = ?1 AND id = ?2 AND gap IS NULL",
    )?
    .execute((account.0, id, gap))?;
    Ok(())
}

/// The own message of this chat with this id on the wire that is still on its way, the newest of them.
pub(super) fn under_way(
    db: &Connection,
    chat: ChatId,
    stanza_id: &str,
) -> Result<Option<MessageId>, Error> {
    Ok(db
        .prepare_cached(
            "SELECT messages.id FROM sender_ids JOIN messages ON messages.id = sender_ids.message
             WHERE sender_ids.chat = ?1 AND sender_ids.id = ?2 AND sender_ids.kinds & ?3 <> 0
                 AND messages.outgoing AND messages.state IN ('queued', 'sent')
             ORDER BY messages.id DESC LIMIT 1",
        )?
        .query_row((chat.0, stanza_id, STANZA), |row| row.get(0).map(MessageId))
        .optional()?)
}

/// An empty id is none.
fn given(id: Option<&String>) -> Option<&str> {
    id.map(String::as_str).filter(|id| !id.is_empty())
}
