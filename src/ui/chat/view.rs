//! How a conversation looks: who, the messages, the field to write.

use iced::{
    Center, Element, Fill, Theme,
    widget::{button, column, container, mouse_area, opaque, row, rule, stack, text},
};
use oriole_core::model::presence::Show;

use super::{
    composer,
    conversation::{self, Conversation},
    emoji, rows,
};
use crate::{
    plain_text,
    screen::{Context, main::Message},
    sidebar::{self, chat_list},
    style::{
        self, controls, surfaces,
        tokens::{size, space},
    },
    widget::{avatar::avatar, emoji_picker, one_line::one_line},
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
    column![
        header(open, world, context),
        rule::horizontal(1).style(surfaces::line),
        floating(open, world, context).map(Message::Conversation),
        rule::horizontal(1).style(surfaces::line),
        composer::view::view(open.composer(), placeholder, context.words)
            .map(Message::Conversation),
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

fn title(open: &Conversation, world: &World) -> String {
    world.chat(open.chat()).map_or_else(
        || plain_text::line(open.with().as_str(), 80),
        chat_list::title,
    )
}

fn header<'a>(open: &Conversation, world: &World, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let title = title(open, world);
    let address = plain_text::line(open.with().as_str(), 80);
    let presence = world.presence(open.account(), open.with());
    let stranger = world.chat(open.chat()).is_some_and(|chat| chat.stranger);
    // Of strangers, it is not known whether they are there.
    let how = if stranger && presence.show == Show::Offline {
        words.get("not-a-contact")
    } else {
        sidebar::presence_words(words, &presence)
    };
    let below = if address == title {
        how
    } else {
        format!("{address} · {how}")
    };
    let mut line = row![].spacing(space::M).align_y(Center);
    if context.narrow {
        line = line.push(
            button(text(words.get("back")).size(size::BODY))
                .padding([6.0, space::M])
                .style(controls::secondary)
                .on_press(Message::CloseChat),
        );
    }
    line = line.push(avatar(plain_text::initials(&title), 32.0)).push(
        column![
            one_line(title, size::TITLE, style::BOLD, surfaces::body),
            row![
                sidebar::mark(presence.show, |theme: &Theme| style::tokens(theme).panel),
                one_line(below, size::SMALL, style::REGULAR, surfaces::sub),
            ]
            .spacing(6)
            .align_y(Center),
        ]
        .spacing(2)
        .width(Fill),
    );
    container(line)
        .padding([0.0, space::L])
        .center_y(58)
        .width(Fill)
        .clip(true)
        .style(surfaces::panel)
        .into()
}
