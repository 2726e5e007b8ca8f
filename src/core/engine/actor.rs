//! The engine's own task: takes commands in order, keeps one session per account, and does what concerns no connection.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
};

use chrono::{DateTime, SubsecRound, Utc};
use jid::BareJid;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use super::{
    command::{Command, Done, Password},
    secrets::SecretName,
    session::{Order, Reconnect, Session, new_resource},
    shared::Shared,
    waiting::Revision,
};
use crate::{
    error::{Error, ErrorKind},
    model::{
        account::{Account, AccountSettings, AccountUpdate, Security},
        ids::{AccountId, MessageId},
        message::{MessageState, OutgoingMessage},
        presence::OwnPresence,
    },
    store::write::{Change, Write},
    xmpp::{dns, stream::random_id},
};

/// How long a message may be, in bytes of XML: old servers take no stanza above 64 KiB.
const LONGEST_BODY: usize = 60_000;

/// What comes to the engine.
pub(super) enum Envelope {
    /// Something to do.
    Command(Command, oneshot::Sender<Result<Done, Error>>),
    /// The end.
    Stop(oneshot::Sender<()>),
}

/// The engine's task.
pub(super) struct Actor {
    shared: Arc<Shared>,
    inbox: mpsc::UnboundedReceiver<Envelope>,
    sessions: HashMap<AccountId, Running>,
}

struct Running {
    orders: mpsc::UnboundedSender<Order>,
    task: JoinHandle<()>,
}

impl Actor {
    pub(super) fn new(shared: Arc<Shared>, inbox: mpsc::UnboundedReceiver<Envelope>) -> Self {
        Self {
            shared,
            inbox,
            sessions: HashMap::new(),
        }
    }

    /// Begins an account's session.
    pub(super) fn begin(&mut self, account: Account) {
        let (orders, inbox) = mpsc::unbounded_channel();
        let id = account.id;
        match Session::new(Arc::clone(&self.shared), account, inbox) {
            Ok(session) => {
                let task = tokio::spawn(session.run());
                self.sessions.insert(id, Running { orders, task });
            }
            Err(error) => tracing::error!("an account could not be used: {error}"),
        }
    }

    /// Takes commands until told to stop, or nobody is left to give any.
    pub(super) async fn run(mut self) {
        let mut stopped = None;
        while let Some(envelope) = self.inbox.recv().await {
            match envelope {
                Envelope::Command(command, reply) => self.take(command, reply).await,
                Envelope::Stop(reply) => {
                    stopped = Some(reply);
                    break;
                }
            }
        }
        let sessions: Vec<Running> = self.sessions.drain().map(|(_, running)| running).collect();
        for running in &sessions {
            let _ = running.orders.send(Order::Stop);
        }
        for running in sessions {
            let _ = running.task.await;
        }
        self.shared.store.close().await;
        self.shared.hub.close();
        if let Some(reply) = stopped {
            let _ = reply.send(());
        }
    }

    async fn take(&mut self, command: Command, reply: oneshot::Sender<Result<Done, Error>>) {
        let command = match command {
            Command::CancelMessage {
                account,
                with,
                message,
            } => return self.revise(account, (with, message), None, reply),
            Command::EditMessage {
                account,
                with,
                message,
                body,
            } => return self.revise(account, (with, message), Some(body), reply),
            command => command,
        };
        let session = match &command {
            Command::AddContact { account, .. }
            | Command::AcceptContact { account, .. }
            | Command::DeclineContact { account, .. }
            | Command::RenameContact { account, .. }
            | Command::RemoveContact { account, .. }
            | Command::SetBlocked { account, .. } => Some(*account),
            _ => None,
        };
        if let Some(account) = session {
            match self.sessions.get(&account) {
                Some(running) => {
                    let _ = running.orders.send(Order::Do(command, reply));
                }
                None => {
                    let _ = reply.send(Err(no_account()));
                }
            }
            return;
        }
        let _ = reply.send(self.carry_out(command).await);
    }

