//! The thread that writes. It alone holds a connection that can.
//!
//! Calls that wait together are committed together, since a commit costs one wait for the disk however much is in it.
//! Nobody is made to wait for a group to fill up: it is committed as soon as nothing more waits.

use std::{
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{
    accounts, archive, chats, contacts, messages, requests, settings, streams, waiting,
    write::{Change, Write},
};
use crate::error::{Error, ErrorKind};

/// At most this many calls share a commit.
const GROUP_CALLS: usize = 256;
/// What a call comes to.
pub(super) type Outcome = Result<Vec<Change>, Error>;

/// What the thread can be asked.
pub(super) enum Job {
    /// Write these, all or none.
    Write(Vec<Write>, oneshot::Sender<Outcome>),
    /// Finish what was asked before, and end. Answered by letting go of the sender.
    Close(oneshot::Sender<()>),
}

/// Starts the thread. It ends after [`Job::Close`], or when nobody can ask any more.
pub(super) fn start(connection: Connection, group_time: Duration) -> Result<Sender<Job>, Error> {
    let (sender, jobs) = channel();
    thread::Builder::new()
        .name("store-writer".into())
        .spawn(move || run(connection, &jobs, group_time))
        .map_err(|error| Error::new(ErrorKind::Storage, error.to_string()))?;
    Ok(sender)
}

fn run(connection: Connection, jobs: &Receiver<Job>, group_time: Duration) {
    let mut closing = None;
    while closing.is_none() {
        match jobs.recv() {
            Ok(Job::Write(writes, reply)) => {
                closing = write_group(&connection, writes, reply, jobs, group_time);
            }
            Ok(Job::Close(reply)) => closing = Some(reply),
            Err(_) => break,
        }
    }
    let checkpoint = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()));
    let closed = connection.close().map_err(|(_, error)| error);
    if let Err(error) = checkpoint.and(closed) {
        tracing::warn!(%error, "the database could not be tidied up on closing; nothing is lost");
    }
    drop(closing);
}

/// Writes this call and those that already wait behind it. Returns whom to tell if closing is among them.
fn write_group(
    connection: &Connection,
    writes: Vec<Write>,
    reply: oneshot::Sender<Outcome>,
    jobs: &Receiver<Job>,
    group_time: Duration,
) -> Option<oneshot::Sender<()>> {
    if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
        answer(reply, Err(error.into()));
        return None;
    }
    let start = Instant::now();
    let mut done = vec![(reply, write_call(connection, &writes))];
    let mut closing = None;
    // A grave error may have ended the transaction; then the group is over.
    while done.len() < GROUP_CALLS && start.elapsed() < group_time && !connection.is_autocommit() {
        match jobs.try_recv() {
            Ok(Job::Write(writes, reply)) => done.push((reply, write_call(connection, &writes))),
            Ok(Job::Close(reply)) => {
                closing = Some(reply);
                break;
            }
            Err(_) => break,
        }
    }
    let committed = commit(connection);
    for (reply, outcome) in done {
        answer(
            reply,
            outcome.and_then(|changes| committed.clone().map(|()| changes)),
        );
    }
    closing
}

fn answer(reply: oneshot::Sender<Outcome>, outcome: Outcome) {
    // Who asked may have gone; the write stands all the same.
    let _ = reply.send(outcome);
}

fn commit(connection: &Connection) -> Result<(), Error> {
    if connection.is_autocommit() {
        return Err(Error::new(
            ErrorKind::Storage,
            "The database gave up the whole group of writes.",
        ));
    }
    connection.execute_batch("COMMIT").map_err(|error| {
        roll_back(connection, "ROLLBACK");
        error.into()
    })
}

fn roll_back(connection: &Connection, statement: &str) {
    if !connection.is_autocommit()
        && let Err(error) = connection.execute_batch(statement)
    {
        tracing::error!(%error, "a write could not be taken back");
    }
}

/// One call: whole or not at all.
fn write_call(connection: &Connection, writes: &[Write]) -> Outcome {
    connection.execute_batch("SAVEPOINT call")?;
    let mut changes = Vec::new();
    let result = writes
        .iter()
        .try_for_each(|write| apply(connection, write, &mut changes))
        .and_then(|()| Ok(connection.execute_batch("RELEASE call")?));
    match result {
        Ok(()) => Ok(changes),
        Err(error) => {
            roll_back(connection, "ROLLBACK TO call; RELEASE call");
            Err(error)
        }
    }
}

fn apply(db: &Connection, write: &Write, changes: &mut Vec<Change>) -> Result<(), Error> {
    match write {
        Write::AddAccount { settings, resource } => accounts::add(db, settings, resource, changes),
        Write::UpdateAccount { account, update } => accounts::update(db, *account, update, changes),
        Write::RemoveAccount(account) => accounts::remove(db, *account, changes),
        Write::SetResource { account, resource } => accounts::set_resource(db, *account, resource),
        Write::SetSaslMemory { account, memory } => accounts::set_sasl_memory(db, *account, memory),
        Write::SetPresence { account, presence } => {
            accounts::set_presence(db, *account, presence, changes)
        }
        Write::Incoming(message) => messages::incoming(db, message, changes),
        Write::Outgoing(message) => messages::outgoing(db, message, changes),
        Write::SetMessageState {
            message,
            state,
            error,
        } => messages::set_state(db, *message, *state, error.as_ref(), changes),
        Write::TakeBack(which) => waiting::take_back(db, which, changes),
        Write::EditWaiting { which, body } => waiting::edit(db, which, body, changes),
        Write::SetGiven {
            account,
            messages,
            given,
        } => waiting::set_given(db, *account, messages.as_deref(), *given),
        Write::FailMessage {
            account,
            with,
            stanza_id,
            error,
        } => messages::fail(db, *account, with, stanza_id, error, changes),
        Write::MarkRead(chat) => chats::mark_read(db, *chat, changes),
        Write::EnsureChat { account, with } => {
            chats::ensure(db, *account, with, changes).map(|_| ())
        }
        Write::SetDraft { chat, text } => chats::set_draft(db, *chat, text, changes),
        Write::ReplaceRoster {
            account,
            version,
            items,
        } => contacts::replace(db, *account, version.as_deref(), items, changes),
        Write::PutContact {
            account,
            version,
            item,
        } => contacts::put(db, *account, version.as_deref(), item, changes),
        Write::DeleteContact {
            account,
            version,
            address,
        } => contacts::delete(db, *account, version.as_deref(), address, changes),
        Write::ReplaceBlocked { account, addresses } => {
            contacts::replace_blocked(db, *account, addresses, changes)
        }
        Write::SetBlocked {
            account,
            address,
            blocked,
        } => contacts::set_blocked(db, *account, address, *blocked, changes),
        Write::PutRequest(request) => requests::put(db, request, changes),
        Write::DeleteRequest { account, address } => {
            requests::delete(db, *account, address, changes)
        }
        Write::SetStream { account, stream } => streams::set(db, *account, stream.as_ref()),
        Write::SetHandled {
            account,
            before,
            handled,
        } => streams::set_handled(db, *account, *before, *handled),
        Write::SetStreamFeatures { account, features } => {
            streams::set_features(db, *account, features)
        }
        Write::GiveToStream { account, messages } => streams::give(db, *account, messages),
        Write::SetArchivePosition {
            account,
            archive,
            id,
        } => streams::set_archive_position(db, *account, archive, id),
        Write::OpenArchive { account, since } => archive::open(db, *account, *since, changes),
        Write::ArchivePage(page) => archive::page(db, page, changes),
        Write::SetSetting { key, value } => settings::set(db, key, value.as_deref()),
    }
}
