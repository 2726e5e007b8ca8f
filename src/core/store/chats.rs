//! Chats, with what the list of chats shows: kept up to date at every write, so that the list never counts or reads
//! messages.

use std::collections::BTreeMap;

use jid::BareJid;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    accounts,
    failure::not_found,
    row::{address as parse, known, optional_text, text, time},
    write::Change,
};
use crate::{
    error::Error,
    model::{
        chat::{ChatSummary, Preview},
        ids::{AccountId, ChatId, MessageId, Place},
        message::MessageState,
    },
};

/// How much of a message the list of chats shows, in characters.
const PREVIEW: usize = 200;

const SUMMARY: &str = "SELECT chats.id, chats.account, chats.address, contacts.name,
        contacts.address IS NULL, chats.unread, chats.draft, chats.preview,
        messages.id, messages.time, messages.outgoing, messages.state,
        messages.place <= chats.read_until, messages.place
    FROM chats
    JOIN accounts ON accounts.id = chats.account AND NOT accounts.set_aside
    LEFT JOIN contacts ON contacts.account = chats.account AND contacts.address = chats.address
    LEFT JOIN messages ON messages.id = chats.last_message";

pub(super) fn all(db: &Connection, account: Option<AccountId>) -> Result<Vec<ChatSummary>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "{SUMMARY} WHERE ?1 IS NULL OR chats.account = ?1
         ORDER BY messages.place DESC NULLS LAST, chats.id DESC"
    ))?;
    let chats = statement
        .query_map([account.map(|account| account.0)], read)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(chats.into_iter().flatten().collect())
}

pub(super) fn one(db: &Connection, chat: ChatId) -> Result<Option<ChatSummary>, Error> {
    Ok(db
        .prepare_cached(&format!("{SUMMARY} WHERE chats.id = ?1"))?
        .query_row([chat.0], read)
        .optional()?
        .flatten())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Option<ChatSummary>> {
    let Some(with) = parse(&text(row, 2)?, "chats") else {
        return Ok(None);
    };
    let last = match row.get::<_, Option<i64>>(8)? {
        Some(message) => {
            let outgoing = row.get(10)?;
            known(state(&text(row, 11)?, outgoing, row.get(12)?), "messages")
                .map(|state| -> rusqlite::Result<_> {
                    Ok(Preview {
                        message: MessageId(message),
                        place: Place(row.get(13)?),
                        text: text(row, 7)?,
                        time: time(row.get(9)?),
                        outgoing,
                        state,
                    })
                })
                .transpose()?
        }
        None => None,
    };
    Ok(Some(ChatSummary {
        id: ChatId(row.get(0)?),
        account: AccountId(row.get(1)?),
        with,
        name: optional_text(row, 3)?,
        unread: row.get(5)?,
        last,
        draft: text(row, 6)?,
        stranger: row.get(4)?,
    }))
}

/// The state of a message: of others' messages only their chat knows whether they were read.
pub(super) fn state(word: &str, outgoing: bool, read: bool) -> Option<MessageState> {
    match MessageState::from_word(word) {
        Some(MessageState::Delivered) if !outgoing && read => Some(MessageState::Displayed),
        state => state,
    }
}

pub(super) fn find(
    db: &Connection,
    account: AccountId,
    with: &BareJid,
) -> Result<Option<ChatId>, Error> {
    Ok(db
        .prepare_cached("SELECT id FROM chats WHERE account = ?1 AND address = ?2")?
        .query_row((account.0, with.as_str()), |row| row.get(0).map(ChatId))
        .optional()?)
}

/// The chat with somebody, made where there is none.
pub(super) fn ensure(
    db: &Connection,
    account: AccountId,
    with: &BareJid,
    changes: &mut Vec<Change>,
) -> Result<ChatId, Error> {
    if let Some(chat) = find(db, account, with)? {
        return Ok(chat);
    }
    accounts::must_exist(db, account)?;
    let chat = ChatId(
        db.prepare_cached("INSERT INTO chats (account, address) VALUES (?1, ?2)")?
            .insert((account.0, with.as_str()))?,
    );
    changes.push(Change::ChatChanged { account, chat });
    Ok(chat)
}

/// A message came into its chat, mostly as the newest.
pub(super) fn added(
    db: &Connection,
    chat: ChatId,
    (message, place): (MessageId, Place),
    body: &str,
    unread: bool,
) -> Result<(), Error> {
    db.prepare_cached("UPDATE chats SET unread = unread + (?2 > read_until) WHERE id = ?1 AND ?3")?
        .execute((chat.0, place.0, unread))?;
    db.prepare_cached(
        "UPDATE chats SET last_message = ?2, preview = ?4
         WHERE id = ?1
             AND ?3 >= coalesce((SELECT place FROM messages WHERE id = chats.last_message), ?3)",
    )?
    .execute((chat.0, message.0, place.0, preview(body)))?;
    Ok(())
}

/// Messages of a chat stand elsewhere now.
pub(super) fn reordered(
    db: &Connection,
    account: AccountId,
    chat: ChatId,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    look_for_last(db, chat)?;
    count_unread(db, chat)?;
    changes.push(Change::ChatChanged { account, chat });
    Ok(())
}

/// Looks for the newest message anew, after one went or says something else.
pub(super) fn look_for_last(db: &Connection, chat: ChatId) -> Result<(), Error> {
    let last = db
        .prepare_cached(
            "SELECT id, body, place FROM messages WHERE chat = ?1 ORDER BY place DESC LIMIT 1",
        )?
        .query_row([chat.0], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                (text(row, 1)?, row.get::<_, i64>(2)?),
            ))
        })
        .optional()?;
    let (message, rest) = last.unzip();
    let (body, place) = rest.unwrap_or_default();
    // What was read ends where the chat does: what comes next is behind it.
    db.prepare_cached(
        "UPDATE chats SET last_message = ?2, preview = ?3, read_until = min(read_until, ?4)
         WHERE id = ?1",
    )?
    .execute((chat.0, message, preview(&body), place))?;
    Ok(())
}

