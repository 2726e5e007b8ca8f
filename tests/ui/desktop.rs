//! What goes between the window and the desktop around it: links from outside, notifications, the window's size.

use iced::{
    Size,
    keyboard::{Modifiers, key::Named},
};
use oriole_core::{
    engine::command::Command,
    model::{account::Account, chat::ChatSummary, ids::ChatId, presence::Show},
};
use oriole_ui::{
    Wake,
    action::{Action, Timer},
    desktop::{
        display::{Drawing, Extent},
        notify::Notification,
    },
    i18n::Language,
    message::Message,
    preferences::{Change, Notifications},
    screen::main::{self, Notice},
    sidebar::{self, new_chat},
    world::{Answer, Question},
};

use crate::screen::{Screen, WIDE};
use crate::support::{CHAT, Window, account, at, commands, message, summary};

fn link(window: &mut Window, link: &str) -> Vec<Action> {
    window.tell(Message::Wake(Wake::Link(link.to_owned())))
}

#[test]
fn a_link_fills_in_a_dialog_and_does_nothing_else() {
    for (address, adds) in [
        ("xmpp:bo@example.org?message;body=hi", false),
        ("xmpp:bo@example.org?roster;name=Bo", true),
    ] {
        let mut window = Window::online(Language::English, Vec::new());
        assert_eq!(link(&mut window, address), [Action::ShowWindow]);
        let dialog = window.ui.main().dialog().unwrap();
        assert_eq!(dialog.address(), "bo@example.org");
        assert_eq!(dialog.adds_contact(), adds);
    }
}

#[test]
fn a_link_does_not_take_the_place_of_a_dialog_in_use() {
    let mut window = Window::online(Language::English, Vec::new());
    window.sidebar(sidebar::Message::AddContact);
    window.main(main::Message::NewChat(new_chat::Message::Address(
        "mei@".into(),
    )));
    link(&mut window, "xmpp:bo@example.org?roster");
    assert_eq!(window.ui.main().dialog().unwrap().address(), "mei@");
    window.main(main::Message::NewChat(new_chat::Message::Cancel));
    assert_eq!(
        window.ui.main().dialog().unwrap().address(),
        "bo@example.org"
    );
}

#[test]
fn enter_in_the_dialog_of_a_link_leads_nowhere_at_first() {
    let window = Window::online(Language::English, Vec::new());
    let mut screen = Screen::new(window, WIDE);
    screen.tell(Message::Wake(Wake::Link(
        "xmpp:bo@example.org?roster".into(),
    )));
    let sent = commands(&screen.key(Named::Enter, Modifiers::empty()));
    assert_eq!(sent, []);
}

#[test]
fn an_odd_link_only_shows_the_window() {
    let mut window = Window::online(Language::English, Vec::new());
    for odd in ["xmpp:", "https://example.org", "open", ""] {
        assert_eq!(link(&mut window, odd), [Action::ShowWindow]);
        assert!(window.ui.main().dialog().is_none(), "{odd}");
    }
}

#[test]
fn a_link_waits_for_an_account() {
    let (mut window, _) = Window::started(Language::English);
    link(&mut window, "xmpp:bo@example.org");
    assert!(window.ui.main().dialog().is_none());
    let accounts = vec![account(1, "me@example.org")];
    window.answer(Question::Accounts, Answer::Accounts(accounts));
    assert!(window.ui.main().dialog().is_some());
}

#[test]
fn a_link_to_a_group_chat_says_that_there_are_none_yet() {
    let mut window = Window::online(Language::English, Vec::new());
    link(&mut window, "xmpp:room@muc.example.org?join");
    assert!(window.ui.main().dialog().is_none());
    assert!(
        matches!(window.ui.main().notices(), [Notice::Room(room)] if room.as_str() == "room@muc.example.org")
    );
}

/// One line of the chat list after `mei` wrote.
fn wrote(unread: u32, text: &str) -> ChatSummary {
    let mut last = message(i64::from(unread), false, text);
    last.time = at(34);
    ChatSummary {
        name: Some("Mei Lin".to_owned()),
        ..summary(CHAT, "mei@example.org", Some(&last), unread)
    }
}

fn comes(window: &mut Window, line: ChatSummary) -> Vec<Notification> {
    let actions = window.answer(Question::Chat(CHAT), Answer::Chat(Some(line)));
    notifications(actions)
}

fn notifications(actions: Vec<Action>) -> Vec<Notification> {
    let shown = actions.into_iter().filter_map(|action| match action {
        Action::Notify(notification) => Some(notification),
        _ => None,
    });
    shown.collect()
}

fn said(body: &str) -> Vec<Notification> {
    vec![Notification {
        chat: CHAT,
        title: "Mei Lin".to_owned(),
        body: body.to_owned(),
    }]
}

