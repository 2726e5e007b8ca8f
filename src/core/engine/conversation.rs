//! A session while it is connected: takes in stanzas, stores what they cause, and then does the rest, in order.

use std::{sync::atomic::Ordering, time::Duration};

use chrono::{TimeDelta, Utc};
use futures::{FutureExt, StreamExt};
use minidom::Element;
use tokio::{sync::oneshot, time::Instant};
use xso::exports::rxml::{Namespace, xml_ncname};

use super::{
    command::{Command, Done},
    event::ConnectionState,
    feature::Effect,
    features::messages,
    outbox::Outbox,
    session::{AccountStream, Committed, Lost, Next, Order, Reconnect, Saved, Session, Then},
    sign_on::Way,
};
use crate::{
    error::{Error, ErrorKind},
    model::{ids::MessageId, message::MessageState, presence::Show},
    store::write::{Change, Given, StreamState, Write},
    xmpp::{
        connect::{MOST_HOPS, sent_to},
        element::ElementStream,
        failure::Failure,
        iq::Answer,
        ns,
        session::{Ready, Session as Kind},
        sm::{Counters, is_among},
        stanza::{Sender, iq_error, is_writable},
        stream::{End, Happening, Io, Stream},
        transport::Meter,
    },
};

/// How many groups of writes may be under way before less is read.
const MOST_PENDING: usize = 512;
/// How many waiting messages are read from the database at once.
const OUTBOX_PAGE: u32 = 100;
/// Every server takes stanzas of this many bytes (RFC 6120 §13.12).
const ALWAYS_TAKEN: usize = 10_000;
/// A message that waited longer than this says when it was written (XEP-0203).
const LATE: TimeDelta = TimeDelta::seconds(60);
/// A connection that held this long was a good one: the next wait is a short one again.
const GOOD: Duration = Duration::from_secs(30);
/// After this long in a session, whoever throws us out did not do so because we threw them out.
const LONG: Duration = Duration::from_secs(600);

/// Why a conversation is over.
enum Over {
    /// The stream ended.
    Ended(End),
    /// We end it, and then this is next.
    Leave(Next),
}

impl Session {
    /// Talks on a connection until it ends or we leave.
    pub(super) async fn converse(&mut self, ready: Ready) -> Next {
        let began = Instant::now();
        self.broken = false;
        let mut stream = match self.begin(ready).await {
            Ok(stream) => stream,
            Err(failure) => return self.failed(failure, false).await,
        };
        let over = loop {
            if let Some(over) = self.step(&mut stream).await {
                break over;
            }
        };
        while let Some(committed) = self.pending.next().await {
            if let Err(end) = self.committed(&mut stream, committed).await {
                tracing::error!("{}", end.failure);
            }
        }
        self.count_the_rest(&mut stream).await;
        if began.elapsed() > GOOD {
            self.backoff.reset();
            self.way.hops = 0;
        }
        if began.elapsed() > LONG {
            self.thrown_out = 0;
        }
        match over {
            Over::Ended(end) => self.ended(stream, end).await,
            Over::Leave(next) => {
                let acknowledged = stream.close().await;
                self.put(sent(&acknowledged)).await;
                for message in acknowledged {
                    self.outbox.settled(message);
                }
                self.doubt_in_flight().await;
                self.forget_session().await;
                next
            }
        }
    }

