//! Own messages that were not sent: taken back, changed, and whether the server may have them all the same.

use rusqlite::{Connection, OptionalExtension};

use super::{
    chats,
    failure::not_found,
    row::text,
    streams,
    write::{Change, Given, Waiting},
};
use crate::{
    error::{Error, ErrorKind},
    model::{
        ids::{AccountId, ChatId, MessageId},
        message::MessageState,
    },
};

/// An own message, as far as it matters whether it can be taken back.
struct Found {
    chat: ChatId,
    state: Option<MessageState>,
    /// Whether the server may have it.
    given: bool,
}

fn find(db: &Connection, which: &Waiting) -> Result<Found, Error> {
    db.prepare_cached(
        "SELECT chats.id, messages.state, messages.given
         FROM messages JOIN chats ON chats.id = messages.chat
         WHERE messages.id = ?1 AND chats.account = ?2 AND chats.address = ?3 AND messages.outgoing",
    )?
    .query_row(
        (which.message.0, which.account.0, which.with.as_str()),
        |row| {
            Ok(Found {
                chat: ChatId(row.get(0)?),
                state: MessageState::from_word(&text(row, 1)?),
                given: row.get::<_, i64>(2)? > 0,
            })
        },
    )
    .optional()?
    .ok_or_else(|| not_found("message"))
}

/// A message goes that waits to be sent, or failed.
pub(super) fn take_back(
    db: &Connection,
    which: &Waiting,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let found = find(db, which)?;
    match found.state {
        // What may have been sent is known by its ids when it comes back, and stays away.
        Some(MessageState::Failed) => {}
        Some(MessageState::Queued) if !found.given && !which.given => {
            db.prepare_cached("DELETE FROM sender_ids WHERE chat = ?1 AND message = ?2")?
                .execute((found.chat.0, which.message.0))?;
        }
        _ => return Err(ErrorKind::AlreadySent.into()),
    }
    streams::take_one(db, which.message)?;
    db.prepare_cached("DELETE FROM messages WHERE id = ?1")?
        .execute([which.message.0])?;
    chats::look_for_last(db, found.chat)?;
    changes.push(Change::MessageRemoved {
        account: which.account,
        chat: found.chat,
        message: which.message,
    });
    changes.push(Change::ChatChanged {
        account: which.account,
        chat: found.chat,
    });
    Ok(())
}

/// A message that waits to be sent says something else.
pub(super) fn edit(
    db: &Connection,
    which: &Waiting,
    body: &str,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let found = find(db, which)?;
    match found.state {
        Some(MessageState::Queued) if !found.given && !which.given => {}
        Some(MessageState::Failed) => {
            let detail = "A message that failed can be sent again as it is, or deleted.";
            return Err(Error::new(ErrorKind::NotAllowed, detail));
        }
        _ => {
            let detail = "Changing sent messages is not in this version yet.";
            return Err(Error::new(ErrorKind::AlreadySent, detail));
        }
    }
    db.prepare_cached("UPDATE messages SET body = ?2 WHERE id = ?1")?
        .execute((which.message.0, body))?;
    chats::look_for_last(db, found.chat)?;
    changes.push(Change::MessageChanged {
        account: which.account,
        chat: found.chat,
        message: which.message,
    });
    changes.push(Change::ChatChanged {
        account: which.account,
        chat: found.chat,
    });
    Ok(())
}

/// Remembers whether the server may have these messages, or all that wait. Those that do not wait stay as they are.
pub(super) fn set_given(
    db: &Connection,
    account: AccountId,
    messages: Option<&[MessageId]>,
    given: Given,
) -> Result<(), Error> {
    let (from, to) = match given {
        Given::No => (1, 0),
        Given::Perhaps => (0, 1),
        Given::Again => (1, 2),
    };
    match messages {
        Some(messages) => {
            let mut statement = db.prepare_cached(
                "UPDATE messages SET given = ?2 WHERE id = ?1 AND given = ?3 AND state = 'queued'",
            )?;
            for message in messages {
                statement.execute((message.0, to, from))?;
            }
        }
        None => {
            db.prepare_cached(
                "UPDATE messages SET given = ?2
                 WHERE id IN (
                     SELECT messages.id
                     FROM messages INDEXED BY messages_queued JOIN chats ON chats.id = messages.chat
                     WHERE messages.state = 'queued' AND chats.account = ?1)
                 AND given = ?3",
            )?
            .execute((account.0, to, from))?;
        }
    }
    Ok(())
}

/// Whether the server may have messages of an account that wait.
pub(super) fn in_doubt(db: &Connection, account: AccountId) -> Result<bool, Error> {
    Ok(db
        .prepare_cached(
            "SELECT 1 FROM messages INDEXED BY messages_queued JOIN chats ON chats.id = messages.chat
             WHERE messages.state = 'queued' AND chats.account = ?1 AND messages.given > 0",
        )?
        .exists([account.0])?)
}
