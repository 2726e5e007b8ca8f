//! How the messages of a conversation look: a list of which only what is seen exists, with the days between them.

use std::borrow::Cow;

use iced::{
    Bottom, Center, Element, Fill, Padding, Theme,
    widget::{
        Space, button, center, center_x, column, container, opaque, pin, row, rule,
        space::horizontal, stack, text,
    },
};
use oriole_core::model::message::MessageState;

use super::{
    conversation::{Conversation, Doubtful, Message},
    menu::{Choice, Menu},
    timeline::{Bubble, Part, RowKey},
};
use crate::{
    i18n::Words,
    plain_text,
    screen::Context,
    style::{
        self, controls,
        icons::{self, icon},
        surfaces,
        tokens::{BUBBLE_WIDTH, size, space},
    },
    time_format,
    widget::{
        avatar::avatar,
        corner::corner,
        rich_body::{self, rich_body},
        virtual_list::{self, virtual_list},
    },
};

/// The name of the list, to give it the focus.
pub const LIST: &str = "messages";
/// How wide the avatars beside the messages are, in px.
const AVATAR: f32 = 24.0;
/// The room to the right of the text for the time, in px.
const FOOT: f32 = 44.0;
/// The same where it says how far the message got, too.
const OWN_FOOT: f32 = 62.0;
/// The space at both sides of the messages, in px.
const SIDES: f32 = 20.0;

/// Who the other one is, as drawn beside their messages.
struct Portrait<'a> {
    initials: String,
    address: &'a str,
}

/// Draws the messages.
#[must_use]
pub fn view<'a>(open: &'a Conversation, title: &str, context: Context<'a>) -> Element<'a, Message> {
    let timeline = open.timeline();
    let words = context.words;
    if !timeline.loaded() {
        return centered(words.get("loading"));
    }
    if timeline.bubbles().is_empty() {
        return centered(words.get("no-messages"));
    }
    let keys = timeline.rows();
    let portrait = Portrait {
        initials: plain_text::initials(title),
        address: open.with().as_str(),
    };
    let them = title.to_owned();
    let list = virtual_list(open.generation(), keys, move |place| {
        match keys.get(place) {
            Some(key) => line(open, *key, &portrait, context),
            None => Space::new().into(),
        }
    })
    .id(LIST)
    .outside(
        usize::from(timeline.earlier()),
        usize::from(timeline.later()),
    )
    .position(open.position())
    .jump(open.jump())
    .style(list_style)
    .texts(move |place| texts(open, keys.get(place)))
    .copy_prefix(move |place| prefix(open, keys.get(place), &them, context))
    .on_edge(Message::Edge)
    .on_visible(Message::Seen)
    .on_context(Message::Context);
    let mut layers = stack![list];
    if !open.at_end() {
        layers = layers.push(to_newest(open.fresh(), words));
    }
    layers.into()
}

fn list_style(theme: &Theme) -> virtual_list::Style {
    let tokens = style::tokens(theme);
    virtual_list::Style {
        bar: tokens.faint.scale_alpha(0.5),
        bar_hovered: tokens.faint,
        highlight: tokens.amber.scale_alpha(0.2),
        focus: tokens.accent,
    }
}

fn centered<'a>(words: String) -> Element<'a, Message> {
    center(text(words).size(size::BODY).style(surfaces::sub)).into()
}

/// The way to the newest messages, while something else is read.
fn to_newest<'a>(fresh: u32, words: &Words) -> Element<'a, Message> {
    let label = if fresh > 0 {
        words.with("new-messages-below", &[("count", fresh.into())])
    } else {
        words.get("newest")
    };
    container(
        button(
            row![icon(icons::DOWN, 14.0), text(label).size(size::PREVIEW)]
                .spacing(6)
                .align_y(Center),
        )
        .padding([6.0, space::M])
        .style(controls::floating)
        .on_press(Message::Newest),
    )
    .width(Fill)
    .height(Fill)
    .padding(space::L)
    .align_x(iced::Right)
    .align_y(Bottom)
    .into()
}

fn texts<'a>(open: &'a Conversation, key: Option<&RowKey>) -> Vec<Cow<'a, str>> {
    key.filter(|key| key.part == Part::Bubble)
        .and_then(|key| open.timeline().around(key.message))
        .map(|(_, bubble, _)| vec![Cow::Borrowed(bubble.shown().text.as_str())])
        .unwrap_or_default()
}

