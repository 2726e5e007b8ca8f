//! Requests that wait for their answers (RFC 6120 §8.2.3). No I/O.
//!
//! An answer counts only if it comes from whom was asked, under the random id of the request, in time; each request
//! gets exactly one [`Answer`], whatever happens.

use std::{collections::HashMap, time::Duration};

use jid::{BareJid, FullJid, Jid};
use minidom::Element;
use tokio::time::Instant;

use super::{
    element::Size,
    ns,
    stanza::{Sender, StanzaError},
};

/// How long an answer may take.
pub const DEADLINE: Duration = Duration::from_secs(60);
/// How many requests may wait at once; more are refused at once.
pub const MOST: usize = 1_000;

/// What came of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Its result's payload, if it has one.
    Result(Option<Element>),
    /// It was refused.
    Error(StanzaError),
    /// No answer came in time, or there is no connection to bring it any more.
    Lost,
    /// The answer was larger than anybody may send.
    TooLarge,
}

#[derive(Debug)]
struct Waiting<Tag> {
    to: Option<Jid>,
    deadline: Instant,
    tag: Tag,
}

/// The requests of one account that wait.
#[derive(Debug)]
pub struct Requests<Tag> {
    waiting: HashMap<String, Waiting<Tag>>,
}

impl<Tag> Default for Requests<Tag> {
    fn default() -> Self {
        Self {
            waiting: HashMap::new(),
        }
    }
}

impl<Tag> Requests<Tag> {
    /// Notes a request to this address (none: our own account) under its id.
    ///
    /// # Errors
    /// Gives the tag back where too many wait already.
    pub fn add(&mut self, id: String, to: Option<Jid>, now: Instant, tag: Tag) -> Result<(), Tag> {
        if self.waiting.len() >= MOST {
            return Err(tag);
        }
        let deadline = now + DEADLINE;
        self.waiting.insert(id, Waiting { to, deadline, tag });
        Ok(())
    }

    /// The request that this stanza answers, if it is an answer to one.
    pub fn answer(&mut self, stanza: &Element, size: Size, own: &FullJid) -> Option<(Tag, Answer)> {
        let answer = match stanza.attr("type") {
            _ if !stanza.is("iq", ns::CLIENT) => return None,
            Some("result") => Answer::Result(stanza.children().next().cloned()),
            Some("error") => Answer::Error(StanzaError::of(stanza)),
            _ => return None,
        };
        let id = stanza.attr("id")?;
        let to = &self.waiting.get(id)?.to;
        if !comes_from(&Sender::of(stanza), to.as_ref(), own) {
            tracing::warn!(
                "an answer under the id of a request came from somebody who was not asked"
            );
            return None;
        }
        let only_ours_may_be_large = to.as_ref().is_none_or(|to| is_own_server(to, own));
        let waiting = self.waiting.remove(id)?;
        if !size.is_stanza() && !only_ours_may_be_large {
            return Some((waiting.tag, Answer::TooLarge));
        }
        Some((waiting.tag, answer))
    }

    /// The request whose answer was too large to be read.
    pub fn rejected(&mut self, head: &Element, own: &FullJid) -> Option<(Tag, Answer)> {
        let size = Size::default();
        self.answer(head, size, own)
            .map(|(tag, _)| (tag, Answer::TooLarge))
    }

    /// The moment at which the next request is given up.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Instant> {
        self.waiting.values().map(|waiting| waiting.deadline).min()
    }

    /// The requests whose time is over.
    pub fn expired(&mut self, now: Instant) -> Vec<Tag> {
        let over: Vec<String> = self
            .waiting
            .iter()
            .filter(|(_, waiting)| waiting.deadline <= now)
            .map(|(id, _)| id.clone())
            .collect();
        over.iter()
            .filter_map(|id| self.waiting.remove(id))
            .map(|waiting| waiting.tag)
            .collect()
    }

    /// All that wait: the session is over.
    pub fn lost(&mut self) -> Vec<Tag> {
        self.waiting
            .drain()
            .map(|(_, waiting)| waiting.tag)
            .collect()
    }
}

fn is_own_server(to: &Jid, own: &FullJid) -> bool {
    let own_bare: BareJid = own.to_bare();
    to.is_bare() && (to.to_bare() == own_bare || is_domain(to, own))
}

