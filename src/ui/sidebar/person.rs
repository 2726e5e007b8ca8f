//! How somebody's presence is drawn and said.

use iced::{Color, Element, Theme};
use oriole_core::model::presence::{Presence, Show};

use crate::{
    i18n::Words,
    plain_text, style,
    widget::presence_mark::{PresenceMark, Shape},
};

/// The mark of a presence, on this ground.
pub fn mark<'a, Message: 'a>(show: Show, ground: fn(&Theme) -> Color) -> Element<'a, Message> {
    let (shape, color): (Shape, fn(&Theme) -> Color) = match show {
        Show::Online => (Shape::Full, |theme| style::tokens(theme).online),
        Show::Away | Show::Xa => (Shape::Half, |theme| style::tokens(theme).away),
        Show::Dnd => (Shape::Bar, |theme| style::tokens(theme).dnd),
        Show::Offline => (Shape::Ring, |theme| style::tokens(theme).off),
    };
    PresenceMark::new(shape, color, ground).into()
}

/// A presence in words, with their own words after it.
#[must_use]
pub fn presence_words(words: &Words, presence: &Presence) -> String {
    let show = match presence.show {
        Show::Online => words.get("presence-online"),
        Show::Away => words.get("presence-away"),
        Show::Xa => words.get("presence-xa"),
        Show::Dnd => words.get("presence-dnd"),
        Show::Offline => words.get("presence-offline"),
    };
    let status = plain_text::line(&presence.status, 120);
    if status.is_empty() {
        show
    } else {
        format!("{show} · {status}")
    }
}
