//! Ids of new messages. The order of ids is the order in which a chat's messages stand, so an id is drawn from the time
//! of its message: what comes later out of an archive takes its place among what is there.
//!
//! What comes as it is sent always stands at the end of its chat, whatever its time says.

use rusqlite::{Connection, OptionalExtension};

use super::failure::full;
use crate::{
    error::Error,
    model::ids::{ChatId, MessageId},
};

/// How many bits of an id are left for the messages of the same millisecond.
const BITS: u32 = 20;
/// How many milliseconds are tried before a message is refused a place.
const TRIES: usize = 64;

/// The first id of this moment, in milliseconds since 1970.
fn first_of(time: i64) -> i64 {
    time.clamp(1, i64::MAX >> (BITS + 1)) << BITS
}

/// The place of a message in its order of time, wherever that is in its chat.
pub(super) fn in_time(db: &Connection, time: i64) -> Result<MessageId, Error> {
    free(db, first_of(time)).map(MessageId)
}

/// The place of a message at the end of its chat.
pub(super) fn at_end(db: &Connection, chat: ChatId, time: i64) -> Result<MessageId, Error> {
    let last: Option<i64> = db
        .prepare_cached("SELECT max(id) FROM messages WHERE chat = ?1")?
        .query_row([chat.0], |row| row.get(0))?;
    let after = last.map_or(i64::MIN, |last| last.saturating_add(1));
    free(db, first_of(time).max(after)).map(MessageId)
}

/// The first id from this one on that nobody has, or one behind those of the same millisecond.
fn free(db: &Connection, mut id: i64) -> Result<i64, Error> {
    let mut taken = db.prepare_cached("SELECT 1 FROM messages WHERE id = ?1")?;
    let mut last = db.prepare_cached(
        "SELECT id FROM messages WHERE id >= ?1 AND id < ?2 ORDER BY id DESC LIMIT 1",
    )?;
    for _ in 0..TRIES {
        if !taken.exists([id])? {
            return Ok(id);
        }
        let next = ((id >> BITS) + 1) << BITS;
        id = last
            .query_row((id, next), |row| row.get::<_, i64>(0))
            .optional()?
            .map_or(next, |last| last + 1);
    }
    Err(full())
}
