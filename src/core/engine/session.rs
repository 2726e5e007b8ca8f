//! An account's session: the one task that connects, keeps the connection, and carries out what its features want.
//!
//! What a stanza causes is stored in one transaction first; only then is it announced, answered, and counted as handled
//! (XEP-0198). The order of the stanzas is kept through all of that.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

use chrono::Utc;
use futures::{future::BoxFuture, stream::FuturesOrdered};
use jid::FullJid;
use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, sleep_until},
};

use super::{
    backoff::Backoff,
    book::Book,
    command::{Command, Done},
    event::{ConnectionState, Event},
    feature::{Context, Effect, Feature},
    features,
    outbox::Outbox,
    shared::Shared,
    sign_on::{self, Attempt},
    waiting::Revision,
};
use crate::{
    error::{Error, ErrorKind},
    model::{
        account::Account,
        contact::Contact,
        ids::MessageId,
        presence::{OwnPresence, Show},
    },
    store::write::{Change, Given, Write},
    xmpp::{
        connect::for_logs,
        failure::Failure,
        iq::{Answer, Requests},
        session::Resume,
        sm::Counters,
        stream::{Stream, random_id},
    },
};

/// How many commands may wait for the connection.
const MOST_HELD: usize = 1_000;
/// What a session can be told.
pub(super) enum Order {
    /// Do this, as soon as there is a connection.
    Do(Command, oneshot::Sender<Result<Done, Error>>),
    /// This message is to be sent.
    Send(MessageId),
    /// This message is to be sent again.
    Retry(MessageId),
    /// A message that waits, or failed, is to go or to say something else.
    Revise(Revision),
    /// The account is another; where `reconnect`, in a way that matters to the connection.
    Changed(Box<Account>, Reconnect),
    /// Try at once.
    ConnectNow,
    /// The way to the server may be another.
    NetworkChanged,
    /// Somebody looks at Oriole, or nobody any more.
    Activity,
    /// Weaker protection than before was accepted, for the next sign-in.
    AcceptDowngrade,
    /// Sign out and end.
    Stop,
}

/// Whether a change matters to the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reconnect {
    /// It does.
    Yes,
    /// It does not.
    No,
}

/// What is to be done next.
pub(super) enum Next {
    Connect,
    /// Wait for the person, with the failure that made us stop.
    Idle(Option<Failure>),
    /// Wait a while.
    Wait(Failure),
    Stop,
}

pub(super) type AccountStream = Stream<MessageId, (usize, u32)>;

/// A session that can be resumed on another connection.
pub(super) struct Saved {
    pub(super) resume: String,
    pub(super) own: FullJid,
    pub(super) counters: Counters<MessageId>,
    pub(super) requests: Requests<(usize, u32)>,
    /// What others were told of us.
    pub(super) presence: OwnPresence,
}

/// The answer to a command, and where it goes.
pub(super) type Reply = (oneshot::Sender<Result<Done, Error>>, Result<Done, Error>);

/// What is to be done after writes were stored.
#[derive(Default)]
pub(super) struct Then {
    pub(super) effects: Vec<(usize, Effect)>,
    /// The number of the stanza that caused the writes.
    pub(super) number: Option<u32>,
    /// The messages whose fate they are.
    pub(super) settled: Vec<MessageId>,
    pub(super) reply: Option<Reply>,
}

/// Writes that are over.
pub(super) struct Committed {
    pub(super) result: Result<Vec<Change>, Error>,
    pub(super) then: Then,
}

