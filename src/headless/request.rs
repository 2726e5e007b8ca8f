//! Requests: from a line of JSON to something to do, or to what is wrong with it. Touches nothing but the line.

mod fields;

use jid::BareJid;
use oriole_core::{
    engine::{
        command::{Command, Password},
        diagnose::Diagnose,
    },
    error::{Error, ErrorKind},
    model::{
        account::{AccountSettings, AccountUpdate},
        ids::{AccountId, MessageId},
        presence::OwnPresence,
    },
};
use serde_json::Value;

use fields::Fields;

/// How many messages of a chat are given where nobody says, and at most.
const USUAL_HISTORY: u32 = 50;
const LONGEST_HISTORY: u32 = 100_000;

/// Something to do with an account.
pub(super) type ForAccount = Box<dyn FnOnce(AccountId) -> Command + Send>;

/// A request.
pub(super) enum Request {
    /// End.
    Quit,
    /// Try a connection.
    Diagnose(Box<Diagnose>),
    /// Add an account.
    AddAccount(Command),
    /// List the accounts.
    Accounts,
    /// List the chats of an account, or all.
    Chats(Option<AccountRef>),
    /// Something about an account.
    Of(AccountRef, Action),
}

/// Which account is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AccountRef {
    /// The one with this id.
    Id(AccountId),
    /// The one with this address, for people who type requests by hand.
    Address(BareJid),
}

/// Something about an account.
pub(super) enum Action {
    /// A command.
    Do(ForAccount),
    /// List its contacts.
    Contacts,
    /// Read the history with somebody.
    History(History),
}

/// Which part of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct History {
    /// With whom.
    pub(super) with: BareJid,
    /// How many messages at most.
    pub(super) limit: u32,
    /// Only those before this one.
    pub(super) before: Option<MessageId>,
}

/// Reads a line: the id to reply to, null where there is none, and what it asks for.
pub(super) fn read(line: &[u8]) -> (Value, Result<Request, Error>) {
    match serde_json::from_slice(line) {
        Ok(Value::Object(mut map)) => match map.remove("id") {
            Some(id) => (id, parse(Fields::new(map))),
            None => (Value::Null, Err(bad("Field `id` is missing."))),
        },
        Ok(_) => (Value::Null, Err(bad("A request is a JSON object."))),
        // The parser's words are about places and punctuation, never about what stands there.
        Err(error) => (Value::Null, Err(bad(format!("Not JSON: {error}.")))),
    }
}

fn bad(detail: impl Into<String>) -> Error {
    Error::new(ErrorKind::BadRequest, detail)
}

fn parse(mut fields: Fields) -> Result<Request, Error> {
    let verb = fields.text("do")?;
    let action = match verb.as_str() {
        "quit" => return Ok(Request::Quit),
        "diagnose" => return diagnose(&mut fields),
        "account.add" => return add_account(&mut fields),
        "account.list" => return Ok(Request::Accounts),
        "chat.list" => return Ok(Request::Chats(fields.optional_account()?)),
        "account.update" => update_account(&mut fields)?,
        "account.password" => change_password(&mut fields)?,
        "account.remove" => remove_account(&mut fields)?,
        "account.enable" => enable(true),
        "account.disable" => enable(false),
        "presence.set" => set_presence(&mut fields)?,
        "contacts" => Action::Contacts,
        "chat.send" => send(&mut fields)?,
        "chat.cancel" => cancel(&mut fields)?,
        "chat.edit" => edit(&mut fields)?,
        "chat.history" => history(&mut fields)?,
        _ => match contact(&verb, &mut fields)? {
            Some(action) => action,
            None => return Err(bad(format!("Unknown verb `{}`.", fields::shorten(&verb)))),
        },
    };
    Ok(Request::Of(fields.account()?, action))
}

fn action(command: impl FnOnce(AccountId) -> Command + Send + 'static) -> Action {
    Action::Do(Box::new(command))
}

fn diagnose(fields: &mut Fields) -> Result<Request, Error> {
    let (settings, proxy_password) = settings(fields)?;
    Ok(Request::Diagnose(Box::new(Diagnose {
        settings,
        password: fields.optional_password()?,
        proxy_password,
    })))
}

/// Where and how an account is signed in to, and the proxy's password.
fn settings(fields: &mut Fields) -> Result<(AccountSettings, Option<Password>), Error> {
    let address = fields.own_address()?;
    let (proxy, proxy_password) = match fields.proxy()?.flatten() {
        Some((proxy, password)) => (Some(Box::new(proxy)), password),
        None => (None, None),
    };
    let settings = AccountSettings {
        address,
        server: fields.server()?.flatten(),
        security: fields.security()?.unwrap_or_default(),
        pin: fields.pin()?.flatten(),
        proxy,
    };
    Ok((settings, proxy_password))
}

