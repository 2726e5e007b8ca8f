//! How things look: the design's tokens as a theme, and the style functions that read them.
//!
//! Knows nothing of what is shown: no account, no message, no engine.

pub mod controls;
pub mod icons;
pub mod people;
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
        include_bytes!("../../../resources/icons/lucide.ttf").into(),
    ]
}

/// One of Oriole's themes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
    /// White on black, with every edge drawn.
    HighContrast,
}

impl Look {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::HighContrast];

    /// What the system asks for; light where it asks for nothing.
    #[must_use]
    pub fn of(mode: theme::Mode) -> Self {
        match mode {
            theme::Mode::Dark => Self::Dark,
            theme::Mode::Light | theme::Mode::None => Self::Light,
        }
    }

    /// Its tokens.
    #[must_use]
    pub fn tokens(self) -> &'static Tokens {
        match self {
            Self::Light => &tokens::LIGHT,
            Self::Dark => &tokens::DARK,
            Self::HighContrast => &tokens::HIGH_CONTRAST,
        }
    }

    /// Itself, as iced's theme.
    #[must_use]
    pub fn theme(self) -> Theme {
        let name = match self {
            Self::Light => "Oriole Light",
            Self::Dark => "Oriole Dark",
            Self::HighContrast => "Oriole High Contrast",
        };
        let tokens = self.tokens();
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
}

/// Oriole's theme for what the system asks for; light where it asks for nothing.
#[must_use]
pub fn theme(mode: theme::Mode) -> Theme {
    Look::of(mode).theme()
}

/// The tokens of a theme.
#[must_use]
pub fn tokens(theme: &Theme) -> &'static Tokens {
    let palette = theme.extended_palette();
    let contrast = tokens::HIGH_CONTRAST.window;
    if !palette.is_dark {
        &tokens::LIGHT
    } else if palette.background.base.color == contrast {
        &tokens::HIGH_CONTRAST
    } else {
        &tokens::DARK
    }
}
