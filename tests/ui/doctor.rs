//! The connection doctor: what it asks of the engine, what it says, what its buttons do, and what never leaves it.

use iced::keyboard::{Modifiers, key::Named};
use oriole_core::{
    engine::{
        command::{Command, Done, Password},
        diagnose::{Diagnose, Found, Progress},
        event::ConnectionState,
    },
    error::{Error, ErrorKind},
    model::{
        account::{AccountUpdate, Fingerprint},
        certificate::{CertificateFacts, CertificateProblem},
        ids::AccountId,
        step::Step,
    },
};
use oriole_ui::{
    action::{Action, Actions},
    i18n::Language,
    message::{Message, Shortcut},
    screen::{
        doctor::{Field, Message as Deed, Phase},
        sign_in,
    },
    world::{Answer, Question},
};

use crate::{
    screen::{NARROW, Screen, WIDE},
    support::{
        ME, Window, account, certificate, commands, connection, diagnosis, doubtful, jid, purpose,
    },
};

const NONE: Modifiers = Modifiers::empty();

/// What is to be tried.
fn tried(actions: &Actions) -> Option<(u64, Option<AccountId>, Diagnose)> {
    actions.iter().find_map(|action| match action {
        Action::Diagnose {
            number,
            account,
            request,
        } => Some((*number, *account, (**request).clone())),
        _ => None,
    })
}

fn copied(actions: &Actions) -> String {
    let copied = actions.iter().find_map(|action| match action {
        Action::Copy(text) => Some(text.clone()),
        _ => None,
    });
    copied.expect("something is copied")
}

fn failed(step: Step, kind: ErrorKind) -> oriole_core::engine::diagnose::Diagnosis {
    diagnosis(Some((step, Error::new(kind, "the detail of it"))))
}

fn online() -> Window {
    Window::online(Language::English, Vec::new())
}

/// With an account that accepts this certificate only.
fn with_account(pin: Option<Fingerprint>, memory: &str) -> Window {
    let mut window = online();
    let mut me = account(1, "me@example.org");
    me.account.settings.pin = pin;
    me.account.sasl_memory = memory.into();
    window.answer(Question::Accounts, Answer::Accounts(vec![me]));
    window
}

fn looked(mut window: Window, found: oriole_core::engine::diagnose::Diagnosis) -> Screen {
    window.diagnose(ME);
    window.tell(Message::Diagnosed(1, Ok(found)));
    Screen::new(window, WIDE)
}

fn lacks(screen: &mut Screen, texts: &[&str]) {
    for text in texts {
        assert!(screen.find(text).is_none(), "on the screen: {text}");
    }
}

fn shows(screen: &mut Screen, texts: &[&str]) {
    for text in texts {
        assert!(screen.find(text).is_some(), "not on the screen: {text}");
    }
}

#[test]
fn a_stored_account_is_looked_at_with_its_own_settings_and_kept_password() {
    let mut window = with_account(Some(Fingerprint([7; 32])), "");
    let (number, account, request) = tried(&window.diagnose(ME)).unwrap();
    assert_eq!((number, account), (1, Some(ME)));
    assert_eq!(request.settings.address, jid("me@example.org"));
    assert_eq!(request.settings.pin, Some(Fingerprint([7; 32])));
    assert_eq!(request.password, None);
    assert!(window.diagnose(AccountId(9)).is_empty());
}

#[test]
fn the_steps_are_shown_with_what_was_found() {
    let mut window = online();
    window.diagnose(ME);
    let mut screen = Screen::new(window, WIDE);
    shows(
        &mut screen,
        &["Looking at the connection to example.org…", "Cancel"],
    );
    lacks(&mut screen, &["Try again", "Copy report"]);
    let found = failed(Step::SignIn, ErrorKind::WrongPassword);
    screen.tell(Message::Diagnosed(1, Ok(found)));
    shows(
        &mut screen,
        &[
            "Can't sign in to example.org yet",
            "Find the server",
            "xmpp.chat.local:5222",
            "38 ms",
            "TLS 1.3",
            "1063 ms",
            "The server did not accept this address and password.",
            "the detail of it",
            "Enter the password again…",
        ],
    );
    lacks(
        &mut screen,
        &["Change server or port…", "Messages can come and go."],
    );
}

