//! The window of messages that the open conversation keeps: bounded, sorted, patched by answers and events; and the rows
//! that it makes on the screen, with the days and the line before what is unread between them.

use chrono::{DateTime, Utc};
use oriole_core::{
    error::Error,
    model::{
        ids::{MessageId, Place},
        message::{Message, MessageState},
    },
    text::links,
};

use super::pieces::{Piece, Shown, pieces};
use crate::{
    plain_text::{self, Cut},
    time_format::Zone,
    widget::virtual_list::Joint,
};

/// How many messages are kept at most.
pub const MOST: usize = 300;
/// How many messages are asked for at a time.
pub const PAGE: u32 = 50;

/// A message as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Bubble {
    /// Which message.
    pub id: MessageId,
    /// Where it stands.
    pub place: Place,
    /// Whether we wrote it.
    pub outgoing: bool,
    /// What is shown of it at first.
    folded: Shown,
    /// All that is ever shown of it, where that is more.
    whole: Option<Cut>,
    /// The same in pieces, while it is unfolded.
    pieces: Vec<Piece>,
    /// An own message as it was written, where that is other than what is shown.
    written: Option<String>,
    /// When it was written.
    pub time: DateTime<Utc>,
    /// How far it got.
    pub state: MessageState,
    /// Why it failed.
    pub error: Option<Error>,
}

impl Bubble {
    fn new(message: &Message) -> Self {
        let cut = |chars, lines| plain_text::body(&message.body, chars, lines);
        let folded = cut(plain_text::FOLDED_CHARS, plain_text::FOLDED_LINES);
        let whole = folded
            .more
            .then(|| cut(plain_text::MOST_CHARS, plain_text::MOST_LINES));
        let shown = whole.as_ref().map_or(&folded.text, |whole| &whole.text);
        let written = (message.outgoing && message.body != *shown).then(|| message.body.clone());
        Self {
            id: message.id,
            place: message.place,
            outgoing: message.outgoing,
            folded: Shown::new(folded.text, folded.more),
            whole,
            pieces: Vec::new(),
            written,
            time: message.time,
            state: message.state,
            error: message.error.clone(),
        }
    }

    /// The text that is shown now.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.whole {
            Some(whole) if self.is_open() => &whole.text,
            _ => &self.folded.text,
        }
    }

    /// The text, folded or not.
    #[must_use]
    pub fn whole(&self) -> &str {
        self.whole
            .as_ref()
            .map_or(&self.folded.text, |whole| &whole.text)
    }

    /// An own message as it was written, to be written anew.
    #[must_use]
    pub fn written(&self) -> &str {
        self.written.as_deref().unwrap_or_else(|| self.whole())
    }

    /// Whether there is more of it than is shown at first.
    #[must_use]
    pub fn folds(&self) -> bool {
        self.whole.is_some()
    }

    /// Whether it is unfolded.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.pieces.is_empty()
    }

    /// Whether not even unfolding shows all of it.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.whole.as_ref().is_some_and(|whole| whole.more)
    }

    /// In how many rows it is shown.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.pieces.len().max(1)
    }

    /// The text in the row of this number.
    #[must_use]
    pub fn shown(&self, row: usize) -> &Shown {
        self.pieces
            .get(row)
            .map_or(&self.folded, |piece| &piece.shown)
    }

    /// How the row of this number goes on from the one before.
    #[must_use]
    pub fn joint(&self, row: usize) -> Joint {
        let piece = self.pieces.get(row).filter(|_| row > 0);
        piece.map_or(Joint::Apart, |piece| piece.joint)
    }

    /// The links in what is shown now.
    pub fn links(&self) -> impl Iterator<Item = &links::Link> {
        (0..self.rows()).flat_map(|row| self.shown(row).links())
    }

    fn open(&mut self, open: bool) {
        self.pieces = match &self.whole {
            Some(whole) if open => pieces(&whole.text),
            _ => Vec::new(),
        };
    }
}

/// A row on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowKey {
    /// Where the message stands that it is, or that it stands before.
    pub place: Place,
    /// What it is.
    pub part: Part,
}

/// What a row is, in the order in which they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The day on which the message was written, where it is another than that of the one before.
    Day,
    /// The line before the first message that was not read.
    Unread,
    /// The message, or its beginning where it is unfolded.
    Bubble,
    /// This piece of the unfolded message, from 1.
    Piece(u16),
}

