//! Accounts. What belongs to one goes with it, by foreign keys; or its history stays, unseen, until the same address is added
//! again.

use jid::BareJid;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{
    failure::not_found,
    row::{address as parse, known, optional_text, text},
    write::Change,
};
use crate::{
    error::{Error, ErrorKind},
    model::{
        account::{
            Accent, Account, AccountSettings, AccountUpdate, ArchiveDepth, Fingerprint, Proxy,
            Security, ServerAddress, Tag,
        },
        ids::{AccountId, ChatId},
        presence::{OwnPresence, Show},
    },
};

const COLUMNS: &str = "id, address, host, port, security, pin, enabled, resource, sasl_memory, show, status, proxy, label, accent, archive_days";

/// Of the tables whose rows belong to an account, those that are its history: chats, and what recognises copies of their messages.
const HISTORY: [&str; 4] = ["chats", "archives", "archive_gaps", "archive_ids"];

pub(super) fn add(
    db: &Connection,
    settings: &AccountSettings,
    resource: &str,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let there = db
        .prepare_cached("SELECT id, set_aside FROM accounts WHERE address = ?1")?
        .query_row([settings.address.as_str()], |row| {
            Ok((AccountId(row.get(0)?), row.get(1)?))
        })
        .optional()?;
    match there {
        Some((account, true)) => return bring_back(db, account, settings, resource, changes),
        Some((_, false)) => {
            return Err(Error::new(
                ErrorKind::BadRequest,
                format!("{} is an account already.", settings.address),
            ));
        }
        None => {}
    }
    let presence = OwnPresence::default();
    let server = settings.server.as_ref();
    let id = db
        .prepare_cached(
            "INSERT INTO accounts (position, address, host, port, security, pin, enabled, resource,
                 sasl_memory, show, status, proxy)
             SELECT coalesce(max(position), 0) + 1, ?1, ?2, ?3, ?4, ?5, 1, ?6, '', ?7, ?8, ?9
             FROM accounts",
        )?
        .insert((
            settings.address.as_str(),
            server.map(|server| &server.host),
            server.and_then(|server| server.port),
            settings.security.as_str(),
            settings.pin.map(|pin| pin.0),
            resource,
            presence.show.as_str(),
            presence.status,
            settings.proxy.as_ref().map(ToString::to_string),
        ))?;
    changes.push(Change::AccountAdded(AccountId(id)));
    Ok(())
}

/// An account is used again, with the history that stayed here.
fn bring_back(
    db: &Connection,
    account: AccountId,
    settings: &AccountSettings,
    resource: &str,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let presence = OwnPresence::default();
    let server = settings.server.as_ref();
    db.prepare_cached(
        "UPDATE accounts SET set_aside = 0, enabled = 1, sasl_memory = '', host = ?2, port = ?3,
             security = ?4, pin = ?5, resource = ?6, show = ?7, status = ?8, proxy = ?9,
             position = (SELECT max(position) + 1 FROM accounts)
         WHERE id = ?1",
    )?
    .execute((
        account.0,
        server.map(|server| &server.host),
        server.and_then(|server| server.port),
        settings.security.as_str(),
        settings.pin.map(|pin| pin.0),
        resource,
        presence.show.as_str(),
        presence.status,
        settings.proxy.as_ref().map(ToString::to_string),
    ))?;
    changes.push(Change::AccountAdded(account));
    let mut statement = db.prepare_cached("SELECT id FROM chats WHERE account = ?1")?;
    let chats = statement.query_map([account.0], |row| row.get(0).map(ChatId))?;
    for chat in chats {
        changes.push(Change::ChatChanged {
            account,
            chat: chat?,
        });
    }
    Ok(())
}

/// The tables whose rows belong to an account, each with the column that says to which.
fn belongings(db: &Connection) -> Result<Vec<(String, String)>, Error> {
    let mut statement = db.prepare_cached(
        "SELECT tables.name, keys.\"from\" FROM sqlite_schema AS tables
         JOIN pragma_foreign_key_list(tables.name) AS keys
         WHERE tables.type = 'table' AND keys.\"table\" = 'accounts'",
    )?;
    let tables = statement.query_map((), |row| Ok((text(row, 0)?, text(row, 1)?)))?;
    Ok(tables.collect::<rusqlite::Result<_>>()?)
}