#[test]
fn the_steps_come_one_by_one() {
    let mut window = online();
    window.diagnose(ME);
    let mut screen = Screen::new(window, WIDE);
    let progress = |steps: usize, current| Progress {
        done: diagnosis(None).steps.into_iter().take(steps).collect(),
        current: Some(current),
    };
    screen.tell(Message::Progress(1, progress(0, Step::Resolve)));
    shows(&mut screen, &["trying…"]);
    lacks(&mut screen, &["xmpp.chat.local:5222"]);
    screen.tell(Message::Progress(1, progress(2, Step::Secure)));
    shows(
        &mut screen,
        &["xmpp.chat.local:5222", "192.0.2.15:5222", "trying…"],
    );
    lacks(&mut screen, &["TLS 1.3"]);
    // Another place is tried: what was reached at the first is to be reached again.
    screen.tell(Message::Progress(1, progress(1, Step::Connect)));
    lacks(&mut screen, &["192.0.2.15:5222"]);
    // What comes from earlier tries, or after the end, changes nothing.
    screen.tell(Message::Progress(7, progress(2, Step::Secure)));
    lacks(&mut screen, &["192.0.2.15:5222"]);
    screen.tell(Message::Diagnosed(1, Ok(diagnosis(None))));
    screen.tell(Message::Progress(1, progress(0, Step::Resolve)));
    lacks(&mut screen, &["trying…"]);
}

#[test]
fn what_was_found_is_said_in_the_persons_language() {
    for (language, said) in [
        (
            Language::English,
            "the name service did not say where the server is, through socks5://p:1",
        ),
        (
            Language::Chinese,
            "域名服务没有说明服务器在哪里, 通过 socks5://p:1",
        ),
    ] {
        let mut window = Window::online(language, Vec::new());
        window.diagnose(ME);
        let mut found = diagnosis(None);
        found.steps[0].found = vec![Found::NoRecords(None), Found::Proxy("socks5://p:1".into())];
        window.tell(Message::Diagnosed(1, Ok(found)));
        shows(&mut Screen::new(window, WIDE), &[said]);
    }
}

#[test]
fn each_failure_has_the_buttons_that_would_fix_it() {
    let server = "Change server or port…";
    let security = "Change server or security…";
    let password = "Enter the password again…";
    let anyway = "Sign in anyway";
    let all = [server, security, password, anyway];
    for (step, kind, button) in [
        (Step::Resolve, ErrorKind::NameNotResolved, Some(server)),
        (Step::Connect, ErrorKind::ConnectionRefused, Some(server)),
        (Step::Connect, ErrorKind::Timeout, Some(server)),
        (Step::Secure, ErrorKind::NotAnXmppServer, Some(server)),
        (Step::Secure, ErrorKind::TlsTooOld, Some(security)),
        (Step::Secure, ErrorKind::NoEncryption, Some(security)),
        (Step::SignIn, ErrorKind::WrongPassword, Some(password)),
        (Step::SignIn, ErrorKind::Downgrade, Some(anyway)),
        (Step::SignIn, ErrorKind::BadServerSignature, None),
        (Step::SignIn, ErrorKind::AccountDisabled, None),
    ] {
        let mut screen = looked(online(), failed(step, kind));
        shows(&mut screen, &["Try again", "Copy report", "Close"]);
        for other in all {
            let there = screen.find(other).is_some();
            assert_eq!(there, Some(other) == button, "{kind}: {other}");
        }
    }
}

#[test]
fn changing_goes_to_the_field() {
    let mut screen = looked(online(), failed(Step::Connect, ErrorKind::Timeout));
    let actions = screen.click("Change server or port…");
    assert!(actions.contains(&Action::Focus(sign_in::SERVER)));
    assert!(screen.window.ui.doctor().is_none());
    assert!(screen.is_at(sign_in::SERVER));
    shows(&mut screen, &["Change account", "Port", "Save"]);
    let mut screen = looked(online(), failed(Step::SignIn, ErrorKind::WrongPassword));
    screen.click("Enter the password again…");
    assert!(screen.is_at(sign_in::PASSWORD));
}

#[test]
fn an_account_that_works_and_is_not_signed_in_can_be_connected() {
    let mut screen = looked(online(), diagnosis(None));
    shows(&mut screen, &["The connection to example.org works"]);
    lacks(&mut screen, &["Connect now"]);
    let mut window = online();
    window.events([connection(ME, ConnectionState::Waiting, None)]);
    let mut screen = looked(window, diagnosis(None));
    let sent = commands(&screen.click("Connect now"));
    assert_eq!(sent, [Command::ConnectNow(ME)]);
    assert!(screen.window.ui.doctor().is_none());
}