/// What stands before a message where several are copied: who, when.
fn prefix(open: &Conversation, key: Option<&RowKey>, them: &str, context: Context<'_>) -> String {
    let bubble = key
        .filter(|key| key.part == Part::Bubble)
        .and_then(|key| open.timeline().around(key.message));
    bubble
        .map(|(_, bubble, _)| {
            let who = if bubble.outgoing {
                context.words.get("you")
            } else {
                them.to_owned()
            };
            format!("{who}, {}\n", time_format::exact(context.zone, bubble.time))
        })
        .unwrap_or_default()
}

fn line<'a>(
    open: &'a Conversation,
    key: RowKey,
    portrait: &Portrait<'a>,
    context: Context<'a>,
) -> Element<'a, Message> {
    let Some((before, bubble, after)) = open.timeline().around(key.message) else {
        return Space::new().into();
    };
    match key.part {
        Part::Day => day(time_format::day(
            context.words,
            context.zone,
            context.now,
            bubble.time,
        )),
        Part::Unread => unread(context.words),
        Part::Bubble => {
            let joined = |one: &Bubble, other: &Bubble| {
                joins(one, other)
                    && open.timeline().same_day(one, other)
                    && open.timeline().unread_row().map(|row| row.message) != Some(other.id)
            };
            let first = before.is_none_or(|before| !joined(before, bubble));
            let last = after.is_none_or(|after| !joined(bubble, after));
            message(bubble, first, last, portrait, context)
        }
    }
}

/// Whether two messages stand together: of one author, within five minutes.
fn joins(before: &Bubble, after: &Bubble) -> bool {
    before.outgoing == after.outgoing && (after.time - before.time).num_minutes().abs() < 5
}

fn day<'a>(label: String) -> Element<'a, Message> {
    center_x(
        container(text(label).size(size::SMALL))
            .padding([2.0, 10.0])
            .style(surfaces::chip),
    )
    .padding([space::S, 0.0])
    .into()
}

fn unread<'a>(words: &Words) -> Element<'a, Message> {
    row![
        rule::horizontal(1).style(surfaces::amber_line),
        text(words.get("new-messages"))
            .size(size::SMALL)
            .font(style::BOLD)
            .style(surfaces::amber),
        rule::horizontal(1).style(surfaces::amber_line),
    ]
    .spacing(10)
    .align_y(Center)
    .padding([space::S, SIDES])
    .into()
}

fn message<'a>(
    bubble: &'a Bubble,
    first: bool,
    last: bool,
    portrait: &Portrait<'a>,
    context: Context<'a>,
) -> Element<'a, Message> {
    let failed = bubble.outgoing && bubble.state == MessageState::Failed;
    let body = container(
        container(content(bubble, failed, context))
            .padding([8.0, space::M])
            .style(if failed {
                surfaces::bubble_failed
            } else if bubble.outgoing {
                surfaces::bubble_out
            } else {
                surfaces::bubble_in
            }),
    )
    .max_width(BUBBLE_WIDTH);
    let above = if first { space::S } else { 3.0 };
    let padding = Padding::default()
        .top(above)
        .bottom(if last { 4.0 } else { 0.0 })
        .horizontal(SIDES);
    let line = if bubble.outgoing {
        row![horizontal(), body]
    } else {
        let side: Element<'a, Message> = if last {
            avatar(portrait.initials.clone(), portrait.address, AVATAR).into()
        } else {
            Space::new().width(AVATAR).into()
        };
        row![side, body, horizontal()]
            .spacing(space::S)
            .align_y(Bottom)
    };
    container(line).padding(padding).width(Fill).into()
}

