//! What a feature is: a part of the protocol that takes in what comes and answers with effects, without any I/O.
//!
//! A feature never waits and never touches the network or the database: it is fed (a connection, a stanza, a command,
//! an answer) and puts [`Effect`]s into its [`Context`]. The session carries them out: first all writes in one
//! transaction, then, once committed, the rest in order. So a feature's test is: feed XML, compare effects.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use jid::{BareJid, FullJid, Jid};
use minidom::Element;

use crate::{
    engine::{
        book::Book,
        command::{Command, Done},
        event::Event,
    },
    error::Error,
    model::{account::ArchiveDepth, ids::AccountId, presence::OwnPresence},
    store::write::{Change, Write},
    xmpp::{iq::Answer, stanza},
};

/// Something that is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Store this.
    Write(Write),
    /// Tell those who watch.
    Emit(Event),
    /// Send this.
    Send(Element),
    /// Ask; the answer comes to [`Feature::answer`] of the same feature with the same number.
    Request {
        /// `get` or `set`.
        kind: &'static str,
        /// Whom; none for our own account.
        to: Option<Jid>,
        /// What.
        payload: Element,
        /// The feature's own number for it.
        number: u32,
    },
    /// The contact list is there: presence can be sent, and the account is online.
    Synced,
    /// What the server can do is known.
    Discovered,
    /// Own messages that may be at the server already are not waited for any more: what is queued can be sent.
    SendQueued {
        /// Whether they were looked for there.
        looked_up: bool,
    },
}

/// What a feature knows of the world while it is fed.
pub struct Context<'a> {
    /// Whose session this is.
    pub account: AccountId,
    /// Our full address.
    pub own: &'a FullJid,
    /// Now.
    pub now: DateTime<Utc>,
    /// The contact list.
    pub book: &'a mut Book,
    /// What our server says it can do (XEP-0030), as far as it has answered.
    pub server: &'a mut HashSet<String>,
    /// What others shall see of us.
    pub presence: &'a OwnPresence,
    /// Whether the stream ended for good with something that was read, or for what was read.
    pub broken: bool,
    /// How far back the archive is read by itself.
    pub archive: ArchiveDepth,
    /// Whether the server keeps versions of the contact list.
    pub roster_versions: bool,
    pub(super) effects: Vec<Effect>,
}

impl Context<'_> {
    /// Our bare address.
    #[must_use]
    pub fn own_bare(&self) -> BareJid {
        self.own.to_bare()
    }

    /// Stores this.
    pub fn write(&mut self, write: Write) {
        self.effects.push(Effect::Write(write));
    }

    /// Tells those who watch.
    pub fn emit(&mut self, event: Event) {
        self.effects.push(Effect::Emit(event));
    }

    /// Sends this stanza.
    pub fn send(&mut self, stanza: Element) {
        self.effects.push(Effect::Send(stanza));
    }

    /// Asks; none is our own account.
    pub fn request(
        &mut self,
        kind: &'static str,
        to: Option<Jid>,
        payload: impl Into<Element>,
        number: u32,
    ) {
        self.effects.push(Effect::Request {
            kind,
            to,
            payload: payload.into(),
            number,
        });
    }

    /// Answers a request.
    pub fn reply(&mut self, request: &Element, payload: Option<Element>) {
        self.send(stanza::iq_result(request, payload));
    }

    /// Refuses a request (RFC 6120 §8.3.3).
    pub fn refuse(&mut self, request: &Element, kind: &str, condition: &str) {
        self.send(stanza::iq_error(request, kind, condition));
    }

    /// The account is ready for everything else.
    pub fn synced(&mut self) {
        self.effects.push(Effect::Synced);
    }

    /// What the server can do is known, as far as it says.
    pub fn discovered(&mut self) {
        self.effects.push(Effect::Discovered);
    }

    /// What is queued can be sent: what the server has of it was looked up, or cannot be.
    pub fn send_queued(&mut self, looked_up: bool) {
        self.effects.push(Effect::SendQueued { looked_up });
    }
}

/// A part of the protocol.
pub trait Feature: Send {
    /// The namespaces that this feature speaks, for our answer to service discovery (XEP-0030).
    fn namespaces(&self) -> &'static [&'static str] {
        &[]
    }

    /// A new session began.
    fn connected(&mut self, _: &mut Context<'_>) {}

    /// The contact list is there (see [`Effect::Synced`]).
    fn synced(&mut self, _: &mut Context<'_>) {}

    /// What the server can do is known (see [`Effect::Discovered`]); before or after the contact list.
    fn discovered(&mut self, _: &mut Context<'_>) {}

    /// This was changed by a write of a feature that is to know what came of it (see [`Change::is_answer`]).
    fn stored(&mut self, _: &mut Context<'_>, _: &Change) {}

    /// The session is over for good; nothing of it holds any more.
    fn disconnected(&mut self, _: &mut Context<'_>) {}

    /// A stanza came. True where it was for this feature; then no other sees it.
    fn stanza(&mut self, _: &mut Context<'_>, _: &Element) -> bool {
        false
    }

    /// An answer to a request of this feature came.
    fn answer(&mut self, _: &mut Context<'_>, _number: u32, _: Answer) {}

    /// Something is to be done. None where that is no task of this feature.
    fn command(&mut self, _: &mut Context<'_>, _: &Command) -> Option<Result<Done, Error>> {
        None
    }
}