impl Part {
    /// Which row of the message it is; none where it is none of them.
    #[must_use]
    pub fn row(self) -> Option<usize> {
        match self {
            Self::Day | Self::Unread => None,
            Self::Bubble => Some(0),
            Self::Piece(number) => Some(number.into()),
        }
    }
}

/// The window of messages.
#[derive(Debug)]
pub struct Timeline {
    zone: Zone,
    bubbles: Vec<Bubble>,
    rows: Vec<RowKey>,
    /// The first message that was not read when the chat was opened.
    unread_from: Option<Place>,
    /// How many messages that were not read then are older than all that are there.
    unread_left: u32,
    earlier: bool,
    later: bool,
    loaded: bool,
}

impl Timeline {
    /// Nothing yet, of a chat in which so many messages were not read.
    #[must_use]
    pub fn new(zone: Zone, unread: u32) -> Self {
        Self {
            zone,
            bubbles: Vec::new(),
            rows: Vec::new(),
            unread_from: None,
            unread_left: unread,
            earlier: false,
            later: false,
            loaded: false,
        }
    }

    /// Nothing again, to be loaded from elsewhere; what was unread stays marked.
    pub fn clear(&mut self) {
        self.bubbles.clear();
        self.rows.clear();
        (self.earlier, self.later, self.loaded) = (false, false, false);
    }

    /// The rows on the screen, in their order.
    #[must_use]
    pub fn rows(&self) -> &[RowKey] {
        &self.rows
    }

    /// A message, with the one before and the one after it.
    #[must_use]
    pub fn around(&self, place: Place) -> Option<(Option<&Bubble>, &Bubble, Option<&Bubble>)> {
        let place = self
            .bubbles
            .binary_search_by_key(&place, |b| b.place)
            .ok()?;
        let before = place.checked_sub(1).and_then(|p| self.bubbles.get(p));
        Some((
            before,
            self.bubbles.get(place)?,
            self.bubbles.get(place + 1),
        ))
    }

    /// The host that a link leads to, where its text may make believe that it is another.
    #[must_use]
    pub fn true_host(&self, target: &str) -> Option<&str> {
        self.bubbles
            .iter()
            .flat_map(Bubble::links)
            .find(|link| link.target == target)
            .and_then(|link| link.shown_host.as_deref())
    }

    /// The line before the first message that was not read.
    #[must_use]
    pub fn unread_row(&self) -> Option<RowKey> {
        self.unread_from.map(|place| RowKey {
            place,
            part: Part::Unread,
        })
    }

    /// Whether two messages were written on the same day here.
    #[must_use]
    pub fn same_day(&self, one: &Bubble, other: &Bubble) -> bool {
        self.zone.at(one.time).date() == self.zone.at(other.time).date()
    }

    /// Finds the first unread message among those that just came in front of all others.
    fn mark_unread(&mut self, until: Option<Place>) {
        for bubble in self.bubbles.iter().rev() {
            if self.unread_left == 0 {
                break;
            }
            if !bubble.outgoing && until.is_none_or(|until| bubble.place < until) {
                self.unread_from = Some(bubble.place);
                self.unread_left -= 1;
            }
        }
    }

    fn make_rows(&mut self) {
        self.rows.clear();
        let mut before: Option<&Bubble> = None;
        for bubble in &self.bubbles {
            let place = bubble.place;
            let mut push = |part| self.rows.push(RowKey { place, part });
            let day = |b: &Bubble| self.zone.at(b.time).date();
            if before.is_none_or(|before| day(before) != day(bubble)) {
                push(Part::Day);
            }
            if self.unread_from == Some(place) {
                push(Part::Unread);
            }
            push(Part::Bubble);
            (1..bubble.rows())
                .filter_map(|row| u16::try_from(row).ok())
                .for_each(|row| push(Part::Piece(row)));
            before = Some(bubble);
        }
    }

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

    /// Where the oldest message stands that is there.
    #[must_use]
    pub fn oldest(&self) -> Option<Place> {
        self.bubbles.first().map(|bubble| bubble.place)
    }

    /// Where the newest message stands that is there.
    #[must_use]
    pub fn newest(&self) -> Option<Place> {
        self.bubbles.last().map(|bubble| bubble.place)
    }

