//! A server's certificate that is in doubt, before the person's eyes: its facts, what is wrong with it, and what was there
//! before. Whoever asks decides what trusting it does; trusting is never what Enter does by itself.

use iced::{
    Center, Element, Fill,
    widget::{Column, column, container, row, text, text::Wrapping},
};
use oriole_core::model::{
    account::{Account, Fingerprint, Security},
    certificate::{CertificateFacts, CertificateProblem},
};

use super::Context;
use crate::{
    i18n::Words,
    plain_text,
    style::{
        self,
        icons::{self, icon},
        surfaces,
        tokens::{size, space},
    },
    time_format,
};

/// What this account knew of its server's certificate before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Past {
    /// Nothing: it was never signed in from here.
    #[default]
    Unknown,
    /// It signed in without anybody being asked: the computer could verify what was shown.
    Verified,
    /// The person accepted this one, and no other.
    Accepted(Fingerprint),
}

impl Past {
    /// What an account knew before.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        let settings = &account.settings;
        match settings.pin {
            Some(pin) => Self::Accepted(pin),
            None if account.sasl_memory.is_empty() || settings.security == Security::Plain => {
                Self::Unknown
            }
            None => Self::Verified,
        }
    }

    /// The certificate that was accepted, where this is another one.
    #[must_use]
    pub fn replaced(self, now: &CertificateFacts) -> Option<Fingerprint> {
        match self {
            Self::Accepted(pin) if pin != now.sha256 => Some(pin),
            _ => None,
        }
    }
}

/// The title above the question whether to trust this certificate.
#[must_use]
pub fn title(words: &Words, past: Past, facts: &CertificateFacts) -> String {
    match past.replaced(facts) {
        Some(_) => words.get("certificate-changed-title"),
        None => words.get("certificate-title"),
    }
}

/// Everything that is wrong with it for this server, in words: it may be for another name beside any other problem.
#[must_use]
pub fn problems(words: &Words, server: &str, facts: &CertificateFacts) -> Vec<String> {
    let mut problems = vec![problem_words(words, &facts.why)];
    if !facts.name_matches && !matches!(facts.why, CertificateProblem::WrongName(_)) {
        let name = CertificateProblem::WrongName(server.to_owned());
        problems.push(problem_words(words, &name));
    }
    problems
}

/// What is wrong, all facts, and advice; a harder word where the server's certificate used to be a good one.
#[must_use]
pub fn facts<'a, M: 'a>(
    server: &str,
    facts: &CertificateFacts,
    past: Past,
    context: Context<'a>,
) -> Column<'a, M> {
    let words = context.words;
    let line = |text: &str| plain_text::line(text, 200);
    let names: Vec<String> = facts.names.iter().take(8).map(|name| line(name)).collect();
    let valid = words.with(
        "certificate-validity-value",
        &[
            (
                "from",
                time_format::exact(context.zone, facts.not_before).into(),
            ),
            (
                "to",
                time_format::exact(context.zone, facts.not_after).into(),
            ),
        ],
    );
    let mut table = column![
        fact(words.get("certificate-subject"), line(&facts.subject)),
        fact(words.get("certificate-issuer"), line(&facts.issuer)),
        fact(words.get("certificate-names"), names.join(", ")),
        fact(words.get("certificate-validity"), valid),
    ]
    .spacing(space::M);
    table = table.push(match past.replaced(facts) {
        Some(before) => beside(before, facts.sha256, context),
        None => fact(
            words.get("certificate-sha256"),
            fingerprint(facts.sha256, context.narrow),
        ),
    });
    let wrong = problems(words, server, facts).into_iter().map(|problem| {
        row![
            icon(icons::SHIELD, 20.0).style(surfaces::danger),
            text(problem)
                .size(size::BODY)
                .font(style::BOLD)
                .width(Fill)
                .style(surfaces::danger),
        ]
        .spacing(space::S)
        .align_y(Center)
        .into()
    });
    let wrong = Column::with_children(wrong).spacing(space::S);
    let mut page = column![wrong].spacing(space::L);
    if let Some(warning) = warning(words, past, facts) {
        let warning = text(warning)
            .size(size::PREVIEW)
            .line_height(text::LineHeight::Absolute(20.into()));
        page = page.push(
            container(warning)
                .padding([space::M, space::L])
                .width(Fill)
                .style(surfaces::alert),
        );
    }
    page.push(
        container(table)
            .padding(space::L)
            .width(Fill)
            .style(surfaces::card),
    )
    .push(
        text(words.get("certificate-advice"))
            .size(size::PREVIEW)
            .style(surfaces::sub),
    )
}