    /// Has the account's session take a message back, or change it.
    fn revise(
        &self,
        account: AccountId,
        (with, message): (BareJid, MessageId),
        body: Option<String>,
        reply: oneshot::Sender<Result<Done, Error>>,
    ) {
        let running = self.sessions.get(&account).ok_or_else(no_account);
        match (running, body.map(|body| fit(&body)).transpose()) {
            (Ok(running), Ok(body)) => {
                let _ = running.orders.send(Order::Revise(Revision {
                    with,
                    message,
                    body,
                    reply,
                }));
            }
            (Err(error), _) | (_, Err(error)) => {
                let _ = reply.send(Err(error));
            }
        }
    }

    async fn carry_out(&mut self, command: Command) -> Result<Done, Error> {
        match command {
            Command::AddAccount {
                settings,
                password,
                proxy_password,
                ..
            } => self.add_account(settings, password, proxy_password).await,
            Command::UpdateAccount {
                account,
                update,
                password,
                proxy_password,
            } => {
                self.update_account(account, update, password, proxy_password)
                    .await
            }
            Command::AcceptDowngrade(account) => self.order(account, Order::AcceptDowngrade),
            Command::ConnectNow(account) => self.order(account, Order::ConnectNow),
            Command::NetworkChanged => {
                for running in self.sessions.values() {
                    let _ = running.orders.send(Order::NetworkChanged);
                }
                Ok(Done::Ok)
            }
            Command::SetActive(active) => {
                self.shared.active.store(active, Ordering::Relaxed);
                for running in self.sessions.values() {
                    let _ = running.orders.send(Order::Activity);
                }
                Ok(Done::Ok)
            }
            Command::RemoveAccount(account) => self.remove_account(account).await,
            Command::SetPresence { account, presence } => {
                self.set_presence(account, presence).await
            }
            Command::OpenChat { account, with } => {
                self.known(account)?;
                let changes = self
                    .write(vec![Write::EnsureChat {
                        account,
                        with: with.clone(),
                    }])
                    .await?;
                let new = changes.iter().find_map(|change| match change {
                    Change::ChatChanged { chat, .. } => Some(*chat),
                    _ => None,
                });
                match new {
                    Some(chat) => Ok(Done::Chat(chat)),
                    None => self
                        .shared
                        .store
                        .chat_with(account, &with)
                        .await?
                        .map(Done::Chat)
                        .ok_or_else(|| ErrorKind::NotFound.into()),
                }
            }
            Command::SendMessage { account, to, body } => {
                self.send_message(account, to, &body).await
            }
            Command::RetryMessage(message) => self.retry(message).await,
            Command::MarkRead(chat) => self.just_write(Write::MarkRead(chat)).await,
            Command::SetDraft { chat, text } => {
                self.just_write(Write::SetDraft { chat, text }).await
            }
            Command::SetSetting { key, value } => {
                self.just_write(Write::SetSetting { key, value }).await
            }
            // What a server has to agree to first comes here without that part; contacts and what waits are a session's.
            Command::ChangePassword { .. }
            | Command::DeleteAccount(_)
            | Command::CancelMessage { .. }
            | Command::EditMessage { .. }
            | Command::AddContact { .. }
            | Command::AcceptContact { .. }
            | Command::DeclineContact { .. }
            | Command::RenameContact { .. }
            | Command::RemoveContact { .. }
            | Command::SetBlocked { .. } => Err(ErrorKind::BadRequest.into()),
        }
    }

    /// Stores, then announces.
    async fn write(&self, writes: Vec<Write>) -> Result<Vec<Change>, Error> {
        let changes = self.shared.store.write(writes).await?;
        self.shared.announce(changes.clone()).await;
        Ok(changes)
    }

    async fn just_write(&self, write: Write) -> Result<Done, Error> {
        self.write(vec![write]).await.map(|_| Done::Ok)
    }

