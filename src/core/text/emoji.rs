//! Emoji: which parts of a text are pictures, and finding one by its name.
//!
//! A text says by itself what is a picture: most emoji always are, some characters only with U+FE0F after them
//! (UTS #51). Digits, `#` and `*` are never pictures by themselves, although the standard counts them as emoji.

use std::ops::Range;

pub use emojis::{Emoji, Group, SkinTone};
use icu_properties::{
    CodePointSetData,
    props::{EmojiPresentation, ExtendedPictographic},
};
use unicode_segmentation::UnicodeSegmentation;

const PICTURE: char = '\u{FE0F}';
const TEXT: char = '\u{FE0E}';
const JOINER: char = '\u{200D}';
const KEYCAP: char = '\u{20E3}';
/// The newest version of emoji that the bundled font draws; newer ones are not offered.
const DRAWN: u32 = 17;
/// No emoji is longer, in bytes.
const LONGEST: usize = 64;
/// No short code is longer, in bytes.
const LONGEST_NAME: usize = 64;

/// A part of a text: one emoji, or what is between emoji.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Whether it is one emoji, with all its modifiers and joined parts.
    pub emoji: bool,
}

/// A text split into emoji, one by one, and the rest, in order and without gaps.
pub fn parts(text: &str) -> impl Iterator<Item = Part> + '_ {
    let mut clusters = text.grapheme_indices(true).peekable();
    std::iter::from_fn(move || {
        let (start, first) = clusters.next()?;
        let mut end = start + first.len();
        let emoji = is_emoji(first);
        while let Some((at, next)) = clusters.next_if(|(_, next)| !emoji && !is_emoji(next)) {
            end = at + next.len();
        }
        Some(Part {
            range: start..end,
            emoji,
        })
    })
}

/// Whether one character, given with all that belongs to it (a grapheme cluster, UAX #29), is shown as a picture.
#[must_use]
pub fn is_emoji(cluster: &str) -> bool {
    let mut chars = cluster.chars();
    let Some(first) = chars.next() else {
        return false;
    };
    let second = chars.next();
    match first {
        '0'..='9' | '#' | '*' => {
            let cap = if second == Some(PICTURE) {
                chars.next()
            } else {
                second
            };
            return cap == Some(KEYCAP) && chars.next().is_none();
        }
        // Letters that make flags; one without a partner is a boxed letter.
        '\u{1F1E6}'..='\u{1F1FF}' => return true,
        '\u{A9}' | '\u{AE}' | '\u{203C}'.. => {}
        _ => return false,
    }
    if !CodePointSetData::new::<ExtendedPictographic>().contains(first)
        && !CodePointSetData::new::<EmojiPresentation>().contains(first)
    {
        return false;
    }
    match second {
        Some(TEXT) => false,
        Some(PICTURE | JOINER | '\u{1F3FB}'..='\u{1F3FF}') => known(first),
        _ => known(first) && pictured_alone(first),
    }
}

/// Whether there is an emoji of this character at all: the property is also set for characters yet to be defined.
fn known(first: char) -> bool {
    emojis::get(first.encode_utf8(&mut [0; 4])).is_some()
        || matches!(first, '\u{1F3FB}'..='\u{1F3FF}' | '\u{1F9B0}'..='\u{1F9B3}')
}

/// Whether it is a picture without being asked for. Beyond the standard, so are the hearts, suns and hands that people
/// have always typed and mean as pictures.
fn pictured_alone(first: char) -> bool {
    match first {
        '\u{2640}' | '\u{2642}' | '\u{2714}' | '\u{2716}' | '\u{2733}' | '\u{2734}'
        | '\u{2747}' | '\u{27A1}' => false,
        '\u{2600}'..='\u{27BF}' | '\u{1F000}'.. => true,
        _ => CodePointSetData::new::<EmojiPresentation>().contains(first),
    }
}

/// How many emoji a body has, where it has nothing else but white space: such messages are shown larger.
#[must_use]
pub fn is_only_emoji(body: &str) -> Option<usize> {
    let mut count = 0;
    for cluster in body.graphemes(true) {
        if is_emoji(cluster) {
            count += 1;
        } else if !cluster.chars().all(char::is_whitespace) {
            return None;
        }
    }
    (count > 0).then_some(count)
}

/// The emoji of a short code, written with its colons or without: `:wave:`, `wave`.
#[must_use]
pub fn by_shortcode(code: &str) -> Option<&'static Emoji> {
    let name = code
        .strip_prefix(':')
        .and_then(|rest| rest.strip_suffix(':'))
        .unwrap_or(code);
    if name.len() > LONGEST_NAME {
        return None;
    }
    emojis::get_by_shortcode(name)
        .or_else(|| emojis::get_by_shortcode(&name.to_ascii_lowercase()))
        .or_else(|| (name == "-1").then(|| emojis::get("👎")).flatten())
}

