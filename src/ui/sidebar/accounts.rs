//! The accounts at the foot of the pane: whether they are connected, and what can be done where they are not.

use iced::{
    Center, Element, Fill,
    widget::{Column, button, column, container, row, scrollable, text},
};
use oriole_core::{
    engine::event::ConnectionState,
    error::ErrorKind,
    model::{account::Account, presence::Show},
};

use super::{Message, mark};
use crate::{
    i18n::Words,
    plain_text,
    screen::Context,
    style::{
        self, controls, surfaces,
        tokens::{size, space},
    },
    widget::one_line::one_line,
    world::{Link, World},
};

/// The most of the window's height that the accounts take, in px.
const MOST_HEIGHT: f32 = 240.0;

pub(super) fn view<'a>(world: &'a World, context: Context<'a>) -> Element<'a, Message> {
    let unknown = Link::default();
    let mut lines = Column::new().width(Fill).spacing(space::M);
    for account in world.accounts() {
        let link = world.link(account.id).unwrap_or(&unknown);
        lines = lines.push(line(account, link, context));
    }
    lines = lines.push(outdented(small_link(
        context.words.get("add-account"),
        Message::AddAccount,
    )));
    container(
        scrollable(container(lines).padding([10.0, space::M]))
            .style(controls::scroll)
            .width(Fill),
    )
    .max_height(MOST_HEIGHT)
    .into()
}

/// Where a connection stands, in words.
#[must_use]
pub fn state_words(words: &Words, state: ConnectionState) -> String {
    match state {
        ConnectionState::Offline => words.get("state-offline"),
        ConnectionState::Connecting | ConnectionState::Syncing => words.get("state-connecting"),
        ConnectionState::Online => words.get("state-online"),
        ConnectionState::Waiting => words.get("state-waiting"),
    }
}

fn line<'a>(account: &Account, link: &Link, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let show = if link.state == ConnectionState::Online {
        account.presence.show
    } else {
        Show::Offline
    };
    let top = row![
        mark(show, |theme| style::tokens(theme).side),
        one_line(
            plain_text::line(account.settings.address.as_str(), 80),
            size::BODY,
            style::BOLD,
            surfaces::body,
        ),
    ]
    .spacing(space::S)
    .align_y(Center);
    let mut block = column![
        top,
        text(state_words(words, link.state))
            .size(size::SMALL)
            .style(surfaces::sub),
    ]
    .spacing(2);
    if let Some(error) = &link.error {
        block = block.push(
            text(words.error(error.kind))
                .size(size::SMALL)
                .style(surfaces::danger),
        );
    }
    let mut deeds = row![].spacing(space::XS);
    if matches!(
        link.state,
        ConnectionState::Waiting | ConnectionState::Offline
    ) {
        deeds = deeds.push(small_link(
            words.get("connect-now"),
            Message::Connect(account.id),
        ));
    }
    if let Some(error) = &link.error {
        deeds = deeds.push(match error.kind {
            ErrorKind::Downgrade => small_link(
                words.get("accept-downgrade"),
                Message::AcceptDowngrade(account.id),
            ),
            _ => small_link(words.get("change-account"), Message::Repair(account.id)),
        });
    }
    block.push(outdented(deeds.wrap())).into()
}

/// Moved to the left, so that the labels of buttons, not their edges, stand in line with the text above.
fn outdented<'a>(content: impl Into<Element<'a, Message>>) -> Element<'a, Message> {
    container(content)
        .padding(iced::Padding::ZERO.left(-6.0))
        .into()
}

fn small_link<'a>(label: String, message: Message) -> Element<'a, Message> {
    button(text(label).size(size::SMALL))
        .padding([space::XS, 6.0])
        .style(controls::link)
        .on_press(message)
        .into()
}
