//! The signs of the bundled icon font: names instead of code points.
//!
//! Signs are never alone with a meaning: what is pressed has words beside it or in its tooltip.

use iced::{
    Font,
    widget::text::{self, Text},
};

/// The face of the signs.
pub const ICONS: Font = Font::with_name("lucide");

/// A sign.
pub type Icon = char;

/// This sign, so many px high.
#[must_use]
pub fn icon<'a>(icon: Icon, size: f32) -> Text<'a, iced::Theme, iced::Renderer> {
    iced::widget::text(icon.to_string())
        .font(ICONS)
        .size(size)
        .line_height(text::LineHeight::Relative(1.0))
        .shaping(text::Shaping::Basic)
}

/// The program's settings.
pub const SETTINGS: Icon = '\u{E154}';
/// A new chat.
pub const WRITE: Icon = '\u{E172}';
/// Back to what was before.
pub const BACK: Icon = '\u{E06E}';
/// Something is unfolded, or unfolds.
pub const UNFOLDED: Icon = '\u{E06D}';
/// Something is folded.
pub const FOLDED: Icon = '\u{E06F}';
/// Chosen; one tick.
pub const CHECK: Icon = '\u{E06C}';
/// Two ticks.
pub const CHECKS: Icon = '\u{E38E}';
/// Waiting.
pub const CLOCK: Icon = '\u{E087}';
/// Something went wrong.
pub const ALERT: Icon = '\u{E077}';
/// Send.
pub const SEND: Icon = '\u{E4F2}';
/// Emoji.
pub const SMILE: Icon = '\u{E164}';
/// Close, dismiss.
pub const CLOSE: Icon = '\u{E1B2}';
/// Add a contact or an account.
pub const ADD_PERSON: Icon = '\u{E1A2}';
/// More.
pub const PLUS: Icon = '\u{E13D}';
/// Less.
pub const MINUS: Icon = '\u{E11C}';
/// Copy.
pub const COPY: Icon = '\u{E09E}';
/// Opens something elsewhere.
pub const LINK: Icon = '\u{E0B9}';
/// Try again.
pub const RETRY: Icon = '\u{E149}';
/// To the newest.
pub const DOWN: Icon = '\u{E042}';
/// Search.
pub const SEARCH: Icon = '\u{E151}';
/// Used lately.
pub const RECENT: Icon = '\u{E1F5}';
/// Colours.
pub const PALETTE: Icon = '\u{E1DD}';
/// The language.
pub const LANGUAGE: Icon = '\u{E0FE}';
/// The size of everything.
pub const ZOOM: Icon = '\u{E1B6}';
/// A certificate in doubt.
pub const SHIELD: Icon = '\u{E1FE}';
/// Light.
pub const SUN: Icon = '\u{E178}';
/// Dark.
pub const MOON: Icon = '\u{E11E}';
/// High contrast.
pub const CONTRAST: Icon = '\u{E09D}';
/// What draws the window.
pub const SCREEN: Icon = '\u{E11D}';
/// Notifications.
pub const BELL: Icon = '\u{E059}';
/// No notifications.
pub const BELL_OFF: Icon = '\u{E05A}';
