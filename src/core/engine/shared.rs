//! What all parts of a running engine share.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicBool},
};

use chrono::{DateTime, Utc};
use jid::BareJid;

use super::{
    command::Password,
    event::{ConnectionState, Event, TimelineChange},
    hub::Hub,
    new_account,
    secrets::{SecretName, Secrets},
};
use crate::{
    error::{Error, ErrorKind},
    model::{
        account::AccountSettings,
        ids::AccountId,
        presence::Presence,
        server::{Offers, Route, ServerFacts},
    },
    store::{Store, write::Change},
    xmpp::connect::Network,
};

/// What all parts of a running engine share.
pub struct Shared {
    pub(super) store: Store,
    pub(super) hub: Hub,
    pub(super) network: Network,
    pub(super) secrets: Arc<dyn Secrets>,
    /// Whether somebody looks at Oriole.
    pub(super) active: AtomicBool,
    /// The stream on which an account is being made, where one is.
    pub(super) registering: tokio::sync::Mutex<Option<new_account::Open>>,
    live: Mutex<HashMap<AccountId, Live>>,
    /// Passwords that could not be kept anywhere: gone with the process.
    remembered: Mutex<HashMap<SecretName, Password>>,
}

/// What is known of an account now and not stored.
#[derive(Debug, Clone, Default)]
pub(super) struct Live {
    pub(super) connection: ConnectionState,
    pub(super) presences: HashMap<BareJid, Presence>,
    /// How the server was reached last.
    route: Option<Route>,
    /// Since when the session is there.
    since: Option<DateTime<Utc>>,
    /// When it last went on.
    resumed: Option<DateTime<Utc>>,
    /// What the server says it can do.
    offers: Option<Offers>,
}

impl Live {
    /// What somebody's best device says.
    pub(super) fn presence(&self, address: &BareJid) -> Presence {
        self.presences.get(address).cloned().unwrap_or_default()
    }

    /// What is known of the connection and the server; none while the account is not signed in.
    pub(super) fn server(&self) -> Option<ServerFacts> {
        let signed_in = matches!(
            self.connection,
            ConnectionState::Syncing | ConnectionState::Online
        );
        Some(ServerFacts {
            since: self.since.filter(|_| signed_in)?,
            resumed: self.resumed,
            route: self.route.clone()?,
            offers: self.offers.clone(),
        })
    }

    /// The connection got this far.
    fn connected(&mut self, state: ConnectionState, resumed: bool) {
        self.connection = state;
        if state == ConnectionState::Syncing {
            self.since = Some(Utc::now());
            self.resumed = None;
            self.offers = None;
        }
        if resumed {
            self.resumed = Some(Utc::now());
        }
    }
}

impl Shared {
    pub(super) fn new(store: Store, hub: Hub, network: Network, secrets: Arc<dyn Secrets>) -> Self {
        Self {
            store,
            hub,
            network,
            secrets,
            active: AtomicBool::new(true),
            registering: tokio::sync::Mutex::default(),
            live: Mutex::default(),
            remembered: Mutex::default(),
        }
    }

    fn live(&self) -> MutexGuard<'_, HashMap<AccountId, Live>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of an account now.
    pub(super) fn now<T>(&self, account: AccountId, read: impl FnOnce(&Live) -> T) -> T {
        read(self.live().entry(account).or_default())
    }

    /// Tells an event, and keeps what it says about now.
    pub(super) fn emit(&self, event: Event) {
        match &event {
            Event::Connection {
                account,
                state,
                resumed,
                ..
            } => {
                let mut live = self.live();
                live.entry(*account)
                    .or_default()
                    .connected(*state, *resumed);
            }
            Event::Offers { account, offers } => {
                let mut live = self.live();
                live.entry(*account).or_default().offers = Some((**offers).clone());
            }
            Event::Presence {
                account,
                address,
                presence,
            } => {
                let mut live = self.live();
                let presences = &mut live.entry(*account).or_default().presences;
                if *presence == Presence::default() {
                    presences.remove(address);
                } else {
                    presences.insert(address.clone(), presence.clone());
                }
            }
            _ => {}
        }
        self.hub.push(event);
    }

    /// An account's server was reached on this way.
    pub(super) fn reached(&self, account: AccountId, route: Route) {
        self.live().entry(account).or_default().route = Some(route);
    }

    /// Nothing is known of an account any more.
    pub(super) fn forget(&self, account: AccountId) {
        self.live().remove(&account);
    }

