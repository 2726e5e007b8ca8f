//! Runs of one kind of script, because fonts are chosen by them.
//!
//! The bundled face has Latin, Greek and Cyrillic in four styles. Everything else comes from fonts of the system,
//! which rarely have italics: asked for them, the shaper draws boxes or gives up. And emoji are drawn in colour only
//! where the bundled emoji family is asked for by name.

use std::ops::Range;

use icu_properties::{CodePointMapData, props::Script as Property};
use unicode_segmentation::UnicodeSegmentation;

use super::emoji;

/// What fonts a run needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Script {
    /// Latin, Greek, Cyrillic: the bundled face has all of it, in all four styles.
    Western,
    /// Han, Kana, Hangul, Bopomofo, and full-width forms.
    Cjk,
    /// Emoji shown as pictures: the bundled emoji family, regular, upright.
    Emoji,
    /// Everything else: whatever the system has.
    Other,
}

impl Script {
    /// Whether a font with italics is certain to be there.
    #[must_use]
    pub fn has_italics(self) -> bool {
        self == Self::Western
    }
}

/// A part of a text in one script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What it is written in.
    pub script: Script,
}

/// The runs of a text, in order and without gaps. What belongs to no script (spaces, digits, punctuation) goes with
/// what is before it, or at the beginning with what follows; a text of nothing else is [`Script::Western`].
pub fn runs(text: &str) -> impl Iterator<Item = Run> + '_ {
    let mut clusters = text.grapheme_indices(true).peekable();
    let mut start = 0;
    let mut script: Option<Script> = None;
    let mut done = text.is_empty();
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        for (at, cluster) in clusters.by_ref() {
            let Some(next) = script_of(cluster) else {
                // A picture is not continued by letters, digits or spaces: its family may have none of them.
                if script == Some(Script::Emoji) {
                    script = Some(Script::Western);
                    let range = start..at;
                    start = at;
                    return Some(Run {
                        range,
                        script: Script::Emoji,
                    });
                }
                continue;
            };
            let before = script.replace(next);
            let leading = before.is_none() && next != Script::Emoji;
            if before == Some(next) || leading || at == start {
                continue;
            }
            let range = start..at;
            start = at;
            return Some(Run {
                range,
                script: before.unwrap_or(Script::Western),
            });
        }
        done = true;
        Some(Run {
            range: start..text.len(),
            script: script.unwrap_or(Script::Western),
        })
    })
}

/// The script of one character with its marks; none for what all scripts use.
fn script_of(cluster: &str) -> Option<Script> {
    if emoji::is_emoji(cluster) {
        return Some(Script::Emoji);
    }
    cluster.chars().next().and_then(script_of_char)
}

fn script_of_char(c: char) -> Option<Script> {
    if c.is_ascii() {
        return c.is_ascii_alphabetic().then_some(Script::Western);
    }
    if is_cjk(c) {
        return Some(Script::Cjk);
    }
    match CodePointMapData::<Property>::new().get(c) {
        Property::Common | Property::Inherited => None,
        Property::Latin | Property::Greek | Property::Cyrillic => Some(Script::Western),
        _ => Some(Script::Other),
    }
}

/// Whether a character is written with CJK fonts.
pub(super) fn is_cjk(c: char) -> bool {
    if c < '\u{1100}' {
        return false;
    }
    // Punctuation, enclosed and full-width forms belong to no script by themselves.
    if matches!(c, '\u{3000}'..='\u{303F}' | '\u{30FB}'..='\u{30FC}' | '\u{3190}'..='\u{33FF}' | '\u{FE30}'..='\u{FE4F}'
        | '\u{FF00}'..='\u{FFEF}')
    {
        return true;
    }
    matches!(
        CodePointMapData::<Property>::new().get(c),
        Property::Han
            | Property::Hiragana
            | Property::Katakana
            | Property::Hangul
            | Property::Bopomofo
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use proptest::prelude::*;

    use super::*;

    fn split(text: &str) -> Vec<(&str, Script)> {
        runs(text)
            .map(|run| (&text[run.range], run.script))
            .collect()
    }

    #[test]
    fn scripts_are_told_apart() {
        assert_eq!(
            split("Hello 世界, привет!"),
            [
                ("Hello ", Script::Western),
                ("世界, ", Script::Cjk),
                ("привет!", Script::Western)
            ]
        );
        assert_eq!(
            split("カタカナーひらがな한국어ㄅㄆ，ＡＢ"),
            [("カタカナーひらがな한국어ㄅㄆ，ＡＢ", Script::Cjk)]
        );
        assert_eq!(
            split("αβγ שלום नमस्ते"),
            [("αβγ ", Script::Western), ("שלום नमस्ते", Script::Other)]
        );
    }

    #[test]
    fn what_belongs_to_no_script_goes_with_its_neighbours() {
        assert_eq!(split("12 点"), [("12 点", Script::Cjk)]);
        assert_eq!(split("2026年11月"), [("2026年11月", Script::Cjk)]);
        assert_eq!(split("… 42!"), [("… 42!", Script::Western)]);
        assert_eq!(split(""), []);
    }

    #[test]
    fn emoji_keep_to_themselves() {
        assert_eq!(
            split("1👍🏽2 中😀。"),
            [
                ("1", Script::Western),
                ("👍🏽", Script::Emoji),
                ("2 ", Script::Western),
                ("中", Script::Cjk),
                ("😀", Script::Emoji),
                ("。", Script::Cjk)
            ]
        );
        assert_eq!(split("😀👨‍👩‍👧🇩🇪"), [("😀👨‍👩‍👧🇩🇪", Script::Emoji)]);
        assert_eq!(split("*1*"), [("*1*", Script::Western)]);
    }

    #[test]
    fn only_the_bundled_face_has_italics() {
        assert!(Script::Western.has_italics());
        for other in [Script::Cjk, Script::Emoji, Script::Other] {
            assert!(!other.has_italics());
        }
    }

    proptest! {
        #[test]
        fn runs_cover_the_text(text in "[a-z 中あ한1*#️⃣😀👍🏽🇩🇪‍אé。]{0,60}|\\PC{0,60}") {
            let mut end = 0;
            let mut before = None;
            for run in runs(&text) {
                prop_assert_eq!(run.range.start, end);
                prop_assert!(run.range.end > run.range.start);
                prop_assert!(text.is_char_boundary(run.range.end));
                let twice = before == Some(Script::Emoji) && run.script == Script::Emoji;
                prop_assert!(!twice);
                before = Some(run.script);
                end = run.range.end;
            }
            prop_assert_eq!(end, text.len());
        }
    }
}
