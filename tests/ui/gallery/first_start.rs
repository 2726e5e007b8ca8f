//! Before anything works: the welcome, what keeps an account from signing in, and a program that cannot start.

use iced::{keyboard::Modifiers, keyboard::key::Named, theme::Mode};
use oriole_core::{
    engine::{
        command::Password,
        event::{ConnectionState, Event},
    },
    error::{Error, ErrorKind},
};
use oriole_ui::{i18n::Language, message::Message, screen::sign_in::Message as Deed, sidebar};

use super::{
    compare,
    data::{LANGUAGES, at_sign_in},
};
use crate::{
    screen::{NARROW, Screen, WIDE},
    support::{ME, Window, certificate, connection},
};

#[test]
fn welcome() {
    let mut screen = Screen::new(at_sign_in(Language::English), WIDE);
    for _ in 0..3 {
        screen.key(Named::Tab, Modifiers::empty());
    }
    compare(&mut screen, "04-welcome");
    screen.window.tell(Message::Theme(Mode::Dark));
    compare(&mut screen, "04-welcome-dark");
    let mut screen = Screen::new(at_sign_in(Language::Chinese), WIDE);
    compare(&mut screen, "04-welcome-zh");
    let mut screen = Screen::new(at_sign_in(Language::English), NARROW);
    compare(&mut screen, "04-welcome-narrow");
}

#[test]
fn welcome_filled_in() {
    for (language, suffix) in LANGUAGES {
        let mut window = at_sign_in(language);
        window.sign_in(Deed::Address("you@chat.local".into()));
        window.sign_in(Deed::Password(Password::new("secretword")));
        window.sign_in(Deed::Advanced);
        window.sign_in(Deed::Server("192.0.2.15".into()));
        window.sign_in(Deed::Port("5222".into()));
        let mut screen = Screen::new(window, WIDE);
        for _ in 0..3 {
            screen.key(Named::Tab, Modifiers::empty());
        }
        compare(&mut screen, &format!("04-welcome-filled{suffix}"));
    }
}

#[test]
fn what_keeps_an_account_from_signing_in() {
    for (language, suffix) in LANGUAGES {
        let mut window = Window::online(language, Vec::new());
        let refused = Some(ErrorKind::WrongPassword);
        window.events([connection(ME, ConnectionState::Offline, refused)]);
        window.sidebar(sidebar::Message::Repair(ME));
        compare(
            &mut Screen::new(window, WIDE),
            &format!("05-wrong-password{suffix}"),
        );
        let mut window = Window::online(language, Vec::new());
        window.events([Event::Connection {
            account: ME,
            state: ConnectionState::Offline,
            resumed: false,
            error: Some(ErrorKind::CertificateUntrusted.into()),
            certificate: Some(Box::new(certificate())),
        }]);
        window.sidebar(sidebar::Message::Repair(ME));
        compare(
            &mut Screen::new(window, WIDE),
            &format!("05-certificate{suffix}"),
        );
    }
}

#[test]
fn it_cannot_start() {
    for (language, suffix) in LANGUAGES {
        let (mut window, _) = Window::started(language);
        let mut screen = Screen::new(window, WIDE);
        compare(&mut screen, &format!("04-starting{suffix}"));
        (window, _) = Window::started(language);
        let error = Error::new(ErrorKind::DatabaseNewer, "version 12");
        window.tell(Message::Started(Err(error)));
        compare(
            &mut Screen::new(window, WIDE),
            &format!("05-cannot-start{suffix}"),
        );
    }
}
