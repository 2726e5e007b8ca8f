//! Bodies made fit to be drawn, because a stranger chooses every character of them.
//!
//! One kind of line end, no control characters, no towers of combining marks, and nothing that turns the direction of
//! writing beyond its own line. What is shown at first is folded to a bounded length. This is for showing only: what
//! is stored, copied whole or quoted to others is the body as it came.

use icu_properties::{CodePointMapData, props::GeneralCategory};
use unicode_segmentation::UnicodeSegmentation;

/// The most combining marks, skin tones and the like that one character keeps. No language needs more.
const MARKS: usize = 8;
/// The most characters that may be joined into one by zero-width joiners. The longest emoji has four joins.
const JOINS: usize = 8;
/// How deep embeddings and isolates may nest. The bidirectional algorithm stops at 125; nobody needs more than a few.
const DEPTH: usize = 16;

const LRE: char = '\u{202A}';
const RLE: char = '\u{202B}';
const PDF: char = '\u{202C}';
const LRO: char = '\u{202D}';
const RLO: char = '\u{202E}';
const LRI: char = '\u{2066}';
const RLI: char = '\u{2067}';
const FSI: char = '\u{2068}';
const PDI: char = '\u{2069}';
const JOINER: char = '\u{200D}';

/// A text as it is shown at first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// What is shown, cleaned.
    pub shown: String,
    /// Whether anything but white space was left out.
    pub more: bool,
}

/// The whole body, cleaned for the screen.
#[must_use]
pub fn normalize(body: &str) -> String {
    fold(body, usize::MAX, usize::MAX).shown
}

/// The beginning of a body, cleaned for the screen: at most `max_chars` characters in at most `max_lines` lines
/// (at least one). A character with its marks, or an emoji of several parts, is kept or left out as one.
///
/// A line that may be written from right to left is put between FSI and PDI (UAX #9), which are not counted: its order
/// is that of its own first letter, the box it is in stays as it is.
#[must_use]
pub fn fold(body: &str, max_chars: usize, max_lines: usize) -> Folded {
    let mut cleaner = Cleaner::new(body);
    let mut shown = String::new();
    let (mut chars, mut lines) = (0, 1);
    let mut more = false;
    while let Some(c) = cleaner.next() {
        if c == '\n' && shown.is_empty() {
            continue;
        }
        if chars >= max_chars || (c == '\n' && lines >= max_lines) {
            more = !c.is_whitespace() || cleaner.any(|c| !c.is_whitespace());
            if more {
                whole_clusters(&mut shown, c);
            }
            break;
        }
        lines += usize::from(c == '\n');
        chars += 1;
        shown.push(c);
    }
    shown.truncate(shown.trim_end().len());
    Folded {
        shown: contained(shown),
        more,
    }
}

/// Takes away the beginning of a character that goes on with `next`, unless nothing else would be left.
fn whole_clusters(shown: &mut String, next: char) {
    let length = shown.len();
    shown.push(next);
    let start = shown.grapheme_indices(true).next_back().map(|(at, _)| at);
    shown.truncate(start.filter(|at| *at > 0).unwrap_or(length));
}

/// The characters of a body that may be drawn.
struct Cleaner<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    /// Marks since the last base character.
    marks: usize,
    /// Joins since the last character that was not joined to another.
    joins: usize,
    joined: bool,
    /// Whether the base is the black flag, which is followed by invisible letters in the flags of regions.
    flag: bool,
}

impl<'a> Cleaner<'a> {
    fn new(body: &'a str) -> Self {
        Self {
            chars: body.chars().peekable(),
            marks: 0,
            joins: 0,
            joined: false,
            flag: false,
        }
    }

    fn base(&mut self, c: char) -> char {
        if !self.joined {
            self.joins = 0;
        }
        self.joined = false;
        self.marks = 0;
        self.flag = c == '\u{1F3F4}';
        c
    }
}

impl Iterator for Cleaner<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        loop {
            let c = self.chars.next()?;
            match c {
                '\r' => {
                    self.chars.next_if_eq(&'\n');
                    return Some(self.base('\n'));
                }
                '\n' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                    return Some(self.base('\n'));
                }
                '\t' => return Some(self.base(' ')),
                JOINER => {
                    self.joins += 1;
                    if self.joins <= JOINS {
                        self.joined = true;
                        return Some(c);
                    }
                }
                '\u{E0020}'..='\u{E007F}' if !self.flag => {}
                _ if c.is_control() || hidden(c) => {}
                _ if is_mark(c) => {
                    self.marks += 1;
                    if self.marks <= MARKS {
                        return Some(c);
                    }
                }
                _ => return Some(self.base(c)),
            }
        }
    }
}

/// What is never seen and only hides something: byte order marks, annotations, deprecated shaping, language tags.
fn hidden(c: char) -> bool {
    matches!(c, '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{2060}'..='\u{2064}' | '\u{206A}'..='\u{206F}'
        | '\u{E0000}'..='\u{E001F}')
}

