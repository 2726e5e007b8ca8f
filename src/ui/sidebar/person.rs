//! How somebody's presence is drawn and said.

use iced::{Color, Element, Theme};
use jid::BareJid;
use oriole_core::model::{
    account::Accent,
    presence::{Presence, Show},
};

use crate::{
    i18n::Words,
    plain_text,
    style::{self, people},
    widget::{
        avatar::{Avatar, avatar},
        presence_mark::{PresenceMark, Shape},
    },
};

/// The mark of a presence, on this ground.
pub fn mark<'a, Message: 'a>(show: Show, ground: fn(&Theme) -> Color) -> Element<'a, Message> {
    let (shape, color) = shape(show);
    PresenceMark::new(shape, color, ground).into()
}

/// Somebody's circle, with the mark of their presence, on this ground.
pub fn portrait(
    name: &str,
    address: &BareJid,
    diameter: f32,
    show: Show,
    ground: fn(&Theme) -> Color,
) -> Avatar {
    let (shape, color) = shape(show);
    plain_portrait(name, address, diameter).mark((shape, color, ground))
}

/// Somebody's circle.
pub fn plain_portrait(name: &str, address: &BareJid, diameter: f32) -> Avatar {
    avatar(plain_text::initials(name), address.as_str(), diameter)
}

/// The colour that tells an account apart, as it looks in this theme.
#[must_use]
pub fn accent_color(theme: &Theme, accent: Accent) -> Color {
    let hue = match accent {
        Accent::Green => 135.0,
        Accent::Teal => 190.0,
        Accent::Blue => 245.0,
        Accent::Violet => 285.0,
        Accent::Rose => 350.0,
        Accent::Orange => 35.0,
    };
    people::color(hue, f64::from(style::tokens(theme).tag))
}

fn shape(show: Show) -> (Shape, fn(&Theme) -> Color) {
    match show {
        Show::Online => (Shape::Full, |theme| style::tokens(theme).online),
        Show::Away | Show::Xa => (Shape::Half, |theme| style::tokens(theme).away),
        Show::Dnd => (Shape::Bar, |theme| style::tokens(theme).dnd),
        Show::Offline => (Shape::Ring, |theme| style::tokens(theme).off),
    }
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
