//! Carrying requests out: from a request to the engine and back to a reply.

use std::collections::VecDeque;

use jid::BareJid;
use oriole_core::{
    engine::{
        diagnose::Diagnose,
        handle::Handle,
        query::{Accounts, Chats, ContactRequests, Contacts, HistoryWith, Messages},
    },
    error::{Error, ErrorKind},
    model::{chat::Anchor, ids::AccountId, message::Message},
};
use serde_json::{json, Value};

use super::{
    format,
    request::{AccountRef, Action, History, Request},
};

/// How many messages are asked for at a time.
const CHUNK: u32 = 1000;

/// Carries a request out; the reply.
pub(super) async fn carry_out(handle: Handle, id: Value, request: Request) -> Value {
    match answer(&handle, request).await {
        Ok(ok) => format::done(&id, ok),
        Err(error) => format::failed(&id, &error),
    }
}

/// Tries a connection; the reply.
pub(super) async fn diagnose(handle: Handle, id: Value, what: Diagnose) -> Value {
    format::done(&id, format::diagnosis(&handle.diagnose(what).await))
}

async fn answer(handle: &Handle, request: Request) -> Result<Value, Error> {
    Ok(match request {
        // Answered where requests are read.
        Request::Quit => format::nothing(),
        Request::Diagnose(what) => format::diagnosis(&handle.diagnose(*what).await),
        Request::AddAccount(command) => format::command_done(handle.send(command).await?),
        Request::Accounts => {
            let accounts = handle.query(Accounts {}).await?;
            json!({ "accounts": accounts.iter().map(format::account).collect::<Vec<_>>() })
        }
        Request::Chats(account) => {
            let account = match account {
                Some(AccountRef::Id(id)) => Some(by_id(handle, id).await?),
                Some(account) => Some(find(handle, account).await?),
                None => None,
            };
            let chats = handle.query(Chats { account }).await?;
            json!({ "chats": chats.iter().map(format::chat).collect::<Vec<_>>() })
        }
        Request::Of(account, action) => {
            let account = find(handle, account).await?;
            act(handle, account, action).await?
        }
    })
}

async fn act(handle: &Handle, account: AccountId, action: Action) -> Result<Value, Error> {
    Ok(match action {
        Action::Do(command) => format::command_done(handle.send(command(account)).await?),
        Action::Contacts => {
            let contacts = handle.query(Contacts { account }).await?;
            let account = Some(account);
            let requests = handle.query(ContactRequests { account }).await?;
            json!({
                "contacts": contacts.iter().map(format::contact).collect::<Vec<_>>(),
                "requests": requests.iter().map(format::contact_request).collect::<Vec<_>>(),
            })
        }
        Action::History(history) => {
            let messages = read_history(handle, account, history).await?;
            json!({ "messages": messages.iter().map(format::message).collect::<Vec<_>>() })
        }
    })
}

/// The account that is meant: by its id, or by its address.
async fn find(handle: &Handle, account: AccountRef) -> Result<AccountId, Error> {
    match account {
        AccountRef::Id(id) => Ok(id),
        AccountRef::Address(address) => by_address(handle, &address).await,
    }
}

/// For questions whose answer would be nothing.
async fn by_id(handle: &Handle, id: AccountId) -> Result<AccountId, Error> {
    let accounts = handle.query(Accounts {}).await?;
    if accounts.iter().any(|status| status.account.id == id) {
        return Ok(id);
    }
    Err(Error::new(
        ErrorKind::NotFound,
        format!("No account `{id}`."),
    ))
}

async fn by_address(handle: &Handle, address: &BareJid) -> Result<AccountId, Error> {
    let accounts = handle.query(Accounts {}).await?;
    accounts
        .iter()
        .find(|status| status.account.settings.address == *address)
        .map(|status| status.account.id)
        .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("No account {address}.")))
}

/// The newest messages, oldest first, gathered page by page.
async fn read_history(
    handle: &Handle,
    account: AccountId,
    history: History,
) -> Result<VecDeque<Message>, Error> {
    let mut anchor = Anchor::Newest;
    if let Some(before) = history.before {
        let ids = vec![before];
        let found = handle.query(Messages { ids }).await?;
        let here = |message: &&Message| message.account == account && message.with == history.with;
        let Some(message) = found.iter().find(here) else {
            let detail = format!("No message `{before}` in this chat.");
            return Err(Error::new(ErrorKind::NotFound, detail));
        };
        anchor = Anchor::Before(message.place);
    }
    let mut messages: VecDeque<Message> = VecDeque::new();
    let mut missing = history.limit;
    while missing > 0 {
        let page = handle
            .query(HistoryWith {
                account,
                with: history.with.clone(),
                anchor,
                limit: missing.min(CHUNK),
            })
            .await?;
        let count = u32::try_from(page.messages.len()).unwrap_or(missing);
        missing = missing.saturating_sub(count);
        for message in page.messages.into_iter().rev() {
            messages.push_front(message);
        }
        match messages.front() {
            Some(oldest) if page.more && count > 0 => anchor = Anchor::Before(oldest.place),
            _ => break,
        }
    }
    Ok(messages)
}
