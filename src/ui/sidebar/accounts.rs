//! The accounts at the foot of the pane: whose window this is, and what keeps an account from being online.

use iced::{
    Center, Element, Fill, Padding,
    widget::{Column, button, center_y, column, container, row, scrollable, text},
};
use oriole_core::{
    engine::event::ConnectionState,
    error::ErrorKind,
    model::{
        account::{Account, Tag},
        ids::AccountId,
        presence::Show,
    },
};

use super::{Menu, Message, person::accent_color, portrait};
use crate::{
    i18n::Words,
    plain_text,
    screen::Context,
    style::{
        self, controls,
        icons::{self, icon},
        surfaces,
        tokens::{size, space},
    },
    widget::{
        focus::{Ring, press},
        one_line::one_line,
        tip::sign_button,
    },
    world::{Link, World},
};

/// The height of the foot, in px.
pub const FOOT_HEIGHT: f32 = 57.0;
/// The most of the window's height that troubles take, in px.
const MOST_HEIGHT: f32 = 240.0;

/// Whose window this is: the first account, and how available we are.
pub(super) fn foot<'a>(world: &'a World, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let mut line = row![].spacing(space::XS).align_y(Center).height(Fill);
    match world.accounts().first() {
        Some(account) => line = line.push(myself(account, world, words)),
        None => line = line.push(iced::widget::space::horizontal()),
    }
    container(line.push(sign_button(
        icons::SETTINGS,
        words.get("settings"),
        Message::OpenMenu(Menu::Settings),
    )))
    .padding([0.0, space::M])
    .height(FOOT_HEIGHT - 1.0)
    .into()
}

fn myself<'a>(account: &Account, world: &World, words: &Words) -> Element<'a, Message> {
    let address = &account.settings.address;
    let initials = plain_text::line(address.as_str(), 80);
    let name = name(account, 80);
    let link = world.link(account.id).cloned().unwrap_or_default();
    let show = shown(account, &link);
    let mut below = account_words(words, account, &link);
    let count = world.accounts().len();
    if count > 1 {
        below = format!("{below} · {count}");
    }
    let state = row![
        text(below).size(size::SMALL).style(surfaces::sub),
        icon(icons::UNFOLDED, 12.0).style(surfaces::sub),
    ]
    .spacing(3)
    .align_y(Center);
    let message = Message::OpenMenu(Menu::Account);
    let content = row![
        portrait(&initials, address, 32.0, show, |theme| style::tokens(theme)
            .side),
        column![
            one_line(name, size::BODY, style::BOLD, surfaces::body),
            state
        ]
        .width(Fill),
    ]
    .spacing(10)
    .align_y(Center);
    let whole = button(center_y(content))
        .width(Fill)
        .height(48)
        .padding([0.0, 6.0])
        .clip(true)
        .style(controls::row(false))
        .on_press(message.clone());
    container(press(whole, Some(message)).ring(Ring::ROW))
        .width(Fill)
        .padding(Padding::ZERO.left(-6.0))
        .into()
}

/// What the person calls an account: its label, else its address.
#[must_use]
pub fn name(account: &Account, longest: usize) -> String {
    let label = plain_text::line(&account.tag.label, longest);
    if label.is_empty() {
        plain_text::line(account.settings.address.as_str(), longest)
    } else {
        label
    }
}

/// The point in the colour of an account; an empty one where it has none.
pub(super) fn dot<'a>(account: &Account) -> Element<'a, Message> {
    let accent = account.tag.accent;
    container(iced::widget::Space::new().width(8).height(8))
        .style(move |theme| {
            let color = accent.map(|accent| accent_color(theme, accent));
            let off = style::tokens(theme).off;
            container::Style {
                background: color.map(Into::into),
                border: iced::Border {
                    color: color.unwrap_or(off),
                    width: 1.0,
                    radius: 4.0.into(),
                },
                ..container::Style::default()
            }
        })
        .into()
}

