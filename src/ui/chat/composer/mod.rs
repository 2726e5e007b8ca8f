//! The field where messages are written: what is typed, undone, completed, and the draft that is kept of it.
//!
//! The editor's content is made once for each opening of a chat and only ever changed in place: an input method may be
//! composing in it at any time.

pub mod anchor;
pub mod complete;
pub mod undo;
pub mod view;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use iced::widget::text_editor::{Action as Edit, Content, Cursor, Edit as Change, Position};
use oriole_core::{engine::command::Command, model::ids::ChatId};

use self::{
    complete::Offer,
    undo::{History, Kind},
};
use crate::{
    action::{Action, Actions, Purpose, Timer},
    emoji::Tone,
    plain_text,
};

/// The field where messages are written.
pub const FIELD: &str = "composer";
/// The most that can be written into one message, in characters.
pub const MOST_CHARS: usize = plain_text::MOST_CHARS;
/// The most lines of one message.
pub const MOST_LINES: usize = 2_000;
/// How long after typing a draft is kept at the latest.
const DRAFT_AFTER: Duration = Duration::from_secs(1);

/// What the person does in the field, but for typing and sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Takes the last change back.
    Undo,
    /// Makes it again.
    Redo,
    /// Selects another of the emoji on offer: the next, or the previous one.
    Step(bool),
    /// Takes the emoji on offer that is selected.
    Take,
    /// Takes the emoji on offer at this place.
    TakeAt(usize),
}

/// The state of the field.
#[derive(Debug, Default)]
pub struct Composer {
    content: Content,
    history: History,
    offer: Option<Offer>,
    /// Where emoji were offered and not wanted: the line, and the place of the colon.
    dismissed: Option<(usize, usize)>,
    cut: bool,
    saved: String,
    timer: bool,
    now: DateTime<Utc>,
}

impl Composer {
    /// The field with the draft that was kept, and the cursor after it.
    #[must_use]
    pub fn with_draft(draft: &str) -> Self {
        let mut composer = Self {
            content: Content::with_text(&anchor::clean(draft)),
            saved: draft.to_owned(),
            ..Self::default()
        };
        composer.anchor();
        composer.cursor_to_end();
        composer
    }

