//! The picker of emoji, with the mouse and with the keyboard alone.

use iced::keyboard::{Modifiers, key::Named};
use oriole_core::engine::command::Command;
use oriole_ui::{
    chat::composer::FIELD,
    widget::emoji_picker::SEARCH,
    world::{Answer, Question, Setting},
};

use super::{open, screen::Screen, written};
use crate::support::{Window, commands};

fn opened() -> Screen {
    opened_with(open())
}

fn opened_with(window: Window) -> Screen {
    let mut screen = Screen::new(window);
    screen.chord(Modifiers::COMMAND, "e");
    assert!(is_open(&screen));
    screen
}

fn is_open(screen: &Screen) -> bool {
    screen
        .window
        .ui
        .main()
        .conversation()
        .unwrap()
        .picker()
        .is_some()
}

fn selected(screen: &Screen) -> Option<&'static str> {
    screen
        .window
        .ui
        .main()
        .conversation()
        .unwrap()
        .picker()
        .unwrap()
        .selected()
}

fn set(setting: Setting, value: &str) -> Command {
    Command::SetSetting {
        key: setting.key().into(),
        value: Some(value.into()),
    }
}

#[test]
fn the_button_opens_it_and_a_click_picks() {
    let mut screen = Screen::new(open());
    screen.letters("hi ");
    screen.click_on("\u{E164}");
    assert!(is_open(&screen));
    assert!(screen.has_focus(SEARCH));
    screen.click_on("😆");
    assert!(!is_open(&screen));
    assert!(screen.has_focus(FIELD));
    assert_eq!(written(&screen.window), "hi 😆");
    assert!(commands(&screen.actions).contains(&set(Setting::EmojiRecent, "😆")));
    screen.letters("!");
    assert_eq!(written(&screen.window), "hi 😆!");
}

#[test]
fn searching_and_picking_with_the_keyboard() {
    let mut screen = opened();
    screen.letters("hik");
    assert!(screen.find("🥾").is_some());
    assert!(screen.find("😆").is_none());
    screen.tap(Named::Enter);
    assert_eq!(written(&screen.window), "🥾");
    assert!(screen.has_focus(FIELD));
    screen.chord(Modifiers::COMMAND, "e");
    // Colons are typed out of habit.
    screen.letters(":tada:");
    screen.tap(Named::Enter);
    assert_eq!(written(&screen.window), "🥾🎉");
    screen.chord(Modifiers::COMMAND, "e");
    screen.letters("no such thing");
    assert!(screen.find("No emoji of that name").is_some());
    screen.tap(Named::Enter);
    assert!(is_open(&screen));
    screen.tap(Named::Escape);
    assert!(!is_open(&screen));
    assert!(screen.has_focus(FIELD));
    screen.chord(Modifiers::COMMAND, "z");
    assert_eq!(written(&screen.window), "🥾");
}

#[test]
fn the_arrows_walk_through_the_emoji() {
    let mut screen = opened();
    assert_eq!(selected(&screen), None);
    screen.tap(Named::ArrowDown);
    assert_eq!(selected(&screen), Some("😀"));
    screen.tap(Named::ArrowRight);
    assert_eq!(selected(&screen), Some("😃"));
    screen.tap(Named::ArrowDown);
    screen.tap(Named::ArrowLeft);
    screen.tap(Named::ArrowUp);
    assert_eq!(selected(&screen), Some("😀"));
    screen.tap(Named::ArrowUp);
    screen.tap(Named::ArrowLeft);
    assert_eq!(selected(&screen), Some("😀"));
    assert!(screen.find("grinning face").is_some(), "its name is told");
    // To the end: what is selected is always to be seen.
    for _ in 0..300 {
        screen.tap(Named::ArrowDown);
        let emoji = selected(&screen).unwrap();
        let texts = screen.texts();
        assert!(
            texts.iter().any(|text| text == emoji),
            "{emoji} is not to be seen"
        );
    }
    let last = selected(&screen).unwrap();
    screen.tap(Named::ArrowRight);
    screen.tap(Named::ArrowRight);
    screen.key(Named::Enter, Modifiers::SHIFT);
    assert!(is_open(&screen), "Shift keeps it open");
    screen.tap(Named::Enter);
    assert!(!is_open(&screen));
    assert!(emojis_in(&written(&screen.window)) >= 2, "{last}");
}

