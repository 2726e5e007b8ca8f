//! Emoji where messages are written: the picker filled with words and with what was used last.
//!
//! What was used last and the tone are settings of the program. Draws nothing but the picker.

use iced::Element;

use crate::{
    action::Actions,
    emoji::{self, Tone},
    i18n::Words,
    widget::emoji_picker::{Labels, Message, Picker, table::Section},
    world::{Setting, World},
};

/// How many emoji used last are kept.
const MOST_RECENT: usize = 16;
/// How many are shown that were found.
const MOST_FOUND: usize = 200;
/// The signs of the sections: those used last, then each kind.
const SIGNS: [&str; 10] = ["🕒", "😀", "👋", "🐻", "🍎", "🚗", "⚽", "💡", "💯", "🏁"];

/// The tone in use.
#[must_use]
pub fn tone(world: &World) -> Tone {
    let number = world.setting(Setting::EmojiTone).parse();
    number.map_or(Tone::None, Tone::of_number)
}

/// Keeps the tone.
pub fn keep_tone(number: usize, world: &mut World, actions: &mut Actions) {
    let number = Tone::of_number(number).number();
    world.set(Setting::EmojiTone, number.to_string(), actions);
}

/// The emoji used last, the newest first.
#[must_use]
pub fn recent(world: &World) -> Vec<&'static str> {
    let kept = world.setting(Setting::EmojiRecent).split(' ');
    kept.filter_map(emoji::known).take(MOST_RECENT).collect()
}

/// Keeps that an emoji was used.
pub fn used(emoji: &'static str, world: &mut World, actions: &mut Actions) {
    let mut used = recent(world);
    if used.first() == Some(&emoji) {
        return;
    }
    used.retain(|other| *other != emoji);
    used.insert(0, emoji);
    used.truncate(MOST_RECENT);
    world.set(Setting::EmojiRecent, used.join(" "), actions);
}

/// What the picker shows for what is searched for; for nothing, all there is.
#[must_use]
pub fn sections(words: &Words, world: &World, query: &str) -> Vec<Section> {
    let tone = tone(world);
    if !query.trim().is_empty() {
        let found = emoji::search(query, MOST_FOUND);
        return vec![Section {
            heading: String::new(),
            emoji: found.iter().map(|f| emoji::toned(f.emoji, tone)).collect(),
        }];
    }
    let kinds = emoji::kinds().into_iter().map(|kind| match tone {
        Tone::None => kind,
        tone => kind.into_iter().map(|e| emoji::toned(e, tone)).collect(),
    });
    let all = std::iter::once(recent(world)).chain(kinds);
    headings(words)
        .into_iter()
        .zip(all)
        .map(|(heading, emoji)| Section { heading, emoji })
        .collect()
}

fn headings(words: &Words) -> [String; 10] {
    [
        words.get("emoji-recent"),
        words.get("emoji-smileys"),
        words.get("emoji-people"),
        words.get("emoji-nature"),
        words.get("emoji-food"),
        words.get("emoji-travel"),
        words.get("emoji-activities"),
        words.get("emoji-objects"),
        words.get("emoji-symbols"),
        words.get("emoji-flags"),
    ]
}

/// Draws the picker.
#[must_use]
pub fn view<'a>(picker: &'a Picker, words: &Words, world: &World) -> Element<'a, Message> {
    let name = picker.selected().and_then(emoji::name).unwrap_or_default();
    let labels = Labels {
        search: words.get("emoji-search"),
        nothing: words.get("emoji-nothing"),
        selected: name.to_owned(),
    };
    let hands = Tone::ALL.map(|tone| emoji::toned("✋", tone));
    picker.view(labels, &SIGNS, &hands, tone(world).number())
}
