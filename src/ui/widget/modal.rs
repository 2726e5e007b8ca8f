//! A dialog over everything else.

use iced::{
    Element,
    widget::{center, container, mouse_area, opaque},
};

use crate::style::{surfaces, tokens::space};

/// This dialog, to be laid on top; a click beside it sends the message.
pub fn modal<'a, Message: Clone + 'a>(
    dialog: impl Into<Element<'a, Message>>,
    beside: Message,
) -> Element<'a, Message> {
    let dialog = container(dialog)
        .max_width(460)
        .padding(space::XL)
        .style(surfaces::dialog);
    opaque(
        mouse_area(
            center(opaque(dialog))
                .padding(space::L)
                .style(surfaces::scrim),
        )
        .on_press(beside),
    )
}
