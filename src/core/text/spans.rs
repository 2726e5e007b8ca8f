//! What is in a shown text: links and scripts, in one flat list that a view draws without parsing anything.

use std::ops::Range;

use super::{
    links::{Link, links},
    runs::{Script, runs},
};

/// The most spans of one text. What comes after is one plain span.
pub const MOST_SPANS: usize = 2_000;

/// A part of a text that is drawn in one manner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What fonts it needs.
    pub script: Script,
    /// The link it belongs to, as an index into [`Spans::links`]. One link may have several spans.
    pub link: Option<usize>,
}

/// A text taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spans {
    /// All of the text, in order and without gaps; at most [`MOST_SPANS`].
    pub spans: Vec<Span>,
    /// The links that spans belong to, in order.
    pub links: Vec<Link>,
}

/// The spans of a text that has been made fit to be shown (see [`super::normalize::fold`]): ranges are bytes of it.
#[must_use]
pub fn parse(shown: &str) -> Spans {
    let mut links = links(shown);
    let mut spans: Vec<Span> = Vec::new();
    let mut next_link = 0;
    'text: for run in runs(shown) {
        let mut at = run.range.start;
        while at < run.range.end {
            if spans.len() + 1 == MOST_SPANS {
                spans.push(Span {
                    range: at..shown.len(),
                    script: Script::Other,
                    link: None,
                });
                links.retain(|link| link.range.start < at);
                break 'text;
            }
            while links
                .get(next_link)
                .is_some_and(|link| link.range.end <= at)
            {
                next_link += 1;
            }
            let (link, end) = match links.get(next_link) {
                Some(link) if link.range.start <= at => (Some(next_link), link.range.end),
                Some(link) => (None, link.range.start),
                None => (None, run.range.end),
            };
            let end = end.min(run.range.end);
            spans.push(Span {
                range: at..end,
                script: run.script,
                link,
            });
            at = end;
        }
    }
    Spans { spans, links }
}

/// The spans of a text, where its links are not needed.
#[must_use]
pub fn spans(shown: &str) -> Vec<Span> {
    parse(shown).spans
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use proptest::prelude::*;

    use super::*;
    use crate::text::normalize::{fold, normalize};

    #[test]
    fn links_and_scripts_are_joined() {
        let text = "看https://bücher.example/a👍，ok";
        let parsed = parse(text);
        let drawn: Vec<(&str, Script, Option<usize>)> = parsed
            .spans
            .iter()
            .map(|span| (&text[span.range.clone()], span.script, span.link))
            .collect();
        assert_eq!(
            drawn,
            [
                ("看", Script::Cjk, None),
                ("https://bücher.example/a", Script::Western, Some(0)),
                ("👍", Script::Emoji, None),
                ("，", Script::Cjk, None),
                ("ok", Script::Western, None),
            ]
        );
        assert_eq!(parsed.links.len(), 1);
        assert_eq!(spans(text), parsed.spans);
    }

    #[test]
    fn a_link_in_two_scripts_has_two_spans() {
        let text = "https://例子.测试/a";
        let parsed = parse(text);
        assert_eq!(parsed.spans.len(), 3);
        assert!(parsed.spans.iter().all(|span| span.link == Some(0)));
    }

    #[test]
    fn nothing_has_no_spans() {
        assert_eq!(parse(""), Spans::default());
    }

    #[test]
    fn spans_are_bounded() {
        let text = "a中https://a.example 😀".repeat(50_000);
        let parsed = parse(&text);
        assert_eq!(parsed.spans.len(), MOST_SPANS);
        let last = parsed.spans.last().unwrap();
        assert_eq!((last.range.end, last.link), (text.len(), None));
        assert!(
            parsed
                .links
                .iter()
                .all(|link| link.range.end <= last.range.start)
        );
        let used = parsed.spans.iter().filter_map(|span| span.link).max();
        assert!(used.unwrap() < parsed.links.len());
    }

    #[test]
    fn a_folded_mebibyte_is_bearable() {
        for unit in ["a中", "😀\u{200D}", "א", "https://a.example", "\u{202B}"] {
            let hostile = unit.repeat((1 << 20) / unit.len());
            let shown = fold(&hostile, 3_000, 60).shown;
            assert!(parse(&shown).spans.len() <= MOST_SPANS);
        }
    }

    proptest! {
        #[test]
        fn spans_cover_the_shown_text(body in "(https://a\\.example/|www\\.b\\.example|中|😀|👍🏽|a|1|א| |。|\n|é|\u{202E}|例子){0,40}|\\PC{0,80}") {
            let shown = normalize(&body);
            let parsed = parse(&shown);
            let mut end = 0;
            for span in &parsed.spans {
                prop_assert_eq!(span.range.start, end);
                prop_assert!(span.range.end > end);
                prop_assert!(shown.get(span.range.clone()).is_some());
                if let Some(link) = span.link {
                    let link = &parsed.links[link];
                    prop_assert!(link.range.start <= span.range.start && span.range.end <= link.range.end);
                }
                end = span.range.end;
            }
            prop_assert_eq!(end, shown.len());
            for (index, link) in parsed.links.iter().enumerate() {
                let covered: usize = parsed.spans.iter().filter(|span| span.link == Some(index)).map(|span| span.range.len()).sum();
                prop_assert_eq!(covered, link.range.len());
            }
        }
    }
}
