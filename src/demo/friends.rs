//! The people of the demo and the account's contact list: what comes of each stanza, and what they do by themselves.
//!
//! No I/O and no clock of its own: a stanza or a due [`Act`] goes in, an [`Out`] comes out. So a test needs no waiting. Whatever the client
//! sends, there is a bound to how many contacts, people and blocked addresses it can make us keep.

mod contacts;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use jid::{BareJid, FullJid, Jid};
use oriole_core::{
    model::{
        contact::{RosterItem, Subscription},
        presence::Show,
    },
    xmpp::{
        ns,
        stanza::{address, child_text, iq_error, iq_result},
    },
};
use oriole_ui::i18n::Language;
use tokio_xmpp::minidom::Element;

use super::{
    script::{self, Move, Person, Script, DOMAIN, USER},
    stanza,
};

/// How many contacts, and how many blocked addresses, can be kept.
const MOST_CONTACTS: usize = 200;
/// How long it takes to read a message.
const READING: Duration = Duration::from_millis(900);
/// How long it takes to type one character, and the longest time that typing takes.
const TYPING: Duration = Duration::from_millis(45);
const LONGEST_TYPING: Duration = Duration::from_secs(4);
/// An answer with more characters than this is typed with a pause.
const LONG_ANSWER: usize = 60;
/// How long it takes to decide to be somebody's contact, and to come online after a message.
const DECIDING: Duration = Duration::from_secs(2);
const COMING: Duration = Duration::from_secs(4);

