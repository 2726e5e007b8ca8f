//! A field of one line with its label and a hint below.

use iced::{
    Element,
    widget::{column, row, text, text::Wrapping, text_input},
};

use crate::style::{
    self, controls,
    icons::{self, icon},
    surfaces,
    tokens::{size, space},
};

/// What stands below a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Nothing.
    None,
    /// A word of help.
    Help(String),
    /// What is good about it.
    Good(String),
    /// What is wrong with it.
    Wrong(String),
}

/// A field with this label above and this hint below.
pub fn field<'a, Message: Clone + 'a>(
    label: String,
    input: text_input::TextInput<'a, Message>,
    hint: Hint,
) -> Element<'a, Message> {
    let input = input
        .size(size::BODY)
        .padding([10.0, space::M])
        .style(controls::field);
    let mut field =
        column![text(label).size(size::PREVIEW).font(style::BOLD), input].spacing(space::XS);
    match hint {
        Hint::None => {}
        Hint::Help(words) => field = field.push(below(words).style(surfaces::sub)),
        Hint::Good(words) => {
            field = field.push(
                row![
                    icon(icons::CHECK, 14.0).style(surfaces::ok),
                    below(words).style(surfaces::ok)
                ]
                .spacing(space::XS),
            );
        }
        Hint::Wrong(words) => {
            field = field.push(
                row![
                    icon(icons::ALERT, 14.0).style(surfaces::danger),
                    below(words).style(surfaces::danger)
                ]
                .spacing(space::XS),
            );
        }
    }
    field.into()
}

fn below<'a>(words: String) -> text::Text<'a, iced::Theme, iced::Renderer> {
    text(words)
        .size(size::SMALL)
        .wrapping(Wrapping::WordOrGlyph)
}