/// The harder word, where the server's certificate used to be a good one.
#[must_use]
pub fn warning(words: &Words, past: Past, facts: &CertificateFacts) -> Option<String> {
    match past {
        Past::Accepted(_) if past.replaced(facts).is_some() => {
            Some(words.get("certificate-changed"))
        }
        Past::Verified => Some(words.get("certificate-was-verified")),
        _ => None,
    }
}

/// A further word where a server vouches for itself and was never seen before.
#[must_use]
pub fn remark(words: &Words, past: Past, facts: &CertificateFacts) -> Option<String> {
    let own = matches!(facts.why, CertificateProblem::SelfSigned) && past == Past::Unknown;
    own.then(|| words.get("certificate-own-server"))
}

/// Few facts in small room: whose it is, until when, and its fingerprint in full.
#[must_use]
pub fn card<'a, M: 'a>(
    facts: &CertificateFacts,
    past: Past,
    context: Context<'a>,
) -> Element<'a, M> {
    let words = context.words;
    let about = text(summary(facts, context))
        .size(size::PREVIEW)
        .wrapping(Wrapping::WordOrGlyph);
    let mut lines = column![about].spacing(space::S);
    lines = lines.push(match past.replaced(facts) {
        Some(before) => beside(before, facts.sha256, context),
        None => fact(
            words.get("certificate-sha256"),
            fingerprint(facts.sha256, context.narrow),
        ),
    });
    container(lines)
        .padding([space::M, space::M])
        .width(Fill)
        .style(surfaces::chip)
        .into()
}

/// Whose it is, who issued it, and until when it is valid.
#[must_use]
pub fn summary(facts: &CertificateFacts, context: Context<'_>) -> String {
    let line = |text: &str| plain_text::line(text, 120);
    context.words.with(
        "certificate-summary",
        &[
            ("subject", line(&facts.subject).into()),
            ("issuer", line(&facts.issuer).into()),
            (
                "to",
                time_format::exact_day(context.zone, facts.not_after).into(),
            ),
        ],
    )
}

/// The certificate that was accepted and the one that is shown now, line beside line.
fn beside<'a, M: 'a>(
    before: Fingerprint,
    now: Fingerprint,
    context: Context<'a>,
) -> Element<'a, M> {
    let words = context.words;
    let sides = [
        fact(words.get("certificate-before"), groups(before, 4)),
        fact(words.get("certificate-now"), groups(now, 4)),
    ];
    let head = text(words.get("certificate-sha256"))
        .size(size::SMALL)
        .font(style::BOLD);
    let [before, now] = sides.map(|side| container(side).width(Fill));
    let both: Element<'a, M> = if context.narrow {
        column![before, now].spacing(space::S).into()
    } else {
        row![before, now].spacing(space::L).into()
    };
    column![head, both].spacing(space::XS).into()
}

fn fact<'a, M: 'a>(label: String, value: String) -> Element<'a, M> {
    column![
        text(label).size(size::SMALL).style(surfaces::sub),
        text(value)
            .size(size::PREVIEW)
            .wrapping(Wrapping::WordOrGlyph),
    ]
    .spacing(2)
    .into()
}

/// The fingerprint in groups of four digits, so that people can compare it, and in lines of the same length.
#[must_use]
pub fn fingerprint(sha256: Fingerprint, narrow: bool) -> String {
    groups(sha256, if narrow { 4 } else { 8 })
}

/// Groups of four digits, so many in a line.
pub(super) fn groups(sha256: Fingerprint, in_line: usize) -> String {
    let mut out = String::with_capacity(80);
    for (place, digit) in sha256.to_string().chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            let ends = (place / 4).is_multiple_of(in_line);
            out.push(if ends { '\n' } else { ' ' });
        }
        out.push(digit);
    }
    out
}

/// What is wrong with a certificate, in words.
fn problem_words(words: &Words, why: &CertificateProblem) -> String {
    match why {
        CertificateProblem::SelfSigned => words.get("certificate-self-signed"),
        CertificateProblem::UnknownIssuer => words.get("certificate-unknown-issuer"),
        CertificateProblem::Expired => words.get("certificate-expired"),
        CertificateProblem::NotYetValid => words.get("certificate-not-yet-valid"),
        CertificateProblem::WrongName(name) => words.with(
            "certificate-wrong-name",
            &[("name", plain_text::line(name, 100).into())],
        ),
        CertificateProblem::NotThePinned => words.get("certificate-not-the-pinned"),
        CertificateProblem::Revoked => words.get("certificate-revoked"),
        CertificateProblem::Other(detail) => words.with(
            "certificate-other",
            &[("detail", plain_text::line(detail, 200).into())],
        ),
    }
}
