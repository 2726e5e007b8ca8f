//! The menu of the accounts: how available we are, and every account with its connection.

use iced::{
    Center, Element, Fill, Padding,
    widget::{Column, column, container, row, rule, text},
};
use oriole_core::{
    engine::event::ConnectionState,
    model::{account::Account, presence::Show},
};

use super::{Message, accounts, mark, portrait};
use crate::{
    plain_text,
    screen::Context,
    style::{
        self, icons, surfaces,
        tokens::{size, space},
    },
    widget::{
        menu::{self, Sign, heading, line},
        one_line::one_line,
        tip::sign_button,
    },
    world::{Link, World},
};

/// What one can be.
const SHOWS: [Show; 4] = [Show::Online, Show::Away, Show::Dnd, Show::Offline];

/// Draws the menu.
#[must_use]
pub fn view<'a>(world: &'a World, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let current = world
        .accounts()
        .first()
        .map(|account| account.presence.show);
    let mut lines = Column::new().push(heading(words.get("my-presence")));
    for show in SHOWS {
        lines = lines.push(line(
            Sign::Drawn(mark(show, |theme| style::tokens(theme).panel)),
            accounts::show_words(words, show),
            current == Some(show),
            Message::Presence(show),
        ));
    }
    lines = lines
        .push(separator())
        .push(heading(words.get("my-accounts")));
    for account in world.accounts() {
        lines = lines.push(one(account, world, context));
    }
    lines = lines.push(line(
        Sign::Icon(icons::ADD_PERSON),
        words.get("add-account"),
        false,
        Message::AddAccount,
    ));
    menu::lower_left(lines, accounts::FOOT_HEIGHT + space::XS, Message::CloseMenu)
}

pub(super) fn separator<'a>() -> Element<'a, Message> {
    container(rule::horizontal(1).style(surfaces::line))
        .padding([6.0, 10.0])
        .into()
}

fn one<'a>(account: &Account, world: &World, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let unknown = Link::default();
    let link = world.link(account.id).unwrap_or(&unknown);
    let address = &account.settings.address;
    let name = plain_text::line(address.as_str(), 80);
    let show = accounts::shown(account, link);
    let state = accounts::account_words(words, account, link);
    let mut about = column![
        one_line(name.clone(), size::PREVIEW, style::BOLD, surfaces::body),
        text(state).size(size::SMALL).style(surfaces::sub),
    ]
    .width(Fill);
    if link.state != ConnectionState::Online {
        about = about.push(accounts::deeds(account, link, words));
    }
    container(
        row![
            portrait(&name, address, 28.0, show, |theme| style::tokens(theme)
                .panel),
            about,
            sign_button(
                icons::SETTINGS,
                words.get("manage-account"),
                Message::Manage(account.id),
            ),
        ]
        .spacing(10)
        .align_y(Center),
    )
    .padding(Padding::new(6.0).left(10.0))
    .into()
}
