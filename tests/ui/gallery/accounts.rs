//! What keeps an account from connecting, step by step.

use iced::theme::Mode;
use oriole_core::{
    engine::diagnose::{Diagnosis, Progress},
    error::{Error, ErrorKind},
    model::{
        account::Fingerprint,
        certificate::{CertificateFacts, CertificateProblem},
        step::Step,
    },
};
use oriole_ui::{
    i18n::Language,
    message::Message,
    preferences::Appearance,
    screen::{doctor::Message as Deed, sign_in},
    world::{Answer, Question},
};

use super::{
    compare,
    data::{LANGUAGES, at_sign_in, look, talking},
};
use crate::{
    screen::{NARROW, Screen, WIDE},
    support::{ME, Window, account, at, certificate, diagnosis, doubtful},
};

const ENGLISH: Language = Language::English;

/// A certificate as a small server of one's own has.
fn own() -> CertificateFacts {
    let mut sha256 = [0; 32];
    for (place, byte) in sha256.iter_mut().enumerate() {
        *byte = (place as u8).wrapping_mul(73).wrapping_add(0x4F);
    }
    CertificateFacts {
        sha256: Fingerprint(sha256),
        subject: "CN=chat.local".into(),
        issuer: "CN=chat.local".into(),
        names: vec!["chat.local".into()],
        not_after: at(60 * 24 * 120),
        ..certificate()
    }
}

fn failed(step: Step, kind: ErrorKind, detail: &str) -> Diagnosis {
    diagnosis(Some((step, Error::new(kind, detail))))
}

/// With the dialog about the connection of the first account open, after this was found.
fn looked(mut window: Window, found: Diagnosis) -> Window {
    window.diagnose(ME);
    window.tell(Message::Diagnosed(1, Ok(found)));
    window
}

/// In a conversation, with an account that accepts one certificate only.
pub(super) fn pinned(language: Language) -> Window {
    let mut window = talking(language);
    let mut me = account(1, "you@chat.local");
    me.account.settings.pin = Some(Fingerprint([0x5C; 32]));
    let all = vec![me, account(2, "work@example.org")];
    window.answer(Question::Accounts, Answer::Accounts(all));
    window
}

fn changed() -> CertificateFacts {
    CertificateFacts {
        why: CertificateProblem::NotThePinned,
        ..own()
    }
}

#[test]
fn a_connection_being_looked_at() {
    for (language, suffix) in LANGUAGES {
        let mut window = talking(language);
        window.diagnose(ME);
        let progress = Progress {
            done: diagnosis(None).steps.into_iter().take(2).collect(),
            current: Some(Step::Secure),
        };
        window.tell(Message::Progress(1, progress));
        let name = format!("05-connection-help-looking{suffix}");
        compare(&mut Screen::new(window, WIDE), &name);
    }
}

#[test]
fn how_far_it_got() {
    for (language, suffix) in LANGUAGES {
        let mut screen = Screen::new(looked(talking(language), doubtful(own())), WIDE);
        compare(&mut screen, &format!("05-connection-help{suffix}"));
        screen.tell(Message::Doctor(Deed::Certificate));
        compare(&mut screen, &format!("05-connection-help-facts{suffix}"));
        let wrong = failed(Step::SignIn, ErrorKind::WrongPassword, "not-authorized");
        let mut screen = Screen::new(looked(talking(language), wrong), WIDE);
        compare(&mut screen, &format!("05-connection-help-password{suffix}"));
    }
    let mut screen = Screen::new(looked(talking(ENGLISH), doubtful(own())), WIDE);
    screen.window.tell(Message::Theme(Mode::Dark));
    compare(&mut screen, "05-connection-help-dark");
    look(&mut screen, Appearance::HighContrast);
    compare(&mut screen, "05-connection-help-high-contrast");
    let mut screen = Screen::new(looked(talking(ENGLISH), doubtful(own())), NARROW);
    compare(&mut screen, "05-connection-help-narrow");
    let kinds = [
        (
            "05-connection-help-not-found",
            failed(
                Step::Resolve,
                ErrorKind::NameNotResolved,
                "chat.local has no address",
            ),
        ),
        (
            "05-connection-help-refused",
            failed(
                Step::Connect,
                ErrorKind::ConnectionRefused,
                "xmpp.chat.local:5222: connection refused",
            ),
        ),
        (
            "05-connection-help-no-encryption",
            failed(
                Step::Secure,
                ErrorKind::NoEncryption,
                "xmpp.chat.local:5222: StartTLS is not offered",
            ),
        ),
        ("05-connection-help-works", diagnosis(None)),
    ];
    for (name, found) in kinds {
        compare(
            &mut Screen::new(looked(talking(ENGLISH), found), WIDE),
            name,
        );
    }
}

#[test]
fn another_certificate_than_before() {
    for (language, suffix) in LANGUAGES {
        let mut screen = Screen::new(looked(pinned(language), doubtful(changed())), WIDE);
        compare(&mut screen, &format!("05-connection-help-changed{suffix}"));
        screen.tell(Message::Doctor(Deed::Certificate));
        compare(
            &mut screen,
            &format!("05-connection-help-changed-facts{suffix}"),
        );
    }
    let mut screen = Screen::new(looked(pinned(ENGLISH), doubtful(changed())), NARROW);
    compare(&mut screen, "05-connection-help-changed-narrow");
}

#[test]
fn a_connection_looked_at_from_the_form() {
    let mut window = at_sign_in(ENGLISH);
    window.sign_in(sign_in::Message::Address("you@chat.local".into()));
    window.sign_in(sign_in::Message::Diagnose);
    let found = failed(
        Step::Connect,
        ErrorKind::Timeout,
        "chat.local:5222: no answer in 15 s",
    );
    window.tell(Message::Diagnosed(1, Ok(found)));
    compare(
        &mut Screen::new(window, WIDE),
        "05-connection-help-signing-in",
    );
}
