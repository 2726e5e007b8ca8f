//! Places of messages: the order in which those of a chat stand. A place is drawn from the time of its message, so what
//! comes later out of an archive takes its place among what is there.
//!
//! What comes as it is sent always stands at the end of its chat, whatever its time says.

use rusqlite::{Connection, OptionalExtension};

use super::failure::full;
use crate::{
    error::Error,
    model::ids::{ChatId, MessageId, Place},
};

/// How many bits of a place are left for the messages of the same millisecond.
const BITS: u32 = 20;
/// A second, in milliseconds.
const SECOND: i64 = 1_000;
/// By how much clocks may differ for the order of an archive to be that of messages that came by another way, in
/// milliseconds.
const NEAR: u64 = 10 * 60 * 1_000;
/// How many milliseconds are tried before a message is refused a place.
const TRIES: usize = 64;

/// The first place of this moment, in milliseconds since 1970.
fn first_of(time: i64) -> i64 {
    time.clamp(1, i64::MAX >> (BITS + 1)) << BITS
}

/// The last place of this moment, in milliseconds since 1970.
pub(super) fn end_of(time: i64) -> i64 {
    first_of(time.saturating_add(1)) - 1
}

/// Between which others of its chat an archive has a message.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Between {
    /// The next older one that is there.
    pub(super) after: Option<Place>,
    /// The next newer one.
    pub(super) before: Option<Place>,
}

/// The place of a message in its order of time, and between these others; the newer one counts for more, and the older one
/// only where it is of about the same time. Places are given from the end of a moment on backwards, as archives are read.
pub(super) fn in_time(
    db: &Connection,
    chat: ChatId,
    time: i64,
    Between { after, before }: Between,
) -> Result<Place, Error> {
    // Some servers only tell the second.
    let time = if time % SECOND == 0 {
        time.saturating_add(SECOND - 1)
    } else {
        time
    };
    // What came as it was sent has the time at which it came here, which is later than what the server says of the next one.
    let after = after.filter(|after| is_near(*after, time));
    let time = after.map_or(time, |after| time.max(after.0 >> BITS));
    let last = end_of(time);
    let mut place = before.map_or(last, |before| last.min(before.0.saturating_sub(1)));
    let mut taken = db.prepare_cached("SELECT 1 FROM messages WHERE chat = ?1 AND place = ?2")?;
    let mut first = db.prepare_cached(
        "SELECT place FROM messages WHERE chat = ?1 AND place >= ?2 AND place <= ?3
         ORDER BY place LIMIT 1",
    )?;
    for _ in 0..TRIES {
        if !taken.exists((chat.0, place))? {
            return Ok(Place(place));
        }
        place = first
            .query_row((chat.0, (place >> BITS) << BITS, place), |row| {
                row.get::<_, i64>(0)
            })?
            .saturating_sub(1);
    }
    Err(full())
}

/// This place, where it is one of this chat.
pub(super) fn of_chat(
    db: &Connection,
    chat: ChatId,
    place: Option<Place>,
) -> Result<Option<Place>, Error> {
    let Some(place) = place else {
        return Ok(None);
    };
    let taken = db
        .prepare_cached("SELECT 1 FROM messages WHERE chat = ?1 AND place = ?2")?
        .exists((chat.0, place.0))?;
    Ok(taken.then_some(place))
}

/// Whether a place is about where this time, in milliseconds, would put it.
pub(super) fn is_near(place: Place, time: i64) -> bool {
    (place.0 >> BITS).abs_diff(time) < NEAR
}

/// The place at the end of a chat.
pub(super) fn at_end(db: &Connection, chat: ChatId, time: i64) -> Result<Place, Error> {
    let last: Option<i64> = db
        .prepare_cached("SELECT max(place) FROM messages WHERE chat = ?1")?
        .query_row([chat.0], |row| row.get(0))?;
    let after = last.map_or(i64::MIN, |last| last.saturating_add(1));
    Ok(Place(first_of(time).max(after)))
}

/// The id of a new message: the first one from its place on that nobody has, or one behind those of the same millisecond.
/// So ids of what is written here grow too.
pub(super) fn free_id(db: &Connection, Place(mut id): Place) -> Result<MessageId, Error> {
    let mut taken = db.prepare_cached("SELECT 1 FROM messages WHERE id = ?1")?;
    let mut last = db.prepare_cached(
        "SELECT id FROM messages WHERE id >= ?1 AND id < ?2 ORDER BY id DESC LIMIT 1",
    )?;
    for _ in 0..TRIES {
        if !taken.exists([id])? {
            return Ok(MessageId(id));
        }
        let next = ((id >> BITS) + 1) << BITS;
        id = last
            .query_row((id, next), |row| row.get::<_, i64>(0))
            .optional()?
            .map_or(next, |last| last + 1);
    }
    Err(full())
}