#[test]
fn trying_again_makes_earlier_answers_stale() {
    let mut window = online();
    window.diagnose(ME);
    let found = failed(Step::Connect, ErrorKind::Timeout);
    window.tell(Message::Diagnosed(1, Ok(found.clone())));
    let (number, ..) = tried(&window.doctor(Deed::Again)).unwrap();
    assert_eq!(number, 2);
    window.tell(Message::Diagnosed(1, Ok(found)));
    assert_eq!(window.ui.doctor().unwrap().phase(), &Phase::Looking);
    window.tell(Message::Diagnosed(2, Ok(diagnosis(None))));
    assert_eq!(
        window.ui.doctor().unwrap().phase(),
        &Phase::Found(diagnosis(None))
    );
    window.doctor(Deed::Close);
    window.tell(Message::Diagnosed(2, Ok(diagnosis(None))));
    assert!(window.ui.doctor().is_none());
}

#[test]
fn what_cannot_be_looked_at_is_told() {
    let mut window = online();
    window.diagnose(ME);
    window.tell(Message::Diagnosed(1, Err(ErrorKind::Storage.into())));
    let mut screen = Screen::new(window, WIDE);
    shows(
        &mut screen,
        &["The connection could not be looked at", "Try again"],
    );
    lacks(&mut screen, &["Copy report"]);
}

#[test]
fn trusting_is_never_what_enter_does() {
    for size in [WIDE, NARROW] {
        let mut window = online();
        window.diagnose(ME);
        window.tell(Message::Diagnosed(1, Ok(doubtful(certificate()))));
        let mut screen = Screen::new(window, size);
        let actions = screen.tell(Message::Doctor(Deed::Trust));
        assert_eq!(actions, [], "not before its page was seen");
        screen.tell(Message::Doctor(Deed::Certificate));
        assert_eq!(screen.key(Named::Enter, NONE), []);
        assert!(!screen.window.ui.doctor().unwrap().shows_certificate());
        assert_eq!(screen.key(Named::Enter, NONE), []);
        assert!(screen.window.ui.doctor().is_none());
    }
}

#[test]
fn what_is_pressed_on_one_page_is_not_pressed_on_the_next() {
    let mut screen = looked(online(), doubtful(certificate()));
    let mut presses = 0;
    for _ in 0..5 {
        screen.key(Named::Tab, NONE);
        screen.key(Named::Enter, NONE);
        let open = screen.window.ui.doctor();
        if open.is_some_and(oriole_ui::screen::doctor::Doctor::shows_certificate) {
            presses += 1;
            assert_eq!(screen.key(Named::Enter, NONE), [], "nothing is trusted");
            assert!(!screen.window.ui.doctor().unwrap().shows_certificate());
        }
        if screen.window.ui.doctor().is_none() || screen.window.ui.sign_in().is_some() {
            screen = looked(online(), doubtful(certificate()));
            for _ in 0..presses {
                screen.key(Named::Tab, NONE);
            }
        }
    }
    assert!(presses > 0, "the certificate was looked at by keys");
}

#[test]
fn a_certificate_is_shown_in_full_and_trusted_for_this_account_only() {
    let mut screen = looked(online(), doubtful(certificate()));
    let full = [["abab"; 8].join(" ").as_str(); 2].join("\n");
    shows(
        &mut screen,
        &[
            "The certificate could not be verified. It was made by the server itself, not by a known authority. \
             That is normal for a server that you run yourself, and a warning sign on any other.",
            &full,
        ],
    );
    lacks(&mut screen, &["Trust this certificate for this account"]);
    screen.click("Look at the certificate…");
    shows(
        &mut screen,
        &[
            "CN=chat.example.org",
            "CN=Example Test Authority",
            "2026-11-12 14:00 to 2027-02-10 14:00",
            &full,
        ],
    );
    let sent = commands(&screen.click("Trust this certificate for this account"));
    let [
        Command::UpdateAccount {
            account, update, ..
        },
    ] = &sent[..]
    else {
        panic!("{sent:?}");
    };
    let expected = AccountUpdate {
        pin: Some(Some(certificate().sha256)),
        ..AccountUpdate::default()
    };
    assert_eq!((*account, update), (ME, &expected));
    assert!(screen.window.ui.doctor().is_none());
}