/// Takes everything of an account away but its history, and the account too where it has none. What was still to be sent is not sent by surprise when the account is
/// added again: it has failed.
pub(super) fn set_aside(
    db: &Connection,
    account: AccountId,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let has_history = db
        .prepare_cached("SELECT 1 FROM chats WHERE account = ?1")?
        .exists([account.0])?;
    if !has_history {
        return remove(db, account, changes);
    }
    must_exist(db, account)?;
    for (table, column) in belongings(db)? {
        if !HISTORY.contains(&table.as_str()) {
            db.execute(
                &format!("DELETE FROM {table} WHERE {column} = ?1"),
                [account.0],
            )?;
        }
    }
    db.prepare_cached(
        "UPDATE messages SET state = 'failed', error_kind = ?2, error_detail = ?3
         WHERE state = 'queued' AND chat IN (SELECT id FROM chats WHERE account = ?1)",
    )?
    .execute((
        account.0,
        ErrorKind::NotAllowed.as_str(),
        "The account was removed before this was sent.",
    ))?;
    db.prepare_cached(
        "UPDATE accounts SET set_aside = 1, enabled = 0, sasl_memory = '', roster_version = NULL,
             host = NULL, port = NULL, pin = NULL, proxy = NULL, status = '', label = '', accent = ''
         WHERE id = ?1",
    )?
    .execute([account.0])?;
    changes.push(Change::AccountRemoved(account));
    Ok(())
}

pub(super) fn update(
    db: &Connection,
    account: AccountId,
    update: &AccountUpdate,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    must_exist(db, account)?;
    if let Some(server) = &update.server {
        let server = server.as_ref();
        db.prepare_cached("UPDATE accounts SET host = ?2, port = ?3 WHERE id = ?1")?
            .execute((
                account.0,
                server.map(|server| &server.host),
                server.and_then(|server| server.port),
            ))?;
    }
    if let Some(security) = update.security {
        db.prepare_cached("UPDATE accounts SET security = ?2 WHERE id = ?1")?
            .execute((account.0, security.as_str()))?;
    }
    if let Some(pin) = update.pin {
        db.prepare_cached("UPDATE accounts SET pin = ?2 WHERE id = ?1")?
            .execute((account.0, pin.map(|pin| pin.0)))?;
    }
    if let Some(proxy) = &update.proxy {
        db.prepare_cached("UPDATE accounts SET proxy = ?2 WHERE id = ?1")?
            .execute((account.0, proxy.as_ref().map(ToString::to_string)))?;
    }
    if let Some(enabled) = update.enabled {
        db.prepare_cached("UPDATE accounts SET enabled = ?2 WHERE id = ?1")?
            .execute((account.0, enabled))?;
    }
    if let Some(tag) = &update.tag {
        db.prepare_cached("UPDATE accounts SET label = ?2, accent = ?3 WHERE id = ?1")?
            .execute((account.0, &tag.label, tag.accent.map_or("", Accent::as_str)))?;
    }
    if let Some(archive) = update.archive {
        let days = match archive {
            ArchiveDepth::Days(days) => Some(days),
            ArchiveDepth::Everything => None,
        };
        db.prepare_cached("UPDATE accounts SET archive_days = ?2 WHERE id = ?1")?
            .execute((account.0, days))?;
    }
    changes.push(Change::AccountChanged(account));
    Ok(())
}

