//! How making a new account looks.

use iced::{
    Element,
    widget::{checkbox, column, container, row, text, text::Wrapping, text_input},
};
use oriole_core::{
    engine::command::Password,
    model::registration::{Refusal, Why},
};

use super::{
    ADDRESS, Message, PASSWORD, Phase, SignIn,
    create::{self, Stage},
    view::{address_hint, advanced, meant, problem},
};
use crate::{
    i18n::Words,
    plain_text,
    screen::{Context, form},
    style::{
        self, controls,
        icons::{self, icon},
        surfaces,
        tokens::{size, space},
    },
    typed::wrong_words,
    widget::{
        field::{Hint, field},
        focus::press,
    },
};

/// The fields above the server's form, the form, and what came of it.
pub(super) fn view<'a>(screen: &'a SignIn, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let create = &screen.create;
    let mut page = column![address(screen, words), password(screen, words)].spacing(space::L);
    if let Some(said) = invited(screen, words) {
        page = column![said].spacing(space::L).push(page);
    }
    page = page.push(advanced(screen, context));
    if let Some(offered) = &create.offered {
        let free = create.stage == Stage::Idle;
        if create.anew {
            let said = text(words.get("create-anew")).size(size::PREVIEW);
            page = page.push(said.style(surfaces::amber));
        }
        if !offered.offer.open {
            let server = screen.server_name();
            let said = words.with("create-elsewhere", &[("server", server.into())]);
            page = page.push(text(said).size(size::BODY).font(style::BOLD));
        }
        let shown = |message| Message::Create(create::Message::Form(message));
        let seen = offered.offer.is_seen() || !offered.filling.form().instructions.is_empty();
        if seen {
            page = page.push(form::view::view(
                &offered.filling,
                free,
                words,
                shown,
                Message::Submit,
            ));
        }
        if let Some(web) = &offered.offer.web {
            page = page.push(form::view::web_link(web, words).map(shown));
        }
    }
    if let Some(refusal) = &create.refusal {
        page = page.push(refused(refusal, screen, words));
    }
    match &screen.phase {
        Phase::Editing(Some(error)) => page = page.push(problem(error, screen, words)),
        _ if create.stage != Stage::Idle => {
            let server = screen.server_name();
            let said = match create.stage {
                Stage::Asking => words.with("create-asking", &[("server", server.into())]),
                _ => words.get("create-making"),
            };
            page = page.push(text(said).size(size::BODY).style(surfaces::sub));
        }
        _ => {}
    }
    page.into()
}

fn address<'a>(screen: &'a SignIn, words: &Words) -> Element<'a, Message> {
    let hint = match address_hint(screen, words) {
        Hint::None => Hint::Help(words.get("create-address-hint")),
        hint => hint,
    };
    let free = !screen.busy();
    let input = text_input(&words.get("address-example"), &screen.address)
        .id(ADDRESS)
        .on_input_maybe(free.then_some(Message::Address))
        .on_submit(Message::Submit);
    column![field(words.get("create-address"), input, hint)]
        .push(meant(screen, words))
        .spacing(space::XS)
        .into()
}

fn password<'a>(screen: &'a SignIn, words: &Words) -> Element<'a, Message> {
    let hint = match screen.password_problem() {
        Some(wrong) => Hint::Wrong(wrong_words(words, wrong)),
        None => Hint::Help(words.get("password-hint")),
    };
    let shown = screen.create.shown;
    let typed = |text: String| Message::Password(Password::new(text));
    let input = text_input("", &screen.password)
        .id(PASSWORD)
        .secure(!shown)
        .on_input_maybe((!screen.busy()).then_some(typed))
        .on_submit(Message::Submit);
    let show = |shown| Message::Create(create::Message::Show(shown));
    let check = checkbox(shown)
        .label(words.get("password-show"))
        .size(18)
        .text_size(size::PREVIEW)
        .on_toggle(show)
        .style(controls::check);
    column![
        field(words.get("password"), input, hint),
        press(check, Some(show(!shown))),
    ]
    .spacing(space::S)
    .into()
}

/// Who invited, and where to.
fn invited<'a>(screen: &SignIn, words: &Words) -> Option<Element<'a, Message>> {
    let invitation = screen.invitation()?;
    let said = match &invitation.inviter {
        Some(inviter) => {
            let inviter = plain_text::line(inviter.as_str(), 80);
            words.with("create-invited-by", &[("address", inviter.into())])
        }
        None => words.get("create-invited"),
    };
    let said = text(said).size(size::BODY).wrapping(Wrapping::WordOrGlyph);
    let line = row![icon(icons::ADD_PERSON, 18.0).style(surfaces::accent), said]
        .spacing(space::M)
        .align_y(iced::Center);
    let card = container(line).padding([space::M, space::L]);
    Some(card.width(iced::Fill).style(surfaces::card).into())
}

/// Why the server made no account, and what it says itself.
fn refused<'a>(refusal: &Refusal, screen: &SignIn, words: &Words) -> Element<'a, Message> {
    let server = || [("server", screen.server_name().into())];
    let why = match refusal.why {
        Why::Taken => words.get("create-taken"),
        Why::NotAcceptable => words.get("create-not-acceptable"),
        Why::Riddle => words.get("create-riddle"),
        Why::NotAllowed => words.with("create-not-allowed", &server()),
        Why::Wait => words.with("create-wait", &server()),
        Why::Invitation => words.with("create-invitation", &server()),
        Why::Other => words.with("create-refused", &server()),
    };
    let mut lines = column![
        text(words.get("create-failed"))
            .size(size::BODY)
            .font(style::BOLD),
        text(why)
            .size(size::PREVIEW)
            .line_height(text::LineHeight::Absolute(20.into()))
            .style(surfaces::sub),
    ]
    .width(iced::Fill)
    .spacing(2);
    let said = plain_text::line(&refusal.said, 300);
    if !said.is_empty() {
        let said = words.with("create-said", &[("said", said.into())]);
        let said = text(said)
            .size(size::PREVIEW)
            .wrapping(Wrapping::WordOrGlyph);
        lines = lines.push(said.style(surfaces::sub));
    }
    container(row![icon(icons::ALERT, 20.0).style(surfaces::danger), lines].spacing(space::M))
        .padding([space::M, space::L])
        .width(iced::Fill)
        .style(surfaces::alert)
        .into()
}
