//! How a conversation looks: who, the messages, the field to write.

use iced::{
    Element, Fill, Length, Padding,
    keyboard::{Key, key::Named},
    widget::{
        Column, button, center_x, column, container, keyed, row, rule, scrollable,
        space::horizontal,
        text,
        text::Wrapping,
        text_editor::{self, Binding, KeyPress},
    },
};
use oriole_core::model::message::MessageState;

use super::{
    composer,
    conversation::{self, Conversation},
    header::header,
    timeline::Bubble,
};
use crate::{
    i18n::Words,
    plain_text,
    screen::{Context, main::Message},
    sidebar::chat_list,
    style::{
        self, controls, surfaces,
        tokens::{BUBBLE_WIDTH, size, space},
    },
    time_format,
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
        messages(open, context).map(Message::Conversation),
        rule::horizontal(1).style(surfaces::line),
        write(open, world, context).map(Message::Conversation),
    ]
    .height(Fill)
    .into()
}

pub(super) fn title(open: &Conversation, world: &World) -> String {
    world.chat(open.chat()).map_or_else(
        || plain_text::line(open.with().as_str(), 80),
        chat_list::title,
    )
}

fn messages<'a>(
    open: &'a Conversation,
    context: Context<'a>,
) -> Element<'a, conversation::Message> {
    let words = context.words;
    let timeline = open.timeline();
    let mut list = Column::new().width(Fill);
    if !timeline.loaded() {
        list = list.push(centered(words.get("loading")));
    } else if timeline.bubbles().is_empty() {
        list = list.push(centered(words.get("no-messages")));
    }
    if timeline.earlier() && !timeline.bubbles().is_empty() {
        let pressed = (!open.paging()).then_some(conversation::Message::Earlier);
        list = list.push(paging(words.get("earlier"), pressed));
    }
    let mut before: Option<&Bubble> = None;
    for bubble in timeline.bubbles() {
        let date = context.zone.at(bubble.time).date();
        if before.is_none_or(|before| context.zone.at(before.time).date() != date) {
            list = list.push(day(time_format::day(
                words,
                context.zone,
                context.now,
                bubble.time,
            )));
        } else if before.is_some_and(|before| joins(before, bubble)) {
            list = list.push(iced::widget::Space::new().height(3));
        } else {
            list = list.push(iced::widget::Space::new().height(space::M));
        }
        list = list.push(message(bubble, context));
        before = Some(bubble);
    }
    if timeline.later() {
        list = list.push(paging(
            words.get("newest"),
            Some(conversation::Message::Newest),
        ));
    }
    let list = scrollable(container(list).padding([space::M, 20.0]))
        .anchor_bottom()
        .width(Fill)
        .style(controls::scroll);
    // Another opening is another place: it starts at the end again.
    let list = keyed::Column::with_children([(open.generation(), Element::from(list))]).width(Fill);
    // Few messages stand at the end of the pane, where the next one is written.
    container(list).height(Fill).align_y(iced::Bottom).into()
}

/// Whether two messages stand together: of one author, within five minutes.
fn joins(before: &Bubble, after: &Bubble) -> bool {
    before.outgoing == after.outgoing && (after.time - before.time).num_minutes().abs() < 5
}

fn centered<'a>(words: String) -> Element<'a, conversation::Message> {
    center_x(text(words).size(size::BODY).style(surfaces::sub))
        .padding(space::XL)
        .into()
}

fn paging<'a>(
    label: String,
    message: Option<conversation::Message>,
) -> Element<'a, conversation::Message> {
    center_x(
        button(text(label).size(size::PREVIEW))
            .padding([6.0, space::M])
            .style(controls::link)
            .on_press_maybe(message),
    )
    .padding(space::XS)
    .into()
}

fn day<'a>(label: String) -> Element<'a, conversation::Message> {
    center_x(
        container(text(label).size(size::SMALL))
            .padding([2.0, 10.0])
            .style(surfaces::chip),
    )
    .padding([space::M, 0.0])
    .into()
}

fn message<'a>(bubble: &'a Bubble, context: Context<'a>) -> Element<'a, conversation::Message> {
    let words = context.words;
    let shown = bubble.shown();
    let mut block = column![
        text(shown.text.as_str())
            .size(size::BODY)
            .line_height(text::LineHeight::Absolute(20.into()))
            .wrapping(Wrapping::WordOrGlyph),
    ]
    .spacing(2);
    if bubble.unfolded.is_some() {
        let label = if bubble.open {
            words.get("show-less")
        } else {
            words.get("show-all")
        };
        block = block.push(small(label, conversation::Message::Unfold(bubble.id)));
    }
    if bubble.open && shown.more {
        block = block.push(
            text(words.get("too-long"))
                .size(size::SMALL)
                .style(surfaces::sub),
        );
    }
    let clock = time_format::clock(context.zone, bubble.time);
    let foot = if bubble.outgoing {
        format!("{clock} · {}", state_words(words, bubble.state))
    } else {
        clock
    };
    let failed = bubble.outgoing && bubble.state == MessageState::Failed;
    block = block.push(text(foot).size(size::TIME).style(if failed {
        surfaces::danger
    } else {
        surfaces::faint
    }));
    if failed {
        if let Some(error) = &bubble.error {
            block = block.push(
                text(words.error(error.kind))
                    .size(size::SMALL)
                    .style(surfaces::danger),
            );
        }
        block = block.push(small(
            words.get("try-again"),
            conversation::Message::Retry(bubble.id),
        ));
    }
    let body = container(container(block).padding([7.0, space::M]).style(if failed {
        surfaces::bubble_failed
    } else if bubble.outgoing {
        surfaces::bubble_out
    } else {
        surfaces::bubble_in
    }))
    .max_width(BUBBLE_WIDTH);
    if bubble.outgoing {
        row![horizontal(), body].into()
    } else {
        row![body].into()
    }
}

/// How far a message got, in a word.
#[must_use]
pub fn state_words(words: &Words, state: MessageState) -> String {
    match state {
        MessageState::Queued => words.get("message-queued"),
        MessageState::Sent => words.get("message-sent"),
        MessageState::Delivered => words.get("message-delivered"),
        MessageState::Displayed => words.get("message-displayed"),
        MessageState::Failed => words.get("message-failed"),
    }
}

fn small<'a>(label: String, message: conversation::Message) -> Element<'a, conversation::Message> {
    button(text(label).size(size::SMALL).font(style::BOLD))
        .padding([2.0, 0.0])
        .style(controls::link)
        .on_press(message)
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