#[test]
fn another_certificate_than_the_accepted_one_stands_beside_it() {
    let pin = Fingerprint([0x5C; 32]);
    let now = CertificateFacts {
        why: CertificateProblem::NotThePinned,
        ..certificate()
    };
    let mut screen = looked(with_account(Some(pin), ""), doubtful(now));
    let in_lines = |group: &str| [[group; 4].join(" ").as_str(); 4].join("\n");
    let both = [in_lines("5c5c"), in_lines("abab")];
    for page in 0..2 {
        shows(&mut screen, &["Accepted before", "Shown now"]);
        let places = both.each_ref().map(|side| screen.find(side).unwrap());
        assert!((places[0].y - places[1].y).abs() < 1.0, "page {page}");
        assert!(places[0].x < places[1].x);
        screen.tell(Message::Doctor(Deed::Certificate));
    }
    shows(
        &mut screen,
        &["This is not the certificate that you accepted"],
    );
    lacks(&mut screen, &["Is this your server?"]);
}

#[test]
fn a_certificate_that_used_to_be_verified_gets_a_harder_word() {
    let warning = "This account signed in before with a certificate that could be verified.";
    let mild =
        "That is normal for a server that you run yourself, and a warning sign on any other.";
    let said = |memory: &str, words: &str| {
        let mut screen = looked(with_account(None, memory), doubtful(certificate()));
        let steps = screen.texts();
        screen.tell(Message::Doctor(Deed::Certificate));
        let facts = screen.texts();
        [steps, facts].map(|page| page.iter().any(|(text, _)| text.contains(words)))
    };
    assert_eq!(said("SCRAM-SHA-256", warning), [true, true]);
    assert_eq!(said("SCRAM-SHA-256", mild), [false, false]);
    assert_eq!(said("", warning), [false, false]);
    assert_eq!(said("", mild), [true, false]);
}

#[test]
fn another_name_is_told_beside_any_other_problem() {
    let facts = CertificateFacts {
        name_matches: false,
        ..certificate()
    };
    let mut screen = looked(online(), doubtful(facts));
    screen.tell(Message::Doctor(Deed::Certificate));
    shows(
        &mut screen,
        &[
            "It was made by the server itself, not by a known authority.",
            "It is not for example.org.",
        ],
    );
    let report = copied(&screen.window.doctor(Deed::Copy));
    assert!(report.contains("It is not for example.org."), "{report}");
}

#[test]
fn it_goes_with_its_account() {
    let mut window = online();
    window.diagnose(ME);
    let other = vec![account(2, "work@example.org")];
    window.answer(Question::Accounts, Answer::Accounts(other));
    assert!(window.ui.doctor().is_none());
}

#[test]
fn the_form_asks_the_same_with_its_own_account() {
    let pin = Fingerprint([0x5C; 32]);
    let mut window = with_account(Some(pin), "");
    window.events([oriole_core::engine::event::Event::Connection {
        account: ME,
        state: ConnectionState::Offline,
        resumed: false,
        error: Some(ErrorKind::CertificateUntrusted.into()),
        certificate: Some(Box::new(certificate())),
    }]);
    window.sidebar(oriole_ui::sidebar::Message::Repair(ME));
    let mut screen = Screen::new(window, WIDE);
    shows(
        &mut screen,
        &[
            "This is not the certificate that you accepted",
            "Accepted before",
            "Shown now",
        ],
    );
}

#[test]
fn the_report_tells_everything_but_secrets() {
    let mut window = with_account(Some(Fingerprint([0x5C; 32])), "");
    window.diagnose(ME);
    window.tell(Message::Diagnosed(1, Ok(doubtful(certificate()))));
    let report = copied(&window.doctor(Deed::Copy));
    for part in [
        "2026-11-12 14:35",
        "Server address: example.org",
        "Security: Automatic",
        "1. Find the server: worked, 38 ms. xmpp.chat.local:5222",
        "3. Secure it: failed, 41 ms. The server's certificate could not be verified",
        "(certificate-untrusted: not trusted)",
        "4. Sign in: not tried",
        "abab abab",
        "Accepted before: 5c5c 5c5c",
    ] {
        assert!(report.contains(part), "{part}\n{report}");
    }
    assert!(!report.contains("me@"), "{report}");
    let mut screen = Screen::new(window, WIDE);
    shows(&mut screen, &["Copied"]);
}

