//! `:name:` in the field where messages are written: which emoji is meant, and the list of those that may be.
//!
//! Reads one line and a place in it; changes nothing itself.

use std::ops::Range;

use oriole_core::text;

use crate::emoji::{self, Found};

/// How many emoji are offered at most.
pub const MOST: usize = 6;
/// From this many letters on, emoji are offered.
const LEAST_LETTERS: usize = 2;

/// The emoji on offer for what stands before the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The line in which the name stands.
    pub line: usize,
    /// Where in the line the colon stands, in bytes.
    pub column: usize,
    /// The emoji, the best first. Never empty.
    pub found: Vec<Found>,
    /// Which of them Enter takes.
    pub selected: usize,
}

impl Offer {
    /// What is on offer for what stands before this place of this line.
    #[must_use]
    pub fn at(line: usize, text: &str, column: usize) -> Option<Self> {
        let before = text.get(..column)?;
        let name = text::emoji::open(before)?;
        let letters = before.get(name.clone())?;
        if letters.len() < LEAST_LETTERS {
            return None;
        }
        let mut found = emoji::search(letters, MOST);
        found.retain(|found| !found.name.is_empty());
        (!found.is_empty()).then(|| Self {
            line,
            column: name.start - 1,
            found,
            selected: 0,
        })
    }

    /// Selects the next or the previous one, around the ends.
    pub fn step(&mut self, down: bool) {
        let count = self.found.len().max(1);
        let step = if down { 1 } else { count - 1 };
        self.selected = (self.selected + step) % count;
    }

    /// The emoji that Enter takes.
    #[must_use]
    pub fn chosen(&self) -> Option<&Found> {
        self.found.get(self.selected)
    }
}

/// The emoji whose name ends with the colon just before this place, and where the whole of it stands.
#[must_use]
pub fn closed(text: &str, column: usize) -> Option<(Range<usize>, &'static str)> {
    let (range, emoji) = text::emoji::completed(text.get(..column)?)?;
    Some((range, emoji.as_str()))
}
