//! Messages: storing each one once, moving own ones through their states, and reading history page by page.

use jid::BareJid;
use rusqlite::{Connection, OptionalExtension, Row, ToSql};

use super::{
    accounts, chats, copies,
    failure::not_found,
    places::{self, Between},
    row::{address as parse, known, optional_text, text, time},
    streams,
    write::Change,
};
use crate::{
    error::{Error, ErrorKind},
    model::{
        chat::{Anchor, Page},
        ids::{AccountId, ChatId, MessageId, Place},
        message::{
            IncomingMessage, Message, MessageIds, MessageState, Origin, OutgoingMessage,
            QueuedMessage,
        },
    },
};

/// A page ends early when its texts amount to more than this, in bytes.
const PAGE_BYTES: usize = 64 * 1024 * 1024;

const COLUMNS: &str =
    "messages.id, messages.author, messages.outgoing, messages.time, messages.state,
    messages.origin, messages.stranger, messages.error_kind, messages.error_detail, messages.body,
    messages.place";

/// Stores a message from the network, unless it is a copy of one that is there; then only its new ids.
pub(super) fn incoming(
    db: &Connection,
    message: &IncomingMessage,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    take_in(db, message, Between::default(), changes).map(|_| ())
}

/// A message that is there now.
pub(super) struct Taken {
    pub(super) chat: ChatId,
    pub(super) message: MessageId,
    pub(super) place: Place,
    /// Whether it was not there before.
    pub(super) new: bool,
}

/// The message that is there of which this is a copy.
pub(super) fn copy_of(
    db: &Connection,
    message: &IncomingMessage,
) -> Result<Option<MessageId>, Error> {
    if let Some(copy) = copies::by_archive(db, message.account, &message.ids)? {
        return Ok(Some(copy));
    }
    match chats::find(db, message.account, &message.with)? {
        Some(chat) => copies::by_sender(db, chat, message),
        None => Ok(None),
    }
}

/// Stores a message, or finds the one of which it is a copy; none where that was deleted. What comes out of an archive
/// stands between these others.
pub(super) fn take_in(
    db: &Connection,
    message: &IncomingMessage,
    place: Between,
    changes: &mut Vec<Change>,
) -> Result<Option<Taken>, Error> {
    let account = message.account;
    if let Some(copy) = copy_of(db, message)? {
        // The chat of the message that is there. Nothing to add to one that was deleted.
        let Some((account, chat)) = chat_of(db, copy)? else {
            return Ok(None);
        };
        let Some(place) = place_of(db, copy)? else {
            return Ok(None);
        };
        copies::remember(db, account, chat, copy, &message.ids)?;
        if message.outgoing && matches!(message.origin, Origin::Archive | Origin::Carbon) {
            // The server has it, whether or not it came to say so.
            set_state(db, copy, MessageState::Sent, None, changes)?;
        }
        return Ok(Some(Taken {
            chat,
            message: copy,
            place,
            new: false,
        }));
    }
    let state = match message.outgoing {
        true => MessageState::Sent,
        false => MessageState::Delivered,
    };
    let taken = insert(
        db,
        &New {
            account,
            with: &message.with,
            author: message.from.as_str(),
            outgoing: message.outgoing,
            body: &message.body,
            time: message.time.timestamp_millis(),
            state,
            origin: message.origin,
            stranger: message.stranger,
            stanza_id: None,
            ids: &message.ids,
            place,
        },
        changes,
    )?;
    if message.outgoing && message.origin == Origin::Carbon {
        // Who answered with another device has read there.
        chats::read_up_to(db, taken.chat, taken.place)?;
        chats::count_unread(db, taken.chat)?;
    }
    Ok(Some(taken))
}

/// Stores a message that is written here.
pub(super) fn outgoing(
    db: &Connection,
    message: &OutgoingMessage,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    insert(
        db,
        &New {
            account: message.account,
            with: &message.to,
            author: &accounts::address(db, message.account)?,
            outgoing: true,
            body: &message.body,
            time: message.time.timestamp_millis(),
            state: MessageState::Queued,
            origin: Origin::Live,
            stranger: false,
            stanza_id: Some(&message.stanza_id),
            ids: &MessageIds {
                stanza: Some(message.stanza_id.clone()),
                origin: Some(message.stanza_id.clone()),
                archive: None,
            },
            place: Between::default(),
        },
        changes,
    )
    .map(|_| ())
}

struct New<'a> {
    account: AccountId,
    with: &'a BareJid,
    author: &'a str,
    outgoing: bool,
    body: &'a str,
    time: i64,
    state: MessageState,
    origin: Origin,
    stranger: bool,
    stanza_id: Option<&'a str>,
    ids: &'a MessageIds,
    /// Out of an archive: between these.
    place: Between,
}

