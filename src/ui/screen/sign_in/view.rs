//! How signing in looks.

use std::fmt;

use iced::{
    Center, Element, Fill, FillPortion, Theme,
    widget::{
        Column, Space, button, center, column, container, pick_list, row, scrollable,
        space::horizontal, text, text::Wrapping, text_input,
    },
};
use oriole_core::{
    engine::command::Password,
    error::Error,
    model::{account::Security, certificate::CertificateFacts},
};

use super::{ADDRESS, Message, PASSWORD, PORT, Phase, SERVER, SignIn, Tab, create_view};
use crate::{
    i18n::Words,
    plain_text,
    screen::{Context, certificate, doctor::report::security_words},
    style::{
        self, controls,
        icons::{self, icon},
        surfaces,
        tokens::{size, space},
    },
    typed::wrong_words,
    widget::{
        birds::birds_on_green,
        field::{Hint, field},
        focus::press,
    },
};

/// The ways to secure a connection that a person can pick.
const SECURITY: [Security; 3] = [Security::Auto, Security::StartTls, Security::DirectTls];

/// Draws the screen.
#[must_use]
pub fn view<'a>(screen: &'a SignIn, context: Context<'a>) -> Element<'a, Message> {
    let content = match &screen.phase {
        Phase::Asking(facts) => asking(screen, facts, context),
        _ => entering(screen, context),
    };
    let (above, side) = if context.narrow {
        (space::XL, space::L)
    } else {
        (72.0, 48.0)
    };
    let form = scrollable(
        container(container(content).max_width(548).width(Fill))
            .center_x(Fill)
            .padding([above, side]),
    )
    .height(Fill)
    .style(controls::scroll);
    let form = container(form)
        .width(FillPortion(37))
        .height(Fill)
        .style(surfaces::window);
    if context.narrow {
        form.into()
    } else {
        row![welcome(context), form].into()
    }
}

fn welcome<'a>(context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let above = column![
        text("Oriole").size(34).font(style::BOLD),
        text(words.get("welcome"))
            .size(17)
            .line_height(text::LineHeight::Absolute(26.into()))
            .style(surfaces::on_brand_sub),
    ]
    .spacing(space::S);
    let promise = |words: String| {
        text(words)
            .size(size::PREVIEW)
            .line_height(text::LineHeight::Absolute(20.into()))
            .style(surfaces::on_brand_sub)
    };
    let below = column![
        promise(words.get("welcome-privacy")),
        promise(words.get("welcome-freedom")),
    ];
    container(
        column![
            above,
            center(birds_on_green(344.0)).padding(iced::Padding::ZERO.bottom(88.0)),
            below
        ]
        .height(Fill),
    )
    .padding([52.0, 48.0])
    .width(FillPortion(23))
    .height(Fill)
    .style(surfaces::brand)
    .into()
}

/// Having an account, or wanting one; the arrows go from one to the other.
fn tabs<'a>(screen: &SignIn, words: &Words) -> Element<'a, Message> {
    let tab = |label: String, tab: Tab| {
        let look = controls::tab(tab == screen.tab);
        let label = text(label).size(size::BODY);
        let tab = Message::Tab(tab);
        let button = button(container(label).center_x(Fill))
            .width(Fill)
            .padding([7.0, space::S])
            .style(look)
            .on_press(tab.clone());
        Element::from(press(button, Some(tab)))
    };
    let tabs = row![
        tab(words.get("sign-in"), Tab::SignIn),
        tab(words.get("create-account"), Tab::Create),
    ]
    .spacing(space::XS);
    let tabs = container(tabs)
        .padding(space::XS)
        .max_width(320)
        .style(surfaces::chip);
    container(tabs)
        .padding(iced::Padding::ZERO.top(space::M).bottom(space::S))
        .into()
}

pub(super) fn heading<'a>(title: String, below: String) -> Column<'a, Message> {
    column![
        text(title).size(size::PAGE).font(style::BOLD),
        text(below).size(size::BODY).style(surfaces::sub),
    ]
    .spacing(space::S)
}

fn entering<'a>(screen: &'a SignIn, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let fixed = screen.stored.as_ref().is_some_and(|stored| !stored.fresh);
    let mut form = column![if screen.editing {
        heading(words.get("change-title"), words.get("change-below"))
    } else if fixed && screen.phase != Phase::Connecting {
        heading(words.get("repair-title"), words.get("repair-below"))
    } else {
        heading(words.get("sign-in-title"), words.get("sign-in-below"))
    }]
    .spacing(space::L);
    form = if screen.stored.is_none() {
        form.push(tabs(screen, words))
    } else {
        form.push(Space::new().height(space::XS))
    };
    if screen.creates() {
        return form
            .push(create_view::view(screen, context))
            .push(deeds(screen, words))
            .into();
    }
    form = form
        .push(address_field(screen, fixed, words))
        .push(password_field(screen, fixed, words))
        .push(advanced(screen, context));
    match &screen.phase {
        Phase::Editing(Some(error)) => form = form.push(problem(error, screen, words)),
        Phase::Storing | Phase::Connecting => {
            form = form.push(
                text(words.get("signing-in"))
                    .size(size::BODY)
                    .style(surfaces::sub),
            );
        }
        Phase::Editing(None) | Phase::Asking(_) => {}
    }
    form.push(deeds(screen, words)).into()
}

