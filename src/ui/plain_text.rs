//! Texts from strangers made fit to be drawn: no controls, nothing that turns the writing around, not too much.
//!
//! A line with writing from right to left comes between FSI and PDI, so that the line itself begins at the left: the
//! shaper places lines that begin at the right by the width it was given before it measured, so they would end up
//! outside of what is drawn, or end the program where that width is infinite.

use oriole_core::text::normalize::fold;

/// The most of a message that is shown at first, in characters. More would take longer to draw than a frame has.
pub const FOLDED_CHARS: usize = 1_200;
/// The most of a message that is shown at first, in lines.
pub const FOLDED_LINES: usize = 24;
/// The most of a message that is ever shown, in characters.
pub const MOST_CHARS: usize = 20_000;
/// The most of a message that is ever shown, in lines.
pub const MOST_LINES: usize = 400;

/// How much of a text is looked at for one line, in bytes.
const MOST_LINE: usize = 16_384;

/// A text, and whether there was more of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// What is to be drawn.
    pub text: String,
    /// Whether something was left out for length.
    pub more: bool,
}

/// The text of a message, at most so many characters and lines.
#[must_use]
pub fn body(text: &str, chars: usize, lines: usize) -> Cut {
    let folded = fold(text, chars, lines);
    Cut {
        text: folded.shown,
        more: folded.more,
    }
}

/// A name or an address: one line, at most so many characters, with an ellipsis where it was longer.
#[must_use]
pub fn line(text: &str, chars: usize) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        if words.len() > MOST_LINE {
            break;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    let mut folded = fold(&words, chars, 1);
    if folded.more {
        folded.shown.push('…');
    }
    folded.shown
}

/// One or two letters that stand for somebody.
#[must_use]
pub fn initials(name: &str) -> String {
    let name = line(name, 200);
    let name = name.split('@').next().unwrap_or_default();
    let mut words = name
        .split(|c: char| !c.is_alphanumeric())
        .filter_map(|word| word.chars().next());
    let first = words.next();
    let follows = name
        .chars()
        .skip_while(|c| !c.is_alphanumeric())
        .nth(1)
        .filter(|c| c.is_alphanumeric());
    // One sign of a script without letters says enough.
    let second = words
        .next()
        .or(follows)
        .filter(|c| first.is_some_and(|f| is_letter(f) && is_letter(*c)));
    first
        .into_iter()
        .chain(second)
        .flat_map(char::to_uppercase)
        .collect()
}

fn is_letter(c: char) -> bool {
    ('\u{41}'..='\u{24F}').contains(&c) || ('\u{370}'..='\u{52F}').contains(&c)
}
