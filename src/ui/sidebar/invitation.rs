//! What invites to begin, where nothing is open.

use iced::{
    Center, Element,
    widget::{Space, button, center, column, row, text},
};

use super::Message;
use crate::{
    screen::Context,
    style::{
        self, controls, surfaces,
        tokens::{size, space},
    },
    widget::{birds::birds, focus::press},
    world::World,
};

/// Two birds, a sentence, and what to press.
#[must_use]
pub fn view<'a>(world: &World, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let nothing = world.chats().is_empty();
    let (title, below) = if nothing {
        (words.get("empty-title"), words.get("empty-below"))
    } else {
        (words.get("pick-title"), words.get("pick-below"))
    };
    let mut deeds = row![].spacing(space::S);
    if nothing {
        deeds = deeds.push(deed(words.get("add-contact"), true, Message::AddContact));
    }
    deeds = deeds.push(deed(words.get("new-chat"), !nothing, Message::NewChat));
    center(
        column![
            birds(250.0),
            Space::new().height(space::XS),
            text(title).size(20).font(style::BOLD),
            text(below)
                .size(size::BODY)
                .align_x(Center)
                .style(surfaces::sub),
            Space::new().height(space::XS),
            deeds,
        ]
        .spacing(space::S)
        .align_x(Center),
    )
    .padding(space::L)
    .into()
}

fn deed<'a>(label: String, first: bool, message: Message) -> Element<'a, Message> {
    let button = button(text(label).size(size::BODY).font(style::BOLD))
        .padding([space::S, space::L])
        .style(if first {
            controls::primary
        } else {
            controls::secondary
        })
        .on_press(message.clone());
    press(button, Some(message)).into()
}