#[test]
fn what_comes_while_nobody_looks_is_told_once() {
    let mut window = Window::online(Language::English, vec![wrote(1, "from before")]);
    assert_eq!(comes(&mut window, wrote(1, "from before")), []);
    assert_eq!(
        comes(&mut window, wrote(2, "hello\n<b>you</b>")),
        said("hello <b>you</b>")
    );
    assert_eq!(comes(&mut window, wrote(2, "hello\n<b>you</b>")), []);
    assert_eq!(comes(&mut window, wrote(3, "again")), said("again"));
    // What waited elsewhere is told only to those who are not here.
    let mut waited = wrote(4, "yesterday");
    waited.last.as_mut().unwrap().time = at(0);
    assert_eq!(comes(&mut window, waited.clone()), []);
    window.tell(Message::Focused(false));
    waited.unread = 5;
    assert_eq!(comes(&mut window, waited), said("yesterday"));
    // A whole list tells as much.
    let answer = Answer::Chats(vec![wrote(6, "more")]);
    assert_eq!(
        notifications(window.answer(Question::Chats, answer)),
        said("more")
    );
}

#[test]
fn what_is_on_the_screen_is_not_told_and_what_was_read_is_taken_back() {
    let mut window = Window::online(Language::English, vec![wrote(0, "")]);
    window.open(CHAT, vec![message(1, false, "hello")], false);
    assert_eq!(comes(&mut window, wrote(1, "hello")), []);
    window.tell(Message::Focused(false));
    assert_eq!(comes(&mut window, wrote(1, "you")), said("you"));
    let actions = window.tell(Message::Focused(true));
    assert!(actions.contains(&Action::Withdraw(CHAT)), "{actions:?}");
}

#[test]
fn strangers_and_those_who_want_no_notifications_are_left_in_peace() {
    let mut window = Window::online(Language::Chinese, vec![wrote(0, "")]);
    let stranger = ChatSummary {
        stranger: true,
        ..wrote(1, "buy")
    };
    assert_eq!(comes(&mut window, stranger), []);
    let prefer = |window: &mut Window, what| {
        window.sidebar(sidebar::Message::Prefer(Change::Notifications(what)));
    };
    prefer(&mut window, Notifications::Name);
    assert_eq!(comes(&mut window, wrote(2, "secret")), said("新消息"));
    prefer(&mut window, Notifications::None);
    assert_eq!(comes(&mut window, wrote(3, "secret")), []);
    prefer(&mut window, Notifications::Text);
    let mut busy = account(1, "me@example.org");
    let Account { presence, .. } = &mut busy.account;
    presence.show = Show::Dnd;
    window.answer(Question::Accounts, Answer::Accounts(vec![busy]));
    assert_eq!(comes(&mut window, wrote(4, "secret")), []);
}

#[test]
fn pressing_a_notification_opens_its_chat() {
    let other = ChatId(9);
    let lines = vec![wrote(0, ""), summary(other, "bo@example.org", None, 0)];
    let mut window = Window::online(Language::English, lines);
    let actions = window.tell(Message::Wake(Wake::Chat(other)));
    assert_eq!(actions.first(), Some(&Action::ShowWindow));
    assert_eq!(window.ui.main().conversation().unwrap().chat(), other);
}

#[test]
fn the_engine_knows_whether_somebody_looks() {
    let mut window = Window::online(Language::English, Vec::new());
    let later = |actions: Vec<Action>| {
        assert!(
            matches!(actions[..], [Action::Later(_, Timer::Unfocused)]),
            "{actions:?}"
        );
    };
    let told = |actions: Vec<Action>| match &commands(&actions)[..] {
        [] => None,
        [Command::SetActive(active)] => Some(*active),
        other => panic!("{other:?}"),
    };
    // A short look elsewhere is nothing.
    later(window.tell(Message::Focused(false)));
    assert_eq!(told(window.tell(Message::Focused(true))), None);
    assert_eq!(told(window.tell(Message::Timer(Timer::Unfocused))), None);
    later(window.tell(Message::Focused(false)));
    assert_eq!(
        told(window.tell(Message::Timer(Timer::Unfocused))),
        Some(false)
    );
    assert_eq!(told(window.tell(Message::Wake(Wake::Idle(true)))), None);
    assert_eq!(told(window.tell(Message::Focused(true))), None);
    assert_eq!(
        told(window.tell(Message::Wake(Wake::Idle(false)))),
        Some(true)
    );
    assert_eq!(
        told(window.tell(Message::Wake(Wake::Idle(true)))),
        Some(false)
    );
}

#[test]
fn the_windows_size_is_kept_once_its_scale_is_known() {
    let (mut window, _) = Window::started(Language::English);
    let size = Size::new(900.0, 700.0);
    assert_eq!(window.tell(Message::Resized(size)), []);
    let kept = Action::KeepSize(Extent {
        width: 900.0,
        height: 700.0,
        scale: 2.0,
    });
    let actions = window.tell(Message::Rescaled(2.0));
    assert_eq!(actions, std::slice::from_ref(&kept));
    assert_eq!(window.tell(Message::Resized(size)), [kept]);
}

#[test]
fn what_draws_the_window_is_not_kept_in_the_database() {
    let mut window = Window::online(Language::English, Vec::new());
    let change = sidebar::Message::Prefer(Change::Drawing(Drawing::Graphics));
    assert_eq!(
        window.sidebar(change.clone()),
        [Action::DrawWith(Drawing::Graphics)]
    );
    // Chosen once more, it is to be tried once more.
    assert_eq!(
        window.sidebar(change),
        [Action::DrawWith(Drawing::Graphics)]
    );
    assert!(
        commands(&window.sidebar(sidebar::Message::Prefer(Change::Drawing(
            Drawing::Automatic
        ))))
        .is_empty()
    );
}
