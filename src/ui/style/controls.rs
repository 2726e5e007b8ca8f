//! How buttons, fields, lists to pick from and check boxes look.

use iced::{
    Background, Border, Color, Shadow, Theme,
    border::Radius,
    overlay::menu,
    widget::{button, checkbox, pick_list, radio, scrollable, text_editor, text_input},
};

use super::{Tokens, tokens, tokens::radius};

fn border(color: Color, width: f32, radius: f32) -> Border {
    Border {
        color,
        width,
        radius: Radius::from(radius),
    }
}

fn filled(background: Color, text: Color, radius: f32) -> button::Style {
    button::Style {
        background: Some(background.into()),
        text_color: text,
        border: border(Color::TRANSPARENT, 0.0, radius),
        shadow: Shadow::default(),
        snap: true,
    }
}

/// The one thing to do here.
#[must_use]
pub fn primary(theme: &Theme, status: button::Status) -> button::Style {
    let t = tokens(theme);
    let accent = match status {
        button::Status::Active => t.accent,
        button::Status::Hovered => mix(t.accent, t.text, 0.12),
        button::Status::Pressed => mix(t.accent, t.text, 0.24),
        button::Status::Disabled => {
            return button::Style {
                border: border(t.line, 1.0, radius::CONTROL),
                ..filled(t.chip, t.faint, radius::CONTROL)
            };
        }
    };
    filled(accent, t.on_accent, radius::CONTROL)
}

/// Something else to do here.
#[must_use]
pub fn secondary(theme: &Theme, status: button::Status) -> button::Style {
    let t = tokens(theme);
    let (background, text) = match status {
        button::Status::Active => (t.panel, t.text),
        button::Status::Hovered => (t.hover, t.text),
        button::Status::Pressed => (t.selected, t.text),
        button::Status::Disabled => (t.panel, t.faint),
    };
    button::Style {
        border: border(t.line, 1.0, radius::CONTROL),
        ..filled(background, text, radius::CONTROL)
    }
}

/// Something to do here that cannot be undone.
#[must_use]
pub fn destructive(theme: &Theme, status: button::Status) -> button::Style {
    let t = tokens(theme);
    let style = secondary(theme, status);
    match status {
        button::Status::Disabled => style,
        _ => button::Style {
            text_color: t.danger,
            border: border(t.danger, 1.0, radius::CONTROL),
            ..style
        },
    }
}

/// A round piece of this colour to pick, or an empty one.
#[must_use]
pub fn swatch(theme: &Theme, status: button::Status, color: Option<Color>) -> button::Style {
    let t = tokens(theme);
    let edge = match status {
        button::Status::Hovered | button::Status::Pressed => t.text,
        _ if color.is_none() => t.off,
        _ => Color::TRANSPARENT,
    };
    let sign = if color.is_some() { t.panel } else { t.text };
    button::Style {
        border: border(edge, 2.0, 16.0),
        ..filled(color.unwrap_or(Color::TRANSPARENT), sign, 16.0)
    }
}

/// Something to do in passing: words in the colour of actions.
#[must_use]
pub fn link(theme: &Theme, status: button::Status) -> button::Style {
    let t = tokens(theme);
    let background = match status {
        button::Status::Hovered | button::Status::Pressed => t.accent_soft,
        button::Status::Active | button::Status::Disabled => Color::TRANSPARENT,
    };
    filled(background, t.accent, radius::CONTROL)
}

/// Something to do that floats over what is read.
#[must_use]
pub fn floating(theme: &Theme, status: button::Status) -> button::Style {
    let t = tokens(theme);
    let background = match status {
        button::Status::Hovered | button::Status::Pressed => t.hover,
        button::Status::Active | button::Status::Disabled => t.panel,
    };
    button::Style {
        border: border(t.line, 1.0, radius::DIALOG),
        ..filled(background, t.accent, radius::DIALOG)
    }
}

/// A sign to press.
#[must_use]
pub fn sign(theme: &Theme, status: button::Status) -> button::Style {
    let t = tokens(theme);
    let (background, text) = match status {
        button::Status::Active => (Color::TRANSPARENT, t.sub),
        button::Status::Hovered => (t.hover, t.text),
        button::Status::Pressed => (t.selected, t.text),
        button::Status::Disabled => (Color::TRANSPARENT, t.off),
    };
    filled(background, text, radius::CONTROL)
}

/// A line of a menu.
#[must_use]
pub fn menu_line(theme: &Theme, status: button::Status) -> button::Style {
    let t = tokens(theme);
    let background = match status {
        button::Status::Hovered | button::Status::Pressed => t.selected,
        button::Status::Active | button::Status::Disabled => Color::TRANSPARENT,
    };
    filled(background, t.text, radius::CONTROL)
}

/// A row of a list.
pub fn row(selected: bool) -> impl Fn(&Theme, button::Status) -> button::Style {
    move |theme, status| {
        let t = tokens(theme);
        let background = match status {
            _ if selected => t.selected,
            button::Status::Hovered | button::Status::Pressed => t.hover,
            button::Status::Active | button::Status::Disabled => Color::TRANSPARENT,
        };
        filled(background, t.text, radius::ROW)
    }
}