    async fn begin(&mut self, ready: Ready) -> Result<AccountStream, Failure> {
        let Ready {
            xml,
            meter,
            session,
            roster_versions,
            client_state,
            encrypted,
        } = ready;
        self.encrypted = encrypted;
        self.roster_versions = roster_versions;
        self.client_state = client_state;
        // Every stream begins as if somebody looked (XEP-0352 §4.2, §5.1).
        self.told_active = true;
        match session {
            Kind::Resumed { h } => {
                let Some(saved) = self.saved.take() else {
                    return self.take_over(xml, meter, h).await;
                };
                self.count_from(saved.counters.h());
                let parts = (saved.counters, saved.requests);
                let (mut stream, acknowledged) = Stream::resumed(xml, meter, saved.own, parts, h)?;
                self.put(sent(&acknowledged)).await;
                for message in acknowledged {
                    self.outbox.settled(message);
                }
                self.outbox.wake();
                self.tell_resumed(ConnectionState::Online, None, true);
                if saved.presence != self.account.presence {
                    self.announce_presence(&mut stream);
                }
                self.carry_out_held(&mut stream);
                self.tell_activity(&mut stream);
                Ok(stream)
            }
            Kind::Fresh {
                own,
                management,
                before,
            } => {
                if let (Some(saved), Some(h)) = (&mut self.saved, before)
                    && let Ok(acknowledged) = saved.counters.acknowledged(h)
                {
                    self.put(sent(&acknowledged)).await;
                    for message in acknowledged {
                        self.outbox.settled(message);
                    }
                    // The server does not have the others.
                    self.clear_in_flight().await;
                }
                if let (Some(lost), Some(h)) = (self.lost.take(), before) {
                    self.put(self.fates(&lost.given, h)).await;
                    self.doubt_no_more().await;
                }
                self.forget_session().await;
                self.tell(ConnectionState::Syncing, None);
                self.count_from(0);
                self.taken_over = false;
                self.bound = own.clone();
                self.managed = management.is_some();
                self.synced = false;
                self.storage_failed = false;
                let management = management.unwrap_or_default();
                self.resumption = management.name;
                self.location = management.location;
                self.server.clear();
                let account = self.account.id;
                let stream = self.state_at(0);
                self.put(vec![Write::SetStream { account, stream }]).await;
                let mut stream = Stream::new(xml, meter, own, self.managed, Counters::default());
                let effects = self.feed(|feature, context| feature.connected(context));
                self.at_once(&mut stream, effects);
                Ok(stream)
            }
        }
    }

    /// Goes on with the session of an earlier run of the program, of which the server has this many stanzas; as far as others see it, a new
    /// one is begun (see [`super::session`]).
    async fn take_over(
        &mut self,
        xml: ElementStream<Io>,
        meter: Meter,
        h: u32,
    ) -> Result<AccountStream, Failure> {
        let Some(Lost { own, state, given }) = self.lost.take() else {
            let detail = "the server resumed a session that there is not";
            return Err(Failure::new(ErrorKind::RemoteError, detail));
        };
        self.tell(ConnectionState::Syncing, None);
        let account = self.account.id;
        let mut writes = self.fates(&given, h);
        // The numbers of the others are those of stanzas that are yet to come.
        writes.push(Write::SetStream {
            account,
            stream: Some(state.clone()),
        });
        self.put(writes).await;
        self.doubt_no_more().await;
        self.count_from(state.handled);
        self.taken_over = true;
        self.bound = own.clone();
        self.managed = true;
        self.synced = false;
        self.storage_failed = false;
        self.resumption = Some(state.id);
        self.location = state.location;
        let counters = Counters::from_before(state.handled, h);
        let mut stream = Stream::new(xml, meter, own, true, counters);
        let effects = self.feed(|feature, context| feature.connected(context));
        self.at_once(&mut stream, effects);
        // Until the server says so again: whose ids can be trusted in what it kept for us.
        self.server = state.features.into_iter().collect();
        Ok(stream)
    }

    /// What became of messages that were given to a stream of which the server has `h` stanzas: it has them, or it never got them.
    fn fates(&self, given: &[(MessageId, u32)], h: u32) -> Vec<Write> {
        let (there, not_there): (Vec<_>, Vec<_>) =
            given.iter().partition(|(_, number)| is_among(*number, h));
        let ids = |list: Vec<(MessageId, u32)>| list.into_iter().map(|(message, _)| message);
        let mut writes = sent(&ids(there).collect::<Vec<_>>());
        writes.push(Write::SetGiven {
            account: self.account.id,
            messages: Some(ids(not_there).collect()),
            given: Given::No,
        });
        writes
    }

