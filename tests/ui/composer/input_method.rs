//! Composing with an input method, as for Chinese: nothing is lost, nothing comes twice, nothing is sent too early.

use iced::{
    advanced::input_method::Event as Method,
    keyboard::{Modifiers, key::Named},
};
use oriole_core::{
    engine::{command::Command, event::Event},
    error::ErrorKind,
};
use oriole_ui::{action::Action, chat::composer::FIELD, message::Message, screen::main, sidebar};

use super::{OTHER, open, screen::Screen, written};
use crate::support::{CHAT, ME, commands};

/// Composes these letters one by one.
fn compose(screen: &mut Screen, letters: &str) {
    for end in 1..=letters.len() {
        let shown = letters[..end].to_owned();
        screen.method(Method::Preedit(shown.clone(), Some(end..end)));
        assert_eq!(screen.preedit(), Some(shown.as_str()));
    }
}

/// What systems send when something composed is taken.
fn commit(screen: &mut Screen, text: &str) {
    screen.method(Method::Preedit(String::new(), None));
    screen.method(Method::Commit(text.to_owned()));
}

fn sent(screen: &Screen) -> Vec<String> {
    let bodies = commands(&screen.actions)
        .into_iter()
        .filter_map(|command| match command {
            Command::SendMessage { body, .. } => Some(body),
            _ => None,
        });
    bodies.collect()
}

#[test]
fn pinyin_becomes_characters_once_and_enter_sends_them_after_that_only() {
    let mut screen = Screen::new(open());
    screen.method(Method::Opened);
    compose(&mut screen, "nihao");
    assert_eq!(
        written(&screen.window),
        "",
        "what is composed is not written yet"
    );
    screen.tap(Named::Enter);
    assert_eq!(sent(&screen), [""; 0]);
    assert_eq!(screen.preedit(), Some("nihao"));
    commit(&mut screen, "你好");
    assert_eq!(written(&screen.window), "你好");
    assert_eq!(screen.preedit(), Some(""));
    compose(&mut screen, "shijie");
    commit(&mut screen, "世界");
    assert_eq!(written(&screen.window), "你好世界");
    screen.tap(Named::Enter);
    assert_eq!(sent(&screen), ["你好世界"]);
    assert_eq!(written(&screen.window), "");
    screen.method(Method::Closed);
    assert_eq!(screen.preedit(), None);
}

#[test]
fn each_word_that_was_composed_is_undone_by_itself() {
    let mut screen = Screen::new(open());
    screen.method(Method::Opened);
    for (letters, word) in [("nihao", "你好"), ("shijie", "世界")] {
        compose(&mut screen, letters);
        commit(&mut screen, word);
    }
    screen.chord(Modifiers::COMMAND, "z");
    assert_eq!(written(&screen.window), "你好");
    screen.chord(Modifiers::COMMAND | Modifiers::SHIFT, "z");
    assert_eq!(written(&screen.window), "你好世界");
    screen.chord(Modifiers::COMMAND, "z");
    screen.chord(Modifiers::COMMAND, "z");
    screen.chord(Modifiers::COMMAND, "y");
    assert_eq!(written(&screen.window), "你好");
}

#[test]
fn escape_and_tab_belong_to_what_is_composed() {
    let mut screen = Screen::new(open());
    screen.letters(":smi");
    screen.method(Method::Opened);
    compose(&mut screen, "ni");
    screen.tap(Named::Tab);
    assert_eq!(written(&screen.window), ":smi");
    assert!(screen.has_focus(FIELD));
    commit(&mut screen, "你");
    assert_eq!(written(&screen.window), ":smi你");
}

#[test]
fn another_chat_opened_while_composing_loses_nothing() {
    let mut screen = Screen::new(open());
    screen.letters("before ");
    screen.method(Method::Opened);
    compose(&mut screen, "ni");
    let other = sidebar::Message::Open(OTHER);
    screen.tell(vec![Message::Main(main::Message::Sidebar(other))]);
    screen.frame();
    // What was written is kept; what is composed stays before the eyes and arrives where it is seen.
    let kept = Command::SetDraft {
        chat: CHAT,
        text: "before".into(),
    };
    assert!(commands(&screen.actions).contains(&kept));
    assert!(screen.has_focus(FIELD));
    assert_eq!(screen.preedit(), Some("ni"));
    compose(&mut screen, "nihao");
    commit(&mut screen, "你好");
    assert_eq!(written(&screen.window), "你好");
    let back = sidebar::Message::Open(CHAT);
    screen.tell(vec![Message::Main(main::Message::Sidebar(back))]);
    assert_eq!(written(&screen.window), "before");
}

#[test]
fn nothing_that_happens_meanwhile_ends_composing() {
    let mut screen = Screen::new(open());
    screen.letters("so ");
    screen.method(Method::Opened);
    compose(&mut screen, "haode");
    let failed = Event::Failed {
        account: ME,
        address: None,
        error: ErrorKind::Storage.into(),
    };
    screen.tell(vec![
        Message::Engine(vec![failed]),
        Message::Timer(oriole_ui::action::Timer::Draft(CHAT)),
        Message::Tick,
    ]);
    screen.frame();
    assert!(screen.window.ui.main().notices().len() == 1);
    assert!(screen.has_focus(FIELD));
    assert_eq!(screen.preedit(), Some("haode"));
    commit(&mut screen, "好的");
    assert_eq!(written(&screen.window), "so 好的");
}

#[test]
fn what_was_typed_can_be_sent_with_the_button_while_composing() {
    let mut screen = Screen::new(open());
    screen.letters("first");
    screen.method(Method::Opened);
    compose(&mut screen, "ni");
    screen.tell(vec![Message::Main(main::Message::Conversation(
        oriole_ui::chat::conversation::Message::Send,
    ))]);
    screen.frame();
    assert_eq!(sent(&screen), ["first"]);
    assert_eq!(screen.preedit(), Some("ni"));
    commit(&mut screen, "你");
    assert_eq!(written(&screen.window), "你");
    assert!(!screen.actions.contains(&Action::Exit));
}

#[test]
fn composing_in_the_search_of_emoji_stays_there() {
    let mut screen = Screen::new(open());
    screen.chord(Modifiers::COMMAND, "e");
    screen.method(Method::Opened);
    screen.method(Method::Preedit("xiao".into(), None));
    screen.tap(Named::Enter);
    assert_eq!(written(&screen.window), "");
    commit(&mut screen, "笑");
    screen.tap(Named::Enter);
    assert_eq!(written(&screen.window), "😀");
}