/// An account's session. [`Session::run`] is its task.
pub(super) struct Session {
    pub(super) shared: Arc<Shared>,
    pub(super) account: Account,
    pub(super) orders: mpsc::UnboundedReceiver<Order>,
    pub(super) held: VecDeque<(Command, oneshot::Sender<Result<Done, Error>>)>,
    pub(super) features: Vec<Box<dyn Feature>>,
    pub(super) book: Book,
    pub(super) server: HashSet<String>,
    pub(super) roster_versions: bool,
    /// Whether the server wants to know if somebody looks.
    pub(super) client_state: bool,
    /// What it was told of that.
    pub(super) told_active: bool,
    /// The address that the server gave us last.
    pub(super) bound: FullJid,
    pub(super) pending: FuturesOrdered<BoxFuture<'static, Committed>>,
    pub(super) outbox: Outbox,
    /// The server's name for the present session, where it can be resumed.
    pub(super) resumption: Option<String>,
    pub(super) saved: Option<Saved>,
    /// Whether the server acknowledges stanzas.
    pub(super) managed: bool,
    /// Whether the contact list was there since the session began.
    pub(super) synced: bool,
    /// Whether something of the present session could not be stored.
    pub(super) storage_failed: bool,
    /// Whether the last stream ended in a way that does not let it go on.
    pub(super) broken: bool,
    pub(super) accept_downgrade: bool,
    pub(super) backoff: Backoff,
}

impl Session {
    /// The session of an account, not connected yet.
    ///
    /// # Errors
    /// Where the account's resource is none.
    pub(super) fn new(
        shared: Arc<Shared>,
        account: Account,
        orders: mpsc::UnboundedReceiver<Order>,
    ) -> Result<Self, Error> {
        let first = shared.network.deadlines.retry;
        let bound = account
            .settings
            .address
            .with_resource_str(&account.resource)
            .map_err(|error| Error::new(ErrorKind::BadRequest, error.to_string()))?;
        Ok(Self {
            shared,
            account,
            orders,
            held: VecDeque::new(),
            features: features::all(),
            book: Book::default(),
            server: HashSet::new(),
            roster_versions: false,
            client_state: false,
            told_active: true,
            bound,
            pending: FuturesOrdered::new(),
            outbox: Outbox::default(),
            resumption: None,
            saved: None,
            managed: false,
            synced: false,
            storage_failed: false,
            broken: false,
            accept_downgrade: false,
            backoff: Backoff::new(first),
        })
    }

    /// Connects and keeps connected until told to stop.
    pub(super) async fn run(mut self) {
        self.load_book().await;
        self.look_for_lost_session().await;
        let mut next = Next::Connect;
        loop {
            next = match next {
                Next::Connect if self.wants_connection() => self.connect().await,
                Next::Connect => self.idle(None).await,
                Next::Idle(failure) => self.idle(failure).await,
                Next::Wait(failure) => self.wait(failure).await,
                Next::Stop => break,
            };
        }
        self.forget_session().await;
        self.tell(ConnectionState::Offline, None);
    }

    pub(super) fn wants_connection(&self) -> bool {
        self.account.enabled && self.account.presence.show != Show::Offline
    }

    async fn load_book(&mut self) {
        match self.shared.store.roster(self.account.id).await {
            Ok((version, contacts)) => {
                let blocked = contacts
                    .iter()
                    .filter(|contact| contact.blocked)
                    .map(|contact: &Contact| contact.item.address.clone())
                    .collect::<Vec<_>>();
                let items = contacts.into_iter().map(|contact| contact.item);
                self.book = Book::new(version, items, blocked);
            }
            Err(error) => tracing::error!("the contact list could not be read: {error}"),
        }
    }

    /// A session that was never ended, or not heard to its end: the server may have messages of it that still wait here.
    async fn look_for_lost_session(&mut self) {
        match self.shared.store.stream(self.account.id).await {
            Ok(Some(_)) => {
                let account = self.account.id;
                self.put(vec![Write::SetGiven {
                    account,
                    messages: None,
                    given: Given::Perhaps,
                }])
                .await;
            }
            Ok(None) => {}
            Err(error) => tracing::error!("the session before could not be read: {error}"),
        }
        match self.shared.store.in_doubt(self.account.id).await {
            Ok(true) => self.outbox.doubt(),
            Ok(false) => {}
            Err(error) => tracing::error!("what waits could not be read: {error}"),
        }
    }

    pub(super) fn tell(&self, state: ConnectionState, failure: Option<&Failure>) {
        self.tell_resumed(state, failure, false);
    }

