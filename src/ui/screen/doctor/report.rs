//! What was found, as plain text in the person's language, to send to whoever helps. Without the name before the @, and
//! without any secret: what it is made of has none.

use std::fmt::Write as _;

use oriole_core::{
    engine::diagnose::{Diagnosis, Found, Outcome, StepReport},
    model::{account::Security, step::Step},
};

use super::Doctor;
use crate::{
    i18n::Words,
    plain_text,
    screen::{Context, certificate},
    time_format,
};

/// The most of what was found at a step, in characters.
const MOST_DETAIL: usize = 300;

/// A step, in words.
#[must_use]
pub fn step_words(words: &Words, step: Step) -> String {
    match step {
        Step::Resolve => words.get("step-resolve"),
        Step::Connect => words.get("step-connect"),
        Step::Secure => words.get("step-secure"),
        Step::SignIn => words.get("step-sign-in"),
        Step::Ready => words.get("step-ready"),
    }
}

/// What was found at a step that went well; may be empty.
#[must_use]
pub fn found_words(words: &Words, security: Security, report: &StepReport) -> String {
    match report.step {
        Step::Ready => words.get("step-ready-found"),
        Step::Secure if security == Security::Plain => words.get("security-plain"),
        _ => {
            let found = report.found.iter().map(|found| one_found(words, found));
            let found: Vec<String> = found.collect();
            plain_text::line(&found.join(", "), MOST_DETAIL)
        }
    }
}

/// One thing that was found.
fn one_found(words: &Words, found: &Found) -> String {
    match found {
        Found::NoRecords(None) => words.get("found-records-silent"),
        Found::NoRecords(Some(detail)) => {
            let detail = plain_text::line(detail, 200);
            words.with("found-records-failed", &[("detail", detail.into())])
        }
        Found::Place {
            host,
            port,
            by_proxy: true,
            ..
        } => {
            let place = format!("{host}:{port}");
            words.with("found-by-proxy", &[("place", place.into())])
        }
        Found::Proxy(proxy) => words.with("found-proxy", &[("proxy", proxy.as_str().into())]),
        Found::SentOn(place) => words.with("found-sent-on", &[("place", place.as_str().into())]),
        Found::Tls(version) => version.replace("TLSv1_", "TLS 1."),
        Found::Plain => words.get("security-plain"),
        Found::Acknowledges => words.get("found-acknowledges"),
        Found::Place { .. } | Found::Peer(_) | Found::Mechanism(_) | Found::Server(_) => {
            found.to_string()
        }
    }
}

/// A way to secure a connection, in words.
#[must_use]
pub fn security_words(words: &Words, security: Security) -> String {
    match security {
        Security::Auto => words.get("security-auto"),
        Security::StartTls => words.get("security-starttls"),
        Security::DirectTls => words.get("security-direct-tls"),
        Security::Plain => words.get("security-plain"),
    }
}

/// How long a step took, in words.
pub(super) fn time_words(words: &Words, ms: u64) -> String {
    // Fluent would part the thousands.
    words.with("step-ms", &[("ms", ms.to_string().into())])
}

/// The whole report.
pub(super) fn text(doctor: &Doctor, diagnosis: &Diagnosis, context: Context<'_>) -> String {
    let words = context.words;
    let settings = &doctor.request.settings;
    let time = time_format::exact(context.zone, context.now);
    let mut place = plain_text::line(doctor.server(), 255);
    if let Some(server) = &settings.server {
        let _ = write!(place, " ({})", plain_text::line(&server.to_string(), 255));
    }
    let mut lines = vec![
        format!("Oriole {}, {time}", env!("CARGO_PKG_VERSION")),
        format!("{}: {place}", words.get("server")),
        format!(
            "{}: {}",
            words.get("security"),
            security_words(words, settings.security)
        ),
    ];
    for (place, report) in diagnosis.steps.iter().enumerate() {
        let step = step_words(words, report.step);
        let ms = time_words(words, report.ms);
        let number = place + 1;
        lines.push(match &report.outcome {
            Outcome::Ok => {
                let found = found_words(words, settings.security, report);
                let fine = words.get("step-ok");
                format!("{number}. {step}: {fine}, {ms}. {found}")
            }
            Outcome::Failed(error) => {
                let (sentence, detail) = words.error_with_detail(error);
                let failed = words.get("step-failed");
                format!(
                    "{number}. {step}: {failed}, {ms}. {sentence} ({}: {detail})",
                    error.kind
                )
            }
            Outcome::Skipped => format!("{number}. {step}: {}", words.get("step-skipped")),
        });
    }
    if let Some(facts) = &diagnosis.certificate {
        lines.extend(certificate::problems(words, doctor.server(), facts));
        lines.push(certificate::summary(facts, context));
        let now = certificate::groups(facts.sha256, 16);
        lines.push(format!("{}: {now}", words.get("certificate-sha256")));
        if let Some(before) = doctor.past.replaced(facts) {
            let before = certificate::groups(before, 16);
            lines.push(format!("{}: {before}", words.get("certificate-before")));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}
