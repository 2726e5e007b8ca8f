//! What can be undone and redone in the field where messages are written.
//!
//! Keeps differences, not copies: text that went, text that came, and where the cursor was. Never touches the field
//! itself, and knows no clock but the one it is given.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};
use iced::widget::text_editor::Cursor;

/// How many steps are kept.
const MOST_STEPS: usize = 200;
/// How much text is kept in all steps together, in bytes.
const MOST_BYTES: usize = 512 * 1024;
/// After a pause of this length, in milliseconds, a step of its own begins.
const PAUSE: i64 = 1_000;

/// What a step came from: steps of one kind may join.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Letter by letter; joins up to the end of a word.
    Typed,
    /// Letter by letter, backwards or forwards.
    Erased,
    /// All at once; never joins.
    Whole,
}

/// One change of the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Where, in bytes from the start.
    pub at: usize,
    /// What stood there before.
    pub removed: String,
    /// What stands there after.
    pub inserted: String,
    /// The cursor before.
    pub before: Cursor,
    /// The cursor after.
    pub after: Cursor,
}

/// What was done, and what was undone.
#[derive(Debug, Default)]
pub struct History {
    done: VecDeque<Step>,
    undone: Vec<Step>,
    bytes: usize,
    /// The kind and time of the last step, where the next may join it.
    open: Option<(Kind, DateTime<Utc>)>,
}

impl History {
    /// Takes in a change from one text to another. Nothing happens where they are the same.
    pub fn record(
        &mut self,
        kind: Kind,
        now: DateTime<Utc>,
        before: (&str, Cursor),
        after: (&str, Cursor),
    ) {
        let Some(step) = difference(before, after) else {
            return;
        };
        for undone in self.undone.drain(..) {
            self.bytes = self.bytes.saturating_sub(undone.bytes());
        }
        self.bytes += step.bytes();
        let joins = self.joins(kind, now);
        let rest = match self.done.back_mut() {
            Some(last) if joins => last.join(kind, step),
            _ => Some(step),
        };
        self.done.extend(rest);
        self.open = Some((kind, now));
        self.bound();
    }

    fn joins(&self, kind: Kind, now: DateTime<Utc>) -> bool {
        self.open.is_some_and(|(last, at)| {
            let pause = now - at;
            last == kind
                && kind != Kind::Whole
                && pause >= TimeDelta::zero()
                && pause < TimeDelta::milliseconds(PAUSE)
        })
    }

    fn bound(&mut self) {
        while self.done.len() > MOST_STEPS || (self.bytes > MOST_BYTES && self.done.len() > 1) {
            if let Some(oldest) = self.done.pop_front() {
                self.bytes = self.bytes.saturating_sub(oldest.bytes());
            }
        }
    }

    /// The cursor was moved: what is typed next is a step of its own.
    pub fn moved(&mut self) {
        self.open = None;
    }

    /// Takes the newest step, to be undone by the caller.
    pub fn undo(&mut self) -> Option<Step> {
        self.open = None;
        let step = self.done.pop_back()?;
        self.undone.push(step.clone());
        Some(step)
    }

    /// Takes the step undone last, to be done again by the caller.
    pub fn redo(&mut self) -> Option<Step> {
        self.open = None;
        let step = self.undone.pop()?;
        self.done.push_back(step.clone());
        Some(step)
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Step {
    fn bytes(&self) -> usize {
        self.removed.len() + self.inserted.len()
    }

    /// Takes the next step into this one, or gives it back where it is about something else.
    fn join(&mut self, kind: Kind, next: Self) -> Option<Self> {
        let fits = match kind {
            Kind::Whole => false,
            Kind::Typed => {
                let word = self.inserted.ends_with(char::is_whitespace)
                    && !next.inserted.starts_with(char::is_whitespace);
                next.removed.is_empty() && self.at + self.inserted.len() == next.at && !word
            }
            Kind::Erased => {
                next.inserted.is_empty()
                    && (next.at + next.removed.len() == self.at || next.at == self.at)
            }
        };
        if !fits {
            return Some(next);
        }
        match kind {
            Kind::Erased if next.at < self.at => {
                self.at = next.at;
                self.removed.insert_str(0, &next.removed);
            }
            Kind::Erased => self.removed.push_str(&next.removed),
            _ => self.inserted.push_str(&next.inserted),
        }
        self.after = next.after;
        None
    }
}

/// What differs between two texts: one piece, as short as it can be.
fn difference(before: (&str, Cursor), after: (&str, Cursor)) -> Option<Step> {
    let (old, new) = (before.0, after.0);
    if old == new {
        return None;
    }
    let same = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len_utf8())
            .sum()
    };
    let head = same(&mut old.chars().zip(new.chars()));
    let (old, new) = (old.get(head..)?, new.get(head..)?);
    let tail = same(&mut old.chars().rev().zip(new.chars().rev()));
    Some(Step {
        at: head,
        removed: old.get(..old.len() - tail)?.to_owned(),
        inserted: new.get(..new.len() - tail)?.to_owned(),
        before: before.1,
        after: after.1,
    })
}
