//! How a conversation looks: who, the messages, the field to write.

use iced::{
    Element, Fill,
    widget::{column, container, mouse_area, opaque, rule, stack},
};

use super::{
    composer,
    conversation::{self, Conversation},
    emoji,
    header::header,
    rows,
};
use crate::{
    plain_text,
    screen::{Context, main::Message},
    sidebar::chat_list,
    style::{surfaces, tokens::space},
    widget::{emoji_picker, focus::pane},
    world::World,
};

/// Draws the conversation.
#[must_use]
pub fn view<'a>(
    open: &'a Conversation,
    world: &'a World,
    context: Context<'a>,
) -> Element<'a, Message> {
    let title = title(open, world);
    let placeholder = context.words.with("write-to", &[("name", title.into())]);
    let messages = column![
        header(open, world, context),
        rule::horizontal(1).style(surfaces::line),
        floating(open, world, context).map(Message::Conversation),
    ]
    .height(Fill);
    let field = composer::view::view(open.composer(), placeholder, context.words);
    column![
        pane(messages, rows::LIST),
        rule::horizontal(1).style(surfaces::line),
        pane(field.map(Message::Conversation), composer::FIELD),
    ]
    .height(Fill)
    .into()
}

/// The messages, and over them what belongs to the field below.
fn floating<'a>(
    open: &'a Conversation,
    world: &World,
    context: Context<'a>,
) -> Element<'a, conversation::Message> {
    let words = context.words;
    let mut layers = stack![rows::view(open, &title(open, world), context)]
        .width(Fill)
        .height(Fill);
    if let Some(above) = composer::view::above(open.composer(), words) {
        let above = container(opaque(above)).padding([space::S, space::L]);
        layers = layers.push(above.align_left(Fill).align_bottom(Fill));
    }
    if let Some(picker) = open.picker() {
        let picker = emoji::view(picker, words, world).map(conversation::Message::Picker);
        let picker = container(opaque(picker)).padding([space::S, space::L]);
        let beside = conversation::Message::Picker(emoji_picker::Message::Close);
        layers =
            layers.push(mouse_area(picker.align_right(Fill).align_bottom(Fill)).on_press(beside));
    }
    layers.into()
}

pub(super) fn title(open: &Conversation, world: &World) -> String {
    world.chat(open.chat()).map_or_else(
        || plain_text::line(open.with().as_str(), 80),
        chat_list::title,
    )
}