fn content<'a>(bubble: &'a Bubble, failed: bool, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let shown = bubble.shown();
    let body = rich_body(shown.spans(context.tokens))
        .size(size::BODY, 20.0)
        .font(style::REGULAR)
        .style(body_style)
        .on_link(Message::Link);
    let mut foot = row![
        text(time_format::clock(context.zone, bubble.time))
            .size(size::TIME)
            .style(if failed {
                surfaces::danger
            } else {
                surfaces::faint
            })
    ]
    .spacing(4)
    .align_y(Center);
    if bubble.outgoing {
        foot = foot.push(delivery(bubble.state));
    }
    let plain = !failed && bubble.unfolded.is_none();
    if plain {
        let room = if bubble.outgoing { OWN_FOOT } else { FOOT };
        let body = container(body).padding(Padding::default().right(room));
        return corner(body, foot).into();
    }
    let mut block = column![body].spacing(4);
    if bubble.unfolded.is_some() {
        let label = if bubble.open {
            words.get("show-less")
        } else {
            words.get("show-all")
        };
        block = block.push(small(label, Message::Unfold(bubble.id)));
    }
    if bubble.open && shown.more {
        let note = text(words.get("too-long")).size(size::SMALL);
        block = block.push(note.style(surfaces::sub));
    }
    if failed {
        let why = bubble.error.as_ref().map(|error| words.error(error.kind));
        let sentence = why.unwrap_or_else(|| words.get("message-failed"));
        let note = text(sentence).size(size::SMALL);
        block = block.push(note.style(surfaces::danger));
        block = block.push(small(words.get("try-again"), Message::Retry(bubble.id)));
    }
    block.push(foot).into()
}

fn body_style(theme: &Theme) -> rich_body::Style {
    rich_body::Style {
        text: None,
        selection: style::tokens(theme).accent.scale_alpha(0.25),
    }
}

/// How far an own message got: waiting, with the server, there, read, failed.
fn delivery<'a>(state: MessageState) -> Element<'a, Message> {
    let (sign, style): (_, fn(&Theme) -> text::Style) = match state {
        MessageState::Queued => (icons::CLOCK, surfaces::faint),
        MessageState::Sent => (icons::CHECK, surfaces::faint),
        MessageState::Delivered => (icons::CHECKS, surfaces::faint),
        MessageState::Displayed => (icons::CHECKS, surfaces::accent),
        MessageState::Failed => (icons::ALERT, surfaces::danger),
    };
    icon(sign, 12.0).style(style).into()
}

fn small<'a>(label: String, message: Message) -> Element<'a, Message> {
    button(text(label).size(size::SMALL).font(style::BOLD))
        .padding([2.0, 0.0])
        .style(controls::link)
        .on_press(message)
        .into()
}

/// The menu of a message, over everything else in the window.
#[must_use]
pub fn menu<'a>(menu: &Menu, words: &Words) -> Element<'a, Message> {
    let entries = menu.choices().map(|choice| {
        let (sign, label) = match choice {
            Choice::CopySelection => (icons::COPY, words.get("copy-selection")),
            Choice::CopyMessage => (icons::COPY, words.get("copy-message")),
            Choice::CopyLink => (icons::COPY, words.get("copy-link")),
            Choice::Retry => (icons::RETRY, words.get("try-again")),
        };
        button(
            row![
                icon(sign, 14.0).style(surfaces::sub),
                text(label).size(size::BODY)
            ]
            .spacing(10)
            .align_y(Center),
        )
        .padding([6.0, space::M])
        .width(Fill)
        .style(controls::menu_line)
        .on_press(Message::Menu(choice))
        .into()
    });
    let card = container(column(entries))
        .width(220)
        .padding(space::XS)
        .style(surfaces::dialog);
    pin(opaque(card)).position(menu.point()).into()
}

/// The question whether a link that leads elsewhere than it seems is to be opened.
#[must_use]
pub fn doubtful<'a>(link: &Doubtful, words: &Words) -> Element<'a, Message> {
    let host = plain_text::line(&link.host, 120);
    let label = |words: String| text(words).size(size::BODY).font(style::BOLD);
    column![
        text(words.get("doubtful-link"))
            .size(size::DIALOG)
            .font(style::BOLD),
        text(words.with("doubtful-link-host", &[("host", host.into())])).size(size::BODY),
        row![
            button(label(words.get("open-anyway")))
                .padding([9.0, space::L])
                .style(controls::secondary)
                .on_press(Message::OpenDoubtful),
            horizontal(),
            button(label(words.get("cancel")))
                .padding([9.0, space::L])
                .style(controls::primary)
                .on_press(Message::CloseDoubtful),
        ]
    ]
    .spacing(space::L)
    .into()
}
