//! The keyboard alone: everything can be reached, and what is typed lands where the focus is.

use iced::keyboard::{Key, Modifiers, key::Named};
use oriole_core::{
    engine::command::Command,
    model::{
        chat::ChatSummary,
        ids::ChatId,
        presence::{OwnPresence, Show},
    },
};
use oriole_ui::{
    chat::{composer, rows},
    i18n::Language,
    message::Message,
    screen::sign_in,
    sidebar::new_chat,
    style::Look,
    widget::focus::CURRENT,
    world::{Answer, Question},
};

use crate::{
    screen::{NARROW, Screen, WIDE, letters, pressed},
    support::{CHAT, Window, commands, jid, message, summary},
};

const NONE: Modifiers = Modifiers::empty();

fn chats(count: i64) -> Vec<ChatSummary> {
    (0..count)
        .map(|at| {
            let last = message(-at, false, "hello");
            let mut chat = summary(ChatId(CHAT.0 + at), "mei@example.org", Some(&last), 0);
            chat.name = Some(format!("Friend {at:02}"));
            chat
        })
        .collect()
}

fn at_sign_in() -> Screen {
    let (mut window, _) = Window::started(Language::English);
    window.answer(Question::Accounts, Answer::Accounts(Vec::new()));
    let mut screen = Screen::new(window, WIDE);
    let focus = iced_test::core::widget::operation::focusable::focus::<()>;
    screen.operate(&mut focus(iced::widget::Id::new(sign_in::ADDRESS)));
    screen
}

fn with_chats(count: i64) -> Screen {
    let mut window = Window::online(Language::English, chats(count));
    window.open(CHAT, vec![message(1, false, "hello")], false);
    let mut screen = Screen::new(window, WIDE);
    let focus = iced_test::core::widget::operation::focusable::focus::<()>;
    screen.operate(&mut focus(iced::widget::Id::new(composer::FIELD)));
    screen
}

fn tab() -> iced::Event {
    pressed(Key::Named(Named::Tab), Some("\t".into()), NONE)
}

/// What was typed and not sent, as it is kept when the window closes.
fn typed(screen: &mut Screen) -> String {
    let open = screen.window.ui.main().conversation().unwrap();
    open.composer().text()
}

#[test]
fn a_password_typed_right_after_tab_is_a_password() {
    let mut screen = at_sign_in();
    // All of it in one turn of the event loop, as under load.
    let mut events = letters("me@example.org");
    events.push(tab());
    events.extend(letters("secret"));
    screen.events(&events);
    let sent = commands(&screen.key(Named::Enter, NONE));
    let [
        Command::AddAccount {
            settings, password, ..
        },
    ] = &sent[..]
    else {
        panic!("{sent:?}");
    };
    assert_eq!(settings.address, jid("me@example.org"));
    assert_eq!(password.reveal(), "secret");
}

#[test]
fn tab_goes_round_through_the_form() {
    let mut screen = at_sign_in();
    let mut places = Vec::new();
    for _ in 0..7 {
        let focused = screen.focused();
        assert_eq!(focused.len(), 1, "one thing has the focus");
        places.push(focused[0].0);
        screen.key(Named::Tab, NONE);
    }
    assert_eq!(places, [2, 3, 4, 5, 0, 1, 2]);
    assert!(screen.is_at(sign_in::PASSWORD));
    screen.key(Named::Tab, Modifiers::SHIFT);
    assert!(screen.is_at(sign_in::ADDRESS));
    for _ in 0..3 {
        screen.key(Named::Tab, Modifiers::SHIFT);
    }
    assert_eq!(
        screen.focused()[0].0,
        5,
        "backwards from the first to the last"
    );
}

#[test]
fn the_rare_settings_unfold_and_are_chosen_by_keys() {
    let mut screen = at_sign_in();
    screen.type_text("me@example.org");
    screen.events(&[tab()]);
    screen.type_text("secret");
    screen.events(&[tab()]);
    assert!(screen.find("Port").is_none());
    screen.key(Named::Space, NONE);
    assert!(screen.find("Port").is_some());
    screen.events(&[tab()]);
    assert!(screen.is_at(sign_in::SERVER));
    screen.type_text("192.0.2.15");
    screen.events(&[tab()]);
    screen.type_text("5223");
    screen.events(&[tab()]);
    screen.key(Named::ArrowDown, NONE);
    screen.key(Named::ArrowDown, NONE);
    screen.events(&[tab()]);
    let sent = commands(&screen.key(Named::Enter, NONE));
    let [Command::AddAccount { settings, .. }] = &sent[..] else {
        panic!("{sent:?}");
    };
    let server = settings.server.clone().unwrap();
    assert_eq!(
        (server.host.as_str(), server.port),
        ("192.0.2.15", Some(5223))
    );
    assert_eq!(
        settings.security,
        oriole_core::model::account::Security::DirectTls
    );
}

