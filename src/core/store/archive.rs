//! What was read of an account's archive (XEP-0313), and what is still to be read: stretches that go from an id in the
//! archive back to what was read before, or to a certain age. They outlive connections and the program.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use jid::BareJid;
use rusqlite::{Connection, OptionalExtension};

use super::{
    accounts, chats, copies,
    messages::{self, Taken},
    places::{self, Between},
    row::{optional_text, text, time},
    write::{ArchiveGap, ArchivePage, Change, Older},
};
use crate::{
    error::Error,
    model::{
        ids::{AccountId, ChatId, Place},
        message::IncomingMessage,
    },
};

/// How many pages are read of one stretch at most; of one that goes back to the beginning, more.
const MOST_PAGES: i64 = 2_000;
const MOST_PAGES_OF_ALL: i64 = 20_000;
/// How many stretches of an account are remembered; the oldest ones are given up.
const MOST_GAPS: i64 = 100;
/// For how long a message waited at least that is said to have waited before it was sent, in milliseconds.
const WAITED: i64 = 2_000;
/// What is deeper by less than this, in milliseconds, is no deeper.
const DAY: i64 = 24 * 60 * 60 * 1_000;
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
    deepen(db, account, since.timestamp_millis())?;
    // One of which nothing was read yet reaches to the end by itself.
    db.prepare_cached(
        "INSERT INTO archive_gaps (account, since, first)
         SELECT id, ?2, NOT archive_opened FROM accounts
         WHERE id = ?1
             AND NOT EXISTS (SELECT 1 FROM archive_gaps WHERE account = ?1 AND before IS NULL)",
    )?
    .execute((account.0, since.timestamp_millis()))?;
    db.prepare_cached(
        "UPDATE accounts
         SET archive_opened = 1, archive_since = min(coalesce(archive_since, ?2), ?2)
         WHERE id = ?1",
    )?
    .execute((account.0, since.timestamp_millis()))?;
    db.prepare_cached(
        "DELETE FROM archive_gaps WHERE account = ?1 AND id NOT IN
             (SELECT id FROM archive_gaps WHERE account = ?1 ORDER BY id DESC LIMIT ?2)",
    )?
    .execute((account.0, MOST_GAPS))?;
    let gaps = db
        .prepare_cached(
            "SELECT id, before, since FROM archive_gaps WHERE account = ?1
             ORDER BY before IS NOT NULL, id DESC",
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

/// Sees to it that what was read back to some time is read further, where that is wanted now.
fn deepen(db: &Connection, account: AccountId, since: i64) -> Result<(), Error> {
    let deeper = db
        .prepare_cached("SELECT 1 FROM accounts WHERE id = ?1 AND archive_since - ?3 > ?2")?
        .exists((account.0, since, DAY))?;
    if !deeper {
        return Ok(());
    }
    let under_way = db
        .prepare_cached(
            "UPDATE archive_gaps SET since = min(since, ?2) WHERE account = ?1 AND first",
        )?
        .execute((account.0, since))?;
    if under_way > 0 {
        return Ok(());
    }
    // From the oldest that was read by itself on.
    let oldest = db
        .prepare_cached(
            "SELECT archive_ids.id
             FROM archive_ids JOIN messages ON messages.id = archive_ids.message
             WHERE archive_ids.account = ?1 AND archive_ids.gap IS NOT NULL
             ORDER BY messages.place LIMIT 1",
        )?
        .query_row([account.0], |row| text(row, 0))
        .optional()?;
    match oldest {
        Some(before) => db
            .prepare_cached(
                "INSERT INTO archive_gaps (account, before, since, first) VALUES (?1, ?2, ?3, 1)",
            )?
            .execute((account.0, before, since))?,
        // Nothing: then it is as if it had never been.
        None => db
            .prepare_cached("UPDATE accounts SET archive_opened = 0 WHERE id = ?1")?
            .execute([account.0])?,
    };
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
        "SELECT first, pages, place, since FROM archive_gaps WHERE id = ?1 AND account = ?2",
    )?;
    let mut rows = known.query((page.gap, account.0))?;
    let Some(row) = rows.next()? else {
        return Ok(());
    };
    let (first, pages): (bool, i64) = (row.get(0)?, row.get(1)?);
    let place = row.get::<_, Option<i64>>(2)?.map(Place);
    let most_pages = match row.get::<_, i64>(3)? {
        0 => MOST_PAGES_OF_ALL,
        _ => MOST_PAGES,
    };
    drop(rows);
    let stored = store(db, page, Some(page.gap), first, place, changes)?;
    // The first stretch comes to what was read before only where the archive has it in another order.
    let closed = page.complete
        || stored.met && !first
        || page.before.is_none()
        || pages.saturating_add(1) >= most_pages;
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
    place: Option<Place>,
}

