//! Lines with writing from right to left, made fit for the editor.
//!
//! The editor looks for the cursor in a line by the order in which letters are drawn, and ends the program where the
//! letter drawn first is not the first of the line. An invisible letter from left to right at the start of such lines
//! keeps the first letter first. It is put in after every change, and taken out of what is sent or kept.

/// An invisible letter that is written from left to right.
const LEFT: char = '\u{200E}';

/// Whether a character is written from right to left.
fn from_the_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// A text as it may stand in the field: one sign for the end of a line, and nothing that turns the writing around.
#[must_use]
pub fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter_map(fit).collect()
}

/// The character as it may be written; none where it may not.
fn fit(c: char) -> Option<char> {
    match c {
        '\n' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some('\t'),
        // What turns the direction of writing, and what is never seen.
        '\u{200E}'
        | '\u{200F}'
        | '\u{061C}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2066}'..='\u{2069}' => None,
        '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' => None,
        c if c.is_control() => None,
        c => Some(c),
    }
}

/// The line as the editor may have it; none where it is so already.
#[must_use]
pub fn anchored(line: &str) -> Option<String> {
    let right = line.chars().any(from_the_right);
    let marks = line.chars().filter(|c| *c == LEFT).count();
    let good = if right {
        marks == 1 && line.starts_with(LEFT)
    } else {
        marks == 0
    };
    if good {
        return None;
    }
    let mut fit = if right {
        LEFT.to_string()
    } else {
        String::new()
    };
    fit.extend(line.chars().filter(|c| *c != LEFT));
    Some(fit)
}

/// Where in the anchored line a place in the line before is, both in bytes. The very start stays the start, so that
/// what is erased there joins two lines.
#[must_use]
pub fn place(line: &str, column: usize, anchored: &str) -> usize {
    let before = line.get(..column).unwrap_or(line);
    let kept = before
        .chars()
        .filter(|c| *c != LEFT)
        .map(char::len_utf8)
        .sum::<usize>();
    if kept == 0 {
        return 0;
    }
    let mark = if anchored.starts_with(LEFT) {
        LEFT.len_utf8()
    } else {
        0
    };
    kept + mark
}

/// A text as the person wrote it, without what was put in here.
#[must_use]
pub fn plain(text: &str) -> String {
    text.replace(LEFT, "")
}