/// What is said of the address.
pub(super) fn address_hint(screen: &SignIn, words: &Words) -> Hint {
    match screen.address_problem() {
        Some(wrong) => Hint::Wrong(wrong_words(words, wrong)),
        None => screen.look_up_hint(words),
    }
}

/// What may have been meant, to be taken by a press.
pub(super) fn meant<'a>(screen: &SignIn, words: &Words) -> Option<Element<'a, Message>> {
    let meant = plain_text::line(&screen.meant()?, 80);
    let said = words.with("address-meant", &[("address", meant.into())]);
    let take = button(text(said).size(size::PREVIEW).font(style::BOLD))
        .padding([space::XS, space::XS])
        .style(controls::link)
        .on_press(Message::Meant);
    let take = press(take, Some(Message::Meant));
    Some(
        container(take)
            .padding(iced::Padding::ZERO.left(-space::XS))
            .into(),
    )
}

fn address_field<'a>(screen: &'a SignIn, fixed: bool, words: &Words) -> Element<'a, Message> {
    let hint = address_hint(screen, words);
    let free = !fixed && !screen.busy();
    let input = text_input(&words.get("address-example"), &screen.address)
        .id(ADDRESS)
        .on_input_maybe(free.then_some(Message::Address))
        .on_submit(Message::Submit);
    column![field(words.get("address"), input, hint)]
        .push(meant(screen, words))
        .spacing(space::XS)
        .into()
}

fn password_field<'a>(screen: &'a SignIn, fixed: bool, words: &Words) -> Element<'a, Message> {
    let hint = match screen.password_problem() {
        Some(wrong) => Hint::Wrong(wrong_words(words, wrong)),
        None if fixed && screen.password.is_empty() => Hint::Help(words.get("password-kept")),
        None => Hint::Help(words.get("password-hint")),
    };
    let typed = |text: String| Message::Password(Password::new(text));
    let input = text_input("", &screen.password)
        .id(PASSWORD)
        .secure(true)
        .on_input_maybe((!screen.busy()).then_some(typed))
        .on_submit(Message::Submit);
    field(words.get("password"), input, hint)
}

/// A way to secure the connection, with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SecurityChoice {
    security: Security,
    label: String,
}

impl SecurityChoice {
    fn new(security: Security, words: &Words) -> Self {
        let label = security_words(words, security);
        Self { security, label }
    }
}

impl fmt::Display for SecurityChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

pub(super) fn advanced<'a>(screen: &'a SignIn, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let sign = if screen.advanced {
        icons::UNFOLDED
    } else {
        icons::FOLDED
    };
    let label = row![
        icon(sign, 16.0),
        text(words.get("advanced"))
            .size(size::BODY)
            .font(style::BOLD)
    ]
    .spacing(space::XS)
    .align_y(Center);
    let fold = button(label)
        .padding([space::XS, space::XS])
        .style(controls::link)
        .on_press(Message::Advanced);
    let fold = press(fold, Some(Message::Advanced));
    // The label, not the button's edge, stands in line with the fields.
    let mut block =
        column![container(fold).padding(iced::Padding::ZERO.left(-space::XS))].spacing(space::S);
    if screen.advanced {
        block = block.push(server_fields(screen, context));
    }
    block.into()
}

fn server_fields<'a>(screen: &'a SignIn, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let hint = match screen.server_problem() {
        Some(wrong) => Hint::Wrong(wrong_words(words, wrong)),
        None => Hint::Help(words.get("server-hint")),
    };
    let server = text_input(&words.get("server-example"), &screen.server)
        .id(SERVER)
        .on_input_maybe((!screen.busy()).then_some(Message::Server))
        .on_submit(Message::Submit);
    let server = field(words.get("server"), server, hint);
    let hint = match screen.port_problem() {
        Some(wrong) => Hint::Wrong(wrong_words(words, wrong)),
        None => Hint::None,
    };
    let port = text_input("5222", &screen.port)
        .id(PORT)
        .on_input_maybe((!screen.busy()).then_some(Message::Port))
        .on_submit(Message::Submit);
    let port = field(words.get("port"), port, hint);
    let security = column![
        text(words.get("security"))
            .size(size::PREVIEW)
            .font(style::BOLD),
        security(screen, words),
    ]
    .spacing(space::XS);
    if context.narrow {
        column![
            server,
            row![
                container(port).width(FillPortion(1)),
                container(security).width(FillPortion(2)),
            ]
            .spacing(space::M)
        ]
        .spacing(space::M)
        .into()
    } else {
        row![
            container(server).width(Fill),
            container(port).width(110),
            container(security).width(150),
        ]
        .spacing(space::M)
        .into()
    }
}

