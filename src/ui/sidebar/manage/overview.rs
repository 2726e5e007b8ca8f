//! The first page of the account's dialog: where it stands, whether it is used, and what is known of its connection now.

use iced::{
    Center, Element, Fill,
    widget::{Column, checkbox, column, container, row, space::horizontal, text},
};
use oriole_core::{
    engine::event::ConnectionState,
    model::{
        account::Account,
        presence::Show,
        server::{Offer, ServerFacts},
    },
};

use super::{
    Message, Page,
    connection::proxy_words,
    offers,
    pieces::{deed, fact, help, plain, small},
};
use crate::{
    i18n::Words,
    plain_text,
    screen::{Context, certificate::fingerprint, doctor::report::security_words},
    sidebar::{accounts, portrait},
    style::{
        self, controls,
        icons::{self, icon},
        surfaces,
        tokens::{size, space},
    },
    time_format,
    widget::{
        focus::{FIRST, press},
        one_line::one_line,
    },
    world::{Link, World},
};

/// Draws the page.
pub(super) fn view<'a>(
    account: &Account,
    world: &'a World,
    context: Context<'a>,
) -> Element<'a, Message> {
    let unknown = Link::default();
    let link = world.link(account.id).unwrap_or(&unknown);
    let words = context.words;
    let toggle = Message::Enable(!account.enabled);
    let check = checkbox(account.enabled)
        .label(words.get("account-enabled"))
        .size(18)
        .text_size(size::BODY)
        .on_toggle(Message::Enable)
        .style(controls::check);
    let enabled = column![
        press(check, Some(toggle)),
        help(words.get("account-enabled-below")),
    ]
    .spacing(space::XS);
    column![
        head(account, link, words),
        enabled,
        facts(account, world.server(account.id), context),
        deeds(account, link, context),
    ]
    .spacing(space::L)
    .into()
}

fn head<'a>(account: &Account, link: &Link, words: &Words) -> Element<'a, Message> {
    let address = &account.settings.address;
    let name = plain_text::line(address.as_str(), 120);
    let show = accounts::shown(account, link);
    let mut lines = column![
        one_line(name.clone(), size::DIALOG, style::BOLD, surfaces::body),
        text(accounts::account_words(words, account, link))
            .size(size::BODY)
            .style(surfaces::sub),
    ]
    .spacing(2)
    .width(Fill);
    if let Some(error) = link.error.as_ref().filter(|_| account.enabled) {
        let error = text(words.error(error.kind))
            .size(size::PREVIEW)
            .width(Fill);
        lines = lines.push(
            row![
                icon(icons::ALERT, 16.0).style(surfaces::danger),
                error.style(surfaces::danger)
            ]
            .spacing(space::S),
        );
    }
    let portrait = portrait(&name, address, 40.0, show, |theme| {
        style::tokens(theme).panel
    });
    row![portrait, lines].spacing(space::M).into()
}

fn facts<'a>(
    account: &Account,
    live: Option<&ServerFacts>,
    context: Context<'a>,
) -> Element<'a, Message> {
    let words = context.words;
    let settings = &account.settings;
    let server = match (live, &settings.server) {
        (Some(live), _) => plain_text::line(&live.route.place, 200),
        (None, Some(server)) => plain_text::line(&server.to_string(), 200),
        (None, None) => words.get("account-server-found"),
    };
    let mut all = vec![fact(words.get("server"), server)];
    all.push(match live {
        Some(live) => fact(words.get("account-encryption"), encryption(live, words)),
        None => fact(
            words.get("security"),
            security_words(words, settings.security),
        ),
    });
    if settings.pin.is_none() && live.is_none_or(|live| live.route.tls.is_some()) {
        all.push(fact(
            words.get("account-certificate"),
            words.get("account-pin-none"),
        ));
    }
    if let Some(live) = live {
        all.push(fact(words.get("account-since"), since(live, context)));
    }
    if let Some(proxy) = &settings.proxy {
        all.push(fact(words.get("proxy"), proxy_words(words, proxy)));
    }
    let mut lines = pairs(all, context.narrow);
    if let Some(pin) = settings.pin {
        let forget = small(words.get("account-pin-forget"), Message::ForgetPin);
        let pin = fact(words.get("account-pin"), fingerprint(pin, context.narrow));
        lines = lines.push(column![pin, forget].spacing(2));
    }
    if let Some(live) = live {
        lines = lines.push(offered(live, words));
    }
    container(lines)
        .padding(space::L)
        .width(Fill)
        .style(surfaces::card)
        .into()
}