    pub(super) fn tell_resumed(
        &self,
        state: ConnectionState,
        failure: Option<&Failure>,
        resumed: bool,
    ) {
        self.shared.emit(Event::Connection {
            account: self.account.id,
            state,
            resumed,
            error: failure.map(|failure| failure.error.clone()),
            certificate: failure.and_then(|failure| failure.certificate.clone()),
        });
    }

    /// Not connected, until told otherwise.
    async fn idle(&mut self, failure: Option<Failure>) -> Next {
        self.forget_session().await;
        self.tell(ConnectionState::Offline, failure.as_ref());
        self.refuse_held();
        loop {
            let Some(order) = self.orders.recv().await else {
                return Next::Stop;
            };
            if let Some(next) = self.order_offline(order).await {
                return next;
            }
        }
    }

    /// Not connected for a while, or until told otherwise.
    async fn wait(&mut self, failure: Failure) -> Next {
        self.tell(ConnectionState::Waiting, Some(&failure));
        self.refuse_held();
        let until = Instant::now() + self.backoff.next(&mut rand::rng());
        loop {
            tokio::select! {
                () = sleep_until(until) => return Next::Connect,
                order = self.orders.recv() => {
                    let Some(order) = order else { return Next::Stop };
                    if matches!(order, Order::NetworkChanged) {
                        return Next::Connect;
                    }
                    if let Some(next) = self.order_offline(order).await {
                        return next;
                    }
                }
            }
        }
    }

    /// Takes an order while there is no connection and none is being made.
    async fn order_offline(&mut self, order: Order) -> Option<Next> {
        match order {
            Order::Revise(revision) => {
                self.revise(revision).await;
                None
            }
            Order::Do(_, reply) => {
                let _ = reply.send(Err(not_connected()));
                None
            }
            // Whoever waits for the person does not wait for the network.
            Order::NetworkChanged | Order::Activity => None,
            Order::Send(message) | Order::Retry(message) => {
                self.outbox.retry(message);
                None
            }
            Order::Changed(account, reconnect) => {
                let wanted = self.wants_connection();
                self.account = *account;
                let changed = wanted != self.wants_connection();
                (reconnect == Reconnect::Yes || changed).then_some(Next::Connect)
            }
            Order::ConnectNow => Some(Next::Connect),
            Order::AcceptDowngrade => {
                self.accept_downgrade = true;
                Some(Next::Connect)
            }
            Order::Stop => Some(Next::Stop),
        }
    }

    pub(super) fn hold(&mut self, command: Command, reply: oneshot::Sender<Result<Done, Error>>) {
        if self.held.len() < MOST_HELD {
            self.held.push_back((command, reply));
        } else {
            let _ = reply.send(Err(not_connected()));
        }
    }

    fn refuse_held(&mut self) {
        for (_, reply) in self.held.drain(..) {
            let _ = reply.send(Err(not_connected()));
        }
    }

    /// Makes a connection, while listening to orders.
    async fn connect(&mut self) -> Next {
        self.tell(ConnectionState::Connecting, None);
        let resume = self.saved.as_ref().map(|saved| Resume {
            id: saved.resume.clone(),
            h: saved.counters.h(),
        });
        let attempt = sign_on::sign_on(
            Arc::clone(&self.shared),
            self.account.clone(),
            std::mem::take(&mut self.accept_downgrade),
            resume,
        );
        tokio::pin!(attempt);
        let mut moved = false;
        let result = loop {
            tokio::select! {
                result = &mut attempt => break result,
                order = self.orders.recv() => match order {
                    None | Some(Order::Stop) => return Next::Stop,
                    Some(Order::Do(command, reply)) => self.hold(command, reply),
                    Some(Order::Send(message) | Order::Retry(message)) => {
                        self.outbox.retry(message);
                    }
                    Some(Order::Revise(revision)) => self.revise(revision).await,
                    Some(Order::ConnectNow | Order::Activity) => {}
                    // What was begun may go the old way; if it fails, another try does not wait.
                    Some(Order::NetworkChanged) => moved = true,
                    Some(Order::AcceptDowngrade) => {
                        self.accept_downgrade = true;
                        return Next::Connect;
                    }
                    Some(Order::Changed(account, reconnect)) => {
                        self.account = *account;
                        if reconnect == Reconnect::Yes || !self.wants_connection() {
                            return Next::Connect;
                        }
                    }
                },
            }
        };
        match result {
            Ok(Attempt { ready, memory }) => {
                if memory != self.account.sasl_memory {
                    self.account.sasl_memory.clone_from(&memory);
                    let account = self.account.id;
                    self.put(vec![Write::SetSaslMemory { account, memory }])
                        .await;
                }
                self.converse(ready).await
            }
            // The keyring: asking again and again would show its prompt again and again.
            Err(failure) if failure.error.kind == ErrorKind::Storage => Next::Idle(Some(failure)),
            Err(failure) => match self.failed(failure).await {
                Next::Wait(_) if moved => Next::Connect,
                next => next,
            },
        }
    }