    /// The newest page came. It takes the place of what it overlaps; where it does not reach the rest, of all.
    pub fn newest_page(&mut self, messages: &[Message], more: bool) {
        let open = self.open_ids();
        let first_time = !self.loaded;
        let first = messages.first().map(|message| message.place);
        let joins = self.loaded && !self.later && self.newest() >= first && first.is_some();
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
        if first_time {
            self.mark_unread(None);
        }
        self.make_rows();
    }

    /// A page came that begins just after this place; where nothing is there yet, it is the first.
    pub fn later_page(&mut self, after: Place, messages: &[Message], more: bool) {
        if !self.loaded {
            // Whether there is anything before it shows when somebody looks.
            self.earlier = true;
        } else if self.newest() != Some(after) {
            return;
        }
        self.loaded = true;
        self.later = more;
        self.insert(messages);
        self.trim_old();
        self.make_rows();
    }

    /// A page came that ends just before this place.
    pub fn earlier_page(&mut self, before: Place, messages: &[Message], more: bool) {
        if self.oldest().is_none_or(|oldest| oldest > before) {
            return;
        }
        if self.oldest() == Some(before) {
            self.earlier = more;
        }
        let open = self.open_ids();
        self.cut_out(messages.first().map(|m| m.place), Some(before));
        self.insert(messages);
        self.reopen(&open);
        self.mark_unread(Some(before));
        if self.bubbles.len() > MOST {
            self.bubbles.truncate(MOST);
            self.later = true;
        }
        self.make_rows();
    }

    /// These messages were asked for, and this is what there is of them.
    pub fn messages(&mut self, ids: &[MessageId], messages: &[Message]) {
        let open = self.open_ids();
        self.removed(ids);
        // What is older than all that is there belongs to a page that was not read yet; what is newer, to the end.
        let oldest = self.oldest().filter(|_| self.earlier);
        let newest = self.newest().filter(|_| self.later);
        let fit: Vec<Message> = messages
            .iter()
            .filter(|m| oldest.is_none_or(|oldest| m.place > oldest))
            .filter(|m| newest.is_none_or(|newest| m.place < newest))
            .cloned()
            .collect();
        self.insert(&fit);
        self.reopen(&open);
        self.trim_old();
        self.make_rows();
    }

    /// These messages are gone.
    pub fn removed(&mut self, ids: &[MessageId]) {
        self.bubbles.retain(|bubble| !ids.contains(&bubble.id));
        self.make_rows();
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
            bubble.open(!bubble.is_open());
        }
        self.make_rows();
    }

    /// This message.
    #[must_use]
    pub fn bubble(&self, id: MessageId) -> Option<&Bubble> {
        self.bubbles.iter().find(|bubble| bubble.id == id)
    }

    /// Whether a message is there.
    #[must_use]
    pub fn has(&self, id: MessageId) -> bool {
        self.bubbles.iter().any(|bubble| bubble.id == id)
    }

    /// Removes what lies from one place to just before the other (or the end).
    fn cut_out(&mut self, from: Option<Place>, before: Option<Place>) {
        let Some(from) = from else { return };
        self.bubbles
            .retain(|b| b.place < from || before.is_some_and(|before| b.place >= before));
    }

    fn insert(&mut self, messages: &[Message]) {
        let new = |id: MessageId| messages.iter().any(|m| m.id == id);
        self.bubbles.retain(|bubble| !new(bubble.id));
        self.bubbles.extend(messages.iter().map(Bubble::new));
        self.bubbles.sort_by_key(|bubble| bubble.place);
        self.bubbles.dedup_by_key(|bubble| bubble.id);
    }

    fn open_ids(&self) -> Vec<MessageId> {
        let open = self.bubbles.iter().filter(|bubble| bubble.is_open());
        open.map(|bubble| bubble.id).collect()
    }

    fn reopen(&mut self, open: &[MessageId]) {
        for bubble in &mut self.bubbles {
            if !bubble.is_open() && open.contains(&bubble.id) {
                bubble.open(true);
            }
        }
    }

    fn trim_old(&mut self) {
        if let Some(excess) = self.bubbles.len().checked_sub(MOST).filter(|n| *n > 0) {
            self.bubbles.drain(..excess);
            self.earlier = true;
        }
    }
}