    /// Tells what a write changed, after it was committed.
    pub(super) async fn announce(&self, changes: Vec<Change>) {
        for change in changes {
            let event = match change {
                Change::AccountAdded(account)
                | Change::AccountChanged(account)
                | Change::AccountRemoved(account) => Event::AccountsChanged(account),
                Change::MessageInserted {
                    account,
                    chat,
                    message,
                } => Event::Timeline {
                    account,
                    chat,
                    change: TimelineChange::Inserted(vec![message]),
                },
                Change::MessageChanged {
                    account,
                    chat,
                    message,
                } => Event::Timeline {
                    account,
                    chat,
                    change: TimelineChange::Changed(vec![message]),
                },
                Change::MessageRemoved {
                    account,
                    chat,
                    message,
                } => Event::Timeline {
                    account,
                    chat,
                    change: TimelineChange::Removed(vec![message]),
                },
                Change::MessageStateChanged {
                    account,
                    chat,
                    message,
                    state,
                    error,
                } => Event::Timeline {
                    account,
                    chat,
                    change: TimelineChange::State {
                        message,
                        state,
                        error,
                    },
                },
                Change::ArchiveOpened { .. }
                | Change::ArchiveRead { .. }
                | Change::OlderOpened { .. }
                | Change::OlderRead { .. } => continue,
                Change::ChatChanged { account, chat } => Event::ChatChanged { account, chat },
                Change::ContactsReset(account) => Event::ContactsReset(account),
                Change::ContactChanged { account, address } => {
                    Event::ContactChanged { account, address }
                }
                Change::ContactRemoved { account, address } => {
                    Event::ContactRemoved { account, address }
                }
                Change::RequestChanged {
                    account,
                    address,
                    present: false,
                } => Event::ContactRequestGone { account, address },
                Change::RequestChanged {
                    account, address, ..
                } => match self.request(account, &address).await {
                    Some(request) => Event::ContactRequested(request),
                    None => continue,
                },
            };
            self.hub.push(event);
        }
    }

    async fn request(
        &self,
        account: AccountId,
        address: &BareJid,
    ) -> Option<crate::model::contact::ContactRequest> {
        let requests = self.store.requests(Some(account)).await.ok()?;
        requests
            .into_iter()
            .find(|request| request.address == *address)
    }

    fn remembered(&self) -> MutexGuard<'_, HashMap<SecretName, Password>> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a password; in memory only, where it cannot be kept anywhere.
    pub(super) async fn keep_password(&self, name: SecretName, password: Password) {
        let (kept, copy) = (name.clone(), password.clone());
        match self
            .with_secrets(move |secrets| secrets.set(&kept, &copy))
            .await
        {
            Ok(()) => {
                self.remembered().remove(&name);
            }
            Err(error) => {
                tracing::warn!(
                    "a password is kept until the end of the program only. {}",
                    error.detail
                );
                self.remembered().insert(name, password);
            }
        }
    }

    /// Keeps a password that is only in memory in a file, because the person said so. Nothing where it is not in memory.
    pub(super) async fn keep_in_file(&self, name: SecretName) -> Result<(), Error> {
        let Some(password) = self.remembered().get(&name).cloned() else {
            return Ok(());
        };
        let kept = name.clone();
        self.with_secrets(move |secrets| secrets.set_in_file(&kept, &password))
            .await?;
        self.remembered().remove(&name);
        Ok(())
    }

    /// Forgets a password.
    pub(super) async fn forget_password(&self, name: SecretName) -> Result<(), Error> {
        let only_here = self.remembered().remove(&name).is_some();
        match self
            .with_secrets(move |secrets| secrets.remove(&name))
            .await
        {
            // What could not be kept there is not there.
            Err(_) if only_here => Ok(()),
            result => result,
        }
    }

    /// Reads a password, on a thread that may block.
    pub(super) async fn password(&self, name: SecretName) -> Result<Option<Password>, Error> {
        let remembered = self.remembered().get(&name).cloned();
        if remembered.is_some() {
            return Ok(remembered);
        }
        self.with_secrets(move |secrets| secrets.get(&name)).await
    }

    /// Reads the password of an account's proxy, where the proxy knows us by name.
    pub(super) async fn proxy_password(
        &self,
        settings: &AccountSettings,
    ) -> Result<Option<Password>, Error> {
        match &settings.proxy {
            Some(proxy) if proxy.user.is_some() => {
                self.password(SecretName::proxy(&settings.address)).await
            }
            _ => Ok(None),
        }
    }

    /// Does something with the keyring, on a thread that may block.
    pub(super) async fn with_secrets<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Secrets) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let secrets = Arc::clone(&self.secrets);
        tokio::task::spawn_blocking(move || work(secrets.as_ref()))
            .await
            .unwrap_or_else(|_| {
                let detail = "the keyring could not be used";
                Err(Error::new(ErrorKind::Storage, detail))
            })
    }
}