/// What tells one account's chats from others': nothing where there is only one account, or for the first where the person did not
/// give it a name or a colour.
pub(super) fn tag<'a>(id: AccountId, world: &World) -> Option<Element<'a, Message>> {
    let accounts = world.accounts();
    let account = world.account(id).filter(|_| accounts.len() > 1)?;
    let first = accounts.first().is_some_and(|first| first.id == id);
    if first && account.tag == Tag::default() {
        return None;
    }
    let domain = account.settings.address.domain().as_str();
    let label = match account.tag.label.as_str() {
        "" => domain,
        label => label,
    };
    let label = text(plain_text::line(label, 16))
        .size(size::SMALL)
        .wrapping(text::Wrapping::None)
        .style(surfaces::sub);
    Some(
        row![dot(account), label]
            .spacing(space::XS)
            .align_y(Center)
            .into(),
    )
}

/// What others see of an account now.
pub(super) fn shown(account: &Account, link: &Link) -> Show {
    if link.state == ConnectionState::Online {
        account.presence.show
    } else {
        Show::Offline
    }
}

/// Where an account stands, in words.
#[must_use]
pub fn account_words(words: &Words, account: &Account, link: &Link) -> String {
    match link.state {
        ConnectionState::Online => show_words(words, account.presence.show),
        _ if !account.enabled => words.get("state-off"),
        state => state_words(words, state),
    }
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

/// How available we are, in words.
#[must_use]
pub fn show_words(words: &Words, show: Show) -> String {
    match show {
        Show::Online => words.get("state-online"),
        Show::Away => words.get("presence-away"),
        Show::Xa => words.get("presence-xa"),
        Show::Dnd => words.get("presence-dnd"),
        Show::Offline => words.get("state-offline"),
    }
}

/// The accounts that something keeps from being online, with what can be done; nothing where there is none.
pub(super) fn problems<'a>(world: &'a World, context: Context<'a>) -> Element<'a, Message> {
    let mut cards = Column::new().width(Fill).spacing(space::S);
    let mut any = false;
    for account in world.accounts() {
        let link = world.link(account.id).filter(|link| link.error.is_some());
        if let Some(link) = link.filter(|_| account.enabled) {
            any = true;
            cards = cards.push(problem(account, link, context));
        }
    }
    if !any {
        return iced::widget::Space::new().into();
    }
    container(
        scrollable(container(cards).padding([space::S, space::M]))
            .style(controls::scroll)
            .width(Fill),
    )
    .max_height(MOST_HEIGHT)
    .into()
}

fn problem<'a>(account: &Account, link: &Link, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let mut block = column![
        one_line(
            plain_text::line(account.settings.address.as_str(), 80),
            size::PREVIEW,
            style::BOLD,
            surfaces::body,
        ),
        text(state_words(words, link.state))
            .size(size::SMALL)
            .style(surfaces::sub),
    ]
    .width(Fill)
    .spacing(2);
    if let Some(error) = &link.error {
        block = block.push(
            text(words.error(error.kind))
                .size(size::SMALL)
                .style(surfaces::danger),
        );
    }
    let block = block.push(deeds(account, link, words));
    container(row![icon(icons::ALERT, 16.0).style(surfaces::danger), block].spacing(space::S))
        .padding([10.0, space::M])
        .width(Fill)
        .style(surfaces::card)
        .into()
}

/// What can be done about an account that is not online.
pub(super) fn deeds<'a>(account: &Account, link: &Link, words: &Words) -> Element<'a, Message> {
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
            ErrorKind::PasswordNeeded => {
                small_link(words.get("ask-open"), Message::Ask(account.id))
            }
            _ => small_link(words.get("change-account"), Message::Repair(account.id)),
        });
        deeds = deeds.push(small_link(
            words.get("doctor-open"),
            Message::Diagnose(account.id),
        ));
    }
    // Moved to the left, so that the labels of buttons, not their edges, stand in line with the text above.
    container(deeds.wrap())
        .padding(Padding::ZERO.left(-6.0))
        .into()
}

fn small_link<'a>(label: String, message: Message) -> Element<'a, Message> {
    let link = button(text(label).size(size::SMALL).font(style::BOLD))
        .padding([space::XS, 6.0])
        .style(controls::link)
        .on_press(message.clone());
    press(link, Some(message)).ring(Ring::ROW).into()
}
