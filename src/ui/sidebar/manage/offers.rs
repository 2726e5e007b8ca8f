//! The page that says in people's words what an account's server can do, what it cannot, and what that means.

use iced::{
    Element, Fill,
    widget::{Column, column, container, row, text},
};
use oriole_core::model::{
    account::Account,
    server::{Offer, ServerFacts},
};

use super::{
    Message,
    pieces::{back, heading, help},
};
use crate::{
    i18n::Words,
    plain_text,
    style::{
        self,
        icons::{self, icon},
        surfaces,
        tokens::{size, space},
    },
};

/// Draws the page.
pub(super) fn view<'a>(
    account: &Account,
    facts: Option<&ServerFacts>,
    words: &Words,
) -> Element<'a, Message> {
    let server = plain_text::line(account.settings.address.domain().as_str(), 60);
    let title = words.with("offers-title", &[("server", server.into())]);
    let mut lines = Column::new().spacing(space::S).width(Fill);
    match facts {
        Some(facts) => {
            for offer in Offer::ALL {
                lines = lines.push(line(offer, facts, words));
            }
        }
        None => lines = lines.push(text(words.get("offers-offline")).size(size::BODY)),
    }
    let lines = container(lines)
        .padding(space::L)
        .width(Fill)
        .style(surfaces::card);
    column![
        heading(title, words.get("offers-below")),
        lines,
        back(words)
    ]
    .spacing(space::L)
    .into()
}

fn line<'a>(offer: Offer, facts: &ServerFacts, words: &Words) -> Element<'a, Message> {
    let (sign, meaning) = match facts.can(offer) {
        Some(true) => (
            icon(icons::CHECK, 18.0).style(surfaces::ok),
            there(offer, facts, words),
        ),
        Some(false) => (
            icon(icons::MINUS, 18.0).style(surfaces::faint),
            missing(offer, words),
        ),
        None => (
            icon(icons::CLOCK, 18.0).style(surfaces::faint),
            words.get("offers-asking"),
        ),
    };
    let state = match facts.can(offer) {
        Some(true) => words.get("offers-yes"),
        Some(false) => words.get("offers-no"),
        None => words.get("offers-unknown"),
    };
    let name = row![
        text(name(offer, words)).size(size::BODY).font(style::BOLD),
        text(state).size(size::SMALL).style(surfaces::sub),
    ]
    .spacing(space::S)
    .align_y(iced::Center);
    let about = column![name, help(meaning)].spacing(2).width(Fill);
    row![sign, about].spacing(space::M).into()
}

/// What it is called.
#[must_use]
pub fn name(offer: Offer, words: &Words) -> String {
    match offer {
        Offer::Archive => words.get("offer-archive"),
        Offer::Carbons => words.get("offer-carbons"),
        Offer::Resumption => words.get("offer-resumption"),
        Offer::Upload => words.get("offer-upload"),
        Offer::GroupChats => words.get("offer-groups"),
        Offer::Profile => words.get("offer-profile"),
        Offer::Blocking => words.get("offer-blocking"),
        Offer::Offline => words.get("offer-offline"),
        Offer::Quiet => words.get("offer-quiet"),
        Offer::RosterVersions => words.get("offer-versions"),
        Offer::Registration => words.get("offer-registration"),
        Offer::Relay => words.get("offer-relay"),
    }
}

/// What it means that it is there.
fn there(offer: Offer, facts: &ServerFacts, words: &Words) -> String {
    match offer {
        Offer::Archive => words.get("offer-archive-there"),
        Offer::Carbons => words.get("offer-carbons-there"),
        Offer::Resumption => words.get("offer-resumption-there"),
        Offer::Upload => match facts.offers.as_ref().and_then(|all| all.upload_limit) {
            Some(limit) => words.with("offer-upload-limit", &[("size", megabytes(limit).into())]),
            None => words.get("offer-upload-there"),
        },
        Offer::GroupChats => words.get("offer-groups-there"),
        Offer::Profile => words.get("offer-profile-there"),
        Offer::Blocking => words.get("offer-blocking-there"),
        Offer::Offline => words.get("offer-offline-there"),
        Offer::Quiet => words.get("offer-quiet-there"),
        Offer::RosterVersions => words.get("offer-versions-there"),
        Offer::Registration => words.get("offer-registration-there"),
        Offer::Relay => words.get("offer-relay-there"),
    }
}

/// What it means that it is missing.
fn missing(offer: Offer, words: &Words) -> String {
    match offer {
        Offer::Archive => words.get("offer-archive-missing"),
        Offer::Carbons => words.get("offer-carbons-missing"),
        Offer::Resumption => words.get("offer-resumption-missing"),
        Offer::Upload => words.get("offer-upload-missing"),
        Offer::GroupChats => words.get("offer-groups-missing"),
        Offer::Profile => words.get("offer-profile-missing"),
        Offer::Blocking => words.get("offer-blocking-missing"),
        Offer::Offline => words.get("offer-offline-missing"),
        Offer::Quiet => words.get("offer-quiet-missing"),
        Offer::RosterVersions => words.get("offer-versions-missing"),
        Offer::Registration => words.get("offer-registration-missing"),
        Offer::Relay => words.get("offer-relay-missing"),
    }
}

/// A number of bytes in MB of a million bytes, as people count.
fn megabytes(bytes: u64) -> String {
    let tenths = bytes / 100_000;
    match (tenths / 10, tenths % 10) {
        (whole, 0) => whole.to_string(),
        (whole, tenth) => format!("{whole}.{tenth}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_in_megabytes() {
        for (bytes, said) in [
            (0, "0"),
            (100_000_000, "100"),
            (10_485_760, "10.4"),
            (u64::MAX, "18446744073709.5"),
        ] {
            assert_eq!(megabytes(bytes), said);
        }
    }
}
