//! The pane on the left as a whole.

use iced::{
    Center, Element, Fill, Length,
    widget::{button, center_x, column, container, row, rule, scrollable, text},
};

use super::{Message, Rows, Tab, accounts, chat_list, contacts};
use crate::{
    screen::Context,
    style::{
        controls, icons, surfaces,
        tokens::{SIDE_WIDTH, size, space},
    },
    widget::{
        focus::{Ring, press, rows},
        tip::sign_button,
    },
    world::World,
};
use oriole_core::model::ids::ChatId;

/// The pane, with this list shown and this chat open.
pub fn view<'a>(
    world: &'a World,
    tab: Tab,
    shown: Rows,
    open: Option<ChatId>,
    context: Context<'a>,
) -> Element<'a, Message> {
    let words = context.words;
    let waiting = world.requests().len();
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
        Tab::Chats => chat_list::view(world, shown, open, context),
        Tab::Contacts => contacts::view(world, shown, context),
    };
    let list = scrollable(container(list).padding(iced::Padding::default().horizontal(space::S)))
        .height(Fill)
        .width(Fill)
        .style(controls::scroll);
    let pane = column![
        tabs,
        rows(list),
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
    container(text(words).size(size::BODY).style(surfaces::sub))
        .center_x(Fill)
        .padding([space::XL, space::L])
        .into()
}

/// What shows more of a long list.
pub(super) fn more<'a>(words: String) -> Element<'a, Message> {
    let more = button(center_x(text(words).size(size::PREVIEW)))
        .width(Fill)
        .padding([space::S, space::M])
        .style(controls::link)
        .on_press(Message::MoreRows);
    press(more, Some(Message::MoreRows)).ring(Ring::ROW).into()
}
