//! Events as lines. Where the engine's event says only which thing it is about, the thing is looked up.

use jid::BareJid;
use oriole_core::{
    engine::{
        event::{ConnectionState, Event, TimelineChange},
        handle::Handle,
        query::{Chat, Contacts, Messages},
    },
    error::Error,
    model::{
        certificate::CertificateFacts,
        ids::{AccountId, ChatId, MessageId},
        message::MessageState,
        presence::Presence,
        server::Offers,
    },
};
use serde_json::{json, Value};

use super::format;

/// The lines of an event; none for what only a screen needs to know.
pub(super) async fn lines(handle: Handle, event: Event) -> Vec<Value> {
    match look_up(&handle, event).await {
        Ok(lines) => lines,
        Err(error) => {
            tracing::error!("an event could not be told: {error}");
            Vec::new()
        }
    }
}

async fn look_up(handle: &Handle, event: Event) -> Result<Vec<Value>, Error> {
    Ok(match event {
        Event::Connection {
            account,
            state,
            resumed,
            error,
            certificate,
        } => vec![connection(
            account,
            state,
            resumed,
            error.as_ref(),
            certificate.as_deref(),
        )],
        Event::Timeline {
            account,
            chat,
            change,
        } => timeline(handle, account, chat, change).await?,
        Event::ContactsReset(account) => contacts(handle, account, None).await?,
        Event::ContactChanged { account, address } => {
            contacts(handle, account, Some(&address)).await?
        }
        Event::ContactRemoved { account, address } => vec![contact_removed(account, &address)],
        Event::ContactRequested(request) => {
            vec![named("contact-request", format::contact_request(&request))]
        }
        Event::Presence {
            account,
            address,
            presence: seen,
        } => vec![presence(account, &address, &seen)],
        Event::Offers { account, offers } => vec![server(account, &offers)],
        Event::CaughtUp {
            account,
            with,
            stored,
            unreadable,
            done,
        } => vec![caught_up(
            account,
            with.as_ref(),
            (stored, unreadable),
            done,
        )],
        Event::Failed {
            account,
            address,
            error,
        } => vec![failed(account, address.as_ref(), &error)],
        Event::AccountsChanged(_)
        | Event::ChatChanged { .. }
        | Event::ContactRequestGone { .. } => Vec::new(),
    })
}

async fn timeline(
    handle: &Handle,
    account: AccountId,
    chat: ChatId,
    change: TimelineChange,
) -> Result<Vec<Value>, Error> {
    Ok(match change {
        TimelineChange::Inserted(ids) => handle
            .query(Messages { ids })
            .await?
            .iter()
            .map(|message| named("message", format::message(message)))
            .collect(),
        TimelineChange::State {
            message,
            state,
            error,
        } => handle
            .query(Chat { chat })
            .await?
            .map(|chat| message_state(account, &chat.with, message, state, error.as_ref()))
            .into_iter()
            .collect(),
        TimelineChange::Changed(ids) => handle
            .query(Messages { ids })
            .await?
            .iter()
            .map(|message| named("message-changed", format::message(message)))
            .collect(),
        TimelineChange::Removed(ids) => match handle.query(Chat { chat }).await? {
            Some(chat) => ids
                .into_iter()
                .map(|id| message_removed(account, &chat.with, id))
                .collect(),
            None => Vec::new(),
        },
        // Only where events merge.
        TimelineChange::Reset => Vec::new(),
    })
}

/// One contact, or all.
async fn contacts(
    handle: &Handle,
    account: AccountId,
    only: Option<&BareJid>,
) -> Result<Vec<Value>, Error> {
    let contacts = handle.query(Contacts { account }).await?;
    Ok(contacts
        .iter()
        .map(|status| &status.contact)
        .filter(|contact| only.is_none_or(|only| contact.item.address == *only))
        .map(|contact| {
            let mut object = json!({
                "account": contact.account.to_string(),
                "address": contact.item.address.as_str(),
                "subscription": contact.item.subscription.as_str(),
                "blocked": contact.blocked,
            });
            format::put_some(&mut object, "name", contact.item.name.as_deref());
            named("contact", object)
        })
        .collect())
}

fn named(name: &str, mut object: Value) -> Value {
    format::put_some(&mut object, "event", Some(name));
    object
}

fn connection(
    account: AccountId,
    state: ConnectionState,
    resumed: bool,
    error: Option<&Error>,
    certificate: Option<&CertificateFacts>,
) -> Value {
    let mut object = json!({
        "event": "connection",
        "account": account.to_string(),
        "state": state.as_str(),
        "resumed": resumed,
    });
    format::put_some(&mut object, "error", error.map(format::error));
    format::put_some(
        &mut object,
        "certificate",
        certificate.map(format::certificate),
    );
    object
}

fn server(account: AccountId, offers: &Offers) -> Value {
    let mut object = format::offers(offers);
    format::put_some(&mut object, "account", Some(account.to_string()));
    named("server", object)
}

fn caught_up(
    account: AccountId,
    with: Option<&BareJid>,
    (stored, unreadable): (u32, u32),
    done: bool,
) -> Value {
    let mut object = json!({
        "event": "catch-up",
        "account": account.to_string(),
        "stored": stored,
        "done": done,
    });
    format::put_some(&mut object, "chat", with.map(|with| with.as_str()));
    let unreadable = (unreadable > 0).then_some(unreadable);
    format::put_some(&mut object, "unreadable", unreadable);
    object
}

fn message_state(
    account: AccountId,
    with: &BareJid,
    message: MessageId,
    state: MessageState,
    error: Option<&Error>,
) -> Value {
    let mut object = json!({
        "event": "message-state",
        "account": account.to_string(),
        "chat": with.as_str(),
        "id": message.to_string(),
        "state": state.as_str(),
    });
    format::put_some(&mut object, "error", error.map(format::error));
    object
}

fn message_removed(account: AccountId, with: &BareJid, message: MessageId) -> Value {
    json!({
        "event": "message-removed",
        "account": account.to_string(),
        "chat": with.as_str(),
        "id": message.to_string(),
    })
}

fn presence(account: AccountId, address: &BareJid, presence: &Presence) -> Value {
    json!({
        "event": "presence",
        "account": account.to_string(),
        "address": address.as_str(),
        "show": presence.show.as_str(),
        "status": presence.status,
    })
}

/// With the word that RFC 6121 §2.5 has for it.
fn contact_removed(account: AccountId, address: &BareJid) -> Value {
    json!({
        "event": "contact",
        "account": account.to_string(),
        "address": address.as_str(),
        "subscription": "remove",
    })
}

fn failed(account: AccountId, address: Option<&BareJid>, error: &Error) -> Value {
    let mut object = json!({
        "event": "failed",
        "account": account.to_string(),
        "error": format::error(error),
    });
    format::put_some(
        &mut object,
        "address",
        address.map(|address| address.as_str()),
    );
    object
}

#[cfg(test)]
mod tests;
