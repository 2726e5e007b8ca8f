//! Stream management (XEP-0198): the counters, and the stanzas that the server has not acknowledged. No I/O.
//!
//! A stanza from the server counts as handled only once [`Counters::handled`] says so, which is after its transaction
//! was committed; so `h` never promises what a crash could take back.

use std::collections::VecDeque;

use minidom::Element;

/// A stanza of ours on its way, with a tag by which its sender learns of the acknowledgement.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing<Tag> {
    /// The stanza.
    pub stanza: Element,
    /// Whose it is; none where nobody waits for it.
    pub tag: Option<Tag>,
}

/// That the server acknowledged more stanzas than it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server acknowledged {acknowledged} stanzas, though only {sent} were sent")]
pub struct TooManyAcknowledged {
    /// What it said, modulo 2³².
    pub acknowledged: u32,
    /// What it was sent, modulo 2³².
    pub sent: u32,
}

/// Whether a server that has `h` stanzas of ours has the one with this number, both modulo 2³².
#[must_use]
pub fn is_among(number: u32, h: u32) -> bool {
    h.wrapping_sub(number) < 1 << 31
}

/// The counters of one stream, over all connections that resume it.
#[derive(Debug, Clone)]
pub struct Counters<Tag> {
    received: u32,
    handled: u32,
    acknowledged: u32,
    unacknowledged: VecDeque<Outgoing<Tag>>,
    /// What had been received each time the server asked for our `h` and got no answer yet.
    asked_at: VecDeque<u32>,
}

impl<Tag> Default for Counters<Tag> {
    fn default() -> Self {
        Self {
            received: 0,
            handled: 0,
            acknowledged: 0,
            unacknowledged: VecDeque::new(),
            asked_at: VecDeque::new(),
        }
    }
}

impl<Tag> Counters<Tag> {
    /// The counters of a session that goes on after all else about it was forgotten: so many stanzas were handled, and the server has so many
    /// of ours, both modulo 2³².
    #[must_use]
    pub fn from_before(handled: u32, acknowledged: u32) -> Self {
        Self {
            received: handled,
            handled,
            acknowledged,
            ..Self::default()
        }
    }

    /// Counts a stanza from the server; gives its number, to be named to [`Self::handled`].
    pub fn received(&mut self) -> u32 {
        self.received = self.received.wrapping_add(1);
        self.received
    }

    /// All stanzas up to this number were handled. Numbers come in order.
    pub fn handled(&mut self, number: u32) {
        self.handled = number;
    }

    /// How many stanzas were handled, modulo 2³²: the `h` of answers and of a resumption.
    #[must_use]
    pub fn h(&self) -> u32 {
        self.handled
    }

    /// The connection was lost: stanzas that were received and not handled will come again.
    pub fn disconnected(&mut self) {
        self.received = self.handled;
        self.asked_at.clear();
    }

    /// The server asks for our `h`.
    pub fn asked(&mut self) {
        if self.asked_at.back() != Some(&self.received) {
            self.asked_at.push_back(self.received);
        }
    }

    /// The `h` to answer with now, if the server asked: as soon as all that came before its question was handled, whatever
    /// came since.
    pub fn answer_due(&mut self) -> Option<u32> {
        let unhandled = self.received.wrapping_sub(self.handled);
        let mut due = false;
        while let Some(asked_at) = self.asked_at.front()
            && self.received.wrapping_sub(*asked_at) >= unhandled
        {
            self.asked_at.pop_front();
            due = true;
        }
        due.then_some(self.handled)
    }

    /// Whether all that came was handled.
    #[must_use]
    pub fn all_handled(&self) -> bool {
        self.handled == self.received
    }

    /// The number of our last stanza, modulo 2³².
    #[must_use]
    pub fn last_sent(&self) -> u32 {
        let waiting = u32::try_from(self.unacknowledged.len()).unwrap_or(u32::MAX);
        self.acknowledged.wrapping_add(waiting)
    }

    /// Counts a stanza of ours.
    pub fn sent(&mut self, stanza: Outgoing<Tag>) {
        self.unacknowledged.push_back(stanza);
    }