/// Stores a page of an archive, each message in its order of time, before the one in `place`; those that are there already
/// are brought into the archive's order. Where it is of the first stretch that an account has of all, everything in it was
/// read elsewhere. What is of no stretch says nothing of what was read.
fn store(
    db: &Connection,
    page: &ArchivePage,
    gap: Option<i64>,
    first: bool,
    place: Option<Place>,
    changes: &mut Vec<Change>,
) -> Result<Stored, Error> {
    let mut stored = Stored {
        count: 0,
        met: false,
        place,
    };
    let mut touched = BTreeSet::new();
    let mut moved = BTreeSet::new();
    // Where the next newer one of each chat stands.
    let mut newer: HashMap<ChatId, Place> = HashMap::new();
    let mut changed = Vec::new();
    let older = older_ones(db, page)?;
    for (message, older) in page.messages.iter().zip(older).rev() {
        let Some(id) = &message.ids.archive else {
            continue;
        };
        if let Some(gap) = gap {
            stored.met |= copies::was_read(db, page.account, id, gap)?;
        }
        let mut of_this = Vec::new();
        let time = message.time.timestamp_millis();
        // Others may have been put into the archive long after their time, and take nothing along.
        let in_order =
            |newer: &Place| places::is_near(*newer, time) || newer.0 > places::end_of(time);
        let here = match chats::find(db, page.account, &message.with)? {
            Some(chat) => match newer.get(&chat) {
                Some(newer) => Some(*newer),
                None => places::of_chat(db, chat, place)?,
            },
            None => None,
        }
        .filter(in_order);
        let between = Between {
            after: older.any,
            before: here.or(stored.place.filter(in_order)),
        };
        if let Some(mut taken) = messages::take_in(db, message, between, &mut of_this)? {
            if taken.new {
                stored.count += 1;
                touched.insert(taken.chat);
                if first || message.outgoing {
                    chats::read_up_to(db, taken.chat, taken.place)?;
                }
            } else {
                // Where what is newer stands by quite another clock, nothing can be said.
                let comparable = here.is_some() || !newer.contains_key(&taken.chat);
                let to = match comparable {
                    true => elsewhere(db, message, &taken, older.incoming, here)?,
                    false => None,
                };
                if let Some(to) = to {
                    messages::move_to(db, page.account, &mut taken, to, &mut of_this)?;
                    moved.insert(taken.chat);
                }
            }
            newer.insert(taken.chat, taken.place);
            if taken.new || places::is_near(taken.place, time) {
                stored.place = Some(taken.place);
            }
        }
        if let Some(gap) = gap {
            copies::mark_read(db, page.account, id, gap)?;
        }
        changed.push(of_this);
    }
    for chat in touched {
        chats::count_unread(db, chat)?;
    }
    changes.extend(changed.into_iter().rev().flatten());
    for chat in moved {
        chats::reordered(db, page.account, chat, changes)?;
    }
    Ok(stored)
}