fn add_account(fields: &mut Fields) -> Result<Request, Error> {
    let register = fields.optional_flag("register")? == Some(true);
    let (settings, proxy_password) = settings(fields)?;
    Ok(Request::AddAccount(Command::AddAccount {
        settings,
        password: fields.password()?,
        proxy_password,
        register,
    }))
}

fn update_account(fields: &mut Fields) -> Result<Action, Error> {
    let (proxy, proxy_password) = match fields.proxy()? {
        None => (None, None),
        Some(None) => (Some(None), None),
        Some(Some((proxy, password))) => (Some(Some(Box::new(proxy))), password),
    };
    let update = AccountUpdate {
        server: fields.server()?,
        security: fields.security()?,
        pin: fields.pin()?,
        proxy,
        enabled: None,
    };
    let password: Option<Password> = fields.optional_password()?;
    if update == AccountUpdate::default() && password.is_none() {
        return Err(bad("Nothing is to be changed."));
    }
    Ok(action(move |account| Command::UpdateAccount {
        account,
        update,
        password,
        proxy_password,
    }))
}

/// Changes the password on the server too.
fn change_password(fields: &mut Fields) -> Result<Action, Error> {
    let password = fields.password()?;
    Ok(action(move |account| Command::ChangePassword {
        account,
        password,
    }))
}

fn remove_account(fields: &mut Fields) -> Result<Action, Error> {
    Ok(match fields.optional_flag("on_server")? {
        Some(true) => action(Command::DeleteAccount),
        _ => action(Command::RemoveAccount),
    })
}

fn enable(enabled: bool) -> Action {
    action(move |account| Command::UpdateAccount {
        account,
        update: AccountUpdate {
            enabled: Some(enabled),
            ..AccountUpdate::default()
        },
        password: None,
        proxy_password: None,
    })
}

fn set_presence(fields: &mut Fields) -> Result<Action, Error> {
    let presence = OwnPresence {
        show: fields.show()?,
        status: fields.optional_text("status")?.unwrap_or_default(),
    };
    Ok(action(move |account| Command::SetPresence {
        account: Some(account),
        presence,
    }))
}

/// The verbs about contacts; none where it is another.
fn contact(verb: &str, fields: &mut Fields) -> Result<Option<Action>, Error> {
    let Some(verb) = verb.strip_prefix("contact.") else {
        return Ok(None);
    };
    let known = [
        "add", "accept", "decline", "rename", "remove", "block", "unblock",
    ];
    if !known.contains(&verb) {
        return Ok(None);
    }
    let address = fields.address("address")?;
    Ok(Some(match verb {
        "add" => {
            let name = fields.optional_text("name")?;
            let groups = fields.groups()?.unwrap_or_default();
            action(move |account| Command::AddContact {
                account,
                address,
                name,
                groups,
            })
        }
        "rename" => {
            let name = fields.text_or_null("name")?;
            let groups = fields.groups()?;
            action(move |account| Command::RenameContact {
                account,
                address,
                name,
                groups,
            })
        }
        "accept" => action(move |account| Command::AcceptContact { account, address }),
        "decline" => action(move |account| Command::DeclineContact { account, address }),
        "remove" => action(move |account| Command::RemoveContact { account, address }),
        _ => {
            let blocked = verb == "block";
            action(move |account| Command::SetBlocked {
                account,
                address,
                blocked,
            })
        }
    }))
}

fn send(fields: &mut Fields) -> Result<Action, Error> {
    fields.refuse("reply_to", ErrorKind::BadRequest)?;
    fields.refuse("attachment", ErrorKind::BadRequest)?;
    let to = fields.address("to")?;
    let body = fields.text("body")?;
    if body.is_empty() {
        return Err(bad("Field `body` is empty."));
    }
    Ok(action(move |account| Command::SendMessage {
        account,
        to,
        body,
    }))
}

fn cancel(fields: &mut Fields) -> Result<Action, Error> {
    let (with, message) = (fields.address("with")?, fields.message("message")?);
    Ok(action(move |account| Command::CancelMessage {
        account,
        with,
        message,
    }))
}

fn edit(fields: &mut Fields) -> Result<Action, Error> {
    let (with, message) = (fields.address("with")?, fields.message("message")?);
    let body = fields.text("body")?;
    Ok(action(move |account| Command::EditMessage {
        account,
        with,
        message,
        body,
    }))
}

fn history(fields: &mut Fields) -> Result<Action, Error> {
    Ok(Action::History(History {
        with: fields.address("with")?,
        limit: fields.limit(USUAL_HISTORY, LONGEST_HISTORY)?,
        before: fields.optional_message("before")?,
    }))
}

#[cfg(test)]
mod tests;
