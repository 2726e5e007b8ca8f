//! The handle on the engine, and the stream of its events: all that the window and the headless mode see of it.

use std::{fmt, path::PathBuf, sync::Arc};

use tokio::sync::{mpsc, oneshot};

use super::{
    actor::{Actor, Envelope},
    command::{Command, Done},
    diagnose::{self, Diagnose, Diagnosis, Told},
    event::Event,
    hub::Hub,
    query::Query,
    registration,
    secrets::{SecretName, Secrets},
    shared::Shared,
};
use crate::{
    error::{Error, ErrorKind},
    model::ids::AccountId,
    store::Store,
    xmpp::{connect::Network, sasl::Memory},
};

/// How many events are taken at once.
const BATCH: usize = 1_000;

/// How events are kept for those who are slow to take them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Every event, once: where nobody takes them, less is read from the servers. For programs.
    Complete,
    /// The engine never waits: events of one chat merge, and past 10,000 waiting a chat's become one `Reset`. For a screen.
    Merged,
}

/// What the engine needs of the world.
pub struct Config {
    /// The folder of the profile; made if it is not there.
    pub directory: PathBuf,
    /// Where passwords are kept.
    pub secrets: Arc<dyn Secrets>,
    /// How events are kept.
    pub delivery: Delivery,
    /// Name service and deadlines.
    pub network: Network,
}

/// A handle on a running engine. Cheap to clone; the engine runs until [`Handle::shut_down`] or the last one is dropped.
#[derive(Clone)]
pub struct Handle {
    pub(super) shared: Arc<Shared>,
    commands: mpsc::UnboundedSender<Envelope>,
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle")
    }
}

/// The engine's events, in order.
pub struct EventStream {
    shared: Arc<Shared>,
    taken: std::vec::IntoIter<Event>,
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventStream")
    }
}

/// Starts an engine: opens the profile's database and signs in all enabled accounts. Needs a tokio runtime.
///
/// # Errors
/// `storage` and `database-newer` where the profile cannot be used.
pub async fn start(config: Config) -> Result<(Handle, EventStream), Error> {
    let directory = config.directory;
    let store = tokio::task::spawn_blocking(move || Store::open(&directory))
        .await
        .unwrap_or_else(|_| {
            let detail = "the database could not be opened";
            Err(Error::new(ErrorKind::Storage, detail))
        })?;
    let hub = Hub::new(config.delivery);
    let shared = Arc::new(Shared::new(store, hub, config.network, config.secrets));
    let (commands, inbox) = mpsc::unbounded_channel();
    let accounts = shared.store.accounts().await?;
    let mut actor = Actor::new(Arc::clone(&shared), inbox);
    for account in accounts {
        actor.begin(account);
    }
    tokio::spawn(actor.run());
    let handle = Handle {
        shared: Arc::clone(&shared),
        commands,
    };
    let events = EventStream {
        shared,
        taken: Vec::new().into_iter(),
    };
    Ok((handle, events))
}

impl Handle {
    /// Does something; see [`Command`] for what each means.
    ///
    /// # Errors
    /// Whatever can be known without waiting for a server, but where the command says otherwise. What the server answers later comes
    /// as [`Event::Failed`].
    pub async fn send(&self, command: Command) -> Result<Done, Error> {
        let command = command.tidied();
        if !registration::is_for_server(&command) {
            return self.give(command).await;
        }
        let handle = self.clone();
        // A task of its own: what a server agreed to is kept here too, though nobody may wait for it any more.
        let task = tokio::spawn(async move { registration::carry_out(&handle, command).await });
        task.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Gives a command to the engine's own task.
    pub(super) async fn give(&self, command: Command) -> Result<Done, Error> {
        let (reply, answer) = oneshot::channel();
        self.commands
            .send(Envelope::Command(command, reply))
            .map_err(|_| stopped())?;
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Answers a question from the database and what is known now, without the network.
    ///
    /// # Errors
    /// `storage`, and `not-found` where the question names an account that is not there.
    pub async fn query<Q: Query>(&self, query: Q) -> Result<Q::Answer, Error> {
        query.answer(&self.shared).await
    }

    /// Tries a connection step by step.
    pub async fn diagnose(&self, request: Diagnose) -> Diagnosis {
        diagnose::run(&self.shared.network, request, Memory::default(), None).await
    }

    /// Tries a connection step by step: as [`Handle::diagnose_account`] where there is an account, and else as [`Handle::diagnose`]. How
    /// far it got is told as it happens.
    ///
    /// # Errors
    /// The same as [`Handle::diagnose_account`].
    pub async fn watch(
        &self,
        account: Option<AccountId>,
        request: Diagnose,
        told: Told,
    ) -> Result<Diagnosis, Error> {
        match account {
            Some(account) => self.look(account, request, Some(told)).await,
            None => {
                let network = &self.shared.network;
                Ok(diagnose::run(network, request, Memory::default(), Some(told)).await)
            }
        }
    }

    /// Tries the connection of an account step by step with these settings, and with the password that is kept for it where
    /// the request has none and it can be read. A server that offers less protection than before does not see the password.
    ///
    /// # Errors
    /// `not-found` where there is no such account, and `bad-request` where the request is about another address.
    pub async fn diagnose_account(
        &self,
        account: AccountId,
        request: Diagnose,
    ) -> Result<Diagnosis, Error> {
        self.look(account, request, None).await
    }

    async fn look(
        &self,
        account: AccountId,
        mut request: Diagnose,
        told: Option<Told>,
    ) -> Result<Diagnosis, Error> {
        let stored = self.shared.store.account(account).await?;
        let stored = stored.ok_or(ErrorKind::NotFound)?;
        let address = &stored.settings.address;
        if request.settings.address != *address {
            return Err(ErrorKind::BadRequest.into());
        }
        if request.password.is_none() {
            let name = SecretName::account(address);
            request.password = self.shared.password(name).await.ok().flatten();
        }
        // What is kept for one proxy is not for another.
        if request.proxy_password.is_none() && request.settings.proxy == stored.settings.proxy {
            let kept = self.shared.proxy_password(&stored.settings).await;
            request.proxy_password = kept.ok().flatten();
        }
        let memory = stored.sasl_memory.parse().unwrap_or_default();
        Ok(diagnose::run(&self.shared.network, request, memory, told).await)
    }

    /// Ends all connections in order, commits what is under way, and closes the database.
    pub async fn shut_down(&self) {
        let (reply, done) = oneshot::channel();
        if self.commands.send(Envelope::Stop(reply)).is_ok() {
            let _ = done.await;
        }
    }
}

fn stopped() -> Error {
    Error::new(ErrorKind::NotAllowed, "Oriole is shutting down.")
}

impl EventStream {
    /// The next event; none once the engine has shut down.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.taken.next() {
                return Some(event);
            }
            self.taken = self.shared.hub.take(BATCH).await?.into_iter();
        }
    }

    /// All events that are there, at least one; none once the engine has shut down.
    pub async fn next_batch(&mut self) -> Option<Vec<Event>> {
        let rest: Vec<Event> = self.taken.by_ref().collect();
        if rest.is_empty() {
            self.shared.hub.take(BATCH).await
        } else {
            Some(rest)
        }
    }
}