/// Where a message that is there has to go for the archive's order; none where it stands right.
///
/// What others wrote came here in the server's order, mostly. What was written here has the place of when it was written,
/// and may have waited to be sent: it is what moves, behind what the server had before.
fn elsewhere(
    db: &Connection,
    message: &IncomingMessage,
    taken: &Taken,
    older: Option<Place>,
    newer: Option<Place>,
) -> Result<Option<Place>, Error> {
    let too_late = newer.is_some_and(|newer| taken.place >= newer);
    let time = message.time.timestamp_millis();
    let too_early = message.outgoing
        && match older {
            Some(older) => taken.place <= older,
            None => places::end_of(time.saturating_sub(WAITED)) > taken.place.0,
        };
    if !too_late && !too_early {
        return Ok(None);
    }
    let between = Between {
        after: older.filter(|_| message.outgoing),
        before: newer,
    };
    places::in_time(db, taken.chat, time, between).map(Some)
}

/// The next older ones of the same chat that were there before.
#[derive(Clone, Copy, Default)]
struct Before {
    any: Option<Place>,
    /// By somebody else.
    incoming: Option<Place>,
}

/// For each message of a page, those before it.
fn older_ones(db: &Connection, page: &ArchivePage) -> Result<Vec<Before>, Error> {
    let mut last: HashMap<_, Before> = HashMap::new();
    let mut older = Vec::with_capacity(page.messages.len());
    for message in &page.messages {
        let here = last.entry(&message.with).or_default();
        older.push(*here);
        let copy = messages::copy_of(db, message)?;
        let place = copy.map(|copy| messages::place_of(db, copy)).transpose()?;
        if let Some(place) = place.flatten() {
            here.any = Some(place);
            if !message.outgoing {
                here.incoming = Some(place);
            }
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

/// Begins to read what an account's archive has of a chat and is older than all that is there.
pub(super) fn open_older(
    db: &Connection,
    account: AccountId,
    with: &BareJid,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let mut older = Older {
        before: None,
        until: None,
        complete: false,
    };
    if let Some(chat) = chats::find(db, account, with)? {
        let oldest = db
            .prepare_cached("SELECT time FROM messages WHERE chat = ?1 ORDER BY place LIMIT 1")?
            .query_row([chat.0], |row| row.get::<_, i64>(0))
            .optional()?;
        older.until = oldest.map(|oldest| time(oldest.saturating_add(CLOCKS)));
        let known = db
            .prepare_cached("SELECT before, complete FROM older WHERE chat = ?1")?
            .query_row([chat.0], |row| Ok((optional_text(row, 0)?, row.get(1)?)))
            .optional()?;
        if let Some((before, complete)) = known {
            (older.before, older.complete) = (before, complete);
        }
    }
    changes.push(Change::OlderOpened {
        account,
        with: with.clone(),
        older,
    });
    Ok(())
}

/// Stores a page of what a chat has of older messages, and how much is still to be read after it.
pub(super) fn older_page(
    db: &Connection,
    with: &BareJid,
    page: &ArchivePage,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let account = page.account;
    let chat = chats::find(db, account, with)?;
    let place = match chat {
        Some(chat) => db
            .prepare_cached("SELECT place FROM older WHERE chat = ?1")?
            .query_row([chat.0], |row| row.get::<_, Option<i64>>(0))
            .optional()?
            .flatten(),
        None => None,
    };
    // While something that was missed is still to be read, this may be part of it.
    let missed = db
        .prepare_cached("SELECT 1 FROM archive_gaps WHERE account = ?1 AND NOT first")?
        .exists([account.0])?;
    let stored = store(db, page, None, !missed, place.map(Place), changes)?;
    let complete = page.complete || page.before.is_none();
    if let Some(chat) = chats::find(db, account, with)? {
        db.prepare_cached(
            "INSERT INTO older (chat, before, place, complete) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (chat) DO UPDATE
             SET before = excluded.before, place = excluded.place, complete = excluded.complete",
        )?
        .execute((
            chat.0,
            &page.before,
            stored.place.map(|place| place.0),
            complete,
        ))?;
    }
    changes.push(Change::OlderRead {
        account,
        with: with.clone(),
        stored: stored.count,
        complete,
    });
    Ok(())
}