    /// The fate of all that was given to the stream before is known. What is in doubt still is so since longer ago.
    async fn doubt_no_more(&mut self) {
        self.outbox = Outbox::default();
        match self.shared.store.in_doubt(self.account.id).await {
            Ok(true) => self.outbox.doubt(),
            Ok(false) => {}
            Err(error) => tracing::error!("what waits could not be read: {error}"),
        }
    }

    /// What is to be stored to go on with the present session, where it can be resumed.
    fn state_at(&self, handled: u32) -> Option<StreamState> {
        Some(StreamState {
            id: self.resumption.clone()?,
            handled,
            own: Some(self.bound.clone()),
            location: self.location.clone(),
            features: self.server.iter().cloned().collect(),
        })
    }

    /// So many stanzas were handled and are stored as such.
    fn count_from(&mut self, handled: u32) {
        self.newest = handled;
        self.counted = handled;
        self.uncounted = None;
    }

    /// What this stanza caused is done. Where the session can be resumed, the server is not told before that is stored.
    fn handled(&mut self, stream: &mut AccountStream, number: u32) {
        if self.resumption.is_some() {
            self.uncounted = Some(number);
        } else {
            stream.handled(number);
        }
    }

    /// The count of handled stanzas is to be stored with what comes next.
    fn count(&mut self, handled: u32) -> Option<Write> {
        self.resumption.as_ref()?;
        let account = self.account.id;
        let before = std::mem::replace(&mut self.counted, handled);
        Some(Write::SetHandled {
            account,
            before,
            handled,
        })
    }

    /// The connection is over, and nothing under way any more: what was handled and not yet stored as such is now.
    async fn count_the_rest(&mut self, stream: &mut AccountStream) {
        let Some(number) = self.uncounted.take().filter(|_| !self.storage_failed) else {
            return;
        };
        let Some(write) = self.count(number) else {
            return;
        };
        match self.shared.store.write(vec![write]).await {
            Ok(_) => stream.handled(number),
            Err(error) => {
                tracing::error!("what was handled could not be stored: {error}");
                self.storage_failed = true;
            }
        }
    }

    /// Waits for the next thing and handles it.
    async fn step(&mut self, stream: &mut AccountStream) -> Option<Over> {
        if let Err(end) = self.send_waiting(stream).await {
            return Some(Over::Ended(end));
        }
        let has_room = self.shared.hub.has_room();
        stream.pause_reading(!has_room || self.pending.len() >= MOST_PENDING);
        let shared = std::sync::Arc::clone(&self.shared);
        tokio::select! {
            biased;
            Some(committed) = self.pending.next(), if !self.pending.is_empty() => {
                self.committed(stream, committed).await.err().map(Over::Ended)
            }
            order = self.orders.recv() => match order {
                Some(order) => self.order(stream, order).await,
                None => Some(Over::Leave(Next::Stop)),
            },
            happening = stream.next() => self.happened(stream, happening),
            () = shared.hub.room(), if !has_room => None,
        }
    }

    fn happened(
        &mut self,
        stream: &mut AccountStream,
        happening: Happening<MessageId, (usize, u32)>,
    ) -> Option<Over> {
        match happening {
            Happening::Stanza { stanza, number } => {
                self.newest = number;
                let effects = self.take_stanza(&stanza);
                self.carry_out(stream, effects, Some(number));
            }
            Happening::TooLarge { head, number } => {
                self.newest = number;
                tracing::warn!("a {} larger than allowed was left out", head.name());
                let effects = if !is_request(&head) {
                    Vec::new()
                } else if self.may_ask(&head) {
                    refusal(&head, "modify", "policy-violation")
                } else {
                    unavailable(&head)
                };
                self.carry_out(stream, effects, Some(number));
            }
            Happening::Answer {
                ask: (place, which),
                answer,
                number,
            } => {
                self.newest = number.unwrap_or(self.newest);
                let effects = self.take_answer(place, which, answer);
                self.carry_out(stream, effects, number);
            }
            Happening::Asked => {
                let newest = self.newest;
                if newest != self.counted
                    && let Some(write) = self.count(newest)
                {
                    let then = Then {
                        number: Some(newest),
                        counted: true,
                        ..Then::default()
                    };
                    self.commit(vec![write], then);
                }
            }
            Happening::Acknowledged(messages) => {
                let writes = sent(&messages);
                let settled = messages;
                self.commit(
                    writes,
                    Then {
                        settled,
                        ..Then::default()
                    },
                );
            }
            Happening::Unsendable(Some(message)) => {
                let detail = "The message has characters that cannot be sent.";
                let write = Write::SetMessageState {
                    message,
                    state: MessageState::Failed,
                    error: Some(Error::new(ErrorKind::BadRequest, detail)),
                };
                let settled = vec![message];
                self.commit(
                    vec![write],
                    Then {
                        settled,
                        ..Then::default()
                    },
                );
            }
            Happening::Unsendable(None) => {}
            Happening::Ended(end) => return Some(Over::Ended(end)),
        }
        None
    }

