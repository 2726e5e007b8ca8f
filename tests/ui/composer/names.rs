//! Names of emoji, typed between colons.

use iced::keyboard::{Modifiers, key::Named};
use oriole_ui::chat::composer::{FIELD, Message as Deed};

use super::{change, composer, letters, open, screen::Screen, write, written};
use crate::support::commands;

fn offered(screen: &Screen) -> Vec<&'static str> {
    let offer = composer(&screen.window).offer();
    offer.map_or(Vec::new(), |offer| {
        offer.found.iter().map(|found| found.name).collect()
    })
}

#[test]
fn names_are_offered_from_two_letters_on_and_tab_takes_one() {
    let mut screen = Screen::new(open());
    screen.letters("hi :s");
    assert_eq!(offered(&screen), [""; 0]);
    screen.letters("mile");
    let names = offered(&screen);
    assert_eq!(names.first(), Some(&"smile"));
    assert!(names.len() > 3 && names.len() <= 6, "{names:?}");
    assert!(screen.find(":smile:").is_some());
    screen.tap(Named::Tab);
    assert_eq!(written(&screen.window), "hi 😄");
    assert_eq!(offered(&screen), [""; 0]);
    assert!(screen.has_focus(FIELD));
    screen.letters("!");
    assert_eq!(written(&screen.window), "hi 😄!");
    screen.chord(Modifiers::COMMAND, "z");
    screen.chord(Modifiers::COMMAND, "z");
    assert_eq!(written(&screen.window), "hi :smile");
}

#[test]
fn enter_takes_what_is_on_offer_and_sends_only_after_that() {
    let mut screen = Screen::new(open());
    screen.letters(":smile");
    let second = offered(&screen)[1];
    screen.tap(Named::ArrowDown);
    screen.tap(Named::Enter);
    assert_eq!(
        commands(&screen.actions).len(),
        1,
        "the emoji is kept as used last"
    );
    let emoji = oriole_ui::emoji::by_shortcode(second).unwrap();
    assert_eq!(written(&screen.window), emoji);
    screen.tap(Named::Enter);
    assert_eq!(written(&screen.window), "");
}

#[test]
fn the_arrows_go_around() {
    let mut screen = Screen::new(open());
    screen.letters(":smile");
    let last = offered(&screen).len() - 1;
    screen.tap(Named::ArrowUp);
    let selected = |screen: &Screen| composer(&screen.window).offer().unwrap().selected;
    assert_eq!(selected(&screen), last);
    screen.tap(Named::ArrowDown);
    assert_eq!(selected(&screen), 0);
}

#[test]
fn escape_dismisses_the_offer_and_the_cursor_stays() {
    let mut screen = Screen::new(open());
    screen.letters(":smi");
    screen.tap(Named::Escape);
    assert_eq!(offered(&screen), [""; 0]);
    assert!(screen.has_focus(FIELD));
    screen.letters("l");
    assert_eq!(offered(&screen), [""; 0], "not for the same colon again");
    screen.letters("e :smi");
    assert_ne!(offered(&screen), [""; 0]);
    // Escape twice: nothing else is open.
    screen.tap(Named::Escape);
    screen.tap(Named::Escape);
    assert!(screen.has_focus(FIELD));
    assert_eq!(written(&screen.window), ":smile :smi");
}

#[test]
fn a_click_takes_one_as_well() {
    let mut screen = Screen::new(open());
    screen.letters(":smile");
    let third = offered(&screen)[2];
    screen.click_on(&format!(":{third}:"));
    assert_eq!(
        written(&screen.window),
        oriole_ui::emoji::by_shortcode(third).unwrap()
    );
    assert!(screen.has_focus(FIELD));
}

#[test]
fn a_name_that_is_closed_becomes_its_emoji_and_undoing_brings_it_back() {
    let mut window = open();
    letters(&mut window, "well :smile:");
    assert_eq!(written(&window), "well 😄");
    write(&mut window, Deed::Undo);
    assert_eq!(written(&window), "well :smile:");
    letters(&mut window, " ok");
    assert_eq!(written(&window), "well :smile: ok");
    let mut window = open();
    letters(&mut window, "你好:HEART::+1:");
    assert_eq!(written(&window), "你好❤\u{FE0F}👍");
}

#[test]
fn colons_that_mean_something_else_stay() {
    for text in [
        "at 12:30:",
        "http://smile:",
        "a:smile:",
        "::smile",
        ":nosuchthing:",
        ":)",
        ": smile:",
        "::",
    ] {
        let mut window = open();
        letters(&mut window, text);
        assert_eq!(written(&window), text);
        assert_eq!(composer(&window).offer(), None, "{text}");
    }
}

#[test]
fn what_is_pasted_or_moved_into_is_not_changed() {
    let mut window = open();
    change(
        &mut window,
        iced::widget::text_editor::Edit::Paste(std::sync::Arc::new("see :smile:".into())),
    );
    assert_eq!(written(&window), "see :smile:");
}