fn emojis_in(text: &str) -> usize {
    let runs = oriole_ui::emoji::runs(text);
    runs.iter()
        .map(|run| text[run.clone()].chars().count() / 2)
        .sum()
}

#[test]
fn tab_goes_from_section_to_section() {
    let mut screen = opened();
    screen.tap(Named::Tab);
    assert_eq!(selected(&screen), Some("👋"));
    assert!(screen.find("People").is_some());
    assert!(screen.has_focus(SEARCH));
    screen.key(Named::Tab, Modifiers::SHIFT);
    assert_eq!(selected(&screen), Some("😀"));
    // The signs below do the same for the mouse.
    screen.click_on("🏁");
    assert!(screen.find("Flags").is_some());
}

#[test]
fn the_wheel_scrolls_without_a_message_and_few_are_there_at_once() {
    let mut screen = opened();
    let over = screen.find("😀").unwrap().bounds.center();
    let seen = |screen: &mut Screen| {
        let texts = screen.texts();
        texts
            .iter()
            .filter(|text| oriole_ui::emoji::known(text).is_some())
            .count()
    };
    assert!(seen(&mut screen) < 100, "only lines that are to be seen");
    let before = screen.messages;
    screen.wheel(over, -3.0);
    assert!(screen.find("😀").is_none() || screen.messages == before);
    assert!(seen(&mut screen) < 100);
    assert_eq!(screen.messages, before);
    screen.wheel(over, -10_000.0);
    assert!(screen.find("🇿🇼").is_some());
    screen.wheel(over, 10_000.0);
    assert!(screen.find("😀").is_some());
}

#[test]
fn those_used_last_come_first_and_are_kept() {
    let mut window = open();
    let kept = "🎉 nonsense 👍🏽 <b> 🎉".to_owned();
    window.answer(
        Question::Setting(Setting::EmojiRecent.key()),
        Answer::Setting(Some(kept)),
    );
    let mut screen = opened_with(window);
    assert!(screen.find("Recent").is_some());
    screen.tap(Named::ArrowDown);
    assert_eq!(selected(&screen), Some("🎉"));
    screen.tap(Named::ArrowRight);
    screen.tap(Named::Enter);
    assert_eq!(written(&screen.window), "👍🏽");
    let set = set(Setting::EmojiRecent, "👍🏽 🎉 🎉");
    assert!(commands(&screen.actions).contains(&set));
    screen.chord(Modifiers::COMMAND, "e");
    screen.tap(Named::ArrowDown);
    assert_eq!(selected(&screen), Some("👍🏽"));
}

#[test]
fn the_tone_of_hands_is_chosen_and_kept() {
    let mut screen = opened();
    screen.click_on("✋");
    screen.click_on("✋🏾");
    assert!(commands(&screen.actions).contains(&set(Setting::EmojiTone, "4")));
    screen.letters("wave");
    screen.tap(Named::Enter);
    assert_eq!(written(&screen.window), "👋🏾");
    // With the keyboard, and for names that are typed.
    screen.chord(Modifiers::COMMAND, "e");
    screen.chord(Modifiers::COMMAND, "t");
    assert!(commands(&screen.actions).contains(&set(Setting::EmojiTone, "5")));
    screen.chord(Modifiers::COMMAND, "t");
    screen.chord(Modifiers::COMMAND, "t");
    assert!(commands(&screen.actions).contains(&set(Setting::EmojiTone, "1")));
    screen.tap(Named::Escape);
    screen.letters(":wave:");
    assert_eq!(written(&screen.window), "👋🏾👋🏻");
}

#[test]
fn a_click_beside_closes_it() {
    let mut screen = opened();
    screen.click(iced::Point::new(500.0, 300.0));
    assert!(!is_open(&screen));
    assert!(screen.has_focus(FIELD));
    screen.click_on("\u{E164}");
    screen.click_on("\u{E164}");
    assert!(!is_open(&screen));
}
