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
/// A second, in milliseconds.
const SECOND: i64 = 1_000;
/// By how much clocks may differ for the order of an archive to be that of messages that came by another way, in
/// milliseconds.
const NEAR: u64 = 10 * 60 * 1_000;
/// How many milliseconds are tried before a message is refused a place.
const TRIES: usize = 64;

/// The first id of this moment, in milliseconds since 1970.
fn first_of(time: i64) -> i64 {
    time.clamp(1, i64::MAX >> (BITS + 1)) << BITS
}

/// Between which others an archive has a message.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Between {
    /// The next older one that is there.
    pub(super) after: Option<MessageId>,
    /// The next newer one.
    pub(super) before: Option<MessageId>,
}

/// The place of a message in its order of time, wherever that is in its chat, and between these others, unless they are
/// of quite another time. Places are given from the end of a moment on backwards, as archives are read.
pub(super) fn in_time(
    db: &Connection,
    time: i64,
    Between { after, before }: Between,
) -> Result<MessageId, Error> {
    // Some servers only tell the second.
    let time = if time % SECOND == 0 {
        time.saturating_add(SECOND - 1)
    } else {
        time
    };
    // What came as it was sent has the time at which it came here, which is later than what the server says of the next one.
    let after = after.filter(|after| is_near(*after, time));
    let time = after.map_or(time, |after| time.max(after.0 >> BITS));
    let last = first_of(time.saturating_add(1)) - 1;
    let mut id = before
        .filter(|before| before.0 > last || is_near(*before, time))
        .map_or(last, |before| last.min(before.0.saturating_sub(1)));
    let mut taken = db.prepare_cached("SELECT 1 FROM messages WHERE id = ?1")?;
    let mut first = db.prepare_cached(
        "SELECT id FROM messages WHERE id >= ?1 AND id <= ?2 ORDER BY id LIMIT 1",
    )?;
    for _ in 0..TRIES {
        if !taken.exists([id])? {
            return Ok(MessageId(id));
        }
        id = first
            .query_row(((id >> BITS) << BITS, id), |row| row.get::<_, i64>(0))?
            .saturating_sub(1);
    }
    Err(full())
}

/// Whether the place of a message is about where its time puts it.
pub(super) fn is_near(message: MessageId, time: i64) -> bool {
    (message.0 >> BITS).abs_diff(time) < NEAR
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
