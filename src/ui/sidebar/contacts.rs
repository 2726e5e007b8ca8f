//! The contacts, and above them those who ask to be one.

use iced::{
    Center, Element, Fill, Theme,
    widget::{Column, button, column, container, row, text, text::Wrapping},
};
use oriole_core::model::{
    contact::{Contact, ContactRequest, Subscription},
    presence::Show,
};

use super::{Message, Rows, pane, portrait, presence_words};
use crate::{
    plain_text,
    screen::Context,
    style::{
        self, controls, surfaces,
        tokens::{size, space},
    },
    widget::{
        focus::{Ring, press},
        one_line::one_line,
    },
    world::World,
};

pub(super) fn view<'a>(world: &'a World, rows: Rows, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let mut list = Column::new().width(Fill).spacing(2);
    if !world.requests().is_empty() {
        list = list.push(heading(words.get("contact-requests")));
        for request in world.requests().iter().take(rows.count()) {
            list = list.push(asking(request, context));
        }
        list = list.push(heading(words.get("tab-contacts")));
    }
    let mut contacts = world.contacts();
    let mut any = false;
    for contact in contacts.by_ref().take(rows.count()) {
        any = true;
        list = list.push(line(world, contact, context));
    }
    if !any {
        list = list.push(pane::empty(words.get("no-contacts")));
    }
    if contacts.next().is_some() {
        list = list.push(pane::more(words.get("show-more")));
    }
    list.into()
}

fn heading<'a>(words: String) -> Element<'a, Message> {
    container(
        text(words)
            .size(size::SMALL)
            .font(style::BOLD)
            .style(surfaces::faint),
    )
    .padding(iced::Padding::new(space::S).top(10).bottom(space::XS))
    .into()
}

fn line<'a>(world: &World, contact: &Contact, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let address = &contact.item.address;
    let name = contact.item.name.as_deref().unwrap_or_default();
    let name = match plain_text::line(name, 80) {
        name if name.is_empty() => plain_text::line(address.as_str(), 80),
        name => name,
    };
    let presence = world.presence(contact.account, address);
    let unseen = presence.show == Show::Offline
        && !matches!(
            contact.item.subscription,
            Subscription::To | Subscription::Both
        );
    let below = match (contact.blocked, contact.item.ask) {
        (true, _) => words.get("contact-blocked"),
        (false, true) => words.get("contact-asked"),
        (false, false) if unseen => words.get("contact-unseen"),
        (false, false) => presence_words(words, &presence),
    };
    let top = one_line(name.clone(), size::BODY, style::BOLD, surfaces::body);
    let below = one_line(below, size::PREVIEW, style::REGULAR, surfaces::sub);
    let open = Message::OpenContact(contact.account, address.clone());
    let line = button(
        row![
            portrait(&name, address, 40.0, presence.show, |theme| {
                style::tokens(theme).side
            }),
            column![top, below].spacing(2).width(Fill),
        ]
        .spacing(10)
        .align_y(Center),
    )
    .width(Fill)
    .padding(space::S)
    .clip(true)
    .style(controls::row(false))
    .on_press(open.clone());
    press(line, Some(open)).ring(Ring::ROW).into()
}

fn asking<'a>(request: &ContactRequest, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let address = plain_text::line(request.address.as_str(), 80);
    let name = request
        .name
        .as_deref()
        .map(|name| plain_text::line(name, 80));
    let mut card = Column::new().spacing(space::XS).width(Fill);
    // The nickname is what they say of themselves, so the address always stands with it.
    if let Some(name) = name.filter(|name| !name.is_empty()) {
        card = card.push(one_line(name, size::BODY, style::BOLD, surfaces::body));
    }
    card = card
        .push(
            text(address)
                .size(size::PREVIEW)
                .wrapping(Wrapping::WordOrGlyph),
        )
        .push(
            text(words.get("contact-request-says"))
                .size(size::SMALL)
                .style(surfaces::sub),
        );
    let said = plain_text::line(&request.text, 300);
    if !said.is_empty() {
        card = card.push(
            text(said)
                .size(size::PREVIEW)
                .wrapping(Wrapping::WordOrGlyph),
        );
    }
    let (account, address) = (request.account, request.address.clone());
    card = card.push(
        row![
            deed(
                words.get("accept"),
                controls::primary,
                Message::Accept(account, address.clone())
            ),
            deed(
                words.get("decline"),
                controls::secondary,
                Message::Decline(account, address)
            ),
        ]
        .spacing(space::S),
    );
    container(card)
        .padding(space::M)
        .width(Fill)
        .style(surfaces::card)
        .into()
}

fn deed<'a>(
    label: String,
    look: fn(&Theme, button::Status) -> button::Style,
    message: Message,
) -> Element<'a, Message> {
    let deed = button(text(label).size(size::PREVIEW).font(style::BOLD))
        .padding([6.0, space::M])
        .style(look)
        .on_press(message.clone());
    press(deed, Some(message)).into()
}