/// Two beside each other, where there is room.
fn pairs<'a>(facts: Vec<Element<'a, Message>>, narrow: bool) -> Column<'a, Message> {
    if narrow {
        return Column::with_children(facts).spacing(space::M);
    }
    let mut lines = Column::new().spacing(space::M);
    let mut facts = facts.into_iter();
    while let Some(one) = facts.next() {
        lines = match facts.next() {
            Some(other) => lines.push(row![one, other].spacing(space::L)),
            None => lines.push(one),
        };
    }
    lines
}

/// How the connection is encrypted, and how the account signed in on it.
fn encryption(live: &ServerFacts, words: &Words) -> String {
    let encrypted = match live.route.tls {
        Some(version) => version.to_string(),
        None => words.get("security-plain"),
    };
    let mechanism = plain_text::line(&live.route.mechanism, 40);
    format!("{encrypted} · {mechanism}")
}

/// Since when the session is there, and when it went on after having been interrupted.
fn since(live: &ServerFacts, context: Context<'_>) -> String {
    let Context {
        words, zone, now, ..
    } = context;
    let day = time_format::day(words, zone, now, live.since);
    let since = format!("{day} {}", time_format::clock(zone, live.since));
    match live.resumed {
        Some(resumed) => words.with(
            "account-resumed",
            &[
                ("since", since.into()),
                ("time", time_format::clock(zone, resumed).into()),
            ],
        ),
        None => since,
    }
}

/// The most important of what the server can do, and the way to the rest.
fn offered<'a>(live: &ServerFacts, words: &Words) -> Element<'a, Message> {
    let mut lines = Column::new().spacing(space::XS);
    for offer in [Offer::Archive, Offer::Carbons, Offer::Resumption] {
        let (sign, state) = match live.can(offer) {
            Some(true) => (
                icon(icons::CHECK, 14.0).style(surfaces::ok),
                words.get("offers-yes"),
            ),
            Some(false) => (
                icon(icons::MINUS, 14.0).style(surfaces::faint),
                words.get("offers-no"),
            ),
            None => (
                icon(icons::CLOCK, 14.0).style(surfaces::faint),
                words.get("offers-unknown"),
            ),
        };
        let name = text(offers::name(offer, words)).size(size::PREVIEW);
        let state = text(state).size(size::SMALL).style(surfaces::sub);
        lines = lines.push(row![sign, name, state].spacing(space::S).align_y(Center));
    }
    lines
        .push(small(words.get("offers-open"), Message::Open(Page::Offers)))
        .into()
}

fn deeds<'a>(account: &Account, link: &Link, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let mut ways = Vec::new();
    if account.enabled {
        ways.push(if online_or_on_the_way(account, link) {
            deed(words.get("disconnect"), Message::Disconnect)
        } else {
            deed(words.get("connect-now"), Message::Connect)
        });
    }
    for (label, page) in [
        (words.get("connection-open"), Page::Connection),
        (words.get("password-open"), Page::Password),
        (words.get("tag-open"), Page::Tag),
    ] {
        ways.push(deed(label, Message::Open(page)));
    }
    ways.push(deed(words.get("account-check"), Message::Check));
    let ways = row(ways)
        .spacing(space::S)
        .wrap()
        .vertical_spacing(space::S);
    let close = press(
        plain(words.get("close"), controls::primary, Some(Message::Close)),
        Some(Message::Close),
    )
    .id(FIRST);
    let remove = deed(words.get("account-remove"), Message::Open(Page::Removal));
    let last = row![remove, horizontal(), close].align_y(Center);
    column![ways, last].spacing(space::L).into()
}

/// Whether there is something to disconnect.
fn online_or_on_the_way(account: &Account, link: &Link) -> bool {
    account.presence.show != Show::Offline && link.state != ConnectionState::Offline
}
