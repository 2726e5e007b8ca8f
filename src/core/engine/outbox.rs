//! Which of an account's waiting messages were given to the present stream. The messages themselves are in the database
//! until the server has acknowledged them.

use std::collections::HashSet;

use crate::model::{ids::MessageId, message::QueuedMessage};

/// What was given to the stream.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    /// All waiting messages up to this one were looked at.
    up_to: Option<MessageId>,
    in_flight: HashSet<MessageId>,
    waiting: bool,
    /// Whether the server may have messages that count as waiting here.
    doubtful: bool,
    /// Nothing is sent until it is known which.
    held: bool,
    /// Whether what the server has was looked up.
    looked_up: bool,
}

impl Outbox {
    /// Another stream: whatever is not acknowledged is to be sent (again), once [`Self::release`] says that the server
    /// was asked for it, where there is such a thing.
    pub(super) fn restart(&mut self) {
        let doubtful = self.doubtful || !self.in_flight.is_empty();
        *self = Self {
            waiting: true,
            doubtful,
            held: doubtful,
            ..Self::default()
        };
    }

    /// Messages may have been given to a stream of which nothing else is known.
    pub(super) fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// What waits still is not at the server, which was looked up, or nobody knows.
    pub(super) fn release(&mut self, looked_up: bool) {
        if self.held {
            self.looked_up = looked_up;
        }
        self.held = false;
        self.doubtful = false;
    }

    /// Whether what the server has was looked up in the present session.
    pub(super) fn looked_up(&self) -> bool {
        self.looked_up
    }

    /// The server does not have what was given to the stream.
    pub(super) fn not_there(&mut self) {
        *self = Self {
            doubtful: self.doubtful,
            ..Self::default()
        };
    }

    /// What was given to the stream, and whose fate is not stored.
    pub(super) fn in_flight(&self) -> Vec<MessageId> {
        self.in_flight.iter().copied().collect()
    }

    /// Whether this message is among it.
    pub(super) fn has(&self, message: MessageId) -> bool {
        self.in_flight.contains(&message)
    }

    /// There may be something to send.
    pub(super) fn wake(&mut self) {
        self.waiting = true;
    }

    /// This message, which may be older than others, is to be sent.
    pub(super) fn retry(&mut self, message: MessageId) {
        let before = MessageId(message.0 - 1);
        self.up_to = self.up_to.map(|up_to| up_to.min(before));
        self.waiting = true;
    }

    /// Where to look for messages; none where there is nothing to do.
    pub(super) fn look(&self) -> Option<Option<MessageId>> {
        (self.waiting && !self.held).then_some(self.up_to)
    }

    /// There was nothing more to send.
    pub(super) fn rest(&mut self) {
        self.waiting = false;
    }

    /// Whether this message is to be sent now; if so, it counts as given to the stream.
    pub(super) fn take(&mut self, message: &QueuedMessage) -> bool {
        self.up_to = self.up_to.max(Some(message.id));
        self.in_flight.insert(message.id)
    }

    /// The fate of this message is stored.
    pub(super) fn settled(&mut self, message: MessageId) {
        self.in_flight.remove(&message);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::ids::ChatId;

    fn message(id: i64) -> QueuedMessage {
        QueuedMessage {
            id: MessageId(id),
            chat: ChatId(1),
            to: jid::BareJid::new("a@b").unwrap(),
            body: String::new(),
            time: chrono::DateTime::UNIX_EPOCH,
            stanza_id: String::new(),
            given: false,
        }
    }

    #[test]
    fn a_message_is_given_to_a_stream_once() {
        let mut outbox = Outbox::default();
        assert_eq!(outbox.look(), None);
        outbox.restart();
        assert_eq!(outbox.look(), Some(None));
        assert!(outbox.take(&message(5)));
        assert!(!outbox.take(&message(5)));
        assert_eq!(outbox.look(), Some(Some(MessageId(5))));
        outbox.rest();
        assert_eq!(outbox.look(), None);
        outbox.restart();
        assert!(outbox.take(&message(5)), "another stream");
    }

    #[test]
    fn an_older_message_is_found_again_when_it_is_retried() {
        let mut outbox = Outbox::default();
        outbox.restart();
        outbox.take(&message(3));
        outbox.take(&message(9));
        outbox.settled(MessageId(3));
        outbox.rest();
        outbox.retry(MessageId(3));
        assert_eq!(outbox.look(), Some(Some(MessageId(2))));
        assert!(outbox.take(&message(3)));
        assert!(!outbox.take(&message(9)), "still on its way");
    }

    #[test]
    fn what_is_in_doubt_stays_so_until_it_was_looked_up() {
        let mut outbox = Outbox::default();
        outbox.restart();
        outbox.release(true);
        outbox.take(&message(1));
        for _ in 0..2 {
            // Neither of these sessions came to look.
            outbox.restart();
            assert_eq!(outbox.look(), None);
        }
        outbox.release(true);
        assert!(outbox.looked_up() && outbox.take(&message(1)));
        outbox.settled(MessageId(1));
        outbox.restart();
        assert!(outbox.look().is_some() && !outbox.looked_up());
    }
}