/// The emoji that all words of a query fit, best first, at most `limit`: short codes before names, whole words before
/// beginnings, beginnings before the rest. A query that is an emoji finds itself; an empty one finds nothing.
///
/// Names are English: the tables have no other language.
#[must_use]
pub fn search(query: &str, limit: usize) -> Vec<&'static Emoji> {
    let query: String = query.chars().take(LONGEST_NAME).collect();
    let query = query.to_lowercase();
    let words: Vec<&str> = query
        .split(|c: char| c.is_whitespace() || matches!(c, ':' | '_'))
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        return Vec::new();
    }
    if let Some(itself) = find(query.trim()) {
        return std::iter::once(itself).take(limit).collect();
    }
    let mut found: Vec<(u32, &'static Emoji)> = all()
        .filter_map(|emoji| Some((rank(emoji, &query, &words)?, emoji)))
        .collect();
    // A stable sort: within a rank, the order of Unicode, which has the common ones first.
    found.sort_by_key(|(rank, _)| *rank);
    found
        .into_iter()
        .map(|(_, emoji)| emoji)
        .take(limit)
        .collect()
}

/// How well an emoji fits, lower is better; none where it does not.
fn rank(emoji: &Emoji, query: &str, words: &[&str]) -> Option<u32> {
    let whole = query.trim().trim_matches(':');
    let name = emoji.name().to_lowercase();
    if name == whole || emoji.shortcodes().any(|code| code == whole) {
        return Some(0);
    }
    let codes = || emoji.shortcodes().flat_map(|code| code.split('_'));
    let names = || name.split(|c: char| !c.is_alphanumeric());
    let mut worst = 0;
    for word in words {
        let fit = if codes().any(|part| part == *word) {
            1
        } else if names().any(|part| part == *word) {
            2
        } else if codes().any(|part| part.starts_with(word)) {
            3
        } else if names().any(|part| part.starts_with(word)) {
            4
        } else if name.contains(word) || emoji.shortcodes().any(|code| code.contains(word)) {
            5
        } else {
            return None;
        };
        worst = worst.max(fit);
    }
    Some(worst)
}

/// What is known about an emoji, whether it is written with U+FE0F or without.
#[must_use]
pub fn find(emoji: &str) -> Option<&'static Emoji> {
    if emoji.len() > LONGEST {
        return None;
    }
    emojis::get(emoji)
}

/// All emoji that can be drawn, in the order of Unicode, each in its default skin tone.
pub fn all() -> impl Iterator<Item = &'static Emoji> {
    emojis::iter().filter(|emoji| emoji.emoji_version().major() <= DRAWN)
}

/// The same emoji in another skin tone; none where it has no tones.
#[must_use]
pub fn with_tone(emoji: &str, tone: SkinTone) -> Option<&'static Emoji> {
    find(emoji)?.with_skin_tone(tone)
}

/// A short code that ends where the caret is, as `:wave:` just typed: its bytes and its emoji.
#[must_use]
pub fn completed(before_caret: &str) -> Option<(Range<usize>, &'static Emoji)> {
    let name = open(before_caret.strip_suffix(':')?)?;
    let emoji = by_shortcode(before_caret.get(name.clone())?)?;
    Some((name.start - 1..before_caret.len(), emoji))
}

