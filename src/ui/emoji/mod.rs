//! Emoji: which there are, what they are called, and how they are found.
//!
//! Plain data, no drawing. Only emoji that the bundled font can draw are offered.

mod chinese;

use std::ops::Range;

use emojis::{Emoji, EmojiVersion, Group, SkinTone};
use unicode_segmentation::UnicodeSegmentation;

/// Newer emoji than these are not offered: few people could see them.
const NEWEST: EmojiVersion = EmojiVersion::new(15, 0);

/// The colour of hands and faces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Yellow.
    #[default]
    None,
    /// Light.
    Light,
    /// Between light and medium.
    MediumLight,
    /// Medium.
    Medium,
    /// Between medium and dark.
    MediumDark,
    /// Dark.
    Dark,
}

impl Tone {
    /// Every tone.
    pub const ALL: [Self; 6] = [
        Self::None,
        Self::Light,
        Self::MediumLight,
        Self::Medium,
        Self::MediumDark,
        Self::Dark,
    ];

    /// The tone of this number.
    #[must_use]
    pub fn of_number(number: usize) -> Self {
        Self::ALL.get(number).copied().unwrap_or_default()
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> usize {
        Self::ALL.iter().position(|tone| *tone == self).unwrap_or(0)
    }

    fn skin(self) -> SkinTone {
        match self {
            Self::None => SkinTone::Default,
            Self::Light => SkinTone::Light,
            Self::MediumLight => SkinTone::MediumLight,
            Self::Medium => SkinTone::Medium,
            Self::MediumDark => SkinTone::MediumDark,
            Self::Dark => SkinTone::Dark,
        }
    }
}

/// An emoji that was searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The emoji.
    pub emoji: &'static str,
    /// The name under which it can be typed, without colons.
    pub name: &'static str,
}

/// The emoji of each kind, in the order in which people know them.
#[must_use]
pub fn kinds() -> Vec<Vec<&'static str>> {
    let of = |group: Group| group.emojis().filter(offered).map(Emoji::as_str).collect();
    Group::iter().map(of).collect()
}

/// The emoji of this name, as in `smile`.
#[must_use]
pub fn by_shortcode(name: &str) -> Option<&'static str> {
    emojis::get_by_shortcode(name)
        .filter(offered)
        .map(Emoji::as_str)
}

/// The emoji as it is known here, where a text is one.
#[must_use]
pub fn known(text: &str) -> Option<&'static str> {
    emojis::get(text).filter(offered).map(Emoji::as_str)
}

/// What an emoji is called, in English.
#[must_use]
pub fn name(emoji: &str) -> Option<&'static str> {
    emojis::get(emoji).map(Emoji::name)
}

/// The emoji in a tone, where it has tones.
#[must_use]
pub fn toned(emoji: &'static str, tone: Tone) -> &'static str {
    emojis::get(emoji)
        .and_then(|emoji| emoji.with_skin_tone(tone.skin()))
        .map_or(emoji, Emoji::as_str)
}

/// The emoji for a word, the best first: by its names and by Chinese words.
#[must_use]
pub fn search(query: &str, most: usize) -> Vec<Found> {
    let query = query.trim().trim_matches(':').to_lowercase();
    if query.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<(u8, Found)> = if query.is_ascii() {
        let words = query.replace('_', " ");
        let fits = |emoji| rank(emoji, &query, &words);
        emojis::iter().filter(offered).filter_map(fits).collect()
    } else {
        let named = |(whole, emoji): (bool, _)| {
            let emoji = emojis::get(emoji).filter(offered)?;
            Some((u8::from(!whole), found(emoji, emoji.shortcode()?)))
        };
        chinese::search(&query).filter_map(named).collect()
    };
    found.sort_by_key(|(rank, _)| *rank);
    found
        .into_iter()
        .map(|(_, found)| found)
        .take(most)
        .collect()
}

/// Where the emoji stand in a text, neighbours together.
#[must_use]
pub fn runs(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    if text.is_ascii() {
        return runs;
    }
    for (start, cluster) in text.grapheme_indices(true) {
        if cluster.is_ascii() || emojis::get(cluster).is_none() {
            continue;
        }
        let end = start + cluster.len();
        match runs.last_mut() {
            Some(last) if last.end == start => last.end = end,
            _ => runs.push(start..end),
        }
    }
    runs
}

fn offered(emoji: &&'static Emoji) -> bool {
    emoji.emoji_version() <= NEWEST
}

fn found(emoji: &'static Emoji, name: &'static str) -> Found {
    let emoji = emoji.as_str();
    Found { emoji, name }
}

/// How well an emoji fits, 0 the best.
fn rank(emoji: &'static Emoji, query: &str, words: &str) -> Option<(u8, Found)> {
    let first = emoji.shortcode()?;
    let by_name = emoji
        .shortcodes()
        .filter_map(|name| {
            let rank = match name.find(query)? {
                0 if name.len() == query.len() => 0,
                0 => 1,
                at if name.get(..at).is_some_and(|head| head.ends_with('_')) => 2,
                _ => 4,
            };
            Some((rank, name))
        })
        .min_by_key(|(rank, _)| *rank);
    let by_words = || {
        let name = emoji.name();
        let at = name.find(words)?;
        let start = name
            .get(..at)
            .is_some_and(|head| head.is_empty() || head.ends_with(' '));
        Some((if start { 3 } else { 5 }, first))
    };
    let (rank, name) = by_name.or_else(by_words)?;
    Some((rank, found(emoji, name)))
}