/// What is drawn on top of the character before it.
pub(super) fn is_mark(c: char) -> bool {
    if c < '\u{300}' {
        return false;
    }
    matches!(c, '\u{1F3FB}'..='\u{1F3FF}' | '\u{E0020}'..='\u{E007F}')
        || matches!(
            CodePointMapData::<GeneralCategory>::new().get(c),
            GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark
        )
}

/// The text with every line that turns the direction of writing kept to itself.
fn contained(text: String) -> String {
    if !text.chars().any(turns) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push('\n');
        }
        if line.chars().any(turns) {
            out.push(FSI);
            balanced(line, &mut out);
            out.push(PDI);
        } else {
            out.push_str(line);
        }
    }
    out
}

/// Letters that are written from right to left, and the characters that control direction.
fn turns(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8FF}' | '\u{200F}' | LRE..=RLO | LRI..=PDI | '\u{FB1D}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// An open embedding or isolate, and whether its sign was kept.
#[derive(Clone, Copy)]
struct Open {
    isolate: bool,
    kept: bool,
}

/// Adds a line in which everything that is opened is closed, and nothing is closed that was not opened.
///
/// Overrides go: they only make a text read as what it is not, such as the ending of a file name.
fn balanced(line: &str, out: &mut String) {
    let mut open: Vec<Open> = Vec::new();
    let (mut isolates, mut depth) = (0_usize, 0_usize);
    let close = |what: Open, depth: &mut usize, out: &mut String| {
        if what.kept {
            *depth -= 1;
            out.push(if what.isolate { PDI } else { PDF });
        }
    };
    for c in line.chars() {
        match c {
            LRI | RLI | FSI | LRE | RLE | LRO | RLO => {
                let isolate = matches!(c, LRI..=FSI);
                let kept = depth < DEPTH && !matches!(c, LRO | RLO);
                if kept {
                    depth += 1;
                    out.push(c);
                }
                isolates += usize::from(isolate);
                open.push(Open { isolate, kept });
            }
            PDI if isolates > 0 => {
                while let Some(last) = open.pop() {
                    close(last, &mut depth, out);
                    if last.isolate {
                        isolates -= 1;
                        break;
                    }
                }
            }
            PDF if open.last().is_some_and(|last| !last.isolate) => {
                if let Some(last) = open.pop() {
                    close(last, &mut depth, out);
                }
            }
            PDI | PDF => {}
            c => out.push(c),
        }
    }
    while let Some(last) = open.pop() {
        close(last, &mut depth, out);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_line_end_is_one_line_end() {
        assert_eq!(
            normalize("a\r\nb\rc\u{2028}d\u{2029}e\u{85}f\u{B}g\u{C}h\ni"),
            "a\nb\nc\nd\ne\nf\ng\nh\ni"
        );
        assert_eq!(normalize("a\n\r\nb"), "a\n\nb");
        assert_eq!(normalize("\n\n  a \n\n"), "  a");
    }

    #[test]
    fn controls_go_and_tabs_are_spaces() {
        assert_eq!(normalize("a\u{0}\u{1b}[31mb\tc\u{7f}\u{9b}d"), "a[31mb cd");
        assert_eq!(normalize("\u{FEFF}a\u{2060}b\u{FFF9}c"), "abc");
        assert_eq!(normalize("hidden\u{E0041}\u{E0042}"), "hidden");
        let scotland = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}";
        assert_eq!(normalize(scotland), scotland);
    }

    #[test]
    fn towers_of_marks_are_cut() {
        let tower = format!("Z{}!", "\u{301}".repeat(5_000));
        assert_eq!(normalize(&tower), format!("Z{}!", "\u{301}".repeat(8)));
        let tones = format!("👍{}", "\u{1F3FD}".repeat(100));
        assert_eq!(
            normalize(&tones),
            format!("👍{}", "\u{1F3FD}".repeat(MARKS))
        );
        let chain = normalize(&"👨\u{200D}".repeat(1_000));
        for cluster in chain.graphemes(true) {
            assert!(cluster.matches(JOINER).count() <= JOINS);
        }
        // Not a chain: each pair is joined for itself.
        let pairs = "👩\u{200D}🚀 ".repeat(20);
        assert_eq!(normalize(&pairs), pairs.trim_end());
        let longest = "👩🏽\u{200D}❤\u{FE0F}\u{200D}💋\u{200D}👨🏿";
        assert_eq!(normalize(longest), longest);
    }

    #[test]
    fn folds_by_characters_and_lines() {
        let cut = fold("abcdef", 3, 10);
        assert_eq!((cut.shown.as_str(), cut.more), ("abc", true));
        let whole = fold("abc", 3, 10);
        assert_eq!((whole.shown.as_str(), whole.more), ("abc", false));
        let blank = fold("abc  \n \n", 3, 1);
        assert_eq!((blank.shown.as_str(), blank.more), ("abc", false));
        let lines = fold("a\nb\nc\nd", 100, 2);
        assert_eq!((lines.shown.as_str(), lines.more), ("a\nb", true));
        let none = fold("a", 0, 0);
        assert_eq!((none.shown.as_str(), none.more), ("", true));
    }

    #[test]
    fn folds_between_whole_characters() {
        assert_eq!(fold("ab👨\u{200D}👩\u{200D}👧c", 4, 9).shown, "ab");
        assert_eq!(fold("abe\u{301}f", 3, 9).shown, "ab");
        assert_eq!(fold("a🇩🇪🇫🇷", 4, 9).shown, "a🇩🇪");
        // One character that alone is too long is not worth an empty message.
        assert_eq!(fold("👨\u{200D}👩\u{200D}👧", 3, 9).shown, "👨\u{200D}👩");
    }

    #[test]
    fn direction_stays_in_its_line() {
        assert_eq!(normalize("abc"), "abc");
        assert_eq!(normalize("abc\nשלום"), "abc\n\u{2068}שלום\u{2069}");
        // Opened and never closed.
        assert_eq!(
            normalize("a\u{2067}b\u{202B}c"),
            "\u{2068}a\u{2067}b\u{202B}c\u{202C}\u{2069}\u{2069}"
        );
        // Closed and never opened: out of the bubble.
        assert_eq!(normalize("a\u{2069}\u{202C}b"), "\u{2068}ab\u{2069}");
        // An isolate closes what was opened within it; a PDF does not reach out of it.
        assert_eq!(
            normalize("\u{2066}\u{202A}a\u{2069}b"),
            "\u{2068}\u{2066}\u{202A}a\u{202C}\u{2069}b\u{2069}"
        );
        assert_eq!(
            normalize("\u{202A}\u{2066}a\u{202C}b\u{2069}\u{202C}"),
            "\u{2068}\u{202A}\u{2066}ab\u{2069}\u{202C}\u{2069}"
        );
    }

    #[test]
    fn overrides_go() {
        assert_eq!(
            normalize("photo\u{202E}gpj.exe\u{202C}!"),
            "\u{2068}photogpj.exe!\u{2069}"
        );
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = normalize(&"\u{2067}".repeat(500_000));
        assert_eq!(deep.matches(RLI).count(), DEPTH);
        assert_eq!(deep.matches(PDI).count(), DEPTH + 1);
    }

    #[test]
    fn a_mebibyte_of_anything_is_bearable() {
        for unit in [
            "\u{301}",
            "\u{200D}",
            "\u{2067}",
            "\u{202B}\u{2069}",
            "\n",
            "🇩",
            "😀\u{200D}",
            "א\n",
        ] {
            let hostile = unit.repeat((1 << 20) / unit.len());
            assert!(normalize(&hostile).len() <= 4 * hostile.len() + 64);
            assert!(fold(&hostile, 3_000, 60).shown.chars().count() <= 3_200);
        }
    }

    /// Text in which what is dangerous is frequent.
    pub(crate) fn nasty() -> impl Strategy<Value = String> {
        let character = prop_oneof![
            4 => any::<char>(),
            2 => prop::char::range('\u{2028}', '\u{202E}'),
            2 => prop::char::range('\u{2066}', '\u{2069}'),
            2 => prop::char::range('\u{300}', '\u{302}'),
            2 => prop::sample::select(vec!['\u{200D}', '\u{FE0F}', '\u{20E3}', '\r', '\n', '👨', '🇩', '1', 'a', 'א', '中']),
        ];
        prop::collection::vec(character, 0..60).prop_map(|chars| chars.into_iter().collect())
    }

    proptest! {
        #[test]
        fn the_rules_hold_for_every_line(body in nasty(), chars in 0_usize..40, lines in 0_usize..5) {
            let folded = fold(&body, chars, lines);
            prop_assert!(folded.shown.lines().count() <= lines.max(1));
            for line in folded.shown.split('\n') {
                prop_assert!(!line.chars().any(|c| c.is_control() || matches!(c, LRO | RLO)));
                let mut open = Vec::new();
                for c in line.chars() {
                    match c {
                        LRI | RLI | FSI => open.push(PDI),
                        LRE | RLE => open.push(PDF),
                        PDI | PDF => prop_assert_eq!(open.pop(), Some(c)),
                        _ => {}
                    }
                }
                prop_assert!(open.is_empty());
                let mut marks = 0;
                for c in line.chars() {
                    marks = if is_mark(c) { marks + 1 } else { 0 };
                    prop_assert!(marks <= MARKS);
                }
            }
        }

        #[test]
        fn ordinary_text_is_left_alone(body in "[a-zA-Zéü中文、。0-9][a-zA-Zéü中文、。0-9 .,!\n]{0,80}[a-z]") {
            prop_assert_eq!(normalize(&body), body);
        }
    }
}