/// The name that is being typed after a colon, as the bytes of `wa` in `Hello :wa`; none where the colon belongs to
/// something else, as in `12:30` or `https:`.
#[must_use]
pub fn open(before_caret: &str) -> Option<Range<usize>> {
    let mut start = before_caret.len();
    for (at, c) in before_caret.char_indices().rev().take(LONGEST_NAME + 1) {
        if c == ':' {
            let before = before_caret.get(..at)?.chars().next_back();
            let free = before.is_none_or(|c| !c.is_ascii_alphanumeric() && c != ':');
            return (free && start < before_caret.len()).then_some(start..before_caret.len());
        }
        if !(c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-')) {
            return None;
        }
        start = at;
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use proptest::prelude::*;

    use super::*;

    fn split(text: &str) -> Vec<(&str, bool)> {
        parts(text)
            .map(|part| (&text[part.range], part.emoji))
            .collect()
    }

    #[test]
    fn all_emoji_of_unicode_are_emoji() {
        assert!(all().count() > 1_900);
        assert!(all().count() < emojis::iter().count());
        for emoji in emojis::iter() {
            assert!(is_emoji(emoji.as_str()), "{emoji} {}", emoji.name());
            assert_eq!(is_only_emoji(emoji.as_str()), Some(1), "{emoji}");
            for tone in emoji.skin_tones().into_iter().flatten() {
                assert_eq!(is_only_emoji(tone.as_str()), Some(1), "{tone}");
            }
        }
    }

    #[test]
    fn letters_digits_and_signs_are_not() {
        for text in [
            "",
            "a",
            "é",
            "中",
            "1",
            "#",
            "*",
            "12",
            "©",
            "®",
            "™",
            "→",
            "↔",
            "♀",
            "✓",
            "☎\u{FE0E}",
            "❤\u{FE0E}",
            "①",
            "\u{FE0F}",
            "\u{200D}",
            "a\u{FE0F}",
            "1\u{FE0F}",
            "‼",
            "\u{1FAFF}",
        ] {
            assert!(!is_emoji(text), "{text:?}");
            assert_eq!(is_only_emoji(text), None, "{text:?}");
        }
    }

    #[test]
    fn signs_asked_for_as_pictures_are() {
        for text in [
            "©\u{FE0F}",
            "☎\u{FE0F}",
            "❤",
            "☺",
            "☀",
            "1\u{FE0F}\u{20E3}",
            "1\u{20E3}",
            "#\u{20E3}",
            "🕊",
            "👍🏿",
            "🇨🇶",
            "🇽🇽",
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
            "👨‍👩‍👧‍👦",
            "🐦‍⬛",
            "❤️‍🔥",
        ] {
            assert!(is_emoji(text), "{text:?}");
        }
    }

    #[test]
    fn texts_are_split_at_whole_emoji() {
        assert_eq!(
            split("Hi 👍🏽👨‍👩‍👧‍👦 1️⃣1, 🇩🇪🇫🇷"),
            [
                ("Hi ", false),
                ("👍🏽", true),
                ("👨‍👩‍👧‍👦", true),
                (" ", false),
                ("1️⃣", true),
                ("1, ", false),
                ("🇩🇪", true),
                ("🇫🇷", true)
            ]
        );
        assert_eq!(split(""), []);
    }

    #[test]
    fn messages_of_emoji_alone_are_counted() {
        assert_eq!(is_only_emoji("😀"), Some(1));
        assert_eq!(is_only_emoji(" 😀 👍🏽\n🐦‍⬛"), Some(3));
        assert_eq!(is_only_emoji("😀!"), None);
        assert_eq!(is_only_emoji("  "), None);
    }

    #[test]
    fn short_codes_are_found() {
        assert_eq!(by_shortcode(":wave:").unwrap().as_str(), "👋");
        assert_eq!(by_shortcode("thumbsup").unwrap().as_str(), "👍");
        assert_eq!(by_shortcode("+1").unwrap().as_str(), "👍");
        assert_eq!(by_shortcode(":-1:").unwrap().as_str(), "👎");
        assert_eq!(by_shortcode("WAVE").unwrap().as_str(), "👋");
        assert!(by_shortcode("").is_none());
        assert!(by_shortcode(&"a".repeat(1 << 20)).is_none());
    }

    #[test]
    fn searching_puts_the_best_first() {
        assert_eq!(search("heart", 5)[0].as_str(), "❤\u{FE0F}");
        assert_eq!(search(":tada", 5)[0].as_str(), "🎉");
        assert!(search("cat", 5).iter().any(|emoji| emoji.as_str() == "🐈"));
        assert!(search("smil", 50).len() > 5);
        assert_eq!(search("flag germany", 5)[0].as_str(), "🇩🇪");
        assert_eq!(search("👍", 5)[0].as_str(), "👍");
        assert_eq!(search("a", 7).len(), 7);
        assert!(search("  ", 5).is_empty());
        assert!(search("xyzzy", 5).is_empty());
        assert!(search("heart", 0).is_empty());
    }

    #[test]
    fn tones_are_found() {
        assert_eq!(with_tone("👍", SkinTone::Medium).unwrap().as_str(), "👍🏽");
        assert_eq!(with_tone("👍🏿", SkinTone::Default).unwrap().as_str(), "👍");
        assert!(with_tone("😀", SkinTone::Medium).is_none());
        assert!(find("👍").unwrap().skin_tones().unwrap().count() == 6);
    }

    #[test]
    fn codes_being_typed_are_found() {
        let (range, emoji) = completed("Hello :wave:").unwrap();
        assert_eq!((range, emoji.as_str()), (6..12, "👋"));
        assert_eq!(completed("中:+1:").unwrap().0, 3..7);
        for text in [
            "12:30:",
            "a:wave:",
            "::",
            ":nosuchname:",
            ":wave",
            "",
            ":",
            "é::wave:",
        ] {
            assert!(completed(text).is_none(), "{text}");
        }
        assert_eq!(open("Hello :wa"), Some(7..9));
        assert_eq!(open("(:smile"), Some(2..7));
        for text in ["12:30", "https:", ":", "", ":a b", "a:b", ":中"] {
            assert_eq!(open(text), None, "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn parts_cover_the_text(text in "[a1*#\u{FE0F}\u{20E3}\u{200D}😀👍🏽🇩🇪 中é]{0,40}|\\PC{0,40}") {
            let mut end = 0;
            for part in parts(&text) {
                prop_assert_eq!(part.range.start, end);
                prop_assert!(part.range.end > end);
                prop_assert_eq!(part.emoji, is_emoji(&text[part.range.clone()]));
                end = part.range.end;
            }
            prop_assert_eq!(end, text.len());
        }

        #[test]
        fn no_query_ends_the_program(text in "\\PC{0,80}") {
            let _ = (search(&text, 10), by_shortcode(&text), completed(&text), open(&text), find(&text));
        }
    }
}