    /// Shows a stanza to the features, after seeing to who may ask this program anything.
    fn take_stanza(&mut self, stanza: &Element) -> Vec<(usize, Effect)> {
        if is_request(stanza) && !self.may_ask(stanza) {
            return unavailable(stanza);
        }
        let mut effects = Vec::new();
        for place in 0..self.features.len() {
            let taken = self.feed_one(place, &mut effects, |feature, context| {
                feature.stanza(context, stanza)
            });
            if taken == Some(true) {
                return effects;
            }
        }
        if is_request(stanza) {
            return unavailable(stanza);
        }
        effects
    }

    /// Our server, our own devices, and those who may see our presence (RFC 6120 §8.2.3 with XEP-0030 §8).
    fn may_ask(&self, stanza: &Element) -> bool {
        let own = self.bound.to_bare();
        match Sender::of(stanza) {
            Sender::Server => true,
            Sender::Invalid => false,
            Sender::Address(from) => {
                let bare = from.to_bare();
                let is_server =
                    from.node().is_none() && from.is_bare() && from.domain() == self.bound.domain();
                bare == own || is_server || self.book.sees_us(&bare)
            }
        }
    }

    pub(super) fn take_answer(
        &mut self,
        place: usize,
        which: u32,
        answer: Answer,
    ) -> Vec<(usize, Effect)> {
        let mut effects = Vec::new();
        self.feed_one(place, &mut effects, |feature, context| {
            feature.answer(context, which, answer);
        });
        effects
    }

    /// Does what features want: at once where nothing is to be stored and nothing stored is under way, else after that.
    fn carry_out(
        &mut self,
        stream: &mut AccountStream,
        effects: Vec<(usize, Effect)>,
        number: Option<u32>,
    ) {
        let then = Then {
            effects,
            number,
            ..Then::default()
        };
        self.carry_out_then(stream, then);
    }

    /// The same, with the answer to a command.
    fn carry_out_then(&mut self, stream: &mut AccountStream, mut then: Then) {
        let (writes, rest) = divided(std::mem::take(&mut then.effects));
        then.effects = rest;
        if writes.is_empty() && self.pending.is_empty() {
            self.finish(stream, then.effects);
            if let Some(number) = then.number {
                self.handled(stream, number);
            }
            if let Some((reply, result)) = then.reply {
                let _ = reply.send(result);
            }
            return;
        }
        self.commit(writes, then);
    }

    /// Does what features want when the session gets further: ahead of what is under way still, unless it is to be stored.
    fn at_once(&mut self, stream: &mut AccountStream, effects: Vec<(usize, Effect)>) {
        let (writes, rest) = divided(effects);
        if writes.is_empty() {
            self.finish(stream, rest);
        } else {
            let then = Then {
                effects: rest,
                ..Then::default()
            };
            self.commit(writes, then);
        }
    }

