//! What the pages of the account's dialog are made of.

use iced::{
    Center, Element, Fill, Theme,
    widget::{Column, button, column, container, row, space::horizontal, text, text::Wrapping},
};
use oriole_core::error::Error;

use super::{Message, Page};
use crate::{
    i18n::Words,
    style::{
        self, controls,
        icons::{self, icon},
        surfaces,
        tokens::{size, space},
    },
    widget::focus::{FIRST, press},
};

/// The title of a page with a word below it.
pub(super) fn heading<'a>(title: String, below: String) -> Column<'a, Message> {
    column![
        text(title)
            .size(size::DIALOG)
            .font(style::BOLD)
            .wrapping(Wrapping::WordOrGlyph),
        quiet(below),
    ]
    .spacing(space::S)
}

/// A word beside the rest.
pub(super) fn quiet<'a>(words: String) -> Element<'a, Message> {
    text(words)
        .size(size::BODY)
        .wrapping(Wrapping::WordOrGlyph)
        .style(surfaces::sub)
        .into()
}

/// A word of help, smaller.
pub(super) fn help<'a>(words: String) -> Element<'a, Message> {
    text(words)
        .size(size::SMALL)
        .wrapping(Wrapping::WordOrGlyph)
        .style(surfaces::sub)
        .into()
}

/// A fact with its name above.
pub(super) fn fact<'a>(label: String, value: String) -> Element<'a, Message> {
    column![
        text(label).size(size::SMALL).style(surfaces::sub),
        text(value)
            .size(size::PREVIEW)
            .wrapping(Wrapping::WordOrGlyph),
    ]
    .spacing(2)
    .width(Fill)
    .into()
}

/// Something to be careful about.
pub(super) fn warning<'a>(words: String) -> Element<'a, Message> {
    let line = row![
        icon(icons::ALERT, 20.0).style(surfaces::danger),
        text(words).size(size::BODY).width(Fill),
    ]
    .spacing(space::M);
    container(line)
        .padding([space::M, space::L])
        .width(Fill)
        .style(surfaces::alert)
        .into()
}

/// What went wrong, in words.
pub(super) fn problem<'a>(error: &Error, words: &Words) -> Element<'a, Message> {
    let (sentence, detail) = words.error_with_detail(error);
    let mut lines = column![text(sentence).size(size::PREVIEW)]
        .width(Fill)
        .spacing(2);
    if !detail.is_empty() {
        lines = lines.push(
            text(detail)
                .size(size::SMALL)
                .wrapping(Wrapping::WordOrGlyph)
                .style(surfaces::sub),
        );
    }
    container(row![icon(icons::ALERT, 20.0).style(surfaces::danger), lines].spacing(space::M))
        .padding([space::M, space::L])
        .width(Fill)
        .style(surfaces::alert)
        .into()
}

/// The last line of a page: back, and the one thing to do here where it can be done.
pub(super) fn ending<'a>(
    words: &Words,
    label: String,
    message: Message,
    free: bool,
) -> Element<'a, Message> {
    let done = free.then_some(message);
    row![
        horizontal(),
        deed(words.get("cancel"), Message::Open(Page::Overview)),
        press(plain(label, controls::primary, done.clone()), done),
    ]
    .spacing(space::S)
    .align_y(Center)
    .into()
}

/// The last line of a page where there is nothing to do but to go back.
pub(super) fn back<'a>(words: &Words) -> Element<'a, Message> {
    let message = Message::Open(Page::Overview);
    let back = plain(words.get("back"), controls::primary, Some(message.clone()));
    row![horizontal(), press(back, Some(message)).id(FIRST)].into()
}

/// Something to do in passing.
pub(super) fn small<'a>(label: String, message: Message) -> Element<'a, Message> {
    let link = button(text(label).size(size::SMALL).font(style::BOLD))
        .padding([space::XS, 6.0])
        .style(controls::link)
        .on_press(message.clone());
    // The label, not the button's edge, stands in line with the text above.
    container(press(link, Some(message)))
        .padding(iced::Padding::ZERO.left(-6.0))
        .into()
}

/// Something to do.
pub(super) fn deed<'a>(label: String, message: Message) -> Element<'a, Message> {
    press(
        plain(label, controls::secondary, Some(message.clone())),
        Some(message),
    )
    .into()
}

/// A button.
pub(super) fn plain<'a>(
    label: String,
    look: fn(&Theme, button::Status) -> button::Style,
    message: Option<Message>,
) -> button::Button<'a, Message> {
    button(text(label).size(size::BODY).font(style::BOLD))
        .padding([space::S, space::L])
        .style(look)
        .on_press_maybe(message)
}
