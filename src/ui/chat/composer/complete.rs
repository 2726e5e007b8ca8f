//! `:name:` in the field where messages are written: which emoji is meant, and the list of those that may be.
//!
//! Reads one line and a place in it; changes nothing itself.

use std::ops::Range;

use crate::emoji::{self, Found};

/// How many emoji are offered at most.
pub const MOST: usize = 6;
/// From this many letters on, emoji are offered.
const LEAST_LETTERS: usize = 2;
/// The longest name there is, with room to spare, in bytes.
const LONGEST: usize = 40;

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
        let name = open_name(text, column)?;
        let letters = text.get(name.clone())?;
        if letters.len() < LEAST_LETTERS {
            return None;
        }
        let found = emoji::search(&letters.to_ascii_lowercase(), MOST);
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
    let end = column.checked_sub(1)?;
    if text.get(end..column)? != ":" {
        return None;
    }
    let name = open_name(text, end)?;
    let emoji = emoji::by_shortcode(&text.get(name.clone())?.to_ascii_lowercase())?;
    Some((name.start - 1..column, emoji))
}

/// Where the name stands that begins with a colon and goes up to this place.
fn open_name(text: &str, column: usize) -> Option<Range<usize>> {
    let before = text.get(..column)?;
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+');
    let start = before.trim_end_matches(letter).len();
    let head = before.get(..start)?.strip_suffix(':')?;
    // Not in times, in addresses of the web, after another colon.
    let apart = head
        .chars()
        .next_back()
        .is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, ':' | '/'));
    (apart && start < column && column - start <= LONGEST).then_some(start..column)
}
