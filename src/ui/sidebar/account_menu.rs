//! The menus of the accounts: how available we are everywhere, every account with its connection, and how available one of them is
//! and what it says of itself.

use iced::{
    Center, Element, Fill, Padding,
    widget::{Column, button, column, container, row, rule, text_input},
};
use jid::BareJid;
use oriole_core::{
    engine::event::ConnectionState,
    model::{account::Account, ids::AccountId, presence::Show},
};

use super::{Menu, Message, accounts, mark, portrait};
use crate::{
    i18n::Words,
    plain_text,
    screen::Context,
    style::{
        self, controls, icons, surfaces,
        tokens::{size, space},
    },
    widget::{
        field::{Hint, field},
        focus::{Ring, press},
        menu::{self, Sign, heading, line},
        one_line::one_line,
        tip::sign_button,
    },
    world::{Link, World},
};

/// What one can be.
const SHOWS: [Show; 4] = [Show::Online, Show::Away, Show::Dnd, Show::Offline];
/// The field of what an account says of itself.
pub const STATUS: &str = "account-status";

/// Draws the menu.
#[must_use]
pub fn view<'a>(world: &'a World, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let mut shown = world.accounts().iter().map(|a| a.presence.show);
    // Where they differ, none is what we are.
    let first = shown.next();
    let current = first.filter(|first| shown.all(|show| show == *first));
    let mut lines = Column::new().push(heading(words.get("my-presence")));
    lines = lines.extend(shows(current, Message::Presence, words));
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
    if !world.kept().is_empty() {
        lines = lines.push(line(
            Sign::Icon(icons::RECENT),
            words.get("kept-open"),
            false,
            Message::OpenMenu(Menu::Kept),
        ));
    }
    menu::lower_left(lines, accounts::FOOT_HEIGHT + space::XS, Message::CloseMenu)
}

/// Draws the menu of the chats that were kept of removed accounts. Erasing is said twice.
#[must_use]
pub fn kept<'a>(
    world: &'a World,
    erasing: Option<&BareJid>,
    context: Context<'a>,
) -> Element<'a, Message> {
    let words = context.words;
    let mut lines = Column::new();
    match erasing {
        Some(address) => {
            let name = plain_text::line(address.as_str(), 60);
            lines = lines
                .push(heading(
                    words.with("kept-erase-title", &[("address", name.into())]),
                ))
                .push(line(
                    Sign::Icon(icons::BACK),
                    words.get("back"),
                    false,
                    Message::OpenMenu(Menu::Kept),
                ))
                .push(line(
                    Sign::Icon(icons::ALERT),
                    words.get("kept-erase-now"),
                    false,
                    Message::EraseNow(address.clone()),
                ));
        }
        None => {
            lines = lines.push(heading(words.get("kept-title")));
            for address in world.kept() {
                let name = plain_text::line(address.as_str(), 60);
                lines = lines.push(line(
                    Sign::Icon(icons::CLOSE),
                    words.with("kept-erase", &[("address", name.into())]),
                    false,
                    Message::Erase(address.clone()),
                ));
            }
            lines = lines.push(line(
                Sign::Icon(icons::BACK),
                words.get("back"),
                false,
                Message::OpenMenu(Menu::Account),
            ));
        }
    }
    menu::lower_left(lines, accounts::FOOT_HEIGHT + space::XS, Message::CloseMenu)
}

/// Draws the menu of one account: how available it is, and what it says of itself.
#[must_use]
pub fn presence<'a>(
    account: AccountId,
    status: &'a str,
    world: &'a World,
    context: Context<'a>,
) -> Element<'a, Message> {
    let words = context.words;
    let known = world.account(account);
    let name = known.map(|known| accounts::name(known, 60));
    let current = known.map(|known| known.presence.show);
    let mut lines = Column::new().push(heading(name.unwrap_or_default()));
    let choose = move |show| Message::PresenceOf(account, show);
    lines = lines.extend(shows(current, choose, words));
    let said = text_input(&words.get("status-example"), status)
        .id(STATUS)
        .on_input(Message::Status)
        .on_submit(Message::SayStatus(account));
    let hint = Hint::Help(words.get("status-below"));
    let said = container(field(words.get("status"), said, hint)).padding([space::S, 10.0]);
    lines = lines.push(separator()).push(said).push(line(
        Sign::Icon(icons::CHECK),
        words.get("status-say"),
        false,
        Message::SayStatus(account),
    ));
    lines = lines.push(line(
        Sign::Icon(icons::BACK),
        words.get("back"),
        false,
        Message::OpenMenu(Menu::Account),
    ));
    menu::lower_left(lines, accounts::FOOT_HEIGHT + space::XS, Message::CloseMenu)
}

fn shows<'a>(
    current: Option<Show>,
    choose: impl Fn(Show) -> Message,
    words: &Words,
) -> Vec<Element<'a, Message>> {
    let line = |show| {
        line(
            Sign::Drawn(mark(show, |theme| style::tokens(theme).panel)),
            accounts::show_words(words, show),
            current == Some(show),
            choose(show),
        )
    };
    SHOWS.into_iter().map(line).collect()
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
    let name = accounts::name(account, 80);
    let show = accounts::shown(account, link);
    let mut state = accounts::account_words(words, account, link);
    let status = plain_text::line(&account.presence.status, 40);
    if link.state == ConnectionState::Online && !status.is_empty() {
        state = format!("{state} · {status}");
    }
    let mut title = row![].spacing(6).align_y(Center);
    if account.tag.accent.is_some() {
        title = title.push(accounts::dot(account));
    }
    let title = title.push(one_line(name, size::PREVIEW, style::BOLD, surfaces::body));
    let mut about = column![title].width(Fill);
    if !account.tag.label.is_empty() {
        about = about.push(one_line(
            plain_text::line(address.as_str(), 80),
            size::SMALL,
            style::REGULAR,
            surfaces::sub,
        ));
    }
    about = about.push(one_line(state, size::SMALL, style::REGULAR, surfaces::sub));
    let initials = plain_text::line(address.as_str(), 80);
    let myself = row![
        portrait(&initials, address, 28.0, show, |theme| style::tokens(theme)
            .panel),
        about
    ]
    .spacing(10)
    .align_y(Center);
    let open = Message::OpenMenu(Menu::Presence(account.id));
    let myself = button(myself)
        .width(Fill)
        .padding(Padding::from([6.0, 10.0]))
        .clip(true)
        .style(controls::menu_line)
        .on_press(open.clone());
    let myself = press(myself, Some(open)).ring(Ring::ROW);
    let line = row![
        container(myself).width(Fill),
        sign_button(
            icons::SETTINGS,
            words.get("manage-account"),
            Message::Manage(account.id),
        ),
    ]
    .align_y(Center);
    let mut whole = column![line].width(Fill);
    if link.state != ConnectionState::Online {
        let deeds = accounts::deeds(account, link, words);
        whole = whole.push(container(deeds).padding(Padding::ZERO.left(48.0).bottom(6.0)));
    }
    container(whole).padding(Padding::ZERO.right(6.0)).into()
}
