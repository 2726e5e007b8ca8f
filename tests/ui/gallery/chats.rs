//! The main window: chats, contacts, menus, one pane at a time, and nothing yet.

use iced::{Size, keyboard::Modifiers, keyboard::key::Named};
use oriole_core::{
    engine::event::{ConnectionState, Event},
    error::{Error, ErrorKind},
};
use oriole_ui::{
    i18n::Language,
    message::{Message, Shortcut},
    preferences::Appearance,
    screen::main,
    sidebar::{self, Menu, new_chat},
};

use super::{
    compare,
    data::{LANGUAGES, contacts, empty, look, talking, with_chats},
};
use crate::{
    screen::{NARROW, Screen, WIDE},
    support::{ME, connection, jid},
};

#[test]
fn chat_light_dark_and_high_contrast() {
    let mut screen = Screen::new(talking(Language::English), WIDE);
    compare(&mut screen, "01-chat-light");
    look(&mut screen, Appearance::Dark);
    compare(&mut screen, "02-chat-dark");
    look(&mut screen, Appearance::HighContrast);
    compare(&mut screen, "02-chat-high-contrast");
}

#[test]
fn chat_in_chinese() {
    let mut screen = Screen::new(talking(Language::Chinese), WIDE);
    compare(&mut screen, "03-chat-zh");
    look(&mut screen, Appearance::Dark);
    compare(&mut screen, "03-chat-zh-dark");
}

#[test]
fn zoomed() {
    for (language, suffix) in LANGUAGES {
        let mut screen = Screen::new(talking(language), WIDE);
        while screen.window.ui.zoom() < 1.5 {
            screen.chord("+", Modifiers::COMMAND);
        }
        compare(&mut screen, &format!("01-chat-zoom-150{suffix}"));
    }
}

#[test]
fn under_the_pointer_and_with_the_focus() {
    let mut screen = Screen::new(talking(Language::English), WIDE);
    screen.hover("Tom Becker");
    compare(&mut screen, "01-chat-pointed");
    let mut screen = Screen::new(talking(Language::English), WIDE);
    screen.key(Named::F6, Modifiers::empty());
    screen.key(Named::ArrowDown, Modifiers::empty());
    compare(&mut screen, "01-chat-focus");
}

#[test]
fn nothing_open() {
    for (language, suffix) in LANGUAGES {
        let mut screen = Screen::new(with_chats(language, 1), WIDE);
        compare(&mut screen, &format!("16-nothing-open{suffix}"));
    }
}

#[test]
fn contacts_and_a_request() {
    for (language, suffix) in LANGUAGES {
        let mut screen = Screen::new(contacts(language), WIDE);
        compare(&mut screen, &format!("06-contacts{suffix}"));
    }
    let mut screen = Screen::new(contacts(Language::English), WIDE);
    look(&mut screen, Appearance::Dark);
    compare(&mut screen, "06-contacts-dark");
}

#[test]
fn a_new_chat_and_a_contact_with_a_typo() {
    for (language, suffix) in LANGUAGES {
        let mut screen = Screen::new(talking(language), WIDE);
        screen.chord("n", Modifiers::COMMAND);
        compare(&mut screen, &format!("06-new-chat{suffix}"));
        let mut screen = Screen::new(contacts(language), WIDE);
        screen.tell(in_sidebar(sidebar::Message::AddContact));
        for message in [
            new_chat::Message::Address("anna.example.org".into()),
            new_chat::Message::Start,
        ] {
            screen.tell(Message::Main(main::Message::NewChat(message)));
        }
        compare(&mut screen, &format!("06-add-contact{suffix}"));
    }
}

#[test]
fn menus() {
    for (language, suffix) in LANGUAGES {
        let mut screen = Screen::new(talking(language), WIDE);
        screen.tell(in_sidebar(sidebar::Message::OpenMenu(Menu::Account)));
        compare(&mut screen, &format!("10-account-menu{suffix}"));
        screen.tell(Message::Shortcut(Shortcut::Close));
        screen.chord(",", Modifiers::COMMAND);
        screen.key(Named::ArrowDown, Modifiers::empty());
        compare(&mut screen, &format!("10-settings-menu{suffix}"));
        if suffix.is_empty() {
            look(&mut screen, Appearance::Dark);
            compare(&mut screen, "10-settings-menu-dark");
        }
    }
}

#[test]
fn a_connection_that_is_lost() {
    for (language, suffix) in LANGUAGES {
        let mut window = talking(language);
        window.events([
            Event::Failed {
                account: ME,
                address: Some(jid("tom.becker@example.org")),
                error: Error::new(ErrorKind::RemoteError, "item-not-found"),
            },
            connection(ME, ConnectionState::Waiting, Some(ErrorKind::Timeout)),
        ]);
        compare(
            &mut Screen::new(window, WIDE),
            &format!("05-connection-lost{suffix}"),
        );
    }
}

#[test]
fn one_pane_at_a_time() {
    for (language, suffix) in LANGUAGES {
        let mut screen = Screen::new(talking(language), NARROW);
        compare(&mut screen, &format!("15-narrow-chat{suffix}"));
        screen.tell(Message::Main(main::Message::CloseChat));
        compare(&mut screen, &format!("15-narrow{suffix}"));
    }
    let mut screen = Screen::new(talking(Language::English), NARROW);
    screen.chord("n", Modifiers::COMMAND);
    compare(&mut screen, "15-narrow-new-chat");
    let mut screen = Screen::new(talking(Language::English), Size::new(720.0, 780.0));
    compare(&mut screen, "15-two-panes");
}

#[test]
fn nothing_yet() {
    let mut screen = Screen::new(empty(Language::English), WIDE);
    compare(&mut screen, "16-empty");
    screen.window.tell(Message::Theme(iced::theme::Mode::Dark));
    compare(&mut screen, "16-empty-dark");
    look(&mut screen, Appearance::HighContrast);
    screen.key(Named::Tab, Modifiers::empty());
    compare(&mut screen, "16-empty-high-contrast");
    let mut screen = Screen::new(empty(Language::Chinese), WIDE);
    compare(&mut screen, "16-empty-zh");
    let mut screen = Screen::new(empty(Language::English), NARROW);
    compare(&mut screen, "16-empty-narrow");
}

fn in_sidebar(message: sidebar::Message) -> Message {
    Message::Main(main::Message::Sidebar(message))
}
