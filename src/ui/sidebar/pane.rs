//! The pane on the left as a whole.

use iced::{
    Center, Element, Fill, Length, Theme,
    widget::{button, center_x, column, container, row, rule, text},
};

use super::{Message, Places, Tab, accounts, chat_list, contacts};
use crate::{
    screen::Context,
    style::{
        self, controls, icons, surfaces,
        tokens::{SIDE_WIDTH, size, space},
    },
    widget::{focus::press, tip::sign_button, virtual_list},
    world::World,
};
use oriole_core::model::ids::ChatId;

/// The pane, with this list shown there, and this chat open.
pub fn view<'a>(
    world: &'a World,
    tab: Tab,
    places: &Places,
    open: Option<ChatId>,
    context: Context<'a>,
) -> Element<'a, Message> {
    let words = context.words;
    let waiting = world.people().requests().len();
    let contacts_label = if waiting == 0 {
        words.get("tab-contacts")
    } else {
        words.with("tab-contacts-waiting", &[("count", waiting.into())])
    };
    let tabs = container(
        row![
            tab_button(words.get("tab-chats"), Tab::Chats, tab),
            tab_button(contacts_label, Tab::Contacts, tab),
            sign_button(icons::WRITE, words.get("new-chat"), Message::NewChat),
        ]
        .spacing(space::XS)
        .align_y(Center),
    )
    .padding(iced::Padding::new(space::M).bottom(space::S));
    let list = match tab {
        Tab::Chats => chat_list::view(world, places.chats, open, context),
        Tab::Contacts => contacts::view(world, places.contacts, context),
    };
    let pane = column![
        tabs,
        list,
        accounts::problems(world, context),
        rule::horizontal(1).style(surfaces::line),
        accounts::foot(world, context),
    ];
    let width = if context.narrow {
        Fill
    } else {
        Length::Fixed(SIDE_WIDTH - 1.0)
    };
    container(pane)
        .width(width)
        .height(Fill)
        .style(surfaces::side)
        .into()
}

fn tab_button<'a>(label: String, tab: Tab, shown: Tab) -> Element<'a, Message> {
    let message = Message::Tab(tab);
    let button = button(center_x(text(label).size(size::BODY)))
        .width(Fill)
        .padding([7.0, space::S])
        .style(controls::tab(tab == shown))
        .on_press(message.clone());
    press(button, Some(message)).into()
}

/// What stands in place of a list that is empty.
pub(super) fn empty<'a>(words: String) -> Element<'a, Message> {
    container(nothing(words)).height(Fill).into()
}

/// That there is nothing.
pub(super) fn nothing<'a>(words: String) -> Element<'a, Message> {
    container(text(words).size(size::BODY).style(surfaces::sub))
        .center_x(Fill)
        .padding([space::XL, space::L])
        .into()
}

/// A row of a list, with the space beside it, in which the scrollbar lies as well.
pub(super) fn beside<'a>(line: impl Into<Element<'a, Message>>) -> Element<'a, Message> {
    container(line).padding([0.0, space::S]).width(Fill).into()
}

pub(super) fn list_style(theme: &Theme) -> virtual_list::Style {
    let tokens = style::tokens(theme);
    virtual_list::Style {
        bar: tokens.faint.scale_alpha(0.5),
        bar_hovered: tokens.faint,
        highlight: tokens.amber.scale_alpha(0.2),
        focus: tokens.accent,
    }
}
