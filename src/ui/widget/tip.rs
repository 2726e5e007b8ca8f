//! Words that appear beside a sign while the pointer rests on it.

use iced::{
    Element,
    widget::{button, center, container, text, tooltip},
};

use super::focus::press;
use crate::style::{
    controls,
    icons::{Icon, icon},
    surfaces,
    tokens::{size, space},
};

/// This, with these words while the pointer rests on it.
pub fn labelled<'a, Message: 'a>(
    content: impl Into<Element<'a, Message>>,
    words: String,
) -> Element<'a, Message> {
    tooltip(
        content,
        container(text(words).size(size::SMALL))
            .padding([space::XS, space::S])
            .style(surfaces::menu),
        tooltip::Position::FollowCursor,
    )
    .gap(space::XS)
    .delay(std::time::Duration::from_millis(500))
    .into()
}

/// A sign to press, with its words in a tooltip.
pub fn sign_button<'a, Message: Clone + 'a>(
    sign: Icon,
    words: String,
    message: Message,
) -> Element<'a, Message> {
    let sign = button(center(icon(sign, 18.0)))
        .width(34)
        .height(34)
        .padding(0)
        .style(controls::sign)
        .on_press(message.clone());
    labelled(press(sign, Some(message)), words)
}