/// The time of day.
pub(super) type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Something that somebody does when its time has come.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Act {
    /// Sends a message.
    Say(BareJid, &'static str),
    /// Types, or pauses.
    State(BareJid, &'static str),
    /// Types for a while, then sends a message.
    Write(BareJid, &'static str),
    /// Is more or less available.
    Appear(BareJid, Show, &'static str),
    /// Asks to be a contact.
    Ask(BareJid, &'static str),
    /// Lets us see their presence.
    Accept(BareJid),
}

/// What comes of something.
#[derive(Debug, Default)]
pub(super) struct Out {
    /// To be sent to the client, in this order.
    pub(super) now: Vec<Element>,
    /// To be done later.
    pub(super) later: Vec<(Duration, Act)>,
}

struct Friend {
    address: BareJid,
    person: &'static Person,
    show: Show,
    status: &'static str,
    /// How many answers they gave.
    turn: usize,
    /// What they asked with, to be a contact, until that is answered.
    asking: Option<&'static str>,
    /// Whether they have thanked for being added.
    thanked: bool,
}

/// Everybody, and the account's contact list.
pub(super) struct Friends {
    own: BareJid,
    script: &'static Script,
    clock: Clock,
    session: Option<FullJid>,
    available: bool,
    /// Whether what was written before was delivered.
    began: bool,
    friends: BTreeMap<BareJid, Friend>,
    roster: BTreeMap<BareJid, RosterItem>,
    blocked: BTreeSet<BareJid>,
    last_id: u64,
}

impl Friends {
    /// Everybody as they are at first.
    pub(super) fn new(own: BareJid, language: Language, clock: Clock) -> Self {
        let script = script::script(language);
        let mut friends = Self {
            own,
            script,
            clock,
            session: None,
            available: false,
            began: false,
            friends: BTreeMap::new(),
            roster: BTreeMap::new(),
            blocked: BTreeSet::new(),
            last_id: 0,
        };
        for person in script.people {
            let Some(address) = known(person.local) else {
                continue;
            };
            friends.meet(address.clone(), person);
            if let Some(group) = person.group {
                let item = RosterItem {
                    address: address.clone(),
                    name: Some(person.name.to_owned()),
                    groups: vec![group.to_owned()],
                    subscription: Subscription::Both,
                    ask: false,
                };
                friends.roster.insert(address, item);
            }
        }
        friends
    }

    fn meet(&mut self, address: BareJid, person: &'static Person) {
        let friend = Friend {
            address: address.clone(),
            person,
            show: person.show,
            status: person.status,
            turn: 0,
            asking: None,
            thanked: false,
        };
        self.friends.insert(address, friend);
    }

    /// The account has this address now.
    pub(super) fn arrive(&mut self, session: FullJid) {
        self.session = Some(session);
        self.available = false;
    }

    /// The account is gone.
    pub(super) fn leave(&mut self) {
        self.session = None;
        self.available = false;
    }

    /// Whether anybody has a reason to do something: the account is there and available.
    pub(super) fn is_awake(&self) -> bool {
        self.available
    }

    fn id(&mut self) -> String {
        self.last_id += 1;
        format!("demo-{}", self.last_id)
    }

    /// What comes of a stanza of the client.
    pub(super) fn take(&mut self, stanza: &Element) -> Out {
        let mut out = Out::default();
        if stanza.attr("to").is_some() && address(stanza, "to").is_none() {
            if is_request(stanza) {
                out.now.push(iq_error(stanza, "modify", "jid-malformed"));
            }
            return out;
        }
        match stanza.name() {
            "iq" => self.iq(stanza, &mut out),
            "presence" => self.presence(stanza, &mut out),
            "message" => self.message(stanza, &mut out),
            _ => {}
        }
        out
    }

    fn iq(&mut self, request: &Element, out: &mut Out) {
        if !is_request(request) {
            return;
        }
        let to = address(request, "to").map(|to| to.to_string());
        let server = to.as_deref() == Some(DOMAIN);
        let account = to.as_deref().is_none_or(|to| to == self.own.as_str());
        let Some(payload) = request.children().next().filter(|_| server || account) else {
            out.now.push(unavailable(request));
            return;
        };
        let get = request.attr("type") == Some("get");
        let result = match (payload.name(), payload.ns().as_str()) {
            ("ping", ns::PING) if get => None,
            ("query", ns::DISCO_INFO) if get && server => {
                let features = [ns::DISCO_INFO, ns::DISCO_ITEMS, ns::PING, ns::BLOCKING];
                Some(stanza::disco("server", "im", "Oriole demo", &features))
            }
            ("query", ns::DISCO_INFO) if get => {
                let features = [ns::DISCO_INFO];
                Some(stanza::disco("account", "registered", "Demo", &features))
            }
            ("query", ns::DISCO_ITEMS) if get => Some(Element::bare("query", ns::DISCO_ITEMS)),
            ("query", ns::ROSTER) if account => return self.roster_request(request, payload, out),
            ("blocklist" | "block" | "unblock", ns::BLOCKING) if account => {
                return self.blocking_request(request, payload, out);
            }
            _ => {
                out.now.push(unavailable(request));
                return;
            }
        };
        out.now
            .push(stanza::answer(request, iq_result(request, result)));
    }

    fn message(&mut self, message: &Element, out: &mut Out) {
        let kind = message.attr("type");
        if kind == Some("error") {
            return;
        }
        let Some(to) = address(message, "to").map(|to| to.to_bare()) else {
            return;
        };
        if let Some(session) = self.session.as_ref().filter(|_| to == self.own) {
            // A note to oneself.
            let note = stanza::sent_by(message.clone(), session.as_str());
            out.now.push(note);
            return;
        }
        let Some(friend) = self
            .friends
            .get_mut(&to)
            .filter(|_| kind != Some("groupchat"))
        else {
            let condition = if to.domain().as_str() == DOMAIN {
                "service-unavailable"
            } else {
                "remote-server-not-found"
            };
            out.now.push(stanza::bounce(message, &self.own, condition));
            return;
        };
        let Some(body) = child_text(message, "body", ns::CLIENT) else {
            return;
        };
        let answer = friend.person.voice.answer(script::kind(&body), friend.turn);
        friend.turn = friend.turn.wrapping_add(1);
        let mut after = READING;
        if friend.show == Show::Offline {
            out.later
                .push((COMING, Act::Appear(to.clone(), Show::Online, "")));
            after += COMING;
        }
        type_out(out, after, to, answer);
    }

    /// What comes of something whose time has come.
    pub(super) fn act(&mut self, act: Act) -> Out {
        let mut out = Out::default();
        let who = match &act {
            Act::Say(who, _)
            | Act::State(who, _)
            | Act::Write(who, _)
            | Act::Appear(who, ..)
            | Act::Ask(who, _)
            | Act::Accept(who) => who,
        };
        if self.blocked.contains(who) {
            return out;
        }
        match act {
            Act::Say(who, text) => {
                let id = self.id();
                if let Some(from) = self.device(&who) {
                    out.now.push(stanza::message(&from, &self.own, &id, text));
                }
            }
            Act::State(who, state) => {
                if let Some(from) = self.device(&who) {
                    out.now.push(stanza::chat_state(&from, &self.own, state));
                }
            }
            Act::Write(who, text) => type_out(&mut out, Duration::ZERO, who, text),
            Act::Appear(who, show, status) => {
                if let Some(friend) = self.friends.get_mut(&who) {
                    friend.show = show;
                    friend.status = status;
                }
                self.tell_presence(&who, &mut out);
            }
            Act::Ask(who, words) => {
                if let Some(friend) = self.friends.get_mut(&who) {
                    if friend.asking.is_none() {
                        friend.asking = Some(words);
                        self.ask(&who, &mut out);
                    }
                }
            }
            Act::Accept(who) => self.accept(&who, &mut out),
        }
        out
    }

    /// Where somebody writes from.
    fn device(&self, who: &BareJid) -> Option<FullJid> {
        let friend = self.friends.get(who)?;
        friend.address.with_resource_str(friend.person.device).ok()
    }

    /// What somebody wrote before, all in the order of its time.
    fn deliver_history(&mut self, out: &mut Out) {
        let mut letters: Vec<(i64, FullJid, &'static str)> = Vec::new();
        for (address, friend) in &self.friends {
            if let Some(device) = self.device(address) {
                let history = friend.person.history.iter();
                letters.extend(history.map(|(minutes, text)| (*minutes, device.clone(), *text)));
            }
        }
        letters.sort_by_key(|(minutes, _, _)| -minutes);
        let now = (self.clock)();
        for (minutes, from, body) in letters {
            let time = now - TimeDelta::minutes(minutes);
            let stamp = time.format("%Y-%m-%dT%H:%M:%SZ").to_string();
            let id = self.id();
            let letter = stanza::kept_message(&from, &self.own, &id, body, &stamp);
            out.now.push(letter);
        }
    }

    fn begin(&mut self, out: &mut Out) {
        self.deliver_history(out);
        for beat in self.script.beats {
            if let Some(who) = known(beat.who) {
                let act = match beat.what {
                    Move::Write(text) => Act::Write(who, text),
                    Move::Appear(show, status) => Act::Appear(who, show, status),
                    Move::Ask(words) => Act::Ask(who, words),
                };
                out.later.push((Duration::from_secs(beat.after), act));
            }
        }
    }
}

/// The account's own address.
pub(super) fn own_address() -> Option<BareJid> {
    known(USER)
}

/// The address of somebody in the script.
fn known(local: &str) -> Option<BareJid> {
    BareJid::new(&format!("{local}@{DOMAIN}")).ok()
}

fn is_request(stanza: &Element) -> bool {
    stanza.name() == "iq" && matches!(stanza.attr("type"), Some("get" | "set"))
}

fn unavailable(request: &Element) -> Element {
    stanza::answer(request, iq_error(request, "cancel", "service-unavailable"))
}

/// Somebody begins to type after this time, pauses where it is long, and sends it.
fn type_out(out: &mut Out, after: Duration, who: BareJid, text: &'static str) {
    let characters = text.chars().count();
    let typing = TYPING
        .saturating_mul(u32::try_from(characters).unwrap_or(u32::MAX))
        .min(LONGEST_TYPING);
    let mut state = |after, state| out.later.push((after, Act::State(who.clone(), state)));
    state(after, "composing");
    if characters > LONG_ANSWER {
        state(after + typing / 2, "paused");
        state(after + typing * 3 / 4, "composing");
    }
    out.later.push((after + typing, Act::Say(who, text)));
}

/// Whether this address could be somebody's here.
fn is_somebodys(address: &BareJid) -> bool {
    address.node().is_some() && address.domain().as_str() == DOMAIN
}

fn bare(to: Option<Jid>) -> Option<BareJid> {
    to.map(|to| to.to_bare())
}

#[cfg(test)]
mod tests;