fn insert(db: &Connection, new: &New<'_>, changes: &mut Vec<Change>) -> Result<Taken, Error> {
    let account = new.account;
    // A new chat is told of below, with its first message.
    let chat = chats::ensure(db, account, new.with, &mut Vec::new())?;
    let place = match new.origin {
        Origin::Archive => places::in_time(db, chat, new.time, new.place)?,
        _ => places::at_end(db, chat, new.time)?,
    };
    let message = places::free_id(db, place)?;
    db.prepare_cached(
        "INSERT INTO messages
             (id, place, chat, author, outgoing, time, state, origin, stranger, stanza_id, body)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute((
        message.0,
        place.0,
        chat.0,
        new.author,
        new.outgoing,
        new.time,
        new.state.as_str(),
        new.origin.as_str(),
        new.stranger,
        new.stanza_id,
        new.body,
    ))?;
    copies::remember(db, account, chat, message, new.ids)?;
    chats::added(db, chat, (message, place), new.body, !new.outgoing)?;
    changes.push(Change::MessageInserted {
        account,
        chat,
        message,
    });
    changes.push(Change::ChatChanged { account, chat });
    Ok(Taken {
        chat,
        message,
        place,
        new: true,
    })
}

/// Where a message stands.
pub(super) fn place_of(db: &Connection, message: MessageId) -> Result<Option<Place>, Error> {
    Ok(db
        .prepare_cached("SELECT place FROM messages WHERE id = ?1")?
        .query_row([message.0], |row| row.get(0).map(Place))
        .optional()?)
}

/// Puts a message that is there elsewhere in its chat. [`chats::reordered`] is to follow.
pub(super) fn move_to(
    db: &Connection,
    account: AccountId,
    taken: &mut Taken,
    place: Place,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    db.prepare_cached("UPDATE messages SET place = ?2 WHERE id = ?1")?
        .execute((taken.message.0, place.0))?;
    taken.place = place;
    changes.push(Change::MessageChanged {
        account,
        chat: taken.chat,
        message: taken.message,
    });
    Ok(())
}

fn chat_of(db: &Connection, message: MessageId) -> Result<Option<(AccountId, ChatId)>, Error> {
    Ok(db
        .prepare_cached(
            "SELECT chats.account, chats.id FROM messages JOIN chats ON chats.id = messages.chat
             WHERE messages.id = ?1",
        )?
        .query_row([message.0], |row| {
            Ok((AccountId(row.get(0)?), ChatId(row.get(1)?)))
        })
        .optional()?)
}

/// Moves an own message on. One that is not there (any more) is nobody's fault and nothing to do.
pub(super) fn set_state(
    db: &Connection,
    message: MessageId,
    state: MessageState,
    error: Option<&Error>,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let now = db
        .prepare_cached("SELECT state FROM messages WHERE id = ?1 AND outgoing")?
        .query_row([message.0], |row| text(row, 0))
        .optional()?;
    let now = now.as_deref().and_then(MessageState::from_word);
    if !now.is_some_and(|now| leads_on(now, state)) {
        return Ok(());
    }
    if state == MessageState::Queued {
        // It will be another stanza.
        streams::take_one(db, message)?;
    }
    let error = error.filter(|_| state == MessageState::Failed);
    db.prepare_cached(
        "UPDATE messages SET state = ?2, error_kind = ?3, error_detail = ?4,
             given = CASE ?2 WHEN 'queued' THEN 0 ELSE given END
         WHERE id = ?1",
    )?
    .execute((
        message.0,
        state.as_str(),
        error.map(|error| error.kind.as_str()),
        error.map(|error| &error.detail),
    ))?;
    let (account, chat) = chat_of(db, message)?.ok_or_else(|| not_found("message"))?;
    changes.push(Change::MessageStateChanged {
        account,
        chat,
        message,
        state,
        error: error.cloned(),
    });
    changes.push(Change::ChatChanged { account, chat });
    Ok(())
}

/// Whether an own message may go from one state to the other: only onwards. What has arrived cannot fail any more, and
/// what has failed can only be tried again.
fn leads_on(from: MessageState, to: MessageState) -> bool {
    match (from, to) {
        (MessageState::Failed, to) => to == MessageState::Queued,
        (from, MessageState::Failed) => from < MessageState::Delivered,
        (from, to) => from < to,
    }
}

/// A message came back.
pub(super) fn fail(
    db: &Connection,
    account: AccountId,
    with: &BareJid,
    stanza_id: &str,
    error: &Error,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let Some(chat) = chats::find(db, account, with)? else {
        return Ok(());
    };
    match copies::under_way(db, chat, stanza_id)? {
        Some(message) => set_state(db, message, MessageState::Failed, Some(error), changes),
        None => Ok(()),
    }
}

/// What all messages of a chat have in common.
struct Common {
    account: AccountId,
    own: BareJid,
    chat: ChatId,
    with: BareJid,
    read_until: i64,
}

fn common(db: &Connection, chat: ChatId) -> Result<Option<Common>, Error> {
    let found = db
        .prepare_cached("SELECT account, address, read_until FROM chats WHERE id = ?1")?
        .query_row([chat.0], |row| {
            Ok((AccountId(row.get(0)?), text(row, 1)?, row.get(2)?))
        })
        .optional()?;
    let Some((account, with, read_until)) = found else {
        return Ok(None);
    };
    let Some(with) = parse(&with, "chats") else {
        return Ok(None);
    };
    Ok(Some(Common {
        account,
        own: accounts::parsed_address(db, account)?,
        chat,
        with,
        read_until,
    }))
}

impl Common {
    fn author(&self, address: &str) -> Option<BareJid> {
        [&self.with, &self.own]
            .into_iter()
            .find(|known| known.as_str() == address)
            .cloned()
            .or_else(|| parse(address, "messages"))
    }

    fn read(&self, row: &Row<'_>) -> rusqlite::Result<Option<Message>> {
        let place: i64 = row.get(10)?;
        let outgoing = row.get(2)?;
        let from = self.author(&text(row, 1)?);
        let state = chats::state(&text(row, 4)?, outgoing, place <= self.read_until);
        let origin = Origin::from_word(&text(row, 5)?);
        let (Some(from), Some(state), Some(origin)) =
            (from, known(state, "messages"), known(origin, "messages"))
        else {
            return Ok(None);
        };
        let detail = optional_text(row, 8)?.unwrap_or_default();
        let error = optional_text(row, 7)?.map(|kind| {
            let kind = ErrorKind::from_word(&kind).unwrap_or(ErrorKind::RemoteError);
            Error::new(kind, detail)
        });
        Ok(Some(Message {
            id: MessageId(row.get(0)?),
            place: Place(place),
            account: self.account,
            chat: self.chat,
            with: self.with.clone(),
            from,
            outgoing,
            body: text(row, 9)?,
            time: time(row.get(3)?),
            state,
            origin,
            error,
            stranger: row.get(6)?,
        }))
    }
}

pub(super) fn page(
    db: &Connection,
    chat: ChatId,
    anchor: Anchor,
    limit: u32,
) -> Result<Page, Error> {
    let mut page = Page {
        messages: Vec::new(),
        more: false,
    };
    let Some(common) = common(db, chat)? else {
        return Ok(page);
    };
    let (bound, forward) = match anchor {
        Anchor::Newest => (i64::MAX, false),
        Anchor::Before(place) => (place.0, false),
        Anchor::After(place) => (place.0, true),
    };
    let (comparison, direction) = if forward { (">", "ASC") } else { ("<", "DESC") };
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM messages WHERE chat = ?1 AND place {comparison} ?2 ORDER BY place {direction}"
    ))?;
    let mut rows = statement.query((chat.0, bound))?;
    let mut taken = 0;
    let mut bytes = 0;
    while let Some(row) = rows.next()? {
        if taken == limit || bytes > PAGE_BYTES {
            page.more = true;
            break;
        }
        taken += 1;
        if let Some(message) = common.read(row)? {
            bytes += message.body.len();
            page.messages.push(message);
        }
    }
    if !forward {
        page.messages.reverse();
    }
    Ok(page)
}

