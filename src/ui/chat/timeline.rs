//! The window of messages that the open conversation keeps: bounded, sorted, patched by answers and events.

use chrono::{DateTime, Utc};
use oriole_core::{
    error::Error,
    model::{
        ids::MessageId,
        message::{Message, MessageState},
    },
};

use crate::plain_text::{self, Cut};

/// How many messages are kept at most.
pub const MOST: usize = 300;
/// How many messages are asked for at a time.
pub const PAGE: u32 = 50;

/// A message as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Bubble {
    /// Which message.
    pub id: MessageId,
    /// Whether we wrote it.
    pub outgoing: bool,
    /// What is shown of it at first.
    pub folded: Cut,
    /// What is shown of it when unfolded, where that is more.
    pub unfolded: Option<Cut>,
    /// Whether it is unfolded.
    pub open: bool,
    /// When it was written.
    pub time: DateTime<Utc>,
    /// How far it got.
    pub state: MessageState,
    /// Why it failed.
    pub error: Option<Error>,
}

impl Bubble {
    fn new(message: &Message) -> Self {
        let folded = plain_text::body(
            &message.body,
            plain_text::FOLDED_CHARS,
            plain_text::FOLDED_LINES,
        );
        let unfolded = folded.more.then(|| {
            plain_text::body(
                &message.body,
                plain_text::MOST_CHARS,
                plain_text::MOST_LINES,
            )
        });
        Self {
            id: message.id,
            outgoing: message.outgoing,
            folded,
            unfolded,
            open: false,
            time: message.time,
            state: message.state,
            error: message.error.clone(),
        }
    }

    /// What is to be drawn now.
    #[must_use]
    pub fn shown(&self) -> &Cut {
        match &self.unfolded {
            Some(unfolded) if self.open => unfolded,
            _ => &self.folded,
        }
    }
}

/// The window of messages.
#[derive(Debug, Default)]
pub struct Timeline {
    bubbles: Vec<Bubble>,
    earlier: bool,
    later: bool,
    loaded: bool,
}

impl Timeline {
    /// The messages, oldest first.
    #[must_use]
    pub fn bubbles(&self) -> &[Bubble] {
        &self.bubbles
    }

    /// Whether there are earlier messages than these.
    #[must_use]
    pub fn earlier(&self) -> bool {
        self.earlier
    }

    /// Whether there are later messages than these.
    #[must_use]
    pub fn later(&self) -> bool {
        self.later
    }

    /// Whether a first page is there.
    #[must_use]
    pub fn loaded(&self) -> bool {
        self.loaded
    }

    /// The oldest message that is there.
    #[must_use]
    pub fn oldest(&self) -> Option<MessageId> {
        self.bubbles.first().map(|bubble| bubble.id)
    }

    /// The newest page came. It takes the place of what it overlaps; where it does not reach the rest, of all.
    pub fn newest_page(&mut self, messages: &[Message], more: bool) {
        let open = self.open_ids();
        let first = messages.first().map(|message| message.id);
        let joins = self.loaded
            && !self.later
            && self.bubbles.last().map(|bubble| bubble.id) >= first
            && first.is_some();
        if joins && more {
            self.cut_out(first, None);
        } else {
            self.bubbles.clear();
            self.earlier = more;
        }
        self.insert(messages);
        self.reopen(&open);
        self.later = false;
        self.loaded = true;
        self.trim_old();
    }

    /// A page came that ends just before this message.
    pub fn earlier_page(&mut self, before: MessageId, messages: &[Message], more: bool) {
        if self.oldest().is_none_or(|oldest| oldest > before) {
            return;
        }
        if self.oldest() == Some(before) {
            self.earlier = more;
        }
        let open = self.open_ids();
        self.cut_out(messages.first().map(|m| m.id), Some(before));
        self.insert(messages);
        self.reopen(&open);
        if self.bubbles.len() > MOST {
            self.bubbles.truncate(MOST);
            self.later = true;
        }
    }

    /// These messages were asked for, and this is what there is of them.
    pub fn messages(&mut self, ids: &[MessageId], messages: &[Message]) {
        let open = self.open_ids();
        self.removed(ids);
        // What is older than all that is there belongs to a page that was not read yet; what is newer, to the end.
        let oldest = self.oldest().filter(|_| self.earlier);
        let newest = self.bubbles.last().map(|b| b.id).filter(|_| self.later);
        let fit: Vec<Message> = messages
            .iter()
            .filter(|m| oldest.is_none_or(|oldest| m.id > oldest))
            .filter(|m| newest.is_none_or(|newest| m.id < newest))
            .cloned()
            .collect();
        self.insert(&fit);
        self.reopen(&open);
        self.trim_old();
    }

    /// These messages are gone.
    pub fn removed(&mut self, ids: &[MessageId]) {
        self.bubbles.retain(|bubble| !ids.contains(&bubble.id));
    }

    /// A message got further, or failed.
    pub fn state(&mut self, id: MessageId, state: MessageState, error: Option<&Error>) {
        if let Some(bubble) = self.bubbles.iter_mut().find(|bubble| bubble.id == id) {
            bubble.state = state;
            bubble.error = error.cloned();
        }
    }

    /// Unfolds or folds a long message.
    pub fn toggle(&mut self, id: MessageId) {
        if let Some(bubble) = self.bubbles.iter_mut().find(|bubble| bubble.id == id) {
            bubble.open = !bubble.open;
        }
    }

    /// Whether a message is there.
    #[must_use]
    pub fn has(&self, id: MessageId) -> bool {
        self.bubbles.iter().any(|bubble| bubble.id == id)
    }

    /// Removes what lies from one message (or the beginning of what is there) to just before the other (or the end).
    fn cut_out(&mut self, from: Option<MessageId>, before: Option<MessageId>) {
        let Some(from) = from else { return };
        self.bubbles
            .retain(|b| b.id < from || before.is_some_and(|before| b.id >= before));
    }

    fn insert(&mut self, messages: &[Message]) {
        let new = |id: MessageId| messages.iter().any(|m| m.id == id);
        self.bubbles.retain(|bubble| !new(bubble.id));
        self.bubbles.extend(messages.iter().map(Bubble::new));
        self.bubbles.sort_by_key(|bubble| bubble.id);
        self.bubbles.dedup_by_key(|bubble| bubble.id);
    }

    fn open_ids(&self) -> Vec<MessageId> {
        let open = self.bubbles.iter().filter(|bubble| bubble.open);
        open.map(|bubble| bubble.id).collect()
    }

    fn reopen(&mut self, open: &[MessageId]) {
        for bubble in &mut self.bubbles {
            bubble.open |= open.contains(&bubble.id);
        }
    }

    fn trim_old(&mut self) {
        if let Some(excess) = self.bubbles.len().checked_sub(MOST).filter(|n| *n > 0) {
            self.bubbles.drain(..excess);
            self.earlier = true;
        }
    }
}
