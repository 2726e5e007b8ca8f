//! Emoji as people pick and type them: kinds, tones, and Chinese words beside the English names of the core.
//!
//! Plain data, no drawing.

mod chinese;

use std::ops::Range;

use oriole_core::text::emoji::{self, Emoji, Group, SkinTone};

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
    /// The name under which it can be typed, without colons; empty where it has none.
    pub name: &'static str,
}

/// The emoji of each kind, in the order in which people know them.
#[must_use]
pub fn kinds() -> Vec<Vec<&'static str>> {
    let mut kinds: Vec<(Group, Vec<&'static str>)> =
        Group::iter().map(|group| (group, Vec::new())).collect();
    for emoji in emoji::all() {
        let kind = kinds.iter_mut().find(|(group, _)| *group == emoji.group());
        if let Some((_, kind)) = kind {
            kind.push(emoji.as_str());
        }
    }
    kinds.into_iter().map(|(_, kind)| kind).collect()
}

/// The emoji of this name, as in `smile`.
#[must_use]
pub fn by_shortcode(name: &str) -> Option<&'static str> {
    emoji::by_shortcode(name).map(Emoji::as_str)
}

/// The emoji as it is known here, where a text is one.
#[must_use]
pub fn known(text: &str) -> Option<&'static str> {
    emoji::find(text).map(Emoji::as_str)
}

/// What an emoji is called, in English.
#[must_use]
pub fn name(emoji: &str) -> Option<&'static str> {
    emoji::find(emoji).map(Emoji::name)
}

/// The emoji in a tone, where it has tones.
#[must_use]
pub fn toned(emoji: &'static str, tone: Tone) -> &'static str {
    emoji::with_tone(emoji, tone.skin()).map_or(emoji, Emoji::as_str)
}

/// The emoji for a word, the best first: by its English names, or by Chinese words.
#[must_use]
pub fn search(query: &str, most: usize) -> Vec<Found> {
    let word = query.trim().trim_matches(':').to_lowercase();
    let found = emoji::search(query, most);
    if !found.is_empty() || word.is_ascii() {
        return found
            .into_iter()
            .map(|emoji| fitting(emoji, &word))
            .collect();
    }
    let mut found: Vec<(bool, &'static str)> = chinese::search(&word).collect();
    found.sort_by_key(|(whole, _)| !whole);
    let found = found
        .into_iter()
        .filter_map(|(_, emoji)| emoji::find(emoji));
    found
        .map(|emoji| fitting(emoji, &word))
        .take(most)
        .collect()
}

/// An emoji with that of its names that has the word in it.
fn fitting(emoji: &'static Emoji, word: &str) -> Found {
    let named = emoji.shortcodes().find(|name| name.contains(word));
    Found {
        emoji: emoji.as_str(),
        name: named.or_else(|| emoji.shortcode()).unwrap_or_default(),
    }
}

/// Where the emoji stand in a text, neighbours together.
#[must_use]
pub fn runs(text: &str) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    if text.is_ascii() {
        return runs;
    }
    for part in emoji::parts(text).filter(|part| part.emoji) {
        match runs.last_mut() {
            Some(last) if last.end == part.range.start => last.end = part.range.end,
            _ => runs.push(part.range),
        }
    }
    runs
}