/// An account changes places with the one above or below it; nothing where there is none.
pub(super) fn move_one(
    db: &Connection,
    account: AccountId,
    up: bool,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    must_exist(db, account)?;
    let mut order: Vec<i64> = db
        .prepare_cached("SELECT id FROM accounts WHERE NOT set_aside ORDER BY position, id")?
        .query_map((), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let Some(place) = order.iter().position(|id| *id == account.0) else {
        return Ok(());
    };
    let other = if up {
        place.checked_sub(1)
    } else {
        Some(place + 1)
    };
    let Some(other) = other.filter(|other| *other < order.len()) else {
        return Ok(());
    };
    order.swap(place, other);
    for (position, id) in (1_i64..).zip(order) {
        db.prepare_cached("UPDATE accounts SET position = ?2 WHERE id = ?1")?
            .execute((id, position))?;
    }
    changes.push(Change::AccountChanged(account));
    Ok(())
}

/// The addresses of removed accounts whose history is still here.
pub(super) fn kept(db: &Connection) -> Result<Vec<BareJid>, Error> {
    let mut statement =
        db.prepare_cached("SELECT address FROM accounts WHERE set_aside ORDER BY address")?;
    let addresses = statement.query_map((), |row| text(row, 0))?;
    let addresses = addresses.collect::<rusqlite::Result<Vec<_>>>()?;
    let parsed = addresses.iter().filter_map(|text| parse(text, "accounts"));
    Ok(parsed.collect())
}

/// Takes away what is here still of a removed account.
pub(super) fn erase(db: &Connection, address: &BareJid) -> Result<(), Error> {
    let account = db
        .prepare_cached("SELECT id FROM accounts WHERE address = ?1 AND set_aside")?
        .query_row([address.as_str()], |row| row.get(0).map(AccountId))
        .optional()?
        .ok_or_else(|| not_found("account"))?;
    delete(db, account)
}

/// Takes an account away with all that belongs to it. What it leaves free in the file is overwritten.
pub(super) fn remove(
    db: &Connection,
    account: AccountId,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    must_exist(db, account)?;
    delete(db, account)?;
    changes.push(Change::AccountRemoved(account));
    Ok(())
}

fn delete(db: &Connection, account: AccountId) -> Result<(), Error> {
    db.pragma_update(None, "secure_delete", true)?;
    let removed = db
        .prepare_cached("DELETE FROM accounts WHERE id = ?1")
        .and_then(|mut statement| statement.execute([account.0]));
    db.pragma_update(None, "secure_delete", false)?;
    one_row(removed?)
}

pub(super) fn set_resource(
    db: &Connection,
    account: AccountId,
    resource: &str,
) -> Result<(), Error> {
    one_row(
        db.prepare_cached("UPDATE accounts SET resource = ?2 WHERE id = ?1")?
            .execute((account.0, resource))?,
    )
}

pub(super) fn set_sasl_memory(
    db: &Connection,
    account: AccountId,
    memory: &str,
) -> Result<(), Error> {
    one_row(
        db.prepare_cached("UPDATE accounts SET sasl_memory = ?2 WHERE id = ?1")?
            .execute((account.0, memory))?,
    )
}

pub(super) fn set_presence(
    db: &Connection,
    account: AccountId,
    presence: &OwnPresence,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    one_row(
        db.prepare_cached("UPDATE accounts SET show = ?2, status = ?3 WHERE id = ?1")?
            .execute((account.0, presence.show.as_str(), &presence.status))?,
    )?;
    changes.push(Change::AccountChanged(account));
    Ok(())
}

/// The version of the contact list, changed together with the list.
pub(super) fn set_roster_version(
    db: &Connection,
    account: AccountId,
    version: Option<&str>,
) -> Result<(), Error> {
    one_row(
        db.prepare_cached("UPDATE accounts SET roster_version = ?2 WHERE id = ?1")?
            .execute((account.0, version))?,
    )
}

pub(super) fn roster_version(db: &Connection, account: AccountId) -> Result<Option<String>, Error> {
    Ok(db
        .prepare_cached("SELECT roster_version FROM accounts WHERE id = ?1")?
        .query_row([account.0], |row| optional_text(row, 0))
        .optional()?
        .flatten())
}

/// Fails with `not-found` where there is no such account.
pub(super) fn must_exist(db: &Connection, account: AccountId) -> Result<(), Error> {
    address(db, account).map(|_| ())
}

/// The address of an account, as it is stored.
pub(super) fn address(db: &Connection, account: AccountId) -> Result<String, Error> {
    db.prepare_cached("SELECT address FROM accounts WHERE id = ?1 AND NOT set_aside")?
        .query_row([account.0], |row| text(row, 0))
        .optional()?
        .ok_or_else(|| not_found("account"))
}

fn one_row(changed: usize) -> Result<(), Error> {
    if changed == 0 {
        return Err(not_found("account"));
    }
    Ok(())
}

pub(super) fn all(db: &Connection) -> Result<Vec<Account>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM accounts WHERE NOT set_aside ORDER BY position, id"
    ))?;
    let accounts = statement
        .query_map((), read)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(accounts.into_iter().flatten().collect())
}

pub(super) fn one(db: &Connection, account: AccountId) -> Result<Option<Account>, Error> {
    Ok(db
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM accounts WHERE id = ?1 AND NOT set_aside"
        ))?
        .query_row([account.0], read)
        .optional()?
        .flatten())
}

/// None where a column makes no sense: an account is never signed in with less care than was asked for.
fn read(row: &Row<'_>) -> rusqlite::Result<Option<Account>> {
    let address = parse(&text(row, 1)?, "accounts");
    let security = known(Security::from_word(&text(row, 4)?), "accounts");
    let show = known(Show::from_word(&text(row, 9)?), "accounts");
    let pin = row.get::<_, Option<Vec<u8>>>(5)?.map(<[u8; 32]>::try_from);
    let pin = known(pin.transpose().ok(), "accounts");
    // Never without the proxy that was asked for, either.
    let proxy = optional_text(row, 11)?.map(|text| text.parse::<Proxy>().map(Box::new));
    let proxy = known(proxy.transpose().ok(), "accounts");
    let (Some(address), Some(security), Some(show), Some(pin), Some(proxy)) =
        (address, security, show, pin, proxy)
    else {
        return Ok(None);
    };
    let port = row.get::<_, Option<u16>>(3)?;
    Ok(Some(Account {
        id: AccountId(row.get(0)?),
        settings: AccountSettings {
            address,
            server: optional_text(row, 2)?.map(|host| ServerAddress { host, port }),
            security,
            pin: pin.map(Fingerprint),
            proxy,
        },
        enabled: row.get(6)?,
        resource: text(row, 7)?,
        sasl_memory: text(row, 8)?,
        presence: OwnPresence {
            show,
            status: text(row, 10)?,
        },
        tag: Tag {
            label: text(row, 12)?,
            accent: Accent::from_word(&text(row, 13)?),
        },
        archive: row
            .get::<_, Option<u32>>(14)?
            .map_or(ArchiveDepth::Everything, ArchiveDepth::Days),
    }))
}

/// The address of an account, for those who read.
pub(super) fn parsed_address(db: &Connection, account: AccountId) -> Result<BareJid, Error> {
    parse(&address(db, account)?, "accounts").ok_or_else(|| not_found("account"))
}
