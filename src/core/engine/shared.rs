//! What all parts of a running engine share.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicBool},
};

use jid::BareJid;

use super::{
    command::Password,
    event::{ConnectionState, Event, TimelineChange},
    hub::Hub,
    secrets::{SecretName, Secrets},
};
use crate::{
    error::{Error, ErrorKind},
    model::{account::AccountSettings, ids::AccountId, presence::Presence},
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
    live: Mutex<HashMap<AccountId, Live>>,
}

/// What is known of an account now and not stored.
#[derive(Debug, Clone, Default)]
pub(super) struct Live {
    pub(super) connection: ConnectionState,
    pub(super) presences: HashMap<BareJid, Presence>,
}

impl Live {
    /// What somebody's best device says.
    pub(super) fn presence(&self, address: &BareJid) -> Presence {
        self.presences.get(address).cloned().unwrap_or_default()
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
            live: Mutex::default(),
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
            Event::Connection { account, state, .. } => {
                self.live().entry(*account).or_default().connection = *state;
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
                Change::ArchiveOpened { .. } | Change::ArchiveRead { .. } => continue,
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

    /// Reads a password, on a thread that may block.
    pub(super) async fn password(&self, name: SecretName) -> Result<Option<Password>, Error> {
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