#[test]
fn f6_goes_from_pane_to_pane_and_arrows_through_the_list() {
    let mut screen = with_chats(4);
    assert!(screen.is_at(composer::FIELD));
    screen.key(Named::F6, Modifiers::SHIFT);
    assert!(screen.is_at(rows::LIST), "{:?}", screen.focused());
    screen.key(Named::Escape, NONE);
    assert!(screen.is_at(composer::FIELD));
    screen.key(Named::F6, NONE);
    assert!(screen.is_at(CURRENT), "{:?}", screen.focused());
    screen.key(Named::ArrowDown, NONE);
    screen.key(Named::ArrowDown, NONE);
    screen.key(Named::ArrowUp, NONE);
    let actions = screen.key(Named::Enter, NONE);
    assert!(!actions.is_empty());
    let open = screen.window.ui.main().conversation().unwrap();
    assert_eq!(open.chat(), ChatId(CHAT.0 + 1));
    // Where a chat is opened, one writes.
    assert!(screen.is_at(composer::FIELD));
    // Nothing is there yet that could be walked through.
    screen.key(Named::F6, NONE);
    screen.key(Named::F6, NONE);
    assert!(screen.is_at(composer::FIELD));
    screen.type_text("hi");
    assert_eq!(typed(&mut screen), "hi");
}

#[test]
fn a_list_is_one_stop_for_tab() {
    let mut screen = with_chats(50);
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..40 {
        screen.key(Named::Tab, NONE);
        let focused = screen.focused();
        assert_eq!(focused.len(), 1);
        if !seen.insert(focused[0].0) {
            break;
        }
    }
    assert!(seen.len() < 15, "{} stops", seen.len());
}

#[test]
fn the_row_with_the_focus_is_in_sight() {
    let mut screen = with_chats(60);
    screen.key(Named::F6, NONE);
    assert!(screen.find("Friend 59").is_none_or(|place| place.y > 780.0));
    screen.key(Named::End, NONE);
    let place = screen.find("Friend 59").expect("scrolled to");
    assert!(place.y < 720.0, "{place:?}");
    screen.key(Named::Home, NONE);
    let place = screen.find("Friend 00").expect("scrolled back");
    assert!(place.y > 40.0 && place.y < 120.0, "{place:?}");
}

#[test]
fn a_dialog_keeps_the_keyboard_and_gives_it_back() {
    let mut screen = with_chats(3);
    screen.chord("n", Modifiers::COMMAND);
    assert!(screen.is_at(new_chat::ADDRESS), "{:?}", screen.focused());
    screen.type_text("tom@example.org");
    assert_eq!(typed(&mut screen), "");
    let first = screen.focused()[0].0;
    for _ in 0..9 {
        screen.key(Named::Tab, NONE);
        let at = screen.focused();
        assert!(
            at.len() == 1 && at[0].0 >= first,
            "inside of the dialog: {at:?}"
        );
    }
    screen.key(Named::F6, NONE);
    assert!(screen.focused()[0].0 >= first);
    screen.key(Named::Escape, NONE);
    assert!(screen.window.ui.main().dialog().is_none());
    assert!(screen.is_at(composer::FIELD), "{:?}", screen.focused());
}

#[test]
fn a_chat_is_started_by_keys_alone() {
    let mut screen = with_chats(1);
    screen.chord("n", Modifiers::COMMAND);
    screen.type_text("tom@example.org");
    screen.key(Named::Tab, NONE);
    // The box to tick.
    screen.key(Named::Space, NONE);
    let sent = commands(&{
        screen.key(Named::Tab, NONE);
        screen.key(Named::Tab, NONE);
        screen.key(Named::Enter, NONE)
    });
    assert!(
        matches!(
            &sent[..],
            [Command::AddContact { .. }, Command::OpenChat { .. }]
        ),
        "{sent:?}"
    );
}

#[test]
fn settings_are_chosen_by_keys_and_kept() {
    let mut screen = with_chats(1);
    screen.type_text("a");
    screen.chord(",", Modifiers::COMMAND);
    assert_eq!(typed(&mut screen), "a", "the shortcut is no letter");
    screen.key(Named::Tab, NONE);
    screen.key(Named::Tab, NONE);
    let sent = commands(&screen.key(Named::Enter, NONE));
    assert_eq!(
        sent,
        [Command::SetSetting {
            key: "appearance".into(),
            value: Some("dark".into())
        }]
    );
    assert_eq!(screen.window.ui.look(), Look::Dark);
    screen.window.tell(Message::Theme(iced::theme::Mode::Light));
    assert_eq!(screen.window.ui.look(), Look::Dark, "what was chosen stays");
    screen.key(Named::Escape, NONE);
    assert!(screen.window.ui.main().menu().is_none());
    assert!(screen.is_at(composer::FIELD));
}