/// A tab.
pub fn tab(selected: bool) -> impl Fn(&Theme, button::Status) -> button::Style {
    move |theme, status| {
        let t = tokens(theme);
        if selected {
            return button::Style {
                border: border(t.line, 1.0, radius::CONTROL),
                ..filled(t.panel, t.text, radius::CONTROL)
            };
        }
        let background = match status {
            button::Status::Hovered | button::Status::Pressed => t.hover,
            button::Status::Active | button::Status::Disabled => Color::TRANSPARENT,
        };
        filled(background, t.sub, radius::CONTROL)
    }
}

/// A field of one line.
#[must_use]
pub fn field(theme: &Theme, status: text_input::Status) -> text_input::Style {
    let t = tokens(theme);
    let (edge, value) = match status {
        text_input::Status::Focused { .. } => (border(t.accent, 2.0, radius::CONTROL), t.text),
        text_input::Status::Disabled => (border(t.line, 1.0, radius::CONTROL), t.sub),
        text_input::Status::Active | text_input::Status::Hovered => {
            (border(t.line, 1.0, radius::CONTROL), t.text)
        }
    };
    text_input::Style {
        background: if matches!(status, text_input::Status::Disabled) {
            t.chip.into()
        } else {
            t.panel.into()
        },
        border: edge,
        icon: t.sub,
        placeholder: t.faint,
        value,
        selection: selection(t),
    }
}

/// The field where messages are written.
#[must_use]
pub fn composer(theme: &Theme, status: text_editor::Status) -> text_editor::Style {
    let t = tokens(theme);
    let edge = match status {
        text_editor::Status::Focused { .. } => border(t.accent, 1.0, radius::CARD),
        _ => border(t.line, 1.0, radius::CARD),
    };
    text_editor::Style {
        background: t.window.into(),
        border: edge,
        placeholder: t.faint,
        value: t.text,
        selection: selection(t),
    }
}

/// A list to pick from, closed.
#[must_use]
pub fn pick(theme: &Theme, status: pick_list::Status) -> pick_list::Style {
    let t = tokens(theme);
    let edge = match status {
        pick_list::Status::Opened { .. } => border(t.accent, 2.0, radius::CONTROL),
        pick_list::Status::Active | pick_list::Status::Hovered => {
            border(t.line, 1.0, radius::CONTROL)
        }
    };
    pick_list::Style {
        text_color: t.text,
        placeholder_color: t.faint,
        handle_color: t.sub,
        background: t.panel.into(),
        border: edge,
    }
}

/// A list to pick from, open.
#[must_use]
pub fn menu(theme: &Theme) -> menu::Style {
    let t = tokens(theme);
    menu::Style {
        background: t.panel.into(),
        border: border(t.line, 1.0, radius::CONTROL),
        text_color: t.text,
        selected_text_color: t.text,
        selected_background: t.selected.into(),
        shadow: Shadow::default(),
    }
}

/// A box to tick.
#[must_use]
pub fn check(theme: &Theme, status: checkbox::Status) -> checkbox::Style {
    let t = tokens(theme);
    let checked = match status {
        checkbox::Status::Active { is_checked }
        | checkbox::Status::Hovered { is_checked }
        | checkbox::Status::Disabled { is_checked } => is_checked,
    };
    checkbox::Style {
        background: if checked { t.accent } else { t.panel }.into(),
        icon_color: t.on_accent,
        border: border(if checked { t.accent } else { t.off }, 1.0, 4.0),
        text_color: Some(t.text),
    }
}

/// One of several ways, of which one is chosen.
#[must_use]
pub fn way(theme: &Theme, status: radio::Status) -> radio::Style {
    let t = tokens(theme);
    let chosen = match status {
        radio::Status::Active { is_selected } | radio::Status::Hovered { is_selected } => {
            is_selected
        }
    };
    radio::Style {
        background: t.panel.into(),
        dot_color: t.accent,
        border_width: 1.0,
        border_color: if chosen { t.accent } else { t.off },
        text_color: Some(t.text),
    }
}

/// A pane that scrolls: no rail, a quiet handle.
#[must_use]
pub fn scroll(theme: &Theme, status: scrollable::Status) -> scrollable::Style {
    let t = tokens(theme);
    let handle = match status {
        scrollable::Status::Active { .. } => t.line,
        scrollable::Status::Hovered { .. } | scrollable::Status::Dragged { .. } => t.off,
    };
    let rail = scrollable::Rail {
        background: None,
        border: Border::default(),
        scroller: scrollable::Scroller {
            background: Background::Color(handle),
            border: border(Color::TRANSPARENT, 0.0, 4.0),
        },
    };
    scrollable::Style {
        vertical_rail: rail,
        horizontal_rail: rail,
        gap: None,
        ..scrollable::default(theme, status)
    }
}

fn selection(t: &Tokens) -> Color {
    t.accent.scale_alpha(0.28)
}

fn mix(a: Color, b: Color, share: f32) -> Color {
    Color {
        r: a.r + (b.r - a.r) * share,
        g: a.g + (b.g - a.g) * share,
        b: a.b + (b.b - a.b) * share,
        a: a.a,
    }
}
