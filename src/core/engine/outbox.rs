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
}

impl Outbox {
    /// Another stream: whatever is not acknowledged is to be sent (again), once [`Self::release`] says that the server
    /// was asked for it, where there is such a thing.
    pub(super) fn restart(&mut self) {
        *self = Self {
            waiting: true,
            held: self.doubtful || !self.in_flight.is_empty(),
            ..Self::default()
        };
    }

    /// Messages may have been given to a stream of which nothing else is known.
    pub(super) fn doubt(&mut self) {
        self.doubtful = true;
    }

    /// What waits still is not at the server, or nobody knows.
    pub(super) fn release(&mut self) {
        self.held = false;
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
}
