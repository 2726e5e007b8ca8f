//! How the doctor's dialog looks: the steps, and the page of a certificate in doubt.

use iced::{
    Center, Element, Fill, Theme,
    widget::{
        Column, Row, button, center, column, container, row, space::horizontal, text,
        text::Wrapping,
    },
};
use oriole_core::{
    engine::diagnose::{Outcome, StepReport},
    error::{Error, ErrorKind},
    model::{certificate::CertificateFacts, step::Step},
};

use super::{Doctor, Field, Fix, Message, Phase, failure, report, signed_in};
use crate::{
    i18n::Words,
    plain_text,
    screen::{Context, certificate},
    style::{
        self, controls,
        icons::{self, icon},
        surfaces,
        tokens::{size, space},
    },
    widget::{
        focus::{FIRST, press},
        modal::wide,
    },
};

/// How wide the dialog gets, in px.
const WIDTH: f32 = 600.0;
/// How large the sign before a step is, in px.
const SIGN: f32 = 22.0;

/// The dialog to be laid over the screen; the name changes with its pages, so that the focus begins anew on each.
#[must_use]
pub fn view<'a>(doctor: &'a Doctor, context: Context<'a>) -> (&'static str, Element<'a, Message>) {
    let shown = doctor.facts().filter(|_| doctor.certificate);
    let (name, page) = match (shown, &doctor.phase) {
        (Some(facts), _) => ("doctor-certificate", asking(doctor, facts, context)),
        (None, Phase::Looking) => ("doctor-looking", steps(doctor, context)),
        (None, _) => ("doctor", steps(doctor, context)),
    };
    let away = match name {
        "doctor-certificate" => Message::Steps,
        _ => Message::Close,
    };
    (name, wide(page, WIDTH, away))
}

fn steps<'a>(doctor: &'a Doctor, context: Context<'a>) -> Element<'a, Message> {
    let (title, below) = title(doctor, context.words);
    let head = column![
        text(title)
            .size(size::DIALOG)
            .font(style::BOLD)
            .wrapping(Wrapping::WordOrGlyph),
        text(below).size(size::BODY).style(surfaces::sub),
    ]
    .spacing(space::S);
    let mut lines = Column::new().spacing(space::L).width(Fill);
    match &doctor.phase {
        Phase::Found(diagnosis) => {
            for (place, report) in diagnosis.steps.iter().enumerate() {
                let facts = diagnosis.certificate.as_deref();
                lines = lines.push(step(doctor, facts, place, report, context));
            }
        }
        Phase::Looking => {
            let progress = &doctor.progress;
            for (place, at) in Step::ALL.into_iter().enumerate() {
                let done = progress.done.iter().find(|report| report.step == at);
                lines = lines.push(match done {
                    Some(report) => step(doctor, None, place, report, context),
                    None => waiting(place, at, progress.current == Some(at), context.words),
                });
            }
        }
        Phase::Refused(error) => lines = lines.push(failed(error, context.words)),
    }
    column![head, lines, deeds(doctor, context)]
        .spacing(space::XL)
        .into()
}

fn title(doctor: &Doctor, words: &Words) -> (String, String) {
    let server = || [("server", plain_text::line(doctor.server(), 60).into())];
    match &doctor.phase {
        Phase::Looking => (
            words.with("doctor-looking", &server()),
            words.get("doctor-looking-below"),
        ),
        Phase::Refused(_) => (words.get("doctor-refused"), String::new()),
        Phase::Found(diagnosis) => match failure(diagnosis) {
            Some((Step::SignIn | Step::Ready, _)) => (
                words.with("doctor-not-signed-in", &server()),
                words.get("doctor-failed-below"),
            ),
            Some(_) => (
                words.with("doctor-unreachable", &server()),
                words.get("doctor-failed-below"),
            ),
            None if signed_in(diagnosis) => (
                words.with("doctor-works", &server()),
                words.get("doctor-works-below"),
            ),
            None => (
                words.with("doctor-answers", &server()),
                words.get("doctor-answers-below"),
            ),
        },
    }
}