    /// What the editor shows.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = anchor::plain(&self.raw());
        text.truncate(text.trim_end().len());
        text
    }

    /// Whether there is something to send.
    #[must_use]
    pub fn can_send(&self) -> bool {
        !self.text().trim().is_empty()
    }

    /// Whether something was left out, because a message cannot be as long.
    #[must_use]
    pub fn cut(&self) -> bool {
        self.cut
    }

    /// The emoji on offer for the name being typed.
    #[must_use]
    pub fn offer(&self) -> Option<&Offer> {
        self.offer.as_ref()
    }

    /// What time it is.
    pub fn clock(&mut self, now: DateTime<Utc>) {
        self.now = now;
    }

    /// The person typed, or moved the cursor.
    pub fn edit(&mut self, chat: ChatId, action: Edit, tone: Tone, actions: &mut Actions) {
        let change = match action {
            Edit::Edit(change) => change,
            Edit::Scroll { .. } => {
                self.content.perform(action);
                return;
            }
            _ => {
                self.content.perform(action);
                self.history.moved();
                self.look_for_names();
                return;
            }
        };
        let (change, whole) = self.fitting(change);
        self.cut = !whole;
        let Some(change) = change else {
            return;
        };
        let kind = match &change {
            Change::Insert(_) | Change::Enter => Kind::Typed,
            Change::Backspace | Change::Delete => Kind::Erased,
            _ => Kind::Whole,
        };
        let colon = change == Change::Insert(':');
        self.change(kind, |content| content.perform(Edit::Edit(change)));
        if colon {
            self.close_name(tone);
        }
        self.look_for_names();
        self.keep_later(chat, actions);
    }

    /// The person did something else; what it took from the offer is given back.
    pub fn update(
        &mut self,
        chat: ChatId,
        message: &Message,
        tone: Tone,
        actions: &mut Actions,
    ) -> Option<&'static str> {
        let mut taken = None;
        match message {
            Message::Undo => {
                if let Some(step) = self.history.undo() {
                    self.replace(step.at, step.inserted.len(), &step.removed);
                    self.content.move_to(step.before);
                }
            }
            Message::Redo => {
                if let Some(step) = self.history.redo() {
                    self.replace(step.at, step.removed.len(), &step.inserted);
                    self.content.move_to(step.after);
                }
            }
            Message::Step(down) => {
                if let Some(offer) = &mut self.offer {
                    offer.step(*down);
                }
                return None;
            }
            Message::Take => taken = self.take_offer(None, tone),
            Message::TakeAt(place) => taken = self.take_offer(Some(*place), tone),
        }
        self.cut = false;
        self.look_for_names();
        self.keep_later(chat, actions);
        taken
    }

    /// Puts a text in at the cursor, or in place of what is selected.
    pub fn insert(&mut self, chat: ChatId, text: &str, tone: Tone, actions: &mut Actions) {
        let paste = Change::Paste(Arc::new(text.to_owned()));
        self.edit(chat, Edit::Edit(paste), tone, actions);
    }

    /// Takes the offer away, where there is one.
    pub fn dismiss(&mut self) -> bool {
        let offer = self.offer.take();
        if let Some(offer) = &offer {
            self.dismissed = Some((offer.line, offer.column));
        }
        offer.is_some()
    }

    /// It is time to keep what was typed.
    pub fn timer(&mut self, chat: ChatId, actions: &mut Actions) {
        self.timer = false;
        if let Some(command) = self.draft(chat) {
            actions.push(Action::Send(command, Purpose::Quiet));
        }
    }

    /// What keeps the draft, where it is another than the one that is kept.
    pub fn draft(&mut self, chat: ChatId) -> Option<Command> {
        let text = self.text();
        if text == self.saved {
            return None;
        }
        self.saved.clone_from(&text);
        Some(Command::SetDraft { chat, text })
    }

    /// The draft that is kept, as far as is known here.
    #[must_use]
    pub fn saved(&self) -> &str {
        &self.saved
    }

    /// Takes what was typed, to be sent; none where there is nothing.
    pub fn take(&mut self) -> Option<String> {
        let text = self.text();
        if text.trim().is_empty() {
            return None;
        }
        self.fill("");
        Some(text)
    }

    /// Puts a text back that could not be sent, unless something else was typed meanwhile.
    pub fn put_back(&mut self, text: &str) {
        if !self.can_send() {
            self.fill(text);
        }
    }

    /// This text in place of all there is, with nothing to undo.
    fn fill(&mut self, text: &str) {
        self.replace(0, self.raw().len(), &anchor::clean(text));
        self.anchor();
        self.cursor_to_end();
        self.history.clear();
        self.offer = None;
        self.dismissed = None;
        self.cut = false;
    }

    fn cursor_to_end(&mut self) {
        let end = position(&self.raw(), usize::MAX);
        self.content.move_to(Cursor {
            position: end,
            selection: None,
        });
    }

    fn keep_later(&mut self, chat: ChatId, actions: &mut Actions) {
        if !self.timer {
            self.timer = true;
            actions.push(Action::Later(DRAFT_AFTER, Timer::Draft(chat)));
        }
    }

    /// The content as it is, lines parted by one sign.
    fn raw(&self) -> String {
        let mut raw = String::new();
        for (number, line) in self.content.lines().enumerate() {
            if number > 0 {
                raw.push('\n');
            }
            raw.push_str(&line.text);
        }
        raw
    }

    /// Changes the content and remembers how it was.
    fn change(&mut self, kind: Kind, change: impl FnOnce(&mut Content)) {
        let before = (self.raw(), self.content.cursor());
        change(&mut self.content);
        self.anchor();
        let after = (self.raw(), self.content.cursor());
        self.history
            .record(kind, self.now, (&before.0, before.1), (&after.0, after.1));
    }

    /// This text in place of so many bytes from there on. The cursor stands after it, and nothing is selected.
    fn replace(&mut self, at: usize, bytes: usize, text: &str) {
        let raw = self.raw();
        replace(
            &mut self.content,
            position(&raw, at),
            position(&raw, at + bytes),
            text,
        );
    }

    /// Sees to it that no line begins at the right.
    fn anchor(&mut self) {
        let wrong: Vec<(usize, String, String)> = self
            .content
            .lines()
            .enumerate()
            .filter_map(|(number, line)| {
                let fit = anchor::anchored(&line.text)?;
                Some((number, line.text.into_owned(), fit))
            })
            .collect();
        if wrong.is_empty() {
            return;
        }
        let mut cursor = self.content.cursor();
        for (line, was, is) in wrong {
            let at = |column| Position { line, column };
            replace(&mut self.content, at(0), at(was.len()), &is);
            let mut places = vec![&mut cursor.position];
            places.extend(&mut cursor.selection);
            for place in places.into_iter().filter(|place| place.line == line) {
                place.column = anchor::place(&was, place.column, &is);
            }
        }
        self.content.move_to(cursor);
    }

    /// As much of a change as there is room for, and whether that is all of it.
    fn fitting(&self, change: Change) -> (Option<Change>, bool) {
        let text = match &change {
            Change::Insert(c) => c.to_string(),
            Change::Enter => "\n".to_owned(),
            Change::Paste(text) => {
                // More than this cannot fit, whatever it is made of.
                let most = text.char_indices().nth(2 * MOST_CHARS);
                anchor::clean(
                    text.get(..most.map_or(text.len(), |(at, _)| at))
                        .unwrap_or_default(),
                )
            }
            _ => return (Some(change), true),
        };
        let selected = self.content.selection().unwrap_or_default();
        let there = self.raw();
        let chars = there
            .chars()
            .count()
            .saturating_sub(selected.chars().count());
        let lines = self.content.line_count()
            - selected
                .matches('\n')
                .count()
                .min(self.content.line_count() - 1);
        let (fits, whole) = cut_to(
            &text,
            MOST_CHARS.saturating_sub(chars),
            MOST_LINES.saturating_sub(lines),
        );
        match change {
            Change::Paste(_) if whole || !fits.is_empty() => {
                (Some(Change::Paste(Arc::new(fits.to_owned()))), whole)
            }
            change => (whole.then_some(change), whole),
        }
    }

    /// Turns a name that was closed just now into its emoji.
    fn close_name(&mut self, tone: Tone) {
        let Position { line, column } = self.content.cursor().position;
        let Some(text) = self.content.line(line) else {
            return;
        };
        if let Some((range, emoji)) = complete::closed(&text.text, column) {
            let at = |column| Position { line, column };
            let (from, to) = (at(range.start), at(range.end));
            let emoji = crate::emoji::toned(emoji, tone);
            self.change(Kind::Whole, |content| replace(content, from, to, emoji));
        }
    }

    fn look_for_names(&mut self) {
        let Cursor {
            position: Position { line, column },
            selection,
        } = self.content.cursor();
        let text = self.content.line(line);
        let offer = text
            .filter(|_| selection.is_none())
            .and_then(|text| Offer::at(line, &text.text, column));
        match offer {
            None => {
                self.offer = None;
                self.dismissed = None;
            }
            Some(offer) if self.dismissed == Some((offer.line, offer.column)) => self.offer = None,
            Some(offer) => {
                self.dismissed = None;
                self.offer = Some(offer);
            }
        }
    }

    fn take_offer(&mut self, place: Option<usize>, tone: Tone) -> Option<&'static str> {
        let offer = self.offer.take()?;
        let place = place.unwrap_or(offer.selected);
        let emoji = crate::emoji::toned(offer.found.get(place)?.emoji, tone);
        let from = Position {
            line: offer.line,
            column: offer.column,
        };
        let to = self.content.cursor().position;
        self.change(Kind::Whole, |content| replace(content, from, to, emoji));
        Some(emoji)
    }
}

/// This text in place of what stands between two places.
fn replace(content: &mut Content, from: Position, to: Position, text: &str) {
    content.move_to(Cursor {
        position: to,
        selection: Some(from),
    });
    let paste = Change::Paste(Arc::new(text.to_owned()));
    content.perform(Edit::Edit(paste));
}

/// The place so many bytes into a text.
fn position(text: &str, at: usize) -> Position {
    let before = text.get(..at).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Position {
        line: before.matches('\n').count(),
        column: before.len() - start,
    }
}

/// As much of a text as this many characters and new lines, and whether that is all.
fn cut_to(text: &str, chars: usize, lines: usize) -> (&str, bool) {
    let mut left = lines;
    let end = text.char_indices().enumerate().find(|(count, (_, c))| {
        if *c == '\n' {
            if left == 0 {
                return true;
            }
            left -= 1;
        }
        *count == chars
    });
    match end {
        Some((_, (at, _))) => (text.get(..at).unwrap_or_default(), false),
        None => (text, true),
    }
}
