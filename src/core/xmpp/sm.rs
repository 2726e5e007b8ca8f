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
            let waiting = u32::try_from(self.unacknowledged.len()).unwrap_or(u32::MAX);
            return Err(TooManyAcknowledged {
                acknowledged: h,
                sent: self.acknowledged.wrapping_add(waiting),
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

    proptest! {
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
