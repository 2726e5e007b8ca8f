//! How things look: the design's tokens as a theme, and the style functions that read them.
//!
//! Knows nothing of what is shown: no account, no message, no engine.

pub mod controls;
pub mod surfaces;
pub mod tokens;

use std::borrow::Cow;

use iced::{
    Font, Theme,
    font::{Family, Weight},
    theme::{self, Palette},
};

pub use tokens::Tokens;

/// The name of the bundled family.
pub const FAMILY: &str = "Inter";
/// The face of nearly everything.
pub const REGULAR: Font = Font::with_name(FAMILY);
/// The face of names and titles.
pub const BOLD: Font = Font {
    family: Family::Name(FAMILY),
    weight: Weight::Bold,
    ..Font::DEFAULT
};

/// The face of emoji.
pub const EMOJI: Font = Font::with_name("Oriole Emoji");

/// The bundled faces. All four must be loaded before any text is shaped.
#[must_use]
pub fn fonts() -> Vec<Cow<'static, [u8]>> {
    vec![
        include_bytes!("../../../resources/fonts/Inter-Regular.otf").into(),
        include_bytes!("../../../resources/fonts/Inter-Bold.otf").into(),
        include_bytes!("../../../resources/fonts/Inter-Italic.otf").into(),
        include_bytes!("../../../resources/fonts/Inter-BoldItalic.otf").into(),
        include_bytes!("../../../resources/fonts/OrioleEmoji.ttf").into(),
    ]
}

/// Oriole's theme for what the system asks for; light where it asks for nothing.
#[must_use]
pub fn theme(mode: theme::Mode) -> Theme {
    let (name, tokens) = match mode {
        theme::Mode::Dark => ("Oriole Dark", tokens::DARK),
        theme::Mode::Light | theme::Mode::None => ("Oriole Light", tokens::LIGHT),
    };
    Theme::custom(
        name,
        Palette {
            background: tokens.window,
            text: tokens.text,
            primary: tokens.accent,
            success: tokens.ok,
            warning: tokens.amber,
            danger: tokens.danger,
        },
    )
}

/// The tokens of a theme.
#[must_use]
pub fn tokens(theme: &Theme) -> &'static Tokens {
    if theme.extended_palette().is_dark {
        &tokens::DARK
    } else {
        &tokens::LIGHT
    }
}
