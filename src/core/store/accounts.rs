//! Accounts. What belongs to one goes with it, by foreign keys.

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
            Account, AccountSettings, AccountUpdate, ArchiveDepth, Fingerprint, Proxy, Security,
            ServerAddress,
        },
        ids::AccountId,
        presence::{OwnPresence, Show},
    },
};

const COLUMNS: &str =
    "id, address, host, port, security, pin, enabled, resource, sasl_memory, show, status, proxy,
    archive_days";

pub(super) fn add(
    db: &Connection,
    settings: &AccountSettings,
    resource: &str,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let there = db
        .prepare_cached("SELECT 1 FROM accounts WHERE address = ?1")?
        .exists([settings.address.as_str()])?;
    if there {
        return Err(Error::new(
            ErrorKind::BadRequest,
            format!("{} is an account already.", settings.address),
        ));
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

pub(super) fn remove(
    db: &Connection,
    account: AccountId,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    one_row(
        db.prepare_cached("DELETE FROM accounts WHERE id = ?1")?
            .execute([account.0])?,
    )?;
    changes.push(Change::AccountRemoved(account));
    Ok(())
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
    db.prepare_cached("SELECT address FROM accounts WHERE id = ?1")?
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
        "SELECT {COLUMNS} FROM accounts ORDER BY position, id"
    ))?;
    let accounts = statement
        .query_map((), read)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(accounts.into_iter().flatten().collect())
}

pub(super) fn one(db: &Connection, account: AccountId) -> Result<Option<Account>, Error> {
    Ok(db
        .prepare_cached(&format!("SELECT {COLUMNS} FROM accounts WHERE id = ?1"))?
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
        archive: row
            .get::<_, Option<u32>>(12)?
            .map_or(ArchiveDepth::Everything, ArchiveDepth::Days),
    }))
}

/// The address of an account, for those who read.
pub(super) fn parsed_address(db: &Connection, account: AccountId) -> Result<BareJid, Error> {
    parse(&address(db, account)?, "accounts").ok_or_else(|| not_found("account"))
}