#[test]
fn everything_grows_and_shrinks() {
    let mut screen = with_chats(1);
    let sent = commands(&screen.chord("+", Modifiers::COMMAND));
    assert_eq!(
        sent,
        [Command::SetSetting {
            key: "zoom".into(),
            value: Some("110".into())
        }]
    );
    assert!((screen.window.ui.zoom() - 1.1).abs() < f32::EPSILON);
    assert_eq!(typed(&mut screen), "");
    screen.chord("0", Modifiers::COMMAND);
    screen.chord("-", Modifiers::COMMAND);
    assert!((screen.window.ui.zoom() - 0.9).abs() < f32::EPSILON);
    for _ in 0..20 {
        screen.chord("=", Modifiers::COMMAND);
    }
    assert!((screen.window.ui.zoom() - 3.0).abs() < f32::EPSILON);
    // 1,200 px at a zoom of 3 are as narrow as 400.
    assert!(screen.find("Chats").is_none());
    let sent = commands(&screen.chord("0", Modifiers::COMMAND));
    assert_eq!(
        sent,
        [Command::SetSetting {
            key: "zoom".into(),
            value: None
        }]
    );
    assert!(screen.find("Chats").is_some());
}

#[test]
fn settings_of_the_last_time_are_taken_up() {
    let (mut window, _) = Window::started(Language::English);
    for (key, value) in [
        ("appearance", "contrast"),
        ("zoom", "150"),
        ("language", "zh-CN"),
    ] {
        window.answer(
            Question::Setting(key),
            Answer::Setting(Some(value.to_owned())),
        );
    }
    assert_eq!(window.ui.look(), Look::HighContrast);
    assert!((window.ui.zoom() - 1.5).abs() < f32::EPSILON);
    assert_eq!(window.ui.language(), Language::Chinese);
    // What nobody understands is as if it were not there.
    for key in ["appearance", "zoom", "language"] {
        window.answer(
            Question::Setting(key),
            Answer::Setting(Some("\u{202E}999999".to_owned())),
        );
    }
    assert_eq!(window.ui.look(), Look::Light);
    assert!((window.ui.zoom() - 1.0).abs() < f32::EPSILON);
    assert_eq!(window.ui.language(), Language::English);
    let error = oriole_core::error::ErrorKind::Storage.into();
    window.tell(Message::Answered(Question::Setting("zoom"), Err(error)));
    assert!(window.ui.main().notices().is_empty());
}

#[test]
fn presence_is_chosen_in_the_menu_of_the_accounts() {
    let mut screen = with_chats(1);
    screen.click("me@example.org");
    assert!(screen.find("Do not disturb").is_some());
    let sent = commands(&screen.click("Do not disturb"));
    assert_eq!(
        sent,
        [Command::SetPresence {
            account: None,
            presence: OwnPresence {
                show: Show::Dnd,
                status: String::new()
            }
        }]
    );
    assert!(screen.window.ui.main().menu().is_none());
}

#[test]
fn a_click_beside_a_menu_closes_it() {
    let mut screen = with_chats(1);
    screen.click("me@example.org");
    screen.click("Friend 00");
    assert!(screen.window.ui.main().menu().is_none());
}

#[test]
fn escape_leaves_the_conversation_where_it_is_narrow() {
    let mut window = Window::online(Language::English, chats(2));
    window.open(CHAT, Vec::new(), false);
    let mut screen = Screen::new(window, NARROW);
    assert!(screen.find("Chats").is_none());
    screen.key(Named::Escape, NONE);
    assert!(screen.find("Chats").is_some());
    assert!(screen.window.ui.main().conversation().is_none());
    screen.window.open(CHAT, Vec::new(), false);
    // The first stop of the pane is the way back.
    screen.tell(Message::Tick);
    screen.key(Named::Tab, NONE);
    screen.key(Named::Enter, NONE);
    assert!(screen.window.ui.main().conversation().is_none());
}

#[test]
fn two_panes_from_720_px_on() {
    for (width, both) in [(719.0, false), (720.0, true)] {
        let mut window = Window::online(Language::English, chats(2));
        window.open(CHAT, Vec::new(), false);
        let mut screen = Screen::new(window, iced::Size::new(width, 780.0));
        assert_eq!(screen.find("Chats").is_some(), both, "{width}");
        assert!(screen.find("Online · mei@example.org").is_some());
    }
}

#[test]
fn a_ring_is_seen_after_keys_and_not_after_a_click() {
    let mut screen = with_chats(2);
    let before = screen.picture().2;
    screen.key(Named::Tab, NONE);
    let ringed = screen.picture().2;
    assert_ne!(before, ringed);
    screen.key(Named::Tab, Modifiers::SHIFT);
    // The caret of the field may blink, so only the list is compared.
    screen.click("Contacts");
    screen.click("Chats");
    let focus = oriole_ui::style::tokens::LIGHT.focus.into_rgba8();
    let list = |pixels: &[u8]| {
        let rows = pixels.chunks_exact(4 * 1200).take(60);
        rows.flat_map(|row| row[..4 * 300].chunks_exact(4))
            .filter(|p| *p == focus)
            .count()
    };
    assert_eq!(list(&screen.picture().2), 0);
    screen.key(Named::Tab, Modifiers::SHIFT);
    screen.key(Named::Tab, NONE);
    assert!(list(&screen.picture().2) > 50);
}
