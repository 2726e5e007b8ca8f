//! How the messages of a conversation look: a list of which only what is seen exists, with the days between them.

use std::borrow::Cow;

use iced::{
    Bottom, Center, Element, Fill, Padding, Shrink, Theme,
    border::Radius,
    widget::{
        Column, Space, button, center, center_x, column, container, row, rule, space::horizontal,
        stack, text,
    },
};
use oriole_core::model::message::MessageState;

use super::{
    conversation::{Conversation, Doubtful, Message},
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
        focus::{FIRST, press},
        rich_body::{self, rich_body},
        virtual_list::{self, Joint, virtual_list},
    },
};

/// The name of the list, to give it the focus.
pub const LIST: &str = "messages";
/// How wide the avatars beside the messages are, in px.
const AVATAR: f32 = 24.0;
/// The room to the right of the text for the time, in px.
const FOOT: f32 = 42.0;
/// The same where it says how far the message got, too.
const OWN_FOOT: f32 = 60.0;
/// The space at both sides of the messages, in px.
const SIDES: f32 = 20.0;
/// The same where one pane is shown at a time, in px.
const NARROW_SIDES: f32 = 12.0;

/// Who the other one is, as drawn beside their messages.
struct Portrait<'a> {
    initials: String,
    address: &'a str,
}

/// The space at both sides of what is in the list. The list itself keeps some at the right, for its scrollbar.
fn sides(context: Context<'_>) -> Padding {
    let sides = if context.narrow { NARROW_SIDES } else { SIDES };
    Padding::default()
        .left(sides)
        .right((sides - virtual_list::BAR_WIDTH).max(0.0))
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
    .joint(move |place| joint(open, keys.get(place)))
    .stops(move |place| keys.get(place).is_some_and(|key| key.part.row().is_some()))
    .whole(move |place| whole(open, keys.get(place)))
    .on_keyboard(Message::Reading)
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
        focus: tokens.focus,
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
    let button = button(
        row![icon(icons::DOWN, 14.0), text(label).size(size::PREVIEW)]
            .spacing(6)
            .align_y(Center),
    )
    .padding([6.0, space::M])
    .style(controls::floating)
    .on_press(Message::Newest);
    container(press(button, Some(Message::Newest)))
        .width(Fill)
        .height(Fill)
        .padding(space::L)
        .align_x(iced::Right)
        .align_y(Bottom)
        .into()
}

/// The message of a row, and which of its rows it is.
fn part<'a>(open: &'a Conversation, key: Option<&RowKey>) -> Option<(&'a Bubble, usize)> {
    let key = key?;
    let row = key.part.row()?;
    let (_, bubble, _) = open.timeline().around(key.place)?;
    Some((bubble, row))
}

fn texts<'a>(open: &'a Conversation, key: Option<&RowKey>) -> Vec<Cow<'a, str>> {
    let part = part(open, key).into_iter();
    part.map(|(bubble, row)| Cow::Borrowed(bubble.shown(row).text.as_str()))
        .collect()
}

fn joint(open: &Conversation, key: Option<&RowKey>) -> Joint {
    part(open, key).map_or(Joint::Apart, |(bubble, row)| bubble.joint(row))
}

fn whole(open: &Conversation, key: Option<&RowKey>) -> String {
    part(open, key).map_or_else(String::new, |(bubble, _)| bubble.whole().to_owned())
}

/// What stands before a message where several are copied: who, when.
fn prefix(open: &Conversation, key: Option<&RowKey>, them: &str, context: Context<'_>) -> String {
    part(open, key)
        .map(|(bubble, _)| {
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
    let Some((before, bubble, after)) = open.timeline().around(key.place) else {
        return Space::new().into();
    };
    match key.part {
        Part::Day => {
            let words = context.words;
            let label = time_format::day(words, context.zone, context.now, bubble.time);
            day(label, context)
        }
        Part::Unread => unread(context),
        Part::Bubble | Part::Piece(_) => {
            let joined = |one: &Bubble, other: &Bubble| {
                joins(one, other)
                    && open.timeline().same_day(one, other)
                    && open.timeline().unread_row().map(|row| row.place) != Some(other.place)
            };
            let first = before.is_none_or(|before| !joined(before, bubble));
            let last = after.is_none_or(|after| !joined(bubble, after));
            let row = key.part.row().unwrap_or_default();
            let begins = row == 0;
            let ends = row + 1 == bubble.rows();
            let place = Place {
                row,
                begins,
                ends,
                first: first && begins,
                last: last && ends,
                end: ends && after.is_none(),
            };
            message(bubble, place, portrait, context)
        }
    }
}

/// Whether two messages stand together: of one author, within five minutes.
fn joins(before: &Bubble, after: &Bubble) -> bool {
    before.outgoing == after.outgoing && (after.time - before.time).num_minutes().abs() < 5
}

fn day<'a>(label: String, context: Context<'_>) -> Element<'a, Message> {
    center_x(
        container(text(label).size(size::SMALL))
            .padding([2.0, 10.0])
            .style(surfaces::chip),
    )
    .padding(sides(context).vertical(space::S))
    .into()
}

