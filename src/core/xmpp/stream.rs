//! The stream of stanzas, once signed in: reads and writes side by side, acknowledges (XEP-0198), keeps the connection
//! alive, and matches answers to requests.
//!
//! Sending only queues; everything moves while [`Stream::next`] is awaited, which may be dropped and called again at
//! any time without loss. A server without stream management acknowledges through pings: it handles stanzas in order,
//! so the answer to a ping says that it has all that was sent before.

mod closing;
mod patience;

use std::{
    collections::VecDeque,
    future::poll_fn,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures::{Sink, Stream as _};
use jid::{FullJid, Jid};
use minidom::Element;
use tokio::time::{Instant, Sleep, sleep_until};
use tokio_xmpp::{
    connect::AsyncReadAndWrite,
    xmlstream::{ReadError, Timeouts},
};
use xso::exports::rxml::xml_ncname;

use patience::{Patience, Verdict};

use super::{
    element::{ElementStream, Incoming, Size},
    failure::{Failure, stream_error},
    iq::{Answer, Requests},
    ns,
    sm::{Counters, Outgoing},
    stanza::{Sender, iq, is_writable},
    transport::Meter,
};
use crate::error::ErrorKind;

/// Any connection.
pub type Io = Box<dyn AsyncReadAndWrite + Send>;

/// The XML layer's own patience is without end, as it does not know what is being written: a stream has patience of its own, and so has
/// each step before it.
pub const TIMEOUTS: Timeouts = Timeouts {
    read_timeout: Duration::from_secs(7 * 24 * 60 * 60),
    response_timeout: Duration::from_secs(7 * 24 * 60 * 60),
};
/// How many stanzas may wait to be written before nothing more is read.
const MOST_QUEUED: usize = 1_000;

/// What happens on a stream. `Tag` names messages to acknowledge, `Ask` names requests.
#[derive(Debug)]
pub enum Happening<Tag, Ask> {
    /// A stanza came. Once all it causes is stored, its number is to be given to [`Stream::handled`].
    Stanza {
        /// The stanza.
        stanza: Element,
        /// Its number.
        number: u32,
    },
    /// A stanza came that is larger than allowed; only its head is left.
    TooLarge {
        /// Its name and attributes.
        head: Element,
        /// Its number.
        number: u32,
    },
    /// A request got its answer.
    Answer {
        /// Which.
        ask: Ask,
        /// What.
        answer: Answer,
        /// The number of the stanza that brought it; none where none came.
        number: Option<u32>,
    },
    /// The server has these.
    Acknowledged(Vec<Tag>),
    /// The server wants to know how much of what came before this was handled. It is answered once all of it was.
    Asked,
    /// This can't be written as XML and was left out.
    Unsendable(Option<Tag>),
    /// The stream is over.
    Ended(End),
}

/// Why a stream is over.
#[derive(Debug, Clone, PartialEq)]
pub struct End {
    /// The reason.
    pub failure: Failure,
    /// Whether it makes sense to resume: never after an error of the stream itself, or the same stanza would come again.
    pub resumable: bool,
}

/// A signed-in stream.
pub struct Stream<Tag, Ask> {
    xml: ElementStream<Io>,
    meter: Meter,
    own: FullJid,
    managed: bool,
    counters: Counters<Tag>,
    requests: Requests<Ask>,
    queue: VecDeque<Outgoing<Tag>>,
    /// Elements that are no stanzas, written before any.
    nonzas: VecDeque<Element>,
    happenings: VecDeque<Happening<Tag, Ask>>,
    /// Whether an acknowledgement was asked for and has not come.
    asked: bool,
    /// Whether something was sent since it was asked for last.
    unasked: bool,
    /// The ping whose answer acknowledges, with the number of tagged stanzas sent before it.
    barrier: Option<(String, u32)>,
    tagged_sent: u32,
    patience: Patience,
    wake: Pin<Box<Sleep>>,
    paused: bool,
    /// Why nothing more can be written. What the server said before is read first: it may say why it went.
    broken: Option<Failure>,
    ended: bool,
    /// Whether it ended with something that is no XML, or none that the parser bears.
    unreadable: bool,
}

impl<Tag, Ask> Stream<Tag, Ask> {
    /// A stream on a connection that is bound to `own`; `managed` tells whether the server acknowledges stanzas.
    #[must_use]
    pub fn new(
        xml: ElementStream<Io>,
        meter: Meter,
        own: FullJid,
        managed: bool,
        counters: Counters<Tag>,
    ) -> Self {
        Self {
            xml,
            patience: Patience::new(meter.clone()),
            meter,
            own,
            managed,
            counters,
            requests: Requests::default(),
            queue: VecDeque::new(),
            nonzas: VecDeque::new(),
            happenings: VecDeque::new(),
            asked: false,
            unasked: false,
            barrier: None,
            tagged_sent: 0,
            wake: Box::pin(sleep_until(Instant::now())),
            paused: false,
            broken: None,
            ended: false,
            unreadable: false,
        }
    }

    /// A stream that goes on (XEP-0198 §5) on a new connection: the server has `h` stanzas of ours, the rest is sent again,
    /// and requests wait on. Gives the tags of those that the server turned out to have, too.
    ///
    /// # Errors
    /// Where the server claims to have more than it was sent.
    pub fn resumed(
        xml: ElementStream<Io>,
        meter: Meter,
        own: FullJid,
        (mut counters, requests): (Counters<Tag>, Requests<Ask>),
        h: u32,
    ) -> Result<(Self, Vec<Tag>), Failure> {
        let acknowledged = counters
            .acknowledged(h)
            .map_err(|error| Failure::new(ErrorKind::RemoteError, error.to_string()))?;
        let again = counters.take_unacknowledged();
        let mut stream = Self::new(xml, meter, own, true, counters);
        stream.queue.extend(again);
        stream.requests = requests;
        Ok((stream, acknowledged))
    }

    /// The address the server gave us.
    #[must_use]
    pub fn own(&self) -> &FullJid {
        &self.own
    }

    /// Queues a stanza. With a tag, [`Happening::Acknowledged`] names it once the server has it, or [`Happening::Unsendable`] at once
    /// where it can't be written.
    pub fn send(&mut self, stanza: Element, tag: Option<Tag>) {
        // The writer forgets where it is when it fails in the middle of an element, so it must not come to that.
        if is_writable(&stanza) {
            self.queue.push_back(Outgoing { stanza, tag });
        } else {
            tracing::error!("a stanza of ours can't be written as XML");
            self.happenings.push_back(Happening::Unsendable(tag));
        }
    }

    /// The number that the last stanza that was queued has or will have among all that are counted, modulo 2³².
    #[must_use]
    pub fn last_number(&self) -> u32 {
        let queued = u32::try_from(self.queue.len()).unwrap_or(u32::MAX);
        self.counters.last_sent().wrapping_add(queued)
    }

    /// Whether more may be queued without piling up: neither the connection nor the server is behind.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.queue.len() < MOST_QUEUED && self.counters.waiting() < MOST_QUEUED
    }

    /// Queues a request under a random id; its answer comes as [`Happening::Answer`], whatever happens.
    pub fn request(&mut self, kind: &str, to: Option<Jid>, payload: Element, ask: Ask) {
        let id = random_id();
        let stanza = iq(kind, to.as_ref(), &id, Some(payload));
        match self.requests.add(id, to, Instant::now(), ask) {
            Ok(()) => self.send(stanza, None),
            Err(ask) => self.happenings.push_back(Happening::Answer {
                ask,
                answer: Answer::Lost,
                number: None,
            }),
        }
    }

    /// Queues an element that is no stanza; it is neither counted nor sent again.
    pub fn say(&mut self, nonza: Element) {
        self.nonzas.push_back(nonza);
    }

    /// Has the connection show that it lives: whatever was the way to the server may be no more, without either side being told. Where nothing
    /// comes within 20 s, the stream ends and can be resumed.
    pub fn doubt(&mut self) {
        if self.patience.doubt() {
            self.ask_for_life();
        }
    }

    /// Everything that the stanzas up to this number caused is stored.
    pub fn handled(&mut self, number: u32) {
        self.counters.handled(number);
    }

    /// How many stanzas were handled, modulo 2³².
    #[must_use]
    pub fn h(&self) -> u32 {
        self.counters.h()
    }

    /// What happens next. After [`Happening::Ended`] nothing more does: it is pending forever.
    pub async fn next(&mut self) -> Happening<Tag, Ask> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Stops or goes on reading; writing goes on meanwhile.
    pub fn pause_reading(&mut self, paused: bool) {
        self.paused = paused;
    }

    /// What is to be kept to resume: the counters, with all that the server may not have (what was queued counts as sent), and
    /// the requests that wait.
    #[must_use]
    pub fn into_parts(mut self) -> (Counters<Tag>, Requests<Ask>) {
        for outgoing in self.queue.drain(..) {
            if self.managed || outgoing.tag.is_some() {
                self.counters.sent(outgoing);
            }
        }
        self.counters.disconnected();
        (self.counters, self.requests)
    }

    /// Whether it ended because what the server sent could not be read.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.unreadable
    }

    /// The longest stanza with a tag that the server may not have, and its length in bytes of XML.
    #[must_use]
    pub fn longest(&self) -> Option<(Tag, usize)>
    where
        Tag: Copy,
    {
        self.counters
            .unacknowledged()
            .filter_map(|outgoing| Some((outgoing.tag?, String::from(&outgoing.stanza).len())))
            .max_by_key(|(_, length)| *length)
    }

    /// All requests that got no answer.
    pub fn lost_requests(&mut self) -> Vec<Ask> {
        self.requests.lost()
    }

    fn answer(&self) -> Element {
        Element::builder("a", ns::SM)
            .attr(xml_ncname!("h").to_owned(), self.counters.h().to_string())
            .build()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Happening<Tag, Ask>> {
        loop {
            if let Some(happening) = self.happenings.pop_front() {
                return Poll::Ready(happening);
            }
            if self.ended {
                return Poll::Pending;
            }
            self.ask_for_acknowledgement();
            if self.counters.answer_due().is_some() && self.managed {
                self.nonzas.push_back(self.answer());
            }
            if self.broken.is_none()
                && let Poll::Ready(Err(error)) = self.poll_write(context)
            {
                self.broken = Some(lost(&error));
            }
            if self.queue.len() < MOST_QUEUED && !self.paused {
                match Pin::new(&mut self.xml).poll_next(context) {
                    Poll::Ready(read) => {
                        self.read(read);
                        continue;
                    }
                    Poll::Pending => {}
                }
            }
            if !self.happenings.is_empty() {
                continue;
            }
            if let Some(failure) = self.broken.take() {
                self.end(failure, true);
                continue;
            }
            if self.poll_time(context).is_pending() {
                return Poll::Pending;
            }
        }
    }

    fn end(&mut self, failure: Failure, resumable: bool) {
        self.ended = true;
        self.happenings
            .push_back(Happening::Ended(End { failure, resumable }));
    }

    /// Writes as much as the connection takes.
    fn poll_write(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if self.nonzas.is_empty() && self.queue.is_empty() {
                break;
            }
            let mut sink = Pin::new(&mut self.xml);
            let ready = Sink::<&Element>::poll_ready(sink.as_mut(), context)?;
            self.patience.stalled(ready.is_pending());
            if ready.is_pending() {
                return Poll::Pending;
            }
            self.patience.look(Instant::now());
            if let Some(nonza) = self.nonzas.pop_front() {
                sink.start_send(&nonza)?;
            } else if self.patience.has_room()
                && let Some(outgoing) = self.queue.pop_front()
            {
                sink.start_send(&outgoing.stanza)?;
                self.count(outgoing);
                self.ask_for_acknowledgement();
            } else {
                break;
            }
        }
        let flushed = Sink::<&Element>::poll_flush(Pin::new(&mut self.xml), context)?;
        self.patience.stalled(flushed.is_pending());
        flushed.map(Ok)
    }

    fn count(&mut self, outgoing: Outgoing<Tag>) {
        if outgoing.tag.is_some() {
            self.tagged_sent = self.tagged_sent.wrapping_add(1);
        }
        if self.managed || outgoing.tag.is_some() {
            self.counters.sent(outgoing);
            self.unasked = true;
        }
    }

    /// Asks once all that is queued was written, or much of it, and again when the answer left something out.
    fn ask_for_acknowledgement(&mut self) {
        let is_time = self.queue.is_empty() || self.patience.is_time_to_ask();
        if self.asked || !self.unasked || !is_time {
            return;
        }
        self.asked = true;
        self.patience.asks();
        self.unasked = false;
        if self.managed {
            self.nonzas.push_back(Element::bare("r", ns::SM));
        } else {
            let id = random_id();
            self.nonzas.push_back(self.ping(&id));
            self.barrier = Some((id, self.tagged_sent));
        }
    }

    fn ping(&self, id: &str) -> Element {
        let server = Jid::from(jid::BareJid::from_parts(None, self.own.domain()));
        iq(
            "get",
            Some(&server),
            id,
            Some(Element::bare("ping", ns::PING)),
        )
    }

    /// Asks for any answer.
    fn ask_for_life(&mut self) {
        if self.managed {
            self.patience.asks();
            self.nonzas.push_back(Element::bare("r", ns::SM));
        } else {
            let ping = self.ping(&random_id());
            self.nonzas.push_back(ping);
        }
    }

    fn read(&mut self, read: Option<Result<Incoming, ReadError>>) {
        match read {
            Some(Ok(incoming)) => {
                self.meter.reset();
                self.take(incoming);
            }
            Some(Err(ReadError::SoftTimeout)) => {}
            Some(Err(ReadError::HardError(_))) if self.meter.ended() => self.end(
                Failure::new(ErrorKind::ConnectionRefused, "the connection was closed"),
                true,
            ),
            Some(Err(ReadError::HardError(error))) => {
                let resumable = !matches!(
                    error.kind(),
                    io::ErrorKind::InvalidData | io::ErrorKind::FileTooLarge
                );
                self.unreadable = !resumable;
                self.end(lost(&error), resumable);
            }
            Some(Err(ReadError::ParseError(error))) => {
                self.unreadable = true;
                self.end(
                    Failure::new(
                        ErrorKind::RemoteError,
                        format!("broken XML came from the server: {error}"),
                    ),
                    false,
                );
            }
            Some(Err(ReadError::StreamFooterReceived)) => self.end(
                Failure::new(ErrorKind::ServerShutdown, "the server closed the stream"),
                false,
            ),
            None => self.end(
                Failure::new(ErrorKind::ConnectionRefused, "the connection was closed"),
                true,
            ),
        }
    }

    fn take(&mut self, incoming: Incoming) {
        let (element, size, whole) = match incoming {
            Incoming::Element(element, size) => (element, size, true),
            Incoming::Rejected(head) => (head, Size::default(), false),
        };
        if element.ns() == ns::SM {
            self.take_management(&element);
        } else if element.is("error", ns::STREAM) {
            self.end(stream_error(&element), false);
        } else if element.ns() == ns::CLIENT
            && matches!(element.name(), "message" | "presence" | "iq")
        {
            self.take_stanza(element, size, whole);
        } else {
            tracing::warn!("something that is no stanza came and was left aside");
        }
    }

    fn take_stanza(&mut self, stanza: Element, size: Size, whole: bool) {
        let number = self.counters.received();
        if self.is_barrier(&stanza) {
            self.happenings.push_back(Happening::Stanza {
                stanza: Element::bare("iq", ns::CLIENT),
                number,
            });
            return;
        }
        let answer = if whole {
            self.requests.answer(&stanza, size, &self.own)
        } else {
            self.requests.rejected(&stanza, &self.own)
        };
        self.happenings.push_back(match answer {
            Some((ask, answer)) => Happening::Answer {
                ask,
                answer,
                number: Some(number),
            },
            None if whole && size.is_stanza() => Happening::Stanza { stanza, number },
            None => Happening::TooLarge {
                head: stanza,
                number,
            },
        });
    }

    /// Whether this answers the ping that stands for an acknowledgement.
    fn is_barrier(&mut self, stanza: &Element) -> bool {
        let is_answer = stanza.name() == "iq"
            && matches!(stanza.attr("type"), Some("result" | "error"))
            && self
                .barrier
                .as_ref()
                .is_some_and(|(id, _)| stanza.attr("id") == Some(id));
        let from_server = match Sender::of(stanza) {
            Sender::Server => true,
            Sender::Address(from) => {
                from.is_bare() && from.node().is_none() && from.domain() == self.own.domain()
            }
            Sender::Invalid => false,
        };
        if !is_answer || !from_server {
            return false;
        }
        if let Some((_, sent)) = self.barrier.take() {
            self.acknowledged(sent);
        }
        true
    }

    fn take_management(&mut self, element: &Element) {
        match element.name() {
            "r" => {
                self.counters.asked();
                if !self.counters.all_handled() {
                    self.happenings.push_back(Happening::Asked);
                }
            }
            "a" => match element.attr("h").map(str::parse::<u32>) {
                Some(Ok(h)) => self.acknowledged(h),
                _ => tracing::warn!("an acknowledgement without a number came"),
            },
            _ => tracing::warn!("an unexpected element of stream management came"),
        }
    }

    fn acknowledged(&mut self, h: u32) {
        self.asked = false;
        self.patience.answered();
        match self.counters.acknowledged(h) {
            Ok(tags) if tags.is_empty() => {}
            Ok(tags) => self.happenings.push_back(Happening::Acknowledged(tags)),
            Err(error) => self.end(
                Failure::new(ErrorKind::RemoteError, error.to_string()),
                false,
            ),
        }
    }

    /// Ready where the passing of time made something happen.
    fn poll_time(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let now = Instant::now();
        self.patience.look(now);
        let allowance = self.patience.allowance();
        // What is coming may be the answer.
        let overdue = now
            .checked_sub(allowance)
            .filter(|_| !self.patience.is_coming(now));
        let expired = overdue.map(|overdue| self.requests.expired(overdue));
        if let Some(expired) = expired.filter(|expired| !expired.is_empty()) {
            for ask in expired {
                self.happenings.push_back(Happening::Answer {
                    ask,
                    answer: Answer::Lost,
                    number: None,
                });
            }
            return Poll::Ready(());
        }
        let mut next = match self.patience.judge(now, self.paused) {
            Verdict::Wait(until) => until,
            Verdict::Ask => {
                self.ask_for_life();
                return Poll::Ready(());
            }
            Verdict::Over(why) => {
                self.end(Failure::new(ErrorKind::Timeout, why), true);
                return Poll::Ready(());
            }
        };
        if overdue.is_some()
            && let Some(deadline) = self.requests.next_deadline()
        {
            next = next.min(deadline + allowance);
        }
        if self.wake.deadline() != next {
            self.wake.as_mut().reset(next);
        }
        self.wake.as_mut().poll(context)
    }
}

fn lost(error: &io::Error) -> Failure {
    let kind = match error.kind() {
        io::ErrorKind::TimedOut => ErrorKind::Timeout,
        io::ErrorKind::InvalidData => ErrorKind::RemoteError,
        io::ErrorKind::FileTooLarge => ErrorKind::TooLarge,
        _ => ErrorKind::ConnectionRefused,
    };
    Failure::new(kind, format!("the connection was lost: {error}"))
}

/// An id that nobody can guess: 128 random bits.
#[must_use]
pub fn random_id() -> String {
    format!("{:032x}", rand::random::<u128>())
}