    fn known(&self, account: AccountId) -> Result<&Running, Error> {
        self.sessions.get(&account).ok_or_else(no_account)
    }

    fn order(&self, account: AccountId, order: Order) -> Result<Done, Error> {
        let _ = self.known(account)?.orders.send(order);
        Ok(Done::Ok)
    }

    async fn add_account(
        &mut self,
        settings: AccountSettings,
        password: Password,
        proxy_password: Option<Password>,
    ) -> Result<Done, Error> {
        let bad = |detail: &str| Err(Error::new(ErrorKind::BadRequest, detail));
        if settings.address.node().is_none() {
            return bad("An address looks like name@example.org.");
        }
        must_be_safe(&settings)?;
        let accounts = self.shared.store.accounts().await?;
        let address = settings.address.clone();
        if accounts
            .iter()
            .any(|account| account.settings.address == address)
        {
            return bad("This account is here already.");
        }
        self.keep(SecretName::account(&address), Some(password))
            .await?;
        let proxy_password = proxy_password.filter(|_| settings.proxy.is_some());
        self.keep(SecretName::proxy(&address), proxy_password)
            .await?;
        let added = self
            .write(vec![Write::AddAccount {
                settings,
                resource: new_resource(),
            }])
            .await;
        let changes = match added {
            Ok(changes) => changes,
            Err(error) => {
                if let Err(error) = self.forget_passwords(&address).await {
                    tracing::warn!("a password that is of no use could not be removed: {error}");
                }
                return Err(error);
            }
        };
        for change in changes {
            if let Change::AccountAdded(id) = change
                && let Some(account) = self.shared.store.account(id).await?
            {
                self.begin(account);
                return Ok(Done::Account(id));
            }
        }
        Err(ErrorKind::Storage.into())
    }

    async fn update_account(
        &mut self,
        account: AccountId,
        update: AccountUpdate,
        password: Option<Password>,
        proxy_password: Option<Password>,
    ) -> Result<Done, Error> {
        self.known(account)?;
        let before = self.stored(account).await?;
        must_be_safe(&update.applied_to(&before.settings))?;
        let address = &before.settings.address;
        let new_password = password.is_some() || proxy_password.is_some();
        if password.is_some() {
            self.keep(SecretName::account(address), password).await?;
        }
        // A proxy never gets the password of another.
        let other_proxy =
            (update.proxy.as_ref()).is_some_and(|proxy| *proxy != before.settings.proxy);
        if proxy_password.is_some() || other_proxy {
            self.keep(SecretName::proxy(address), proxy_password)
                .await?;
        }
        self.write(vec![Write::UpdateAccount { account, update }])
            .await?;
        let after = self.stored(account).await?;
        let reconnect =
            if new_password || before.settings != after.settings || before.enabled != after.enabled
            {
                Reconnect::Yes
            } else {
                Reconnect::No
            };
        self.order(account, Order::Changed(Box::new(after), reconnect))
    }

    async fn stored(&self, account: AccountId) -> Result<Account, Error> {
        self.shared
            .store
            .account(account)
            .await?
            .ok_or_else(no_account)
    }

    async fn remove_account(&mut self, account: AccountId) -> Result<Done, Error> {
        let address = self.stored(account).await?.settings.address;
        if let Some(running) = self.sessions.remove(&account) {
            let _ = running.orders.send(Order::Stop);
            let _ = running.task.await;
        }
        self.write(vec![Write::RemoveAccount(account)]).await?;
        self.shared.forget(account);
        self.forget_passwords(&address).await?;
        Ok(Done::Ok)
    }

    /// Keeps a password under this name, or forgets the one that is there.
    async fn keep(&self, name: SecretName, password: Option<Password>) -> Result<(), Error> {
        self.shared
            .with_secrets(move |secrets| match password {
                Some(password) => secrets.set(&name, &password),
                None => secrets.remove(&name),
            })
            .await
    }

