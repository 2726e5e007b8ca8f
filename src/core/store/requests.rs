//! Those who ask to see our presence and wait for an answer.

use jid::BareJid;
use rusqlite::Connection;

use super::{
    accounts,
    row::{address as parse, optional_text, text},
    write::Change,
};
use crate::{
    error::Error,
    model::{contact::ContactRequest, ids::AccountId},
};

/// Servers repeat unanswered requests at every sign-in; one that says the same is no news.
pub(super) fn put(
    db: &Connection,
    request: &ContactRequest,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    accounts::must_exist(db, request.account)?;
    let changed = db
        .prepare_cached(
            "INSERT INTO requests (account, address, name, text) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (account, address) DO UPDATE SET name = excluded.name, text = excluded.text
             WHERE name IS NOT excluded.name OR text <> excluded.text",
        )?
        .execute((
            request.account.0,
            request.address.as_str(),
            &request.name,
            &request.text,
        ))?;
    if changed > 0 {
        changes.push(Change::RequestChanged {
            account: request.account,
            address: request.address.clone(),
            present: true,
        });
    }
    Ok(())
}

pub(super) fn delete(
    db: &Connection,
    account: AccountId,
    address: &BareJid,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let changed = db
        .prepare_cached("DELETE FROM requests WHERE account = ?1 AND address = ?2")?
        .execute((account.0, address.as_str()))?;
    if changed > 0 {
        changes.push(Change::RequestChanged {
            account,
            address: address.clone(),
            present: false,
        });
    }
    Ok(())
}

pub(super) fn all(
    db: &Connection,
    account: Option<AccountId>,
) -> Result<Vec<ContactRequest>, Error> {
    let mut statement = db.prepare_cached(
        "SELECT account, address, name, text FROM requests
         WHERE ?1 IS NULL OR account = ?1 ORDER BY id",
    )?;
    let mut rows = statement.query([account.map(|account| account.0)])?;
    let mut requests = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(address) = parse(&text(row, 1)?, "requests") else {
            continue;
        };
        requests.push(ContactRequest {
            account: AccountId(row.get(0)?),
            address,
            name: optional_text(row, 2)?,
            text: text(row, 3)?,
        });
    }
    Ok(requests)
}