#[test]
fn a_typed_password_is_tried_and_nowhere_to_be_read() {
    let (mut window, _) = Window::started(Language::Chinese);
    window.answer(Question::Accounts, Answer::Accounts(Vec::new()));
    assert_eq!(window.sign_in(sign_in::Message::Diagnose), []);
    window.sign_in(sign_in::Message::Address("me@example.org".into()));
    window.sign_in(sign_in::Message::Password(Password::new("hunter2")));
    window.sign_in(sign_in::Message::Server("192.0.2.15".into()));
    let actions = window.sign_in(sign_in::Message::Diagnose);
    let (_, account, request) = tried(&actions).unwrap();
    assert_eq!(account, None);
    assert_eq!(request.password, Some(Password::new("hunter2")));
    assert_eq!(request.settings.server.unwrap().host, "192.0.2.15");
    assert!(!format!("{actions:?}").contains("hunter2"));
    assert!(!format!("{:?}", window.ui.doctor()).contains("hunter2"));
    let found = failed(Step::SignIn, ErrorKind::WrongPassword);
    window.tell(Message::Diagnosed(1, Ok(found)));
    let report = copied(&window.doctor(Deed::Copy));
    assert!(report.contains("4. 登录: 失败, 1063 毫秒"), "{report}");
    assert!(!report.contains("hunter2"));
    let actions = window.doctor(Deed::Change(Field::Password));
    assert_eq!(actions, [Action::Focus(sign_in::PASSWORD)]);
    assert!(window.ui.sign_in().is_some());
}

#[test]
fn a_certificate_trusted_before_signing_in_is_stored_with_the_account() {
    let (mut window, _) = Window::started(Language::English);
    window.answer(Question::Accounts, Answer::Accounts(Vec::new()));
    window.sign_in(sign_in::Message::Address("me@example.org".into()));
    window.sign_in(sign_in::Message::Password(Password::new("secret")));
    window.sign_in(sign_in::Message::Diagnose);
    window.tell(Message::Diagnosed(1, Ok(doubtful(certificate()))));
    window.doctor(Deed::Certificate);
    let actions = window.doctor(Deed::Trust);
    let sent = commands(&actions);
    let [Command::AddAccount { settings, .. }] = &sent[..] else {
        panic!("{sent:?}");
    };
    assert_eq!(settings.pin, Some(certificate().sha256));
    // What was trusted is for that address, and goes with it.
    let stored = purpose(&actions);
    window.tell(Message::Done(stored, Ok(Done::Account(ME))));
    window.events([connection(
        ME,
        ConnectionState::Offline,
        Some(ErrorKind::WrongPassword),
    )]);
    window.sign_in(sign_in::Message::Address("other@example.net".into()));
    let sent = commands(&window.sign_in(sign_in::Message::Submit));
    let Some(Command::AddAccount { settings, .. }) = sent.last() else {
        panic!("{sent:?}");
    };
    assert_eq!(settings.pin, None);
}

#[test]
fn it_is_opened_from_everywhere_a_failure_is_told() {
    let mut window = online();
    window.events([connection(
        ME,
        ConnectionState::Waiting,
        Some(ErrorKind::Timeout),
    )]);
    let mut screen = Screen::new(window, WIDE);
    assert!(tried(&screen.click("What is wrong?")).is_some());
    screen.key(Named::Escape, NONE);
    assert!(screen.window.ui.doctor().is_none());
    screen.click("Change…");
    let (_, account, _) = tried(&screen.click("What is wrong?")).unwrap();
    assert_eq!(account, Some(ME));
    shows(&mut screen, &["Looking at the connection to example.org…"]);
}

#[test]
fn the_keyboard_stays_within_and_escape_goes_a_page_back() {
    let mut screen = looked(online(), doubtful(certificate()));
    let mut places = Vec::new();
    for _ in 0..6 {
        let focused = screen.focused();
        assert_eq!(focused.len(), 1, "one thing has the focus");
        places.push(focused[0].0);
        screen.key(Named::Tab, NONE);
    }
    places.truncate(5);
    let mut sorted = places.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), 5, "five buttons, each once: {places:?}");
    screen.tell(Message::Doctor(Deed::Certificate));
    screen.tell(Message::Shortcut(Shortcut::NewChat));
    assert!(screen.window.ui.main().dialog().is_none());
    screen.key(Named::Escape, NONE);
    assert!(!screen.window.ui.doctor().unwrap().shows_certificate());
    screen.key(Named::Escape, NONE);
    assert!(screen.window.ui.doctor().is_none());
}
