//! How a conversation looks: who, the messages, the field to write.

use iced::{
    Center, Element, Fill, Length, Padding, Theme,
    keyboard::{Key, key::Named},
    widget::{
        button, column, container, row, rule, text,
        text_editor::{self, Binding, KeyPress},
    },
};
use oriole_core::model::presence::Show;

use super::{
    composer,
    conversation::{self, Conversation},
    rows,
};
use crate::{
    plain_text,
    screen::{Context, main::Message},
    sidebar::{self, chat_list},
    style::{
        self, controls, surfaces,
        tokens::{size, space},
    },
    widget::{avatar::avatar, one_line::one_line},
    world::World,
};

/// The tallest the field to write gets, in px.
const COMPOSER_HEIGHT: f32 = 160.0;

/// Draws the conversation.
#[must_use]
pub fn view<'a>(
    open: &'a Conversation,
    world: &'a World,
    context: Context<'a>,
) -> Element<'a, Message> {
    column![
        header(open, world, context),
        rule::horizontal(1).style(surfaces::line),
        rows::view(open, &title(open, world), context).map(Message::Conversation),
        rule::horizontal(1).style(surfaces::line),
        write(open, world, context).map(Message::Conversation),
    ]
    .height(Fill)
    .into()
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

fn write<'a>(
    open: &'a Conversation,
    world: &World,
    context: Context<'a>,
) -> Element<'a, conversation::Message> {
    let words = context.words;
    let placeholder = words.with("write-to", &[("name", title(open, world).into())]);
    let editor = iced::widget::text_editor(open.composer().content())
        .id(composer::FIELD)
        .placeholder(placeholder)
        .on_action(conversation::Message::Edit)
        .key_binding(key)
        .size(size::BODY)
        .line_height(text::LineHeight::Absolute(20.into()))
        .padding([9.0, space::M])
        .min_height(20)
        .max_height(COMPOSER_HEIGHT)
        .height(Length::Shrink)
        .style(controls::composer);
    let send = button(text(words.get("send")).size(size::BODY).font(style::BOLD))
        .padding([9.0, space::L])
        .style(controls::primary)
        .on_press_maybe(
            open.composer()
                .can_send()
                .then_some(conversation::Message::Send),
        );
    container(row![editor, send].spacing(space::S).align_y(iced::Bottom))
        .padding(Padding::new(space::L).vertical(10))
        .width(Fill)
        .style(surfaces::panel)
        .into()
}

/// What a key does in the field: Enter sends, Shift+Enter breaks the line, and shortcuts are left to the window.
fn key(press: KeyPress) -> Option<Binding<conversation::Message>> {
    if !matches!(press.status, text_editor::Status::Focused { .. }) {
        return None;
    }
    match &press.key {
        Key::Named(Named::Enter) if !press.modifiers.shift() => {
            Some(Binding::Custom(conversation::Message::Send))
        }
        Key::Named(Named::ArrowUp | Named::ArrowDown) if press.modifiers.alt() => None,
        key if press.modifiers.command() && key.to_latin(press.physical_key) == Some('n') => None,
        _ => Binding::from_key_press(press),
    }
}
