//! How panes, cards and text look.

use iced::{
    Border, Color, Radians, Theme,
    border::Radius,
    gradient::Linear,
    widget::{container, rule, text},
};

use super::{Tokens, tokens, tokens::radius};

fn surface(background: Color, text: Color) -> container::Style {
    container::Style {
        text_color: Some(text),
        background: Some(background.into()),
        ..container::Style::default()
    }
}

fn rounded(color: Color, width: f32, radius: f32) -> Border {
    Border {
        color,
        width,
        radius: Radius::from(radius),
    }
}

/// Behind the conversation and the forms.
#[must_use]
pub fn window(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    surface(t.window, t.text)
}

/// Behind the chat list.
#[must_use]
pub fn side(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    surface(t.side, t.text)
}

/// Headers and the composer.
#[must_use]
pub fn panel(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    surface(t.panel, t.text)
}

/// The green of the welcome, the same in every theme.
#[must_use]
pub fn brand(_theme: &Theme) -> container::Style {
    let (above, below) = tokens::BRAND;
    container::Style {
        text_color: Some(tokens::ON_BRAND),
        background: Some(
            Linear::new(Radians(std::f32::consts::PI * 0.94))
                .add_stop(0.0, above)
                .add_stop(1.0, below)
                .into(),
        ),
        ..container::Style::default()
    }
}

/// Less important text on the green.
#[must_use]
pub fn on_brand_sub(_theme: &Theme) -> text::Style {
    colored(tokens::ON_BRAND_SUB)
}

/// A message of ours.
#[must_use]
pub fn bubble_out(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    container::Style {
        border: rounded(t.out_line, 1.0, radius::BUBBLE),
        ..surface(t.out, t.text)
    }
}

/// A message of somebody else.
#[must_use]
pub fn bubble_in(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    container::Style {
        border: rounded(t.line, 1.0, radius::BUBBLE),
        ..surface(t.incoming, t.text)
    }
}

/// A message of ours that did not get there.
#[must_use]
pub fn bubble_failed(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    container::Style {
        border: rounded(t.danger, 1.0, radius::BUBBLE),
        ..surface(t.panel, t.text)
    }
}

/// A note, a day heading.
#[must_use]
pub fn chip(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    container::Style {
        border: rounded(Color::TRANSPARENT, 0.0, radius::ROW),
        ..surface(t.chip, t.sub)
    }
}

/// An error that stays until it is dismissed.
#[must_use]
pub fn alert(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    container::Style {
        border: rounded(t.danger, 1.0, radius::ROW),
        ..surface(t.panel, t.text)
    }
}

/// A card: a contact request, the facts of a certificate.
#[must_use]
pub fn card(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    container::Style {
        border: rounded(t.line, 1.0, radius::CARD),
        ..surface(t.panel, t.text)
    }
}

/// A dialog. Without a shadow: the software renderer paints one over what is around it at every partial repaint.
#[must_use]
pub fn dialog(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    container::Style {
        border: rounded(t.line, 1.0, radius::DIALOG),
        ..surface(t.panel, t.text)
    }
}

/// A menu.
#[must_use]
pub fn menu(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    container::Style {
        border: rounded(t.line, 1.0, radius::CARD),
        ..surface(t.panel, t.text)
    }
}

/// What dims the rest while a dialog is open.
#[must_use]
pub fn scrim(_theme: &Theme) -> container::Style {
    container::Style {
        background: Some(Color::from_rgba8(12, 20, 16, 0.42).into()),
        ..container::Style::default()
    }
}

/// The unread count.
#[must_use]
pub fn badge(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    container::Style {
        border: rounded(Color::TRANSPARENT, 0.0, radius::ROW),
        ..surface(t.badge, t.on_badge)
    }
}

/// A small sign in the colour of actions, filled.
#[must_use]
pub fn filled(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    container::Style {
        border: rounded(Color::TRANSPARENT, 0.0, radius::ROW),
        ..surface(t.accent, t.on_accent)
    }
}

/// The round sign of a step that went well.
#[must_use]
pub fn step_ok(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    container::Style {
        border: rounded(Color::TRANSPARENT, 0.0, radius::CARD),
        ..surface(t.ok, t.panel)
    }
}

/// The round sign of a step that failed.
#[must_use]
pub fn step_failed(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    container::Style {
        border: rounded(Color::TRANSPARENT, 0.0, radius::CARD),
        ..surface(t.danger, t.panel)
    }
}

/// The round sign of a step that was not tried.
#[must_use]
pub fn step_waiting(theme: &Theme) -> container::Style {
    let t = tokens(theme);
    container::Style {
        border: rounded(t.faint, 1.0, radius::CARD),
        ..surface(t.chip, t.sub)
    }
}

/// A hairline.
#[must_use]
pub fn line(theme: &Theme) -> rule::Style {
    rule::Style {
        color: tokens(theme).line,
        radius: Radius::from(0.0),
        fill_mode: rule::FillMode::Full,
        snap: true,
    }
}

/// The line before what is unread.
#[must_use]
pub fn amber_line(theme: &Theme) -> rule::Style {
    rule::Style {
        color: tokens(theme).amber_line,
        ..line(theme)
    }
}

fn colored(color: Color) -> text::Style {
    text::Style { color: Some(color) }
}

macro_rules! text_styles {
    ($($(#[$doc:meta])* $name:ident: $token:ident),* $(,)?) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name(theme: &Theme) -> text::Style {
                let t: &Tokens = tokens(theme);
                colored(t.$token)
            }
        )*
    };
}

text_styles! {
    /// Text to be read.
    body: text,
    /// Secondary text.
    sub: sub,
    /// Times and hints.
    faint: faint,
    /// What went wrong.
    danger: danger,
    /// What asks for attention.
    amber: amber,
    /// What can be done.
    accent: accent,
    /// What went well.
    ok: ok,
}