    /// Stores something that no stanza caused; a failure is logged, for nothing else depends on it.
    pub(super) async fn put(&mut self, writes: Vec<Write>) {
        match self.shared.store.write(writes).await {
            Ok(changes) => self.shared.announce(changes).await,
            Err(error) => tracing::error!("a change could not be stored: {error}"),
        }
    }

    pub(super) async fn failed(&mut self, failure: Failure) -> Next {
        tracing::warn!(
            "{}: {}",
            for_logs(&self.account.settings.address),
            failure.error
        );
        if failure.error.kind == ErrorKind::Conflict {
            // Somebody else has this resource: with another one, neither throws the other out again.
            let resource = new_resource();
            self.account.resource.clone_from(&resource);
            let account = self.account.id;
            self.put(vec![Write::SetResource { account, resource }])
                .await;
        }
        if failure.is_passing() {
            Next::Wait(failure)
        } else {
            Next::Idle(Some(failure))
        }
    }

    /// The session from before is over for good.
    pub(super) async fn forget_session(&mut self) {
        if let Some(mut saved) = self.saved.take() {
            self.lose(saved.requests.lost());
        }
        let effects = self.feed(|feature, context| feature.disconnected(context));
        for (_, effect) in effects {
            if let Effect::Emit(event) = effect {
                self.shared.emit(event);
            }
        }
        if std::mem::take(&mut self.managed) {
            let account = self.account.id;
            self.put(vec![Write::SetStream {
                account,
                stream: None,
            }])
            .await;
        }
    }

    /// These requests get no answer any more.
    pub(super) fn lose(&mut self, requests: Vec<(usize, u32)>) {
        for (place, which) in requests {
            for (_, effect) in self.take_answer(place, which, Answer::Lost) {
                if let Effect::Emit(event) = effect {
                    self.shared.emit(event);
                }
            }
        }
    }

    /// Feeds all features and gives their effects, with the place of the feature each came from.
    pub(super) fn feed(
        &mut self,
        mut with: impl FnMut(&mut dyn Feature, &mut Context<'_>),
    ) -> Vec<(usize, Effect)> {
        let mut effects = Vec::new();
        for place in 0..self.features.len() {
            self.feed_one(place, &mut effects, |feature, context| {
                with(feature, context)
            });
        }
        effects
    }

    pub(super) fn feed_one<T>(
        &mut self,
        place: usize,
        effects: &mut Vec<(usize, Effect)>,
        with: impl FnOnce(&mut dyn Feature, &mut Context<'_>) -> T,
    ) -> Option<T> {
        let own = self.bound.clone();
        let feature = self.features.get_mut(place)?;
        let mut context = Context {
            account: self.account.id,
            own: &own,
            now: Utc::now(),
            book: &mut self.book,
            server: &mut self.server,
            presence: &self.account.presence,
            broken: self.broken,
            archive: self.account.archive,
            roster_versions: self.roster_versions,
            effects: Vec::new(),
        };
        let result = with(feature.as_mut(), &mut context);
        effects.extend(context.effects.into_iter().map(|effect| (place, effect)));
        Some(result)
    }
}

fn not_connected() -> Error {
    Error::new(ErrorKind::NotAllowed, "This account is not connected.")
}

/// A resource that tells nothing and is nobody else's.
pub(super) fn new_resource() -> String {
    random_id().chars().take(12).collect()
}
