//! Texts of messages ready to be drawn, and long ones cut into pieces that each fit into a frame.
//!
//! A text is shaped and painted as a whole as soon as a corner of it is seen, so each piece becomes a row of its own.

use std::ops::Range;

use oriole_core::text::{
    links,
    normalize::normalize,
    runs::Script,
    spans::{self, Spans},
};
use unicode_segmentation::UnicodeSegmentation;

use crate::{
    style::{self, Tokens},
    widget::{
        rich_body::{Link, Span},
        virtual_list::Joint,
    },
};

/// The most of a piece, in characters.
pub const CHARS: usize = 600;
/// The most of a piece, in lines.
pub const LINES: usize = 12;

/// A text that is shown, with what was found in it, so that drawing parses nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The text.
    pub text: String,
    spans: Spans,
}

impl Shown {
    /// This text; where it is cut off, a link at its end may lack its end and is none.
    #[must_use]
    pub fn new(text: String, cut: bool) -> Self {
        let mut spans = spans::parse(&text);
        let end = text.trim_end_matches('\u{2069}').len();
        let last = spans.links.last().map(|link| link.range.end);
        if cut && last.is_some_and(|last| last >= end) {
            spans.links.pop();
            let links = spans.links.len();
            for span in &mut spans.spans {
                span.link = span.link.filter(|link| *link < links);
            }
        }
        Self { spans, text }
    }

    /// The links in it.
    #[must_use]
    pub fn links(&self) -> &[links::Link] {
        &self.spans.links
    }

    /// The text as runs in their faces and colours.
    #[must_use]
    pub fn spans(&self, tokens: &Tokens) -> Vec<Span<'_>> {
        let run = |part: &spans::Span| {
            let mut run = Span::new(self.text.get(part.range.clone()).unwrap_or_default());
            if part.script == Script::Emoji {
                run = run.font(style::EMOJI);
            }
            match part.link.and_then(|place| self.spans.links.get(place)) {
                Some(link) => run
                    .color(tokens.accent)
                    .link(Link::from(link.target.as_str())),
                None => run,
            }
        };
        self.spans.spans.iter().map(run).collect()
    }
}

/// A part of a long text.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// What is shown of it.
    pub shown: Shown,
    /// How it goes on from the piece before.
    pub joint: Joint,
}

/// A text in pieces, cut between its lines, and long lines between their words.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut all = Vec::new();
    let mut now = Growing::default();
    for line in text.split('\n') {
        let parts = parts(line);
        let last = parts.len().saturating_sub(1);
        for (number, range) in parts.into_iter().enumerate() {
            let part = line.get(range).unwrap_or_default();
            let chars = part.chars().count();
            let goes_on = number > 0;
            if goes_on || now.lines == LINES || now.chars + chars > CHARS {
                all.extend(std::mem::take(&mut now).done());
                now.goes_on = goes_on;
            }
            now.push(part, chars, last > 0, number < last);
        }
    }
    all.extend(now.done());
    all
}

/// A piece while it is being put together.
#[derive(Default)]
struct Growing {
    text: String,
    chars: usize,
    lines: usize,
    /// Whether it begins in the middle of a line.
    goes_on: bool,
    /// Whether it ends in the middle of a word.
    cut: bool,
}

impl Growing {
    fn push(&mut self, part: &str, chars: usize, apart: bool, cut: bool) {
        if self.lines > 0 {
            self.text.push('\n');
        }
        self.lines += 1;
        self.chars += chars;
        if apart {
            // What turned the direction of writing in the whole line does so in each part of it.
            self.text.push_str(&normalize(part));
            if part.ends_with(' ') {
                self.text.push(' ');
            }
        } else {
            self.text.push_str(part);
        }
        self.cut = cut && !part.ends_with(char::is_whitespace);
    }

    fn done(self) -> Option<Piece> {
        (self.lines > 0).then(|| Piece {
            shown: Shown::new(self.text, self.cut),
            joint: if self.goes_on {
                Joint::Text
            } else {
                Joint::Line
            },
        })
    }
}

/// Where a line is cut so that no part is too long: after a space where there is one.
fn parts(line: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let (mut start, mut chars) = (0, 0);
    // The last place after a space, and how many characters came before it.
    let mut space: Option<(usize, usize)> = None;
    for (at, cluster) in line.grapheme_indices(true) {
        if chars >= CHARS {
            let (end, before) = space.unwrap_or((at, chars));
            parts.push(start..end);
            (start, chars, space) = (end, chars - before, None);
        }
        chars += cluster.chars().count();
        if cluster == " " {
            space = Some((at + cluster.len(), chars));
        }
    }
    parts.push(start..line.len());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(String, Joint)> {
        let pieces = pieces(text).into_iter();
        pieces
            .map(|piece| (piece.shown.text, piece.joint))
            .collect()
    }

    /// The text as it is put together again.
    fn joined(text: &str) -> String {
        let mut whole = String::new();
        for (number, (text, joint)) in texts(text).into_iter().enumerate() {
            if number > 0 && joint == Joint::Line {
                whole.push('\n');
            }
            whole.push_str(&text);
        }
        whole
    }

    #[test]
    fn lines_are_kept_whole_and_words_in_long_lines() {
        for text in [
            "short".to_owned(),
            "line\n".repeat(399) + "end",
            "\n\na\n\n\n".repeat(40) + "end",
            "some words of it ".repeat(900) + "end",
            "无空格".repeat(2_000),
            format!("{}\n\n{}\nend", "word ".repeat(500), "x".repeat(3_000)),
        ] {
            assert_eq!(joined(&text), text);
            for (piece, _) in texts(&text) {
                assert!(piece.chars().count() <= CHARS + LINES);
                assert!(piece.split('\n').count() <= LINES);
            }
        }
    }

    #[test]
    fn characters_of_several_parts_are_not_taken_apart() {
        let family = "👨\u{200D}👩\u{200D}👧";
        for (piece, _) in texts(&family.repeat(700)) {
            assert!(piece.starts_with('👨') && piece.ends_with('👧'));
        }
    }

    #[test]
    fn a_line_from_the_right_is_contained_in_every_piece() {
        let text = normalize(&"שלום עולם ".repeat(300));
        let pieces = texts(&text);
        assert!(pieces.len() > 4);
        for (piece, _) in pieces {
            assert!(piece.starts_with('\u{2068}'), "{piece:?}");
            let opened = piece.matches('\u{2068}').count();
            assert_eq!(opened, piece.matches('\u{2069}').count());
        }
    }

    #[test]
    fn a_link_that_is_cut_off_opens_nothing() {
        let long = format!("https://example.org/{}", "a".repeat(900));
        let links = |shown: &Shown| shown.links().len();
        assert!(pieces(&long).iter().all(|piece| links(&piece.shown) == 0));
        let whole = format!("{} https://example.org/b", "word ".repeat(200));
        let found: usize = pieces(&whole).iter().map(|piece| links(&piece.shown)).sum();
        assert_eq!(found, 1);
        let cut = Shown::new("see https://example.org/a".to_owned(), true);
        assert_eq!(links(&cut), 0);
        assert_eq!(cut.spans(style::Look::Light.tokens()).len(), 2);
    }
}