/// A step that is being tried, is yet to be, or was not reached.
fn waiting<'a>(place: usize, step: Step, current: bool, words: &Words) -> Element<'a, Message> {
    let number = text((place + 1).to_string())
        .size(size::SMALL)
        .font(style::BOLD);
    let name = text(report::step_words(words, step))
        .size(size::BODY)
        .font(style::BOLD);
    let (look, name): (fn(&Theme) -> container::Style, _) = if current {
        (surfaces::filled, name)
    } else {
        (surfaces::step_waiting, name.style(surfaces::sub))
    };
    let now = current.then(|| {
        let now = text(words.get("step-now")).size(size::SMALL);
        now.style(surfaces::sub)
    });
    row![sign(number, look), name.width(Fill)]
        .push(now)
        .spacing(space::M)
        .align_y(Center)
        .into()
}

fn step<'a>(
    doctor: &'a Doctor,
    facts: Option<&'a CertificateFacts>,
    place: usize,
    report: &'a StepReport,
    context: Context<'a>,
) -> Element<'a, Message> {
    let words = context.words;
    let (sign, mut lines) = match &report.outcome {
        Outcome::Skipped => return waiting(place, report.step, false, words),
        Outcome::Ok => {
            let found = report::found_words(words, doctor.request.settings.security, report);
            let found = (!found.is_empty()).then(|| below(found));
            (
                sign(icon(icons::CHECK, 14.0), surfaces::step_ok),
                Column::with_children(found),
            )
        }
        Outcome::Failed(error) => (
            sign(
                text("!").size(size::PREVIEW).font(style::BOLD),
                surfaces::step_failed,
            ),
            column![failed_step(doctor, facts, error, context)],
        ),
    };
    let head = row![
        text(report::step_words(words, report.step))
            .size(size::BODY)
            .font(style::BOLD)
            .width(Fill),
        text(report::time_words(words, report.ms))
            .size(size::SMALL)
            .style(surfaces::sub),
    ]
    .spacing(space::S)
    .height(SIGN)
    .align_y(Center);
    lines = column![head, lines].width(Fill);
    row![sign, lines].spacing(space::M).into()
}

fn failed_step<'a>(
    doctor: &'a Doctor,
    facts: Option<&'a CertificateFacts>,
    error: &Error,
    context: Context<'a>,
) -> Element<'a, Message> {
    let words = context.words;
    let Some(facts) = facts.filter(|_| error.kind == ErrorKind::CertificateUntrusted) else {
        return failed(error, words);
    };
    let mut problems = certificate::problems(words, doctor.server(), facts).into_iter();
    let why = problems.next().unwrap_or_default();
    let remark = certificate::remark(words, doctor.past, facts).unwrap_or_default();
    let said = words.with(
        "doctor-doubt",
        &[("why", why.into()), ("remark", remark.into())],
    );
    let mut lines = column![below(said.trim_end().to_owned())].spacing(space::S);
    lines = lines.extend(problems.map(below));
    if let Some(warning) = certificate::warning(words, doctor.past, facts) {
        let warning = text(warning)
            .size(size::PREVIEW)
            .line_height(text::LineHeight::Absolute(20.into()))
            .style(surfaces::danger);
        lines = lines.push(warning);
    }
    lines
        .push(certificate::card(facts, doctor.past, context))
        .into()
}

/// Why something failed, and the detail of it.
fn failed<'a>(error: &Error, words: &Words) -> Element<'a, Message> {
    let (sentence, detail) = words.error_with_detail(error);
    let mut lines = column![below(sentence)].spacing(space::S).width(Fill);
    if !detail.is_empty() {
        let detail = text(detail)
            .size(size::SMALL)
            .wrapping(Wrapping::WordOrGlyph);
        lines = lines.push(
            container(detail)
                .padding([6.0, 10.0])
                .width(Fill)
                .style(surfaces::chip),
        );
    }
    lines.into()
}

fn below<'a>(words: String) -> Element<'a, Message> {
    text(words)
        .size(size::PREVIEW)
        .line_height(text::LineHeight::Absolute(20.into()))
        .wrapping(Wrapping::WordOrGlyph)
        .style(surfaces::sub)
        .into()
}

fn sign<'a>(
    sign: impl Into<Element<'a, Message>>,
    look: fn(&Theme) -> container::Style,
) -> Element<'a, Message> {
    container(center(sign).width(SIGN).height(SIGN))
        .style(look)
        .into()
}