    /// Stores these in one transaction, with the count of handled stanzas.
    fn commit(&mut self, mut writes: Vec<Write>, mut then: Then) {
        if writes.is_empty() {
            let result = Ok(Vec::new());
            self.pending
                .push_back(futures::future::ready(Committed { result, then }).boxed());
            return;
        }
        if let Some(handled) = then.number.filter(|_| !then.counted)
            && let Some(write) = self.count(handled)
        {
            writes.push(write);
            then.counted = true;
        }
        let commit = self.shared.store.write(writes);
        self.pending
            .push_back(commit.map(|result| Committed { result, then }).boxed());
    }

    /// What was stored is announced, the rest is done, and the stanza counts as handled.
    async fn committed(
        &mut self,
        stream: &mut AccountStream,
        committed: Committed,
    ) -> Result<(), End> {
        let Committed { result, then } = committed;
        let changes = match result {
            Ok(changes) => changes,
            Err(error) => {
                self.storage_failed = true;
                if let Some((reply, _)) = then.reply {
                    let _ = reply.send(Err(error.clone()));
                }
                return Err(storage_failed(error));
            }
        };
        let (answers, changes): (Vec<_>, Vec<_>) = changes.into_iter().partition(Change::is_answer);
        self.shared.announce(changes).await;
        for message in then.settled {
            self.outbox.settled(message);
        }
        self.finish(stream, then.effects);
        for answer in &answers {
            let effects = self.feed(|feature, context| feature.stored(context, answer));
            self.carry_out(stream, effects, None);
        }
        // What comes after something that could not be stored is not counted: the server sends both again.
        match then.number {
            Some(_) if self.storage_failed => {}
            Some(number) if then.counted => {
                self.uncounted = None;
                stream.handled(number);
            }
            Some(number) => self.handled(stream, number),
            None => {}
        }
        if let Some((reply, result)) = then.reply {
            let _ = reply.send(result);
        }
        Ok(())
    }

    fn finish(&mut self, stream: &mut AccountStream, effects: Vec<(usize, Effect)>) {
        for (place, effect) in effects {
            match effect {
                Effect::Emit(event) => self.shared.emit(event),
                Effect::Send(stanza) => stream.send(stanza, None),
                Effect::Request {
                    kind,
                    to,
                    payload,
                    number,
                } => stream.request(kind, to, payload, (place, number)),
                Effect::Synced => self.synced(stream),
                Effect::Discovered => {
                    if self.resumption.is_some() {
                        let write = Write::SetStreamFeatures {
                            account: self.account.id,
                            features: self.server.iter().cloned().collect(),
                        };
                        self.commit(vec![write], Then::default());
                    }
                    let effects = self.feed(|feature, context| feature.discovered(context));
                    self.carry_out(stream, effects, None);
                }
                Effect::SendQueued { looked_up } => self.outbox.release(looked_up),
                // Writes were taken out before.
                Effect::Write(_) => {}
            }
        }
    }

    fn synced(&mut self, stream: &mut AccountStream) {
        self.synced = true;
        self.outbox.restart();
        let resumed = std::mem::take(&mut self.taken_over);
        if resumed {
            let mut gone = Element::bare("presence", ns::CLIENT);
            gone.set_attr(
                Namespace::NONE,
                xml_ncname!("type").to_owned(),
                "unavailable",
            );
            stream.send(gone, None);
        }
        let effects = self.feed(|feature, context| feature.synced(context));
        // Our presence comes before all else, and waits for nothing.
        let (writes, rest) = divided(effects);
        self.finish(stream, rest);
        if !writes.is_empty() {
            self.commit(writes, Then::default());
        }
        self.tell_resumed(ConnectionState::Online, None, resumed);
        self.tell_activity(stream);
        self.carry_out_held(stream);
    }

    /// Tells the server whether somebody looks, where it wants to know and does not yet.
    fn tell_activity(&mut self, stream: &mut AccountStream) {
        let active = self.shared.active.load(Ordering::Relaxed);
        if self.client_state && active != self.told_active {
            self.told_active = active;
            let name = if active { "active" } else { "inactive" };
            stream.say(Element::bare(name, ns::CSI));
        }
    }

    fn carry_out_held(&mut self, stream: &mut AccountStream) {
        for (command, reply) in std::mem::take(&mut self.held) {
            self.command(stream, &command, reply);
        }
    }