pub(super) fn by_id(db: &Connection, mut ids: Vec<MessageId>) -> Result<Vec<Message>, Error> {
    ids.sort_unstable();
    ids.dedup();
    let mut messages = Vec::with_capacity(ids.len());
    let mut at: Option<Common> = None;
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS}, messages.chat FROM messages WHERE id = ?1"
    ))?;
    for id in ids {
        let mut rows = statement.query([id.0])?;
        let Some(row) = rows.next()? else {
            continue;
        };
        let chat = ChatId(row.get(11)?);
        if at.as_ref().is_none_or(|common| common.chat != chat) {
            at = common(db, chat)?;
        }
        if let Some(common) = &at {
            messages.extend(common.read(row)?);
        }
    }
    Ok(messages)
}

pub(super) fn queued(
    db: &Connection,
    account: AccountId,
    after: Option<MessageId>,
    limit: u32,
) -> Result<Vec<QueuedMessage>, Error> {
    let mut statement = db.prepare_cached(
        "SELECT messages.id, messages.chat, chats.address, messages.body, messages.time, messages.stanza_id,
             messages.given
         FROM messages INDEXED BY messages_queued JOIN chats ON chats.id = messages.chat
         WHERE messages.state = 'queued' AND messages.id > ?2 AND chats.account = ?1
             AND messages.stanza_id IS NOT NULL
         ORDER BY messages.id LIMIT ?3",
    )?;
    let after: &dyn ToSql = &after.map_or(i64::MIN, |message| message.0);
    let mut rows = statement.query((account.0, after, limit))?;
    let mut messages = Vec::new();
    let mut bytes = 0;
    while bytes <= PAGE_BYTES
        && let Some(row) = rows.next()?
    {
        let Some(to) = parse(&text(row, 2)?, "chats") else {
            continue;
        };
        let body = text(row, 3)?;
        bytes += body.len();
        messages.push(QueuedMessage {
            id: MessageId(row.get(0)?),
            chat: ChatId(row.get(1)?),
            to,
            body,
            time: time(row.get(4)?),
            stanza_id: text(row, 5)?,
            given: row.get::<_, i64>(6)? > 0,
        });
    }
    Ok(messages)
}