/// Picks how to secure the connection; the arrows go through the ways.
fn security<'a>(screen: &SignIn, words: &Words) -> Element<'a, Message> {
    let now = SECURITY.iter().position(|way| *way == screen.security);
    let beside = |step: fn(usize) -> Option<usize>| {
        let way = now.and_then(step).and_then(|at| SECURITY.get(at));
        way.copied().map(Message::Security)
    };
    let (less, more) = (
        beside(|at| at.checked_sub(1)),
        beside(|at| at.checked_add(1)),
    );
    let list = pick_list(
        SECURITY.map(|security| SecurityChoice::new(security, words)),
        Some(SecurityChoice::new(screen.security, words)),
        |choice| Message::Security(choice.security),
    )
    .text_size(size::BODY)
    .padding([10.0, space::M])
    .width(Fill)
    .style(controls::pick)
    .menu_style(controls::menu);
    press(list, None).choose(less, more).into()
}

/// Why there is no answer of the server.
pub(super) fn problem<'a>(error: &Error, screen: &SignIn, words: &Words) -> Element<'a, Message> {
    let (sentence, detail) = words.error_with_detail(error);
    let title = if screen.creates() {
        words.get("create-failed")
    } else {
        words.get("sign-in-failed")
    };
    let mut lines = column![
        text(title).size(size::BODY).font(style::BOLD),
        text(sentence)
            .size(size::PREVIEW)
            .line_height(text::LineHeight::Absolute(20.into()))
            .style(surfaces::sub),
    ]
    .width(Fill)
    .spacing(2);
    if !detail.is_empty() {
        let detail = text(detail)
            .size(size::SMALL)
            .wrapping(Wrapping::WordOrGlyph);
        lines = lines.push(
            container(
                container(detail)
                    .padding([6.0, 10.0])
                    .width(Fill)
                    .style(surfaces::chip),
            )
            .padding(iced::Padding::ZERO.top(space::XS)),
        );
    }
    let ask = button(
        text(words.get("doctor-open"))
            .size(size::PREVIEW)
            .font(style::BOLD),
    )
    .padding([space::XS, space::XS])
    .style(controls::link)
    .on_press(Message::Diagnose);
    let ask = press(ask, Some(Message::Diagnose));
    lines = lines.push(container(ask).padding(iced::Padding::ZERO.top(space::XS).left(-space::XS)));
    container(row![icon(icons::ALERT, 20.0).style(surfaces::danger), lines].spacing(space::M))
        .padding([space::M, space::L])
        .width(Fill)
        .style(surfaces::alert)
        .into()
}

fn deeds<'a>(screen: &SignIn, words: &Words) -> Element<'a, Message> {
    let mut deeds = row![horizontal()].spacing(space::S).align_y(Center);
    match screen.phase {
        Phase::Connecting => {
            deeds = deeds.push(other(words.get("cancel"), Message::Back));
        }
        Phase::Editing(_) if screen.asks() => {
            deeds = deeds.push(other(words.get("cancel"), Message::Back));
        }
        Phase::Editing(_) if screen.can_leave && !screen.busy() => {
            deeds = deeds.push(other(words.get("cancel"), Message::Leave));
        }
        _ => {}
    }
    let submit = (!screen.busy()).then_some(Message::Submit);
    let label = if screen.editing {
        words.get("save")
    } else if screen.creates() {
        words.get("create-account")
    } else {
        words.get("sign-in")
    };
    deeds.push(deed(label, controls::primary, submit)).into()
}

fn other<'a>(label: String, message: Message) -> Element<'a, Message> {
    deed(label, controls::secondary, Some(message))
}

fn deed<'a>(
    label: String,
    look: fn(&Theme, button::Status) -> button::Style,
    message: Option<Message>,
) -> Element<'a, Message> {
    let deed = button(text(label).size(size::BODY).font(style::BOLD))
        .padding([space::S, space::L])
        .style(look)
        .on_press_maybe(message.clone());
    press(deed, message).into()
}

fn asking<'a>(
    screen: &SignIn,
    facts: &CertificateFacts,
    context: Context<'a>,
) -> Element<'a, Message> {
    let words = context.words;
    let address = plain_text::line(&screen.address, 80);
    let server = screen.address.rsplit('@').next().unwrap_or_default().trim();
    column![
        heading(
            certificate::title(words, screen.past, facts),
            words.with("certificate-below", &[("address", address.into())]),
        ),
        certificate::facts(server, facts, screen.past, context),
        row![
            other(words.get("certificate-trust"), Message::Trust),
            horizontal(),
            deed(words.get("cancel"), controls::primary, Some(Message::Back)),
        ]
        .spacing(space::S)
        .align_y(Center),
    ]
    .spacing(space::L)
    .into()
}