    fn announce_presence(&mut self, stream: &mut AccountStream) {
        let command = Command::SetPresence {
            account: Some(self.account.id),
            presence: self.account.presence.clone(),
        };
        let (reply, _) = oneshot::channel();
        self.command(stream, &command, reply);
    }

    async fn order(&mut self, stream: &mut AccountStream, order: Order) -> Option<Over> {
        match order {
            Order::Revise(revision) => self.revise(revision).await,
            Order::Do(command, reply) if self.synced => self.command(stream, &command, reply),
            Order::Do(command, reply) => self.hold(command, reply),
            Order::Send(message) | Order::Retry(message) => self.outbox.retry(message),
            Order::Changed(account, reconnect) => {
                let before = std::mem::replace(&mut self.account, *account);
                if reconnect == Reconnect::Yes || !self.wants_connection() {
                    return Some(Over::Leave(Next::Connect));
                }
                if before.presence != self.account.presence {
                    self.announce_presence(stream);
                }
            }
            Order::ConnectNow => {}
            Order::NetworkChanged => stream.doubt(),
            Order::Activity => self.tell_activity(stream),
            Order::AcceptDowngrade => self.accept_downgrade = true,
            Order::Stop => return Some(Over::Leave(Next::Stop)),
        }
        None
    }

    fn command(
        &mut self,
        stream: &mut AccountStream,
        command: &Command,
        reply: oneshot::Sender<Result<Done, Error>>,
    ) {
        let mut effects = Vec::new();
        let mut result = None;
        for place in 0..self.features.len() {
            result = self
                .feed_one(place, &mut effects, |feature, context| {
                    feature.command(context, command)
                })
                .flatten();
            if result.is_some() {
                break;
            }
        }
        let result = result.unwrap_or_else(|| Err(ErrorKind::BadRequest.into()));
        let then = Then {
            effects,
            reply: Some((reply, result)),
            ..Then::default()
        };
        self.carry_out_then(stream, then);
    }

    /// Gives waiting messages to the stream, oldest first, as long as it has room.
    async fn send_waiting(&mut self, stream: &mut AccountStream) -> Result<(), End> {
        if !self.synced || self.account.presence.show == Show::Offline {
            return Ok(());
        }
        while stream.has_room()
            && let Some(after) = self.outbox.look()
        {
            let waiting = self
                .shared
                .store
                .queued(self.account.id, after, OUTBOX_PAGE)
                .await
                .map_err(storage_failed)?;
            if waiting.is_empty() {
                self.outbox.rest();
            }
            let mut number = stream.last_number();
            let (mut again, mut given, mut stanzas) = (Vec::new(), Vec::new(), Vec::new());
            for message in waiting {
                if self.outbox.take(&message) {
                    if message.given && !self.outbox.looked_up() {
                        again.push(message.id);
                    }
                    let late = Utc::now() - message.time > LATE;
                    let stanza = messages::outgoing(&message, late);
                    if is_writable(&stanza) {
                        number = number.wrapping_add(1);
                        given.push((message.id, number));
                    }
                    stanzas.push((stanza, message.id));
                }
            }
            let mut writes = Vec::new();
            if !again.is_empty() {
                writes.push(Write::SetGiven {
                    account: self.account.id,
                    messages: Some(again),
                    given: Given::Again,
                });
            }
            if !given.is_empty() {
                let account = self.account.id;
                writes.push(if self.resumption.is_some() {
                    let messages = given;
                    Write::GiveToStream { account, messages }
                } else {
                    // Should the program end now, nobody could say which of them the server has.
                    Write::SetGiven {
                        account,
                        messages: Some(given.into_iter().map(|(message, _)| message).collect()),
                        given: Given::Perhaps,
                    }
                });
            }
            if !writes.is_empty() {
                match self.shared.store.write(writes).await {
                    Ok(changes) => self.shared.announce(changes).await,
                    Err(error) => {
                        // None of them was sent.
                        for (_, message) in stanzas.iter().rev() {
                            self.outbox.settled(*message);
                            self.outbox.retry(*message);
                        }
                        return Err(storage_failed(error));
                    }
                }
            }
            for (stanza, message) in stanzas {
                stream.send(stanza, Some(message));
            }
        }
        Ok(())
    }