fn deeds<'a>(doctor: &Doctor, context: Context<'a>) -> Element<'a, Message> {
    let words = context.words;
    let looking = doctor.phase == Phase::Looking;
    let mut quiet = Row::new().spacing(space::XS);
    if !looking {
        quiet = quiet.push(link(words.get("try-again"), Message::Again));
    }
    if matches!(doctor.phase, Phase::Found(_)) {
        let label = if doctor.copied {
            words.get("doctor-copied")
        } else {
            words.get("doctor-copy")
        };
        quiet = quiet.push(link(label, Message::Copy));
    }
    let fixes = doctor.fixes().into_iter().map(|fix| {
        let (label, message) = fix_words(words, fix);
        deed(label, controls::secondary, message)
    });
    let label = if looking {
        words.get("cancel")
    } else {
        words.get("close")
    };
    let close = press(
        plain(label, controls::primary, Message::Close),
        Some(Message::Close),
    )
    .id(FIRST);
    // The label, not the button's edge, stands in line with the text above.
    let quiet = container(quiet).padding(iced::Padding::ZERO.left(-space::S));
    if context.narrow {
        let mut all = Column::with_children(fixes).spacing(space::S);
        all = all.push(row![quiet, horizontal(), close].align_y(Center));
        return all.into();
    }
    let mut all = Row::new().spacing(space::S).align_y(Center).push(quiet);
    all = all.push(horizontal());
    let fixes: Vec<Element<'a, Message>> = fixes.collect();
    if fixes.len() < 2 {
        return all.extend(fixes).push(close).into();
    }
    let fixes = row![horizontal()].spacing(space::S).extend(fixes);
    column![fixes, all.push(close)].spacing(space::S).into()
}

fn fix_words(words: &Words, fix: Fix) -> (String, Message) {
    match fix {
        Fix::Certificate => (words.get("doctor-certificate"), Message::Certificate),
        Fix::Server => (
            words.get("doctor-change-server"),
            Message::Change(Field::Server),
        ),
        Fix::Security => (
            words.get("doctor-change-security"),
            Message::Change(Field::Server),
        ),
        Fix::Password => (
            words.get("doctor-password"),
            Message::Change(Field::Password),
        ),
        Fix::AcceptDowngrade => (words.get("accept-downgrade"), Message::AcceptDowngrade),
        Fix::Connect => (words.get("connect-now"), Message::Connect),
    }
}

fn asking<'a>(
    doctor: &'a Doctor,
    facts: &'a CertificateFacts,
    context: Context<'a>,
) -> Element<'a, Message> {
    let words = context.words;
    let server = plain_text::line(doctor.request.settings.address.as_str(), 80);
    let head = column![
        text(certificate::title(words, doctor.past, facts))
            .size(size::DIALOG)
            .font(style::BOLD),
        text(words.with("certificate-below", &[("address", server.into())]))
            .size(size::BODY)
            .wrapping(Wrapping::WordOrGlyph)
            .style(surfaces::sub),
    ]
    .spacing(space::S);
    let trust = deed(
        words.get("certificate-trust"),
        controls::secondary,
        Message::Trust,
    );
    let back = press(
        plain(words.get("back"), controls::primary, Message::Steps),
        Some(Message::Steps),
    )
    .id(FIRST);
    let deeds: Element<'a, Message> = if context.narrow {
        column![trust, row![horizontal(), back]]
            .spacing(space::S)
            .into()
    } else {
        row![trust, horizontal(), back]
            .spacing(space::S)
            .align_y(Center)
            .into()
    };
    column![
        head,
        certificate::facts(doctor.server(), facts, doctor.past, context),
        deeds
    ]
    .spacing(space::L)
    .into()
}

fn link<'a>(label: String, message: Message) -> Element<'a, Message> {
    let link = button(text(label).size(size::BODY).font(style::BOLD))
        .padding([space::S, space::S])
        .style(controls::link)
        .on_press(message);
    press(link, Some(message)).into()
}

fn deed<'a>(
    label: String,
    look: fn(&Theme, button::Status) -> button::Style,
    message: Message,
) -> Element<'a, Message> {
    press(plain(label, look, message), Some(message)).into()
}

fn plain<'a>(
    label: String,
    look: fn(&Theme, button::Status) -> button::Style,
    message: Message,
) -> button::Button<'a, Message> {
    button(text(label).size(size::BODY).font(style::BOLD))
        .padding([space::S, space::L])
        .style(look)
        .on_press(message)
}