    /// How many stanzas of ours wait for an acknowledgement.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.unacknowledged.len()
    }

    /// The server has `h` stanzas of ours; gives the tags of those that are new in that.
    ///
    /// # Errors
    /// Where it claims more than it was sent (XEP-0198 §4): nothing is taken as acknowledged.
    pub fn acknowledged(&mut self, h: u32) -> Result<Vec<Tag>, TooManyAcknowledged> {
        let count = usize::try_from(h.wrapping_sub(self.acknowledged)).unwrap_or(usize::MAX);
        if count > self.unacknowledged.len() {
            return Err(TooManyAcknowledged {
                acknowledged: h,
                sent: self.last_sent(),
            });
        }
        self.acknowledged = h;
        Ok(self
            .unacknowledged
            .drain(..count)
            .filter_map(|outgoing| outgoing.tag)
            .collect())
    }

    /// Our stanzas that the server may not have, oldest first.
    pub fn unacknowledged(&self) -> impl Iterator<Item = &Outgoing<Tag>> {
        self.unacknowledged.iter()
    }

    /// Takes out our stanzas that the server may not have, oldest first: to be sent again, or given up.
    pub fn take_unacknowledged(&mut self) -> VecDeque<Outgoing<Tag>> {
        std::mem::take(&mut self.unacknowledged)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn stanza(tag: usize) -> Outgoing<usize> {
        Outgoing {
            stanza: Element::bare("message", "jabber:client"),
            tag: Some(tag),
        }
    }

    /// Counters as they are after this many stanzas each way.
    fn late(count: u32) -> Counters<usize> {
        Counters {
            received: count,
            handled: count,
            acknowledged: count,
            ..Counters::default()
        }
    }

    #[test]
    fn h_counts_only_what_was_handled() {
        let mut counters = Counters::<()>::default();
        let first = counters.received();
        let second = counters.received();
        counters.asked();
        assert_eq!((counters.h(), counters.answer_due()), (0, None));
        counters.handled(first);
        assert_eq!((counters.h(), counters.answer_due()), (1, None));
        counters.handled(second);
        assert_eq!(counters.answer_due(), Some(2));
        assert_eq!(counters.answer_due(), None, "one answer a question");
    }

    #[test]
    fn a_question_is_answered_though_more_keeps_coming() {
        let mut counters = late(u32::MAX);
        let asked_about = counters.received();
        counters.asked();
        counters.asked();
        let later = counters.received();
        assert_eq!(counters.answer_due(), None);
        counters.handled(asked_about);
        assert_eq!(counters.answer_due(), Some(0));
        assert_eq!(counters.answer_due(), None);
        counters.asked();
        assert_eq!(counters.answer_due(), None);
        counters.handled(later);
        assert_eq!(counters.answer_due(), Some(1));
    }

    #[test]
    fn what_was_not_handled_comes_again() {
        let mut counters = Counters::<()>::default();
        let first = counters.received();
        counters.received();
        counters.handled(first);
        counters.disconnected();
        assert_eq!(counters.h(), 1);
        assert_eq!(counters.received(), 2);
    }

    #[test]
    fn numbers_are_compared_over_their_wrap_around() {
        for (number, h, among) in [
            (1, 0, false),
            (1, 1, true),
            (1, 2, true),
            (u32::MAX, 3, true),
            (2, u32::MAX, false),
            (0, u32::MAX, false),
            (0, 0, true),
        ] {
            assert_eq!(is_among(number, h), among, "{number} of {h}");
        }
        let mut counters = Counters::from_before(7, u32::MAX);
        counters.sent(stanza(1));
        assert_eq!((counters.h(), counters.last_sent()), (7, 0));
    }

    #[test]
    fn too_many_acknowledged_is_an_error_that_loses_nothing() {
        let mut counters = late(u32::MAX);
        counters.sent(stanza(1));
        assert_eq!(
            counters.acknowledged(1),
            Err(TooManyAcknowledged {
                acknowledged: 1,
                sent: 0
            })
        );
        assert_eq!(counters.waiting(), 1);
        assert!(counters.acknowledged(u32::MAX - 1).is_err(), "going back");
    }

    /// The server's end of a session: what it got of ours, and what it sent that we have not acknowledged.
    #[derive(Default)]
    struct Server {
        got: Vec<usize>,
        /// The number of the last stanza that it may forget, and those after it.
        acknowledged: u32,
        unacknowledged: VecDeque<usize>,
    }

    /// Something that happens in a session.
    #[derive(Debug, Clone, Copy)]
    enum Step {
        /// We send a stanza, which is on its way then.
        Send,
        /// The server gets the next stanza that is on its way.
        Get,
        /// The server says how many it got.
        Acknowledge,
        /// The server sends a stanza.
        Receive,
        /// The oldest stanza that was received and not handled is handled.
        Handle,
        /// The server asks how many were handled; what is due is answered now and after everything that is handled.
        Ask,
        /// The connection breaks, what is on its way is lost, and the session goes on over another.
        Break,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => Just(Step::Send),
            3 => Just(Step::Get),
            2 => Just(Step::Acknowledge),
            4 => Just(Step::Receive),
            3 => Just(Step::Handle),
            2 => Just(Step::Ask),
            1 => Just(Step::Break),
        ];
        prop::collection::vec(step, 0..120)
    }

    /// Both ends of a session, and the connection between them.
    struct Session {
        counters: Counters<usize>,
        server: Server,
        start: u32,
        sent: usize,
        /// Of ours, on their way.
        up: VecDeque<usize>,
        received: VecDeque<(u32, usize)>,
        told: usize,
        handled: Vec<usize>,
        acknowledged: Vec<usize>,
    }

    impl Session {
        fn new(start: u32) -> Self {
            let server = Server {
                acknowledged: start,
                ..Server::default()
            };
            Self {
                counters: late(start),
                server,
                start,
                sent: 0,
                up: VecDeque::new(),
                received: VecDeque::new(),
                told: 0,
                handled: Vec::new(),
                acknowledged: Vec::new(),
            }
        }

        fn step(&mut self, step: Step) {
            match step {
                Step::Send => {
                    self.counters.sent(stanza(self.sent));
                    self.up.push_back(self.sent);
                    self.sent += 1;
                }
                Step::Get => self.server.got.extend(self.up.pop_front()),
                Step::Acknowledge => {
                    let tags = self.counters.acknowledged(self.has_got()).unwrap();
                    self.acknowledged.extend(tags);
                }
                Step::Receive => {
                    self.server.unacknowledged.push_back(self.told);
                    self.receive(self.told);
                    self.told += 1;
                }
                Step::Handle => self.handle(),
                Step::Ask => self.counters.asked(),
                Step::Break => self.go_on(),
            }
            if let Some(h) = self.counters.answer_due() {
                self.hear(h);
            }
        }

        /// How many of ours the server has.
        fn has_got(&self) -> u32 {
            self.start
                .wrapping_add(u32::try_from(self.server.got.len()).unwrap())
        }

        fn receive(&mut self, which: usize) {
            let number = self.counters.received();
            self.received.push_back((number, which));
        }

        fn handle(&mut self) {
            if let Some((number, which)) = self.received.pop_front() {
                self.handled.push(which);
                self.counters.handled(number);
            }
        }

        /// The server hears our count: nothing that was not handled may be in it, and it never goes back.
        fn hear(&mut self, h: u32) {
            let count = h.wrapping_sub(self.server.acknowledged) as usize;
            assert!(
                count <= self.server.unacknowledged.len(),
                "going back, or too far"
            );
            for which in self.server.unacknowledged.drain(..count) {
                assert!(
                    self.handled.contains(&which),
                    "acknowledged and not handled"
                );
            }
            self.server.acknowledged = h;
        }

        /// Resumes over another connection, as [`Counters::unacknowledged`] and XEP-0198 §5 have it.
        fn go_on(&mut self) {
            self.up.clear();
            self.received.clear();
            self.counters.disconnected();
            self.hear(self.counters.h());
            let tags = self.counters.acknowledged(self.has_got()).unwrap();
            self.acknowledged.extend(tags);
            for outgoing in self.counters.take_unacknowledged() {
                self.up.extend(outgoing.tag);
                self.counters.sent(outgoing);
            }
            for which in self.server.unacknowledged.clone() {
                self.receive(which);
            }
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_doubles_however_often_the_connection_breaks(
            before_the_end in 0_u32..100,
            steps in steps(),
        ) {
            // Close to where the numbers begin again.
            let mut session = Session::new(u32::MAX - before_the_end);
            for step in steps {
                session.step(step);
            }
            session.step(Step::Break);
            while !session.up.is_empty() {
                session.step(Step::Get);
            }
            while !session.received.is_empty() {
                session.step(Step::Handle);
            }
            session.step(Step::Acknowledge);
            session.step(Step::Ask);
            let all = |count: usize| (0..count).collect::<Vec<_>>();
            prop_assert_eq!(&session.server.got, &all(session.sent));
            prop_assert_eq!(&session.acknowledged, &all(session.sent));
            prop_assert_eq!(&session.handled, &all(session.told));
            prop_assert_eq!(session.server.unacknowledged.len(), 0, "the last question was answered");
            prop_assert_eq!(session.counters.waiting(), 0);
            prop_assert!(session.counters.all_handled());
        }

        #[test]
        fn acknowledgements_follow_the_order_over_any_start(start: u32, steps in prop::collection::vec((0_usize..5, 0_u32..7), 0..40)) {
            let mut counters = late(start);
            let (mut sent, mut seen, mut h) = (0, 0, start);
            for (send, acknowledge) in steps {
                for _ in 0..send {
                    counters.sent(stanza(sent));
                    sent += 1;
                }
                let waiting = sent - seen;
                let result = counters.acknowledged(h.wrapping_add(acknowledge));
                if acknowledge as usize > waiting {
                    prop_assert!(result.is_err());
                } else {
                    h = h.wrapping_add(acknowledge);
                    let tags = result.unwrap();
                    prop_assert_eq!(tags, (seen..seen + acknowledge as usize).collect::<Vec<_>>());
                    seen += acknowledge as usize;
                }
                prop_assert_eq!(counters.waiting(), sent - seen);
            }
        }

        #[test]
        fn handled_wraps_around(start: u32, count in 1_u32..50) {
            let mut counters = late(start);
            for _ in 0..count {
                let number = counters.received();
                counters.handled(number);
            }
            counters.asked();
            prop_assert_eq!(counters.answer_due(), Some(start.wrapping_add(count)));
        }
    }
}
