//! A dialog over everything else.

use iced::{
    Element,
    widget::{center, container, mouse_area, opaque, scrollable},
};

use crate::style::{controls, surfaces, tokens::space};

/// This dialog, to be laid on top; a click beside it sends the message.
pub fn modal<'a, Message: Clone + 'a>(
    dialog: impl Into<Element<'a, Message>>,
    beside: Message,
) -> Element<'a, Message> {
    let dialog = container(dialog).max_width(460).padding(space::XL);
    over(dialog.style(surfaces::dialog), beside)
}

/// A dialog with more in it: so many px wide at most, and scrolled where it is higher than the window.
pub fn wide<'a, Message: Clone + 'a>(
    dialog: impl Into<Element<'a, Message>>,
    width: f32,
    beside: Message,
) -> Element<'a, Message> {
    let dialog = scrollable(container(dialog).padding(space::XL)).style(controls::scroll);
    let dialog = container(dialog).max_width(width);
    over(dialog.style(surfaces::dialog), beside)
}

fn over<'a, Message: Clone + 'a>(
    dialog: impl Into<Element<'a, Message>>,
    beside: Message,
) -> Element<'a, Message> {
    opaque(
        mouse_area(
            center(opaque(dialog))
                .padding(space::L)
                .style(surfaces::scrim),
        )
        .on_press(beside),
    )
}