    async fn forget_passwords(&self, address: &BareJid) -> Result<(), Error> {
        self.keep(SecretName::proxy(address), None).await?;
        self.keep(SecretName::account(address), None).await
    }

    async fn set_presence(
        &mut self,
        account: Option<AccountId>,
        presence: OwnPresence,
    ) -> Result<Done, Error> {
        let accounts: Vec<AccountId> = match account {
            Some(account) => {
                self.known(account)?;
                vec![account]
            }
            None => self.sessions.keys().copied().collect(),
        };
        for account in accounts {
            let presence = presence.clone();
            self.write(vec![Write::SetPresence { account, presence }])
                .await?;
            let after = self.stored(account).await?;
            self.order(account, Order::Changed(Box::new(after), Reconnect::No))?;
        }
        Ok(Done::Ok)
    }

    async fn send_message(
        &mut self,
        account: AccountId,
        to: BareJid,
        body: &str,
    ) -> Result<Done, Error> {
        self.known(account)?;
        let body = fit(body)?;
        let message = OutgoingMessage {
            account,
            to,
            body,
            time: now(),
            stanza_id: random_id(),
        };
        let changes = self.write(vec![Write::Outgoing(message)]).await?;
        let (chat, message) = changes
            .iter()
            .find_map(|change| match change {
                Change::MessageInserted { chat, message, .. } => Some((*chat, *message)),
                _ => None,
            })
            .ok_or(ErrorKind::Storage)?;
        let _ = self.order(account, Order::Send(message));
        Ok(Done::Message(chat, message))
    }

    async fn retry(&mut self, message: MessageId) -> Result<Done, Error> {
        let stored = self.shared.store.messages(&[message]).await?;
        let Some(found) = stored.first().filter(|found| found.outgoing) else {
            return Err(ErrorKind::NotFound.into());
        };
        if found.state != MessageState::Failed {
            return Err(Error::new(
                ErrorKind::BadRequest,
                "The message did not fail.",
            ));
        }
        self.write(vec![Write::SetMessageState {
            message,
            state: MessageState::Queued,
            error: None,
        }])
        .await?;
        self.order(found.account, Order::Retry(message))
    }
}

/// Nothing leaves this computer without encryption.
fn must_be_safe(settings: &AccountSettings) -> Result<(), Error> {
    if settings.security != Security::Plain || dns::is_here(settings) {
        return Ok(());
    }
    let detail = "Without encryption only a server on this computer may be used.";
    Err(Error::new(ErrorKind::NotAllowed, detail))
}

fn no_account() -> Error {
    Error::new(ErrorKind::NotFound, "There is no such account.")
}

/// Now, in the precision that is stored.
fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(3)
}

/// The text as it can be sent.
fn fit(body: &str) -> Result<String, Error> {
    let body = sendable(body);
    if body.trim().is_empty() {
        return Err(Error::new(ErrorKind::BadRequest, "The message is empty."));
    }
    if escaped_length(&body) > LONGEST_BODY {
        return Err(Error::new(ErrorKind::TooLarge, "The message is too long."));
    }
    Ok(body)
}

/// The text without what XML cannot carry (XML 1.0 §2.2).
fn sendable(text: &str) -> String {
    text.chars()
        .filter(|c| {
            matches!(c, '\t' | '\n' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
                && *c != '\u{7f}'
        })
        .collect()
}

/// How long a text is once written as XML, in bytes.
fn escaped_length(text: &str) -> usize {
    text.chars()
        .map(|c| match c {
            '&' => 5,
            '<' | '>' => 4,
            '"' | '\'' => 6,
            c => c.len_utf8(),
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_xml_can_carry_is_sent() {
        assert_eq!(
            sendable("a\u{0}\u{1b}b\tc\n黄鹂 🐦\u{FFFF}"),
            "ab\tc\n黄鹂 🐦"
        );
    }

    #[test]
    fn length_is_that_on_the_wire() {
        assert_eq!(escaped_length("a<&鹂"), 1 + 4 + 5 + 3);
    }
}