fn unread<'a>(context: Context<'a>) -> Element<'a, Message> {
    row![
        rule::horizontal(1).style(surfaces::amber_line),
        text(context.words.get("new-messages"))
            .size(size::SMALL)
            .font(style::BOLD)
            .style(surfaces::amber),
        rule::horizontal(1).style(surfaces::amber_line),
    ]
    .spacing(10)
    .align_y(Center)
    .padding(sides(context).vertical(space::S))
    .into()
}

/// Where a row stands in its message, and the message among those of its author.
#[derive(Clone, Copy)]
struct Place {
    row: usize,
    /// Whether the message begins in this row.
    begins: bool,
    /// Whether it ends in it.
    ends: bool,
    /// Whether it is the uppermost of those that stand together.
    first: bool,
    /// Whether it is the lowest of them.
    last: bool,
    /// Whether nothing follows at all.
    end: bool,
}

fn message<'a>(
    bubble: &'a Bubble,
    place: Place,
    portrait: &Portrait<'a>,
    context: Context<'a>,
) -> Element<'a, Message> {
    let failed = bubble.outgoing && bubble.state == MessageState::Failed;
    let whole = place.begins && place.ends;
    let inside = Padding::new(13.0)
        .top(if place.begins { 9.0 } else { 0.0 })
        .bottom(if place.ends { 9.0 } else { 0.0 });
    let outgoing = bubble.outgoing;
    let body = container(content(bubble, place, failed, context))
        .padding(inside)
        .width(if whole { Shrink } else { Fill })
        .style(move |theme| bubble_style(theme, outgoing, failed, place));
    let body = container(body).max_width(BUBBLE_WIDTH);
    let above = match (place.first, place.begins) {
        (true, _) => space::S,
        (false, true) => 3.0,
        (false, false) => 0.0,
    };
    let below = if place.end { space::M } else { 0.0 };
    let padding = sides(context).top(above).bottom(below);
    let line = if outgoing && whole {
        row![horizontal(), body]
    } else if outgoing {
        row![container(body.width(Fill)).align_right(Fill)]
    } else {
        let side: Element<'a, Message> = if place.last {
            avatar(portrait.initials.clone(), portrait.address, AVATAR).into()
        } else {
            Space::new().width(AVATAR).into()
        };
        let line = row![side];
        let line = if whole {
            line.push(body).push(horizontal())
        } else {
            // What fills in a row is not held by a greatest width; what fills in a container is.
            line.push(container(body.width(Fill)).width(Fill))
        };
        line.spacing(space::S).align_y(Bottom)
    };
    container(line).padding(padding).width(Fill).into()
}

/// The ground of a message; in pieces, its corners are round at both ends only, and no edge runs through it.
fn bubble_style(theme: &Theme, outgoing: bool, failed: bool, place: Place) -> container::Style {
    let mut style = if failed {
        surfaces::bubble_failed(theme)
    } else if outgoing {
        surfaces::bubble_out(theme)
    } else {
        surfaces::bubble_in(theme)
    };
    if !(place.begins && place.ends) {
        style.border.width = 0.0;
        let round = style.border.radius;
        style.border.radius = Radius {
            top_left: if place.begins { round.top_left } else { 0.0 },
            top_right: if place.begins { round.top_right } else { 0.0 },
            bottom_left: if place.ends { round.bottom_left } else { 0.0 },
            bottom_right: if place.ends { round.bottom_right } else { 0.0 },
        };
    }
    style
}

