//! A circle with the letters that stand for somebody.

use iced::{
    Border, Element, Length,
    widget::{container, text},
};

use crate::style;

/// A circle of this diameter in px, with these letters.
pub fn avatar<'a, Message: 'a>(letters: String, diameter: f32) -> Element<'a, Message> {
    container(
        text(letters)
            .size((diameter * 0.36).round())
            .font(style::BOLD),
    )
    .center(Length::Fixed(diameter))
    .style(move |theme| {
        let t = style::tokens(theme);
        container::Style {
            text_color: Some(t.accent),
            background: Some(t.accent_soft.into()),
            border: Border {
                radius: (diameter / 2.0).into(),
                ..Border::default()
            },
            ..container::Style::default()
        }
    })
    .into()
}
