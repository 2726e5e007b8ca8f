//! An account's session: the one task that connects, keeps the connection, and carries out what its features want.
//!
//! What a stanza causes is stored in one transaction first; only then is it announced, answered, and counted as handled
//! (XEP-0198). The order of the stanzas is kept through all of that.
//!
//! # A session that outlives the program
//!
//! Where Oriole ends in order, it ends its session too. Where it is killed, the next run goes on with the session, as the server keeps what
//! was not acknowledged and knows which of our messages it got:
//!
//! - The server is told of a count of handled stanzas only after that count is stored; and it is stored in the same transaction as what
//!   the stanzas caused. So what the database says is never more than what was handled, nor less than what the server may have forgotten,
//!   and each message comes once, whether or not it has any id to tell copies by.
//! - Which stanza an own message is, is stored before it is sent. So the server's count tells for each whether it has arrived.
//! - All else was in memory only: who of the contacts is there, what was asked and not answered. Presence is asked for by the server alone, and
//!   only for somebody who becomes available (RFC 6121 §4.3; a client ought not to send probes, §4.7.1). So a session that is gone on with is
//!   set up like a new one, and just before our presence is sent, the old one is taken back. Contacts see what is true: we were away.

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
    sign_on::{self, Attempt, Before, Way},
    waiting::Revision,
};
use crate::{
    error::{Error, ErrorKind},
    model::{
        account::{Account, ServerAddress},
        contact::Contact,
        ids::MessageId,
        presence::{OwnPresence, Show},
    },
    store::write::{Change, Given, StreamState, Write},
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
/// How often in a row a server may throw us out, for somebody else or for no reason that we know, before we stop coming back: two programs that
/// throw each other out would do that for ever.
const MOST_THROWN_OUT: u32 = 3;
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

/// A session that an earlier run of the program left behind.
pub(super) struct Lost {
    pub(super) own: FullJid,
    pub(super) state: StreamState,
    /// The messages that were sent in it, with their numbers, and that nobody knows the server to have.
    pub(super) given: Vec<(MessageId, u32)>,
}

/// The answer to a command, and where it goes.
pub(super) type Reply = (oneshot::Sender<Result<Done, Error>>, Result<Done, Error>);

/// What is to be done after writes were stored.
#[derive(Default)]
pub(super) struct Then {
    pub(super) effects: Vec<(usize, Effect)>,
    /// The number of the stanza that caused the writes.
    pub(super) number: Option<u32>,
    /// Whether that number is stored with them.
    pub(super) counted: bool,
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
    pub(super) lost: Option<Lost>,
    /// Whether the present session was an earlier run's, and our presence is still the one from then.
    pub(super) taken_over: bool,
    /// The number of the newest stanza that came.
    pub(super) newest: u32,
    /// The greatest count of handled stanzas that was given to the database.
    pub(super) counted: u32,
    /// A greater one that was not, as nothing was to be stored with it.
    pub(super) uncounted: Option<u32>,
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
    /// Whether the present connection is encrypted.
    pub(super) encrypted: bool,
    /// Where the server would rather have the present session resumed.
    pub(super) location: Option<ServerAddress>,
    /// Where to go next, and how often the server has sent us on.
    pub(super) way: Way,
    /// How often in a row the server threw us out.
    pub(super) thrown_out: u32,
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
            lost: None,
            taken_over: false,
            newest: 0,
            counted: 0,
            uncounted: None,
            managed: false,
            synced: false,
            storage_failed: false,
            broken: false,
            accept_downgrade: false,
            backoff: Backoff::new(first),
            encrypted: false,
            location: None,
            way: Way::default(),
            thrown_out: 0,
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
    pub(super) async fn look_for_lost_session(&mut self) {
        let store = &self.shared.store;
        let account = self.account.id;
        let found = match store.stream(account).await {
            Ok(Some(state)) => {
                let given = store.given_to_stream(account).await;
                given.map(|given| Some((state, given)))
            }
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        };
        match found {
            Ok(Some((state, given))) => {
                // Of a stream of an earlier Oriole it is not known which were given to it.
                let messages = (state.own.is_some())
                    .then(|| given.iter().map(|(message, _)| *message).collect());
                self.put(vec![Write::SetGiven {
                    account,
                    messages,
                    given: Given::Perhaps,
                }])
                .await;
                self.lost = state.own.clone().map(|own| Lost { own, state, given });
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
        let wait = if failure.slow_down {
            self.backoff.next_patient(&mut rand::rng())
        } else {
            self.backoff.next(&mut rand::rng())
        };
        let until = Instant::now() + wait;
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
        let before = match (&self.saved, &self.lost) {
            (Some(saved), _) => Some(Before {
                resume: Resume {
                    id: saved.resume.clone(),
                    h: saved.counters.h(),
                },
                location: self.location.clone(),
            }),
            (None, Some(Lost { state, .. })) => Some(Before {
                resume: Resume {
                    id: state.id.clone(),
                    h: state.handled,
                },
                location: state.location.clone(),
            }),
            (None, None) => None,
        };
        let attempt = sign_on::sign_on(
            Arc::clone(&self.shared),
            self.account.clone(),
            std::mem::take(&mut self.accept_downgrade),
            before,
            std::mem::take(&mut self.way),
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
            Ok(Attempt {
                ready,
                memory,
                hops,
                route,
            }) => {
                self.way.hops = hops;
                self.shared.reached(self.account.id, route);
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
            Err(failure) => match self.failed(failure, false).await {
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

    /// There is no connection (any more), as a session could not be begun, or ended.
    pub(super) async fn failed(&mut self, mut failure: Failure, in_session: bool) -> Next {
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
        // Who was let in and is not any more may have another password since, or be no more: signing in again tells.
        let thrown_out = failure.error.kind == ErrorKind::Conflict
            || in_session && failure.error.kind == ErrorKind::WrongPassword;
        if !thrown_out {
            return if failure.is_passing() {
                Next::Wait(failure)
            } else {
                Next::Idle(Some(failure))
            };
        }
        self.thrown_out += 1;
        if self.thrown_out < MOST_THROWN_OUT {
            return Next::Wait(failure);
        }
        self.thrown_out = 0;
        failure.error.detail = format!(
            "{} This has happened {MOST_THROWN_OUT} times, so Oriole waits to be told to connect.",
            failure.error.detail
        );
        Next::Idle(Some(failure))
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
