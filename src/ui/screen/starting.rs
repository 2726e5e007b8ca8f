//! The screen while the engine is being started, and where it could not be.

use iced::{
    Element,
    widget::{button, center, column, text},
};
use oriole_core::error::Error;

use super::Context;
use crate::{
    message::Message,
    style::{
        self, controls, surfaces,
        tokens::{size, space},
    },
    widget::{birds::birds, focus::press},
};

pub(super) fn view<'a>(context: Context<'a>) -> Element<'a, Message> {
    center(
        column![
            birds(210.0),
            text("Oriole").size(size::PAGE).font(style::BOLD),
            text(context.words.get("starting"))
                .size(size::BODY)
                .style(surfaces::sub),
        ]
        .spacing(space::S)
        .align_x(iced::Center),
    )
    .style(surfaces::window)
    .into()
}

pub(super) fn failed<'a>(context: Context<'a>, error: &Error) -> Element<'a, Message> {
    let (sentence, detail) = context.words.error_with_detail(error);
    let mut lines = column![
        text(context.words.get("cannot-start"))
            .size(size::DIALOG)
            .font(style::BOLD),
        text(sentence).size(size::BODY),
    ]
    .spacing(space::S)
    .max_width(460);
    if !detail.is_empty() {
        lines = lines.push(text(detail).size(size::SMALL).style(surfaces::sub));
    }
    lines = lines
        .push(iced::widget::Space::new().height(space::S))
        .push(press(
            button(
                text(context.words.get("quit"))
                    .size(size::BODY)
                    .font(style::BOLD),
            )
            .padding([space::S, space::L])
            .style(controls::secondary)
            .on_press(Message::Quit),
            Some(Message::Quit),
        ));
    center(lines)
        .padding(space::XL)
        .style(surfaces::window)
        .into()
}
