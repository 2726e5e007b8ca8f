//! How the main screen looks: both panes, or one of them where there is no room for two.

use iced::{
    Center, Element, Fill,
    widget::{Column, button, center, column, container, row, rule, text},
};

use super::{Main, Message, Notice};
use crate::{
    chat, plain_text,
    screen::Context,
    sidebar::{self, new_chat},
    style::{
        self, controls, surfaces,
        tokens::{size, space},
    },
    widget::modal::modal,
    world::World,
};

/// Draws the screen.
#[must_use]
pub fn view<'a>(main: &'a Main, world: &'a World, context: Context<'a>) -> Element<'a, Message> {
    let open = main.conversation.as_ref().map(|open| open.chat());
    let list = || sidebar::view(world, main.tab, main.rows, open, context).map(Message::Sidebar);
    let base: Element<'a, Message> = match (context.narrow, open) {
        (true, None) => list(),
        (true, Some(_)) => right(main, world, context),
        (false, _) => row![
            list(),
            rule::vertical(1).style(surfaces::line),
            right(main, world, context),
        ]
        .into(),
    };
    match &main.dialog {
        None => base,
        Some(dialog) => modal(
            base,
            dialog.view(world, context).map(Message::NewChat),
            Message::NewChat(new_chat::Message::Cancel),
        ),
    }
}

fn right<'a>(main: &'a Main, world: &'a World, context: Context<'a>) -> Element<'a, Message> {
    let mut pane = Column::new().width(Fill).height(Fill);
    for (place, notice) in main.notices.iter().enumerate() {
        pane = pane.push(told(place, notice, context));
    }
    pane = pane.push(match &main.conversation {
        Some(open) => chat::view::view(open, world, context),
        None => empty(world, context),
    });
    container(pane)
        .width(Fill)
        .height(Fill)
        .style(surfaces::window)
        .into()
}

fn empty<'a>(world: &World, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let (title, below) = if world.chats().is_empty() {
        (words.get("empty-title"), words.get("empty-below"))
    } else {
        (words.get("pick-title"), words.get("pick-below"))
    };
    center(
        column![
            text(title).size(20).font(style::BOLD),
            text(below).size(size::BODY).style(surfaces::sub),
            container(
                button(
                    text(words.get("new-chat"))
                        .size(size::BODY)
                        .font(style::BOLD)
                )
                .padding([space::S, space::L])
                .style(controls::primary)
                .on_press(Message::Sidebar(sidebar::Message::NewChat)),
            )
            .padding([space::S, 0.0]),
        ]
        .spacing(space::S)
        .align_x(Center),
    )
    .into()
}

fn told<'a>(place: usize, notice: &Notice, context: Context<'a>) -> Element<'a, Message> {
    let (sentence, detail) = context.words.error_with_detail(&notice.error);
    let about = notice
        .about
        .as_ref()
        .map(|address| plain_text::line(address.as_str(), 80));
    let first = match about {
        Some(about) => context.words.with(
            "notice-about",
            &[("address", about.into()), ("sentence", sentence.into())],
        ),
        None => sentence,
    };
    let mut lines = column![text(first).size(size::PREVIEW)]
        .width(Fill)
        .spacing(2);
    if !detail.is_empty() {
        lines = lines.push(text(detail).size(size::SMALL).style(surfaces::sub));
    }
    let line = row![
        lines,
        button(text(context.words.get("dismiss")).size(size::SMALL))
            .padding([space::XS, space::S])
            .style(controls::link)
            .on_press(Message::Dismiss(place)),
    ]
    .spacing(space::M)
    .align_y(Center);
    container(
        container(line)
            .padding([space::S, space::M])
            .width(Fill)
            .style(surfaces::alert),
    )
    .padding(iced::Padding::new(space::M).bottom(0))
    .into()
}