fn is_domain(jid: &Jid, own: &FullJid) -> bool {
    jid.is_bare() && jid.node().is_none() && jid.domain() == own.domain()
}

/// Whether an answer to a request to `to` may come from this sender (RFC 6120 §8.1.2.1 and §10.3.3).
fn comes_from(sender: &Sender, to: Option<&Jid>, own: &FullJid) -> bool {
    let own_account = |jid: &Jid| jid.to_bare() == own.to_bare() || is_domain(jid, own);
    match (sender, to) {
        (Sender::Invalid, _) => false,
        (Sender::Server, None) => true,
        (Sender::Server, Some(to)) => is_own_server(to, own),
        (Sender::Address(from), None) => own_account(from),
        (Sender::Address(from), Some(to)) => from == to,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::str::FromStr;

    use super::*;
    use crate::xmpp::element::STANZA_BYTES;

    fn own() -> FullJid {
        FullJid::from_str("me@here/desk").unwrap()
    }

    fn asked(to: Option<&str>) -> Requests<u8> {
        let mut requests = Requests::default();
        let to = to.map(|to| Jid::from_str(to).unwrap());
        requests.add("id1".into(), to, Instant::now(), 7).unwrap();
        requests
    }

    fn result(from: &str, id: &str) -> Element {
        format!("<iq xmlns='jabber:client' type='result' id='{id}' {from}/>")
            .parse()
            .unwrap()
    }

    #[test]
    fn an_answer_comes_from_whom_was_asked() {
        let table = [
            (None, "", true),
            (None, "from='me@here'", true),
            (None, "from='me@here/desk'", true),
            (None, "from='here'", true),
            (None, "from='you@here'", false),
            (None, "from='@'", false),
            (Some("here"), "from='here'", true),
            (Some("here"), "", true),
            (Some("here"), "from='me@here'", false),
            (Some("you@there/x"), "from='you@there/x'", true),
            (Some("you@there/x"), "from='you@there/y'", false),
            (Some("you@there/x"), "from='you@there'", false),
            (Some("you@there/x"), "", false),
        ];
        for (to, from, accepted) in table {
            let answer = asked(to).answer(&result(from, "id1"), Size::default(), &own());
            assert_eq!(answer.is_some(), accepted, "asked {to:?}, answered {from}");
        }
    }

    #[test]
    fn a_forged_answer_does_not_use_up_the_request() {
        let mut requests = asked(Some("you@there/x"));
        assert_eq!(
            requests.answer(&result("from='evil@there'", "id1"), Size::default(), &own()),
            None
        );
        assert_eq!(
            requests.answer(
                &result("from='you@there/x'", "id2"),
                Size::default(),
                &own()
            ),
            None
        );
        let answer = requests.answer(
            &result("from='you@there/x'", "id1"),
            Size::default(),
            &own(),
        );
        assert_eq!(answer, Some((7, Answer::Result(None))));
        let again = requests.answer(
            &result("from='you@there/x'", "id1"),
            Size::default(),
            &own(),
        );
        assert_eq!(again, None, "one answer a request");
    }

    #[test]
    fn only_our_server_may_answer_at_length() {
        let large = Size {
            bytes: STANZA_BYTES + 1,
            elements: 1,
        };
        let answer = asked(None).answer(&result("", "id1"), large, &own());
        assert_eq!(answer, Some((7, Answer::Result(None))));
        let answer =
            asked(Some("you@there/x")).answer(&result("from='you@there/x'", "id1"), large, &own());
        assert_eq!(answer, Some((7, Answer::TooLarge)));
    }

    #[test]
    fn every_request_ends() {
        let mut requests = asked(None);
        let now = Instant::now();
        assert_eq!(requests.expired(now), Vec::<u8>::new());
        let deadline = requests.next_deadline().unwrap();
        assert_eq!(requests.expired(deadline), [7]);
        assert_eq!(requests.next_deadline(), None);
        let mut requests = asked(None);
        assert_eq!(requests.lost(), [7]);
        assert_eq!(requests.lost(), Vec::<u8>::new());
    }

    #[test]
    fn too_many_are_refused() {
        let mut requests = Requests::default();
        let now = Instant::now();
        for id in 0..MOST {
            requests.add(id.to_string(), None, now, id).unwrap();
        }
        assert_eq!(requests.add("more".into(), None, now, MOST), Err(MOST));
    }
}
