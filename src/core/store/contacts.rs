//! The contact list (RFC 6121 §2) and the list of blocked addresses (XEP-0191).

use std::collections::BTreeMap;

use jid::BareJid;
use rusqlite::Connection;

use super::{
    accounts, chats,
    row::{address as parse, optional_text, text},
    write::Change,
};
use crate::{
    error::Error,
    model::{
        contact::{Contact, RosterItem, Subscription},
        ids::AccountId,
    },
};

pub(super) fn replace(
    db: &Connection,
    account: AccountId,
    version: Option<&str>,
    items: &[RosterItem],
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    accounts::set_roster_version(db, account, version)?;
    let before = chats::titles(db, account)?;
    db.prepare_cached("DELETE FROM contacts WHERE account = ?1")?
        .execute([account.0])?;
    for item in items {
        store(db, account, item)?;
    }
    changes.push(Change::ContactsReset(account));
    let after = chats::titles(db, account)?;
    changes.extend(
        after
            .iter()
            .filter(|(chat, title)| before.get(chat) != Some(title))
            .map(|(&chat, _)| Change::ChatChanged { account, chat }),
    );
    Ok(())
}

pub(super) fn put(
    db: &Connection,
    account: AccountId,
    version: Option<&str>,
    item: &RosterItem,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    accounts::set_roster_version(db, account, version)?;
    let before = chats::title(db, account, &item.address)?;
    store(db, account, item)?;
    changes.push(Change::ContactChanged {
        account,
        address: item.address.clone(),
    });
    retitled(db, account, &item.address, before, changes)
}

pub(super) fn delete(
    db: &Connection,
    account: AccountId,
    version: Option<&str>,
    address: &BareJid,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    accounts::set_roster_version(db, account, version)?;
    let before = chats::title(db, account, address)?;
    let gone = db
        .prepare_cached("DELETE FROM contacts WHERE account = ?1 AND address = ?2")?
        .execute((account.0, address.as_str()))?;
    if gone > 0 {
        changes.push(Change::ContactRemoved {
            account,
            address: address.clone(),
        });
    }
    retitled(db, account, address, before, changes)
}

/// The chat with somebody shows what the contact list calls them.
fn retitled(
    db: &Connection,
    account: AccountId,
    address: &BareJid,
    before: Option<chats::Titled>,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    let after = chats::title(db, account, address)?;
    if let Some((chat, _)) = after
        && after != before
    {
        changes.push(Change::ChatChanged { account, chat });
    }
    Ok(())
}

fn store(db: &Connection, account: AccountId, item: &RosterItem) -> Result<(), Error> {
    db.prepare_cached(
        "INSERT INTO contacts (account, address, name, subscription, ask) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (account, address) DO UPDATE
         SET name = excluded.name, subscription = excluded.subscription, ask = excluded.ask",
    )?
    .execute((
        account.0,
        item.address.as_str(),
        &item.name,
        item.subscription.as_str(),
        item.ask,
    ))?;
    db.prepare_cached("DELETE FROM contact_groups WHERE account = ?1 AND address = ?2")?
        .execute((account.0, item.address.as_str()))?;
    let mut insert = db.prepare_cached(
        "INSERT OR IGNORE INTO contact_groups (account, address, name) VALUES (?1, ?2, ?3)",
    )?;
    for group in &item.groups {
        insert.execute((account.0, item.address.as_str(), group))?;
    }
    Ok(())
}

/// The version of the contact list, and the contacts by address.
pub(super) fn roster(
    db: &Connection,
    account: AccountId,
) -> Result<(Option<String>, Vec<Contact>), Error> {
    let mut groups = groups(db, account)?;
    let mut statement = db.prepare_cached(
        "SELECT address, name, subscription, ask, EXISTS (
             SELECT 1 FROM blocked
             WHERE blocked.account = contacts.account AND blocked.address = contacts.address
         )
         FROM contacts WHERE account = ?1 ORDER BY address",
    )?;
    let mut rows = statement.query([account.0])?;
    let mut contacts = Vec::new();
    while let Some(row) = rows.next()? {
        let address = text(row, 0)?;
        let groups = groups.remove(&address).unwrap_or_default();
        let Some(address) = parse(&address, "contacts") else {
            continue;
        };
        contacts.push(Contact {
            account,
            item: RosterItem {
                address,
                name: optional_text(row, 1)?,
                groups,
                subscription: Subscription::from_word(&text(row, 2)?).unwrap_or_default(),
                ask: row.get(3)?,
            },
            blocked: row.get(4)?,
        });
    }
    Ok((accounts::roster_version(db, account)?, contacts))
}

fn groups(db: &Connection, account: AccountId) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut statement = db.prepare_cached(
        "SELECT address, name FROM contact_groups WHERE account = ?1 ORDER BY address, name",
    )?;
    let mut rows = statement.query([account.0])?;
    let mut groups = BTreeMap::<_, Vec<_>>::new();
    while let Some(row) = rows.next()? {
        groups.entry(text(row, 0)?).or_default().push(text(row, 1)?);
    }
    Ok(groups)
}

pub(super) fn replace_blocked(
    db: &Connection,
    account: AccountId,
    addresses: &[BareJid],
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    accounts::must_exist(db, account)?;
    db.prepare_cached("DELETE FROM blocked WHERE account = ?1")?
        .execute([account.0])?;
    for address in addresses {
        block(db, account, address)?;
    }
    changes.push(Change::ContactsReset(account));
    Ok(())
}

/// Told as a change of the contact; of those who are none, nobody shows whether they are blocked.
pub(super) fn set_blocked(
    db: &Connection,
    account: AccountId,
    address: &BareJid,
    blocked: bool,
    changes: &mut Vec<Change>,
) -> Result<(), Error> {
    accounts::must_exist(db, account)?;
    let changed = if blocked {
        block(db, account, address)?
    } else {
        db.prepare_cached("DELETE FROM blocked WHERE account = ?1 AND address = ?2")?
            .execute((account.0, address.as_str()))?
    };
    let contact = db
        .prepare_cached("SELECT 1 FROM contacts WHERE account = ?1 AND address = ?2")?
        .exists((account.0, address.as_str()))?;
    if changed > 0 && contact {
        changes.push(Change::ContactChanged {
            account,
            address: address.clone(),
        });
    }
    Ok(())
}

fn block(db: &Connection, account: AccountId, address: &BareJid) -> rusqlite::Result<usize> {
    db.prepare_cached("INSERT OR IGNORE INTO blocked (account, address) VALUES (?1, ?2)")?
        .execute((account.0, address.as_str()))
}

pub(super) fn blocked(db: &Connection, account: AccountId) -> Result<Vec<BareJid>, Error> {
    let mut statement =
        db.prepare_cached("SELECT address FROM blocked WHERE account = ?1 ORDER BY address")?;
    let mut rows = statement.query([account.0])?;
    let mut addresses = Vec::new();
    while let Some(row) = rows.next()? {
        addresses.extend(parse(&text(row, 0)?, "blocked"));
    }
    Ok(addresses)
}
