//! What was read of an account's archive (XEP-0313), and what is still to be read: stretches that go from an id in the
//! archive back to what was read before, or to a certain age. They outlive connections and the program.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::{
    accounts, chats, copies, messages,
    places::{self, Between},
    row::{optional_text, time},
    write::{ArchiveGap, ArchivePage, Change},
};
use crate::{
    error::Error,
    model::ids::{AccountId, MessageId},
};

/// How many pages are read of one stretch at most.
const MOST_PAGES: i64 = 1_000;
/// How many stretches of an account are remembered; the oldest ones are given up.
const MOST_GAPS: i64 = 100;
/// By how much our clock and the server's may differ, in milliseconds, where a message of ours is looked for.
const CLOCKS: i64 = 10 * 60 * 1_000;

/// Begins to read an account's archive from its end: tells of all that is still to be read, the newest first.
pub(super) fn open(
    db: &Connection,
    account: AccountId,
    since: DateTime<Utc>,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    accounts::must_exist(db, account)?;
    // One of which nothing was read yet reaches to the end by itself.
    db.prepare_cached(
        "INSERT INTO archive_gaps (account, since, first)
         SELECT id, ?2, NOT archive_opened FROM accounts
         WHERE id = ?1
             AND NOT EXISTS (SELECT 1 FROM archive_gaps WHERE account = ?1 AND before IS NULL)",
    )?
    .execute((account.0, since.timestamp_millis()))?;
    db.prepare_cached("UPDATE accounts SET archive_opened = 1 WHERE id = ?1")?
        .execute([account.0])?;
    db.prepare_cached(
        "DELETE FROM archive_gaps WHERE account = ?1 AND id NOT IN
             (SELECT id FROM archive_gaps WHERE account = ?1 ORDER BY id DESC LIMIT ?2)",
    )?
    .execute((account.0, MOST_GAPS))?;
    let gaps = db
        .prepare_cached(
            "SELECT id, before, since FROM archive_gaps WHERE account = ?1 ORDER BY id DESC",
        )?
        .query_map([account.0], |row| {
            Ok(ArchiveGap {
                id: row.get(0)?,
                before: optional_text(row, 1)?,
                since: time(row.get(2)?),
            })
        })?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    changes.push(Change::ArchiveOpened { account, gaps });
    Ok(())
}

/// Stores a page, and how much is still to be read after it. Nothing where the stretch is not known (any more).
pub(super) fn page(
    db: &Connection,
    page: &ArchivePage,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let account = page.account;
    let mut known = db.prepare_cached(
        "SELECT first, pages, place FROM archive_gaps WHERE id = ?1 AND account = ?2",
    )?;
    let mut rows = known.query((page.gap, account.0))?;
    let Some(row) = rows.next()? else {
        return Ok(());
    };
    let (first, pages): (bool, i64) = (row.get(0)?, row.get(1)?);
    let place = row.get::<_, Option<i64>>(2)?.map(MessageId);
    drop(rows);
    let stored = store(db, page, first, place, changes)?;
    let closed = page.complete
        || stored.met
        || page.before.is_none()
        || pages.saturating_add(1) >= MOST_PAGES;
    if closed {
        db.prepare_cached("DELETE FROM archive_gaps WHERE id = ?1")?
            .execute([page.gap])?;
    } else {
        db.prepare_cached(
            "UPDATE archive_gaps SET before = ?2, place = ?3, pages = pages + 1 WHERE id = ?1",
        )?
        .execute((page.gap, &page.before, stored.place.map(|place| place.0)))?;
    }
    changes.push(Change::ArchiveRead {
        account,
        gap: page.gap,
        stored: stored.count,
        closed,
        reached_queue: closed || reached_queue(db, account, page.oldest)?,
    });
    Ok(())
}

/// What became of a page of an archive.
struct Stored {
    /// How many of its messages were new.
    count: u32,
    /// Whether it has something that was read with an earlier stretch.
    met: bool,
    /// Its oldest message, or else what was given.
    place: Option<MessageId>,
}

/// Stores a page of an archive, each message in its order of time, before the one in `place`. Where it is of the first
/// stretch that an account has of all, everything in it was read elsewhere.
fn store(
    db: &Connection,
    page: &ArchivePage,
    first: bool,
    place: Option<MessageId>,
    changes: &mut Vec<Change>,
) -> Result<Stored, Error> {
    let mut stored = Stored {
        count: 0,
        met: false,
        place,
    };
    let mut touched = BTreeSet::new();
    let mut changed = Vec::new();
    let older = older_ones(db, page)?;
    for (message, after) in page.messages.iter().zip(older).rev() {
        let Some(id) = &message.ids.archive else {
            continue;
        };
        stored.met |= copies::was_read(db, page.account, id, page.gap)?;
        let mut of_this = Vec::new();
        let between = Between {
            after,
            before: stored.place,
        };
        if let Some(taken) = messages::take_in(db, message, between, &mut of_this)? {
            if taken.new {
                stored.count += 1;
                touched.insert(taken.chat);
                if first || message.outgoing {
                    chats::read_up_to(db, taken.chat, taken.message)?;
                }
            }
            if taken.new || places::is_near(taken.message, message.time.timestamp_millis()) {
                stored.place = Some(taken.message);
            }
        }
        copies::mark_read(db, page.account, id, page.gap)?;
        changed.push(of_this);
    }
    for chat in touched {
        chats::count_unread(db, chat)?;
    }
    changes.extend(changed.into_iter().rev().flatten());
    Ok(stored)
}

/// For each message of a page, the next older one of the same chat that was there before.
fn older_ones(db: &Connection, page: &ArchivePage) -> Result<Vec<Option<MessageId>>, Error> {
    let mut last = HashMap::new();
    let mut older = Vec::with_capacity(page.messages.len());
    for message in &page.messages {
        older.push(last.get(&message.with).copied());
        if let Some(copy) = messages::copy_of(db, message)? {
            last.insert(&message.with, copy);
        }
    }
    Ok(older)
}

/// Whether no message that waits to be sent can be further back in the archive than this.
fn reached_queue(
    db: &Connection,
    account: AccountId,
    oldest: Option<DateTime<Utc>>,
) -> Result<bool, Error> {
    let Some(oldest) = oldest else {
        return Ok(true);
    };
    let earlier = db
        .prepare_cached(
            "SELECT 1 FROM messages INDEXED BY messages_queued JOIN chats ON chats.id = messages.chat
             WHERE messages.state = 'queued' AND chats.account = ?1 AND messages.time < ?2",
        )?
        .exists((account.0, oldest.timestamp_millis().saturating_add(CLOCKS)))?;
    Ok(!earlier)
}