/// What stands up to this message was read, as far as is known from elsewhere. [`count_unread`] is to follow.
pub(super) fn read_up_to(db: &Connection, chat: ChatId, place: Place) -> Result<(), Error> {
    db.prepare_cached("UPDATE chats SET read_until = max(read_until, ?2) WHERE id = ?1")?
        .execute((chat.0, place.0))?;
    Ok(())
}

/// Counts what was not read.
pub(super) fn count_unread(db: &Connection, chat: ChatId) -> Result<(), Error> {
    db.prepare_cached(
        "UPDATE chats SET unread = (
             SELECT count(*) FROM messages
             WHERE chat = chats.id AND messages.place > chats.read_until AND NOT outgoing)
         WHERE id = ?1 AND unread > 0",
    )?
    .execute([chat.0])?;
    Ok(())
}

/// The start of the first line that has something in it.
fn preview(body: &str) -> String {
    let line = body.trim_start().lines().next().unwrap_or_default();
    line.chars().take(PREVIEW).collect()
}

pub(super) fn mark_read(
    db: &Connection,
    chat: ChatId,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    change(
        db,
        chat,
        db.prepare_cached(
            "UPDATE chats SET unread = 0,
                 read_until = coalesce(
                     (SELECT place FROM messages WHERE id = chats.last_message), read_until)
             WHERE id = ?1 AND unread > 0",
        )?
        .execute([chat.0])?,
        changes,
    )
}

pub(super) fn set_draft(
    db: &Connection,
    chat: ChatId,
    text: &str,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    change(
        db,
        chat,
        db.prepare_cached("UPDATE chats SET draft = ?2 WHERE id = ?1 AND draft <> ?2")?
            .execute((chat.0, text))?,
        changes,
    )
}

fn change(
    db: &Connection,
    chat: ChatId,
    changed: usize,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let account = db
        .prepare_cached("SELECT account FROM chats WHERE id = ?1")?
        .query_row([chat.0], |row| row.get(0).map(AccountId))
        .optional()?
        .ok_or_else(|| not_found("chat"))?;
    if changed > 0 {
        changes.push(Change::ChatChanged { account, chat });
    }
    Ok(())
}

/// What the contact list makes of a chat's title: whether they are a contact, and their name.
pub(super) type Title = (bool, Option<String>);
/// A chat with its title.
pub(super) type Titled = (ChatId, Title);

const TITLES: &str = "SELECT chats.id, contacts.address IS NOT NULL, contacts.name
    FROM chats
    LEFT JOIN contacts ON contacts.account = chats.account AND contacts.address = chats.address
    WHERE chats.account = ?1";

fn read_title(row: &Row<'_>) -> rusqlite::Result<Titled> {
    Ok((ChatId(row.get(0)?), (row.get(1)?, optional_text(row, 2)?)))
}

pub(super) fn titles(
    db: &Connection,
    account: AccountId,
) -> Result<BTreeMap<ChatId, Title>, Error> {
    Ok(db
        .prepare_cached(TITLES)?
        .query_map([account.0], read_title)?
        .collect::<rusqlite::Result<_>>()?)
}

pub(super) fn title(
    db: &Connection,
    account: AccountId,
    with: &BareJid,
) -> Result<Option<Titled>, Error> {
    Ok(db
        .prepare_cached(&format!("{TITLES} AND chats.address = ?2"))?
        .query_row((account.0, with.as_str()), read_title)
        .optional()?)
}
