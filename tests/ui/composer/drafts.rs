//! What was written and not sent is kept, whatever happens.

use oriole_core::engine::command::Command;
use oriole_ui::{
    action::{Action, Timer},
    chat::composer::Message as Deed,
    i18n::Language,
    message::Message,
    sidebar,
};

use super::{OTHER, letters, open, write, written};
use crate::support::{CHAT, Window, commands, summary};

fn draft(text: &str) -> Command {
    Command::SetDraft {
        chat: CHAT,
        text: text.into(),
    }
}

fn timers(actions: &[Action]) -> usize {
    let timers = actions
        .iter()
        .filter(|action| matches!(action, Action::Later(..)));
    timers.count()
}

#[test]
fn a_draft_is_kept_a_second_after_the_first_letter_and_again_after_more() {
    let mut window = open();
    assert_eq!(timers(&letters(&mut window, "a long text")), 1);
    // Should the program die now, a second of writing is lost and no more.
    let actions = window.tell(Message::Timer(Timer::Draft(CHAT)));
    assert_eq!(commands(&actions), [draft("a long text")]);
    assert_eq!(timers(&letters(&mut window, " and more")), 1);
    assert_eq!(timers(&write(&mut window, Deed::Undo)), 0);
    let actions = window.tell(Message::Timer(Timer::Draft(CHAT)));
    assert_eq!(commands(&actions), [draft("a long text and")]);
    assert_eq!(timers(&write(&mut window, Deed::Redo)), 1);
    let actions = window.tell(Message::Timer(Timer::Draft(CHAT)));
    assert_eq!(commands(&actions), [draft("a long text and more")]);
    assert_eq!(window.tell(Message::Timer(Timer::Draft(CHAT))), []);
}

#[test]
fn a_draft_is_kept_on_quitting() {
    let mut window = open();
    letters(&mut window, "not sent");
    let actions = window.tell(Message::CloseRequested);
    assert!(actions.contains(&Action::ShutDown(vec![draft("not sent")])));
}

#[test]
fn drafts_belong_to_their_chats_and_come_back_after_a_restart() {
    let mut window = open();
    letters(&mut window, "for Mei");
    let actions = window.sidebar(sidebar::Message::Open(OTHER));
    assert!(commands(&actions).contains(&draft("for Mei")));
    letters(&mut window, "for Tom");
    window.sidebar(sidebar::Message::Open(CHAT));
    assert_eq!(written(&window), "for Mei");
    // After a restart, the chat list tells it.
    let mut line = summary(CHAT, "mei@example.org", None, 0);
    line.draft = "שלום\nfor Mei".into();
    let mut window = Window::online(Language::English, vec![line]);
    window.open(CHAT, Vec::new(), false);
    assert_eq!(written(&window), "שלום\nfor Mei");
    letters(&mut window, "!");
    assert_eq!(written(&window), "שלום\nfor Mei!");
    // What was kept already is not kept again.
    write(&mut window, Deed::Undo);
    assert_eq!(window.tell(Message::Timer(Timer::Draft(CHAT))), []);
}