fn content<'a>(
    bubble: &'a Bubble,
    place: Place,
    failed: bool,
    context: Context<'a>,
) -> Element<'a, Message> {
    let words = context.words;
    let spans = bubble.shown(place.row).spans(context.tokens).into_iter();
    // Links are told by more than their colour.
    let spans = spans.map(|span| {
        let link = span.link.is_some();
        span.underline(link)
    });
    let body = rich_body(spans.collect())
        .size(size::BODY, 20.0)
        .font(style::REGULAR)
        .style(body_style)
        .on_link(Message::Link);
    if !place.ends {
        return body.into();
    }
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
    let room = if bubble.outgoing { OWN_FOOT } else { FOOT };
    let block: Element<'a, Message> = if failed || bubble.folds() {
        notes(bubble, failed, column![body].spacing(4), room, words).into()
    } else {
        container(body)
            .padding(Padding::default().right(room))
            .into()
    };
    // A message in several rows is as wide as may be in all of them.
    let width = if place.begins { Shrink } else { Fill };
    corner(container(block).width(width), foot).into()
}

/// What stands under a message that failed or is folded; the last line leaves room for the time.
fn notes<'a>(
    bubble: &'a Bubble,
    failed: bool,
    mut block: Column<'a, Message>,
    room: f32,
    words: &Words,
) -> Column<'a, Message> {
    let mut deeds = row![].spacing(space::M);
    if bubble.folds() {
        let label = if bubble.is_open() {
            words.get("show-less")
        } else {
            words.get("show-all")
        };
        deeds = deeds.push(small(label, Message::Unfold(bubble.id)));
    }
    if bubble.is_open() && bubble.is_cut() {
        let note = text(words.get("too-long")).size(size::SMALL);
        block = block.push(note.style(surfaces::sub));
    }
    if failed {
        let why = bubble.error.as_ref().map(|error| words.error(error.kind));
        let sentence = why.unwrap_or_else(|| words.get("message-failed"));
        let note = text(sentence).size(size::SMALL);
        block = block.push(note.style(surfaces::danger));
        deeds = deeds.push(small(words.get("try-again"), Message::Retry(bubble.id)));
    }
    block.push(container(deeds).padding(Padding::default().right(room)))
}

fn body_style(theme: &Theme) -> rich_body::Style {
    rich_body::Style {
        text: None,
        selection: style::tokens(theme).accent.scale_alpha(0.25),
        focus: style::tokens(theme).focus,
    }
}

/// How far an own message got: waiting, with the server, there, read, failed. Each has a shape of its own.
fn delivery<'a>(state: MessageState) -> Element<'a, Message> {
    let (sign, style): (_, fn(&Theme) -> text::Style) = match state {
        MessageState::Queued => (icons::CLOCK, surfaces::faint),
        MessageState::Sent => (icons::CHECK, surfaces::faint),
        MessageState::Delivered => (icons::CHECKS, surfaces::faint),
        MessageState::Displayed => {
            return container(icon(icons::CHECKS, 10.0))
                .padding([1.0, 2.0])
                .style(surfaces::filled)
                .into();
        }
        MessageState::Failed => (icons::ALERT, surfaces::danger),
    };
    icon(sign, 12.0).style(style).into()
}

fn small<'a>(label: String, message: Message) -> Element<'a, Message> {
    let button = button(text(label).size(size::SMALL).font(style::BOLD))
        .padding([2.0, 0.0])
        .style(controls::link)
        .on_press(message.clone());
    press(button, Some(message)).into()
}

/// The question whether a link that leads elsewhere than it seems is to be opened.
#[must_use]
pub fn doubtful<'a>(link: &Doubtful, words: &Words) -> Element<'a, Message> {
    let host = plain_text::line(&link.host, 120);
    let label = |words: String| text(words).size(size::BODY).font(style::BOLD);
    let open = button(label(words.get("open-anyway")))
        .padding([9.0, space::L])
        .style(controls::secondary)
        .on_press(Message::OpenDoubtful);
    let cancel = button(label(words.get("cancel")))
        .padding([9.0, space::L])
        .style(controls::primary)
        .on_press(Message::CloseDoubtful);
    column![
        text(words.get("doubtful-link"))
            .size(size::DIALOG)
            .font(style::BOLD),
        text(words.with("doubtful-link-host", &[("host", host.into())])).size(size::BODY),
        row![
            horizontal(),
            press(open, Some(Message::OpenDoubtful)),
            press(cancel, Some(Message::CloseDoubtful)).id(FIRST),
        ]
        .spacing(space::S)
    ]
    .spacing(space::L)
    .into()
}
