//! The chat list: who, what last, when, how much is unread.

use iced::{
    Center, Element, Fill,
    widget::{Space, button, column, container, row, text},
};
use oriole_core::model::{chat::ChatSummary, ids::ChatId, message::MessageState};

use super::{Message, Place, accounts, invitation, pane, portrait};
use crate::{
    plain_text,
    screen::Context,
    style::{
        self, controls, surfaces,
        tokens::{size, space},
    },
    time_format,
    widget::{
        focus::{CURRENT, Ring, press},
        one_line::one_line,
        virtual_list::{Position, list_of_controls},
    },
    world::World,
};

/// What to call the other side of a chat: the name in the contact list, else the address.
#[must_use]
pub fn title(chat: &ChatSummary) -> String {
    let name = chat.name.as_deref().map(|name| plain_text::line(name, 80));
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| plain_text::line(chat.with.as_str(), 80))
}

/// What tells the list from that of the contacts.
const SOURCE: u64 = 1;

pub(super) fn view<'a>(
    world: &'a World,
    position: Option<Position<ChatId>>,
    open: Option<ChatId>,
    context: Context<'a>,
) -> Element<'a, Message> {
    let chats = world.chats();
    let ids = chats.ids();
    if ids.is_empty() && context.narrow {
        return invitation::view(world, context);
    }
    if ids.is_empty() {
        return pane::empty(context.words.get("no-chats"));
    }
    let current = open.filter(|open| chats.get(*open).is_some());
    let id_at = |index: usize| ids.get(index).copied();
    let list = list_of_controls(
        SOURCE,
        ids.len(),
        move |index| id_at(index).unwrap_or(ChatId(0)),
        move |index| match id_at(index).and_then(|id| chats.get(id)) {
            Some(chat) => pane::beside(line(world, chat, open == Some(chat.id), context)),
            None => Space::new().into(),
        },
        |_| 1,
        current,
    )
    .position(position)
    .style(pane::list_style)
    .on_visible(|visible| Message::Seen(Place::Chats(visible.position)));
    match current {
        Some(_) => list.id(CURRENT).into(),
        None => list.into(),
    }
}

fn line<'a>(
    world: &World,
    chat: &ChatSummary,
    selected: bool,
    context: Context<'a>,
) -> Element<'a, Message> {
    let title = title(chat);
    let show = world.presence(chat.account, &chat.with).show;
    let time = chat
        .last
        .as_ref()
        .map(|last| time_format::short(context.words, context.zone, context.now, last.time));
    let top = row![
        one_line(title.clone(), size::BODY, style::BOLD, surfaces::body),
        text(time.unwrap_or_default())
            .size(size::SMALL)
            .style(surfaces::faint),
    ]
    .spacing(6)
    .align_y(Center);
    let mut bottom = row![preview(chat, context)]
        .spacing(space::S)
        .align_y(Center);
    if let Some(tag) = accounts::tag(chat.account, world) {
        bottom = bottom.push(tag);
    }
    if chat.unread > 0 {
        bottom = bottom.push(badge(chat.unread));
    }
    let open = Message::Open(chat.id);
    let line = button(
        row![
            portrait(
                &title,
                &chat.with,
                40.0,
                show,
                if selected {
                    |theme| style::tokens(theme).selected
                } else {
                    |theme| style::tokens(theme).side
                }
            ),
            column![top, bottom].spacing(2).width(Fill),
        ]
        .spacing(10)
        .align_y(Center),
    )
    .width(Fill)
    .padding(space::S)
    .clip(true)
    .style(controls::row(selected))
    .on_press(open.clone());
    press(line, Some(open)).ring(Ring::ROW).into()
}

fn preview<'a>(chat: &ChatSummary, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let draft = plain_text::line(&chat.draft, 60);
    let (line, failed) = match &chat.last {
        _ if !draft.is_empty() => (
            words.with("preview-draft", &[("text", draft.into())]),
            false,
        ),
        Some(last) => {
            let text = plain_text::line(&last.text, 60);
            match (last.outgoing, last.state) {
                (true, MessageState::Failed) => {
                    (words.with("preview-failed", &[("text", text.into())]), true)
                }
                (true, _) => (words.with("preview-own", &[("text", text.into())]), false),
                (false, _) => (text, false),
            }
        }
        None => (String::new(), false),
    };
    let color = if failed {
        surfaces::danger
    } else {
        surfaces::sub
    };
    one_line(line, size::PREVIEW, style::REGULAR, color).into()
}

fn badge<'a>(count: u32) -> Element<'a, Message> {
    let label = if count > 999 {
        "999+".to_owned()
    } else {
        count.to_string()
    };
    let label = text(label)
        .size(size::SMALL)
        .font(style::BOLD)
        .line_height(text::LineHeight::Absolute(18.into()));
    container(label)
        .padding([1.0, 6.5])
        .style(surfaces::badge)
        .into()
}