    /// The server ended the stream because something broke its rules: a message that is longer than every server must
    /// take is not sent again, or nothing behind it would ever go out.
    async fn give_up_longest(&mut self, longest: Option<(MessageId, usize)>, end: &End) {
        if let Some((message, length)) = longest
            && end.failure.broke_rules
            && length > ALWAYS_TAKEN
        {
            let detail = end.failure.error.detail.clone();
            self.put(vec![Write::SetMessageState {
                message,
                state: MessageState::Failed,
                error: Some(Error::new(ErrorKind::TooLarge, detail)),
            }])
            .await;
        }
    }

    async fn ended(&mut self, mut stream: AccountStream, mut end: End) -> Next {
        self.broken = stream.is_unreadable();
        if !self.encrypted {
            end.failure = end.failure.in_clear();
        }
        let longest = stream.longest();
        self.give_up_longest(longest, &end).await;
        self.doubt_in_flight().await;
        match &self.resumption {
            // It was not taken over as yet, so that can be tried again.
            Some(_) if end.resumable && self.taken_over => {
                let requests = stream.lost_requests();
                self.lose(requests);
                self.look_for_lost_session().await;
            }
            Some(id) if end.resumable && self.synced => {
                let (id, own) = (id.clone(), stream.own().clone());
                let (counters, requests) = stream.into_parts();
                if std::mem::take(&mut self.storage_failed) {
                    // The count goes on from what was stored last.
                    let (account, stream) = (self.account.id, self.state_at(counters.h()));
                    self.put(vec![Write::SetStream { account, stream }]).await;
                }
                self.saved = Some(Saved {
                    resume: id,
                    own,
                    counters,
                    requests,
                    presence: self.account.presence.clone(),
                });
            }
            _ => {
                let requests = stream.lost_requests();
                self.lose(requests);
                stream.give_up().await;
                self.forget_session().await;
            }
        }
        match end.failure.elsewhere.take() {
            Some(place)
                if self.way.hops < MOST_HOPS
                    && sent_to(&self.account.settings, &place).is_some() =>
            {
                self.way = Way {
                    place: Some(*place),
                    hops: self.way.hops + 1,
                };
                Next::Connect
            }
            _ => {
                self.way = Way::default();
                self.failed(end.failure, true).await
            }
        }
    }
}

fn storage_failed(error: Error) -> End {
    End {
        failure: Failure::new(error.kind, error.detail),
        resumable: true,
    }
}

fn is_request(stanza: &Element) -> bool {
    stanza.is("iq", ns::CLIENT) && matches!(stanza.attr("type"), Some("get" | "set"))
}

/// What is to be stored, and what is to be done after that.
fn divided(effects: Vec<(usize, Effect)>) -> (Vec<Write>, Vec<(usize, Effect)>) {
    let mut writes = Vec::new();
    let mut rest = Vec::new();
    for (place, effect) in effects {
        match effect {
            Effect::Write(write) => writes.push(write),
            effect => rest.push((place, effect)),
        }
    }
    (writes, rest)
}

/// The refusal of a request; none where there is no address to send it to.
fn refusal(request: &Element, kind: &str, condition: &str) -> Vec<(usize, Effect)> {
    if Sender::of(request) == Sender::Invalid {
        return Vec::new();
    }
    vec![(0, Effect::Send(iq_error(request, kind, condition)))]
}

/// As if nobody were here.
fn unavailable(request: &Element) -> Vec<(usize, Effect)> {
    refusal(request, "cancel", "service-unavailable")
}

/// That the server has these messages.
fn sent(messages: &[MessageId]) -> Vec<Write> {
    messages
        .iter()
        .map(|message| Write::SetMessageState {
            message: *message,
            state: MessageState::Sent,
            error: None,
        })
        .collect()
}
