//! Texts from strangers made fit to be drawn: no controls, nothing that turns the writing around, not too much.

/// The most of a message that is shown at first, in characters.
pub const FOLDED_CHARS: usize = 3_000;
/// The most of a message that is shown at first, in lines.
pub const FOLDED_LINES: usize = 60;
/// The most of a message that is ever shown, in characters.
pub const MOST_CHARS: usize = 20_000;
/// The most of a message that is ever shown, in lines.
pub const MOST_LINES: usize = 400;

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
    let mut out = String::new();
    let mut line = 1;
    let mut more = false;
    for (count, c) in text.chars().filter_map(fit).enumerate() {
        if count == chars || (c == '\n' && line == lines) {
            more = true;
            break;
        }
        if c == '\n' {
            line += 1;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    Cut {
        text: anchored(out),
        more,
    }
}

/// A name or an address: one line, at most so many characters, with an ellipsis where it was longer.
#[must_use]
pub fn line(text: &str, chars: usize) -> String {
    let mut out = String::new();
    let mut count = 0;
    let mut gap = false;
    for c in text.chars().filter_map(fit) {
        if c.is_whitespace() {
            gap = count > 0;
            continue;
        }
        if count + usize::from(gap) >= chars {
            out.push('…');
            break;
        }
        if gap {
            out.push(' ');
            count += 1;
            gap = false;
        }
        out.push(c);
        count += 1;
    }
    anchored(out)
}

/// Every line begins at the left, whatever it begins with: the shaper places lines that begin at the right by the
/// width it was given before it measured, so they end up outside of what is drawn, or end the program where that width
/// is infinite.
fn anchored(text: String) -> String {
    if !text.chars().any(from_the_right) {
        return text;
    }
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| format!("{LEFT}{line}"))
        .collect();
    lines.join("\n")
}

/// An invisible letter that is written from left to right.
pub const LEFT: char = '\u{200E}';

/// Whether a character is written from right to left.
#[must_use]
pub fn from_the_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// The character as it may be drawn; none where it may not.
#[must_use]
pub fn fit(c: char) -> Option<char> {
    match c {
        '\n' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\t' => Some(' '),
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
