//! Writing: lines, long texts, scripts from right to left, and how tall the field gets.

use std::sync::Arc;

use iced::{
    keyboard::{Modifiers, key::Named},
    widget::text_editor::Edit as Change,
};
use oriole_core::engine::command::Command;
use oriole_ui::chat::{composer::FIELD, conversation::Message as Conversation};

use super::{change, composer, letters, open, screen::Screen, write, written};
use crate::support::commands;

#[test]
fn enter_sends_and_shift_enter_breaks_the_line() {
    let mut screen = Screen::new(open());
    screen.letters("one");
    screen.key(Named::Enter, Modifiers::SHIFT);
    screen.letters("two");
    assert_eq!(written(&screen.window), "one\ntwo");
    screen.tap(Named::Enter);
    let sent = commands(&screen.actions);
    assert!(matches!(&sent[0], Command::SendMessage { body, .. } if body == "one\ntwo"));
    assert_eq!(written(&screen.window), "");
    assert!(screen.has_focus(FIELD));
    // Nothing is not sent, not even blanks.
    let before = commands(&screen.actions).len();
    screen.tap(Named::Enter);
    screen.letters("  ");
    screen.tap(Named::Enter);
    assert_eq!(commands(&screen.actions).len(), before);
}

#[test]
fn the_button_sends() {
    let mut screen = Screen::new(open());
    screen.letters("one");
    screen.click_on("\u{E4F2}");
    let sent = commands(&screen.actions);
    assert!(matches!(&sent[0], Command::SendMessage { body, .. } if body == "one"));
    assert!(screen.has_focus(FIELD));
}

#[test]
fn the_field_grows_to_eight_lines_and_shrinks_again() {
    let mut screen = Screen::new(open());
    let height = |screen: &mut Screen| screen.field(FIELD).height;
    let one = height(&mut screen);
    assert!((one - 38.0).abs() < 0.5, "{one}");
    for lines in 2..=12 {
        screen.key(Named::Enter, Modifiers::SHIFT);
        screen.letters("x");
        let expected = 18.0 + 20.0 * f32::min(lines as f32, 8.0);
        let now = height(&mut screen);
        assert!((now - expected).abs() < 0.5, "{lines} lines are {now} px");
        let bottom = screen.field(FIELD).y + now;
        assert!(
            (bottom - 770.0).abs() < 0.5,
            "the lower edge stays: {bottom}"
        );
    }
    for lines in (1..12).rev() {
        screen.tap(Named::Backspace);
        screen.tap(Named::Backspace);
        let expected = 18.0 + 20.0 * f32::min(lines as f32, 8.0);
        let now = height(&mut screen);
        assert!((now - expected).abs() < 0.5, "{lines} lines are {now} px");
    }
    // Lines that are broken because they are long count as well.
    screen.letters(&"word ".repeat(60));
    assert!(height(&mut screen) > 70.0);
}

#[test]
fn too_long_a_text_is_cut_and_that_is_told() {
    let mut screen = Screen::new(open());
    screen.letters("a");
    screen.clipboard.0 = Some("汉".repeat(5_000_000));
    screen.chord(Modifiers::COMMAND, "v");
    assert_eq!(written(&screen.window).chars().count(), 20_000);
    let sentence = "A message holds 20,000 characters. The rest was left out.";
    let told = screen
        .texts()
        .into_iter()
        .any(|text| text.replace(',', "") == sentence.replace(',', ""));
    assert!(told, "{:?}", screen.texts());
    screen.letters("b");
    assert_eq!(written(&screen.window).chars().count(), 20_000);
    assert!(composer(&screen.window).cut());
    screen.tap(Named::Backspace);
    assert!(!composer(&screen.window).cut());
    screen.letters("b");
    assert!(written(&screen.window).ends_with('b'));
    screen.chord(Modifiers::COMMAND, "z");
    screen.chord(Modifiers::COMMAND, "z");
    screen.chord(Modifiers::COMMAND, "z");
    assert_eq!(written(&screen.window), "a");
    // What is selected makes room.
    let mut window = open();
    let paste = |text: String| Change::Paste(Arc::new(text));
    change(&mut window, paste("a".repeat(20_000)));
    window.conversation(Conversation::Edit(
        iced::widget::text_editor::Action::SelectAll,
    ));
    change(&mut window, paste("b".repeat(20_000)));
    assert!(!composer(&window).cut());
    assert_eq!(written(&window), "b".repeat(20_000));
    change(&mut window, Change::Enter);
    assert!(composer(&window).cut());
}

#[test]
fn too_many_lines_are_cut_as_well() {
    let mut window = open();
    let lines = "\r\n".repeat(10_000) + "end";
    change(&mut window, Change::Paste(Arc::new(lines)));
    assert!(composer(&window).cut());
    assert_eq!(composer(&window).content().line_count(), 2_000);
}

#[test]
fn what_turns_the_writing_around_is_left_out_of_what_is_pasted() {
    let mut window = open();
    let text = "a\u{202E}b\u{0}\u{2066}c\td\u{2028}e\rf";
    change(&mut window, Change::Paste(Arc::new(text.into())));
    assert_eq!(written(&window), "abc\td\ne\nf");
}

/// The editor ends the program where the letter of a line that is drawn first is not its first.
#[test]
fn scripts_of_both_directions_mixed_never_end_the_program() {
    let letters = [
        "1", "2", " ", "ש", "ל", "a", "b", "-", "(", "😀", "م", "١", ".", "\u{200E}", "\u{200F}",
    ];
    let mut seed: u32 = 99;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) as usize % below
    };
    let mut screen = Screen::new(open());
    for _ in 0..100 {
        let count = 1 + random(12);
        let text: String = (0..count).map(|_| letters[random(letters.len())]).collect();
        screen.chord(Modifiers::COMMAND, "a");
        screen.clipboard.0 = Some(text);
        screen.chord(Modifiers::COMMAND, "v");
        for _ in 0..6 {
            screen.tap(Named::ArrowLeft);
        }
        screen.tap(Named::Home);
    }
}

#[test]
fn writing_from_right_to_left_never_ends_the_program() {
    for text in ["שלום", "مرحبا بالعالم", "12 שלום", "١٢٣ 4", "abc שלום"]
    {
        let mut screen = Screen::new(open());
        screen.letters(text);
        for key in [
            Named::Home,
            Named::ArrowRight,
            Named::ArrowLeft,
            Named::ArrowLeft,
            Named::End,
            Named::ArrowUp,
            Named::ArrowDown,
        ] {
            screen.tap(key);
            screen.key(key, Modifiers::SHIFT);
            screen.key(key, Modifiers::CTRL);
        }
        assert_eq!(written(&screen.window), text);
        screen.tap(Named::Home);
        screen.letters("א");
        assert_eq!(written(&screen.window), format!("א{text}"));
    }
}

/// What follows an emoji is shaped in the face of emoji at first: the invisible letter must have its place there too.
#[test]
fn a_line_from_right_to_left_broken_after_an_emoji_does_not_end_the_program() {
    let mut screen = Screen::new(open());
    screen.clipboard.0 = Some("e😀 😀שלום".into());
    screen.chord(Modifiers::COMMAND, "v");
    for _ in 0..6 {
        screen.tap(Named::ArrowLeft);
    }
    screen.key(Named::Enter, Modifiers::SHIFT);
    screen.tap(Named::Home);
    screen.tap(Named::Delete);
    screen.tap(Named::Delete);
    screen.tap(Named::Home);
    assert_eq!(written(&screen.window).lines().count(), 2);
}

#[test]
fn lines_from_right_to_left_can_be_joined_and_undone() {
    let mut screen = Screen::new(open());
    screen.letters("שלום");
    screen.key(Named::Enter, Modifiers::SHIFT);
    screen.letters("עולם");
    screen.tap(Named::Home);
    for _ in 0..2 {
        screen.tap(Named::Backspace);
        if !written(&screen.window).contains('\n') {
            break;
        }
    }
    assert_eq!(written(&screen.window), "שלוםעולם");
    for _ in 0..20 {
        screen.chord(Modifiers::COMMAND, "z");
    }
    assert_eq!(written(&screen.window), "");
    screen.chord(Modifiers::COMMAND, "y");
    assert_eq!(written(&screen.window), "שלום");
}

/// Anything in any order: no panic, and undoing all of it leads back to nothing.
#[test]
fn any_sequence_of_keys_can_be_undone() {
    let pieces = [
        "a",
        "word ",
        "你",
        "😀",
        "👨\u{200D}👩\u{200D}👧",
        "ש",
        "م ",
        ":smile:",
        "\t",
        "e\u{301}",
        "1",
        "line\nline",
    ];
    let keys = [
        Named::Home,
        Named::End,
        Named::ArrowUp,
        Named::ArrowDown,
        Named::ArrowLeft,
        Named::ArrowRight,
        Named::Backspace,
        Named::Delete,
        Named::PageUp,
    ];
    let mut seed: u32 = 12_345;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) as usize % below
    };
    for _ in 0..6 {
        let mut screen = Screen::new(open());
        for _ in 0..90 {
            match random(6) {
                0 | 1 => screen.letters(pieces[random(pieces.len())]),
                2 => {
                    screen.clipboard.0 = Some(pieces[random(pieces.len())].into());
                    screen.chord(Modifiers::COMMAND, "v");
                }
                3 => screen.key(keys[random(keys.len())], Modifiers::SHIFT),
                4 => screen.key(Named::Enter, Modifiers::SHIFT),
                _ => screen.tap(keys[random(keys.len())]),
            }
        }
        let text = written(&screen.window);
        for _ in 0..250 {
            write(&mut screen.window, oriole_ui::chat::composer::Message::Undo);
        }
        assert_eq!(written(&screen.window), "");
        screen.frame();
        for _ in 0..250 {
            write(&mut screen.window, oriole_ui::chat::composer::Message::Redo);
        }
        assert_eq!(written(&screen.window), text);
        screen.frame();
    }
}

#[test]
fn what_could_not_be_sent_comes_back_unless_something_was_written() {
    let mut window = open();
    letters(&mut window, "שלום\nall");
    let actions = window.conversation(Conversation::Send);
    let purpose = crate::support::purpose(&actions);
    let failed = oriole_ui::message::Message::Done(
        purpose.clone(),
        Err(oriole_core::error::ErrorKind::Storage.into()),
    );
    window.tell(failed.clone());
    assert_eq!(written(&window), "שלום\nall");
    window.conversation(Conversation::Send);
    letters(&mut window, "other");
    window.tell(failed);
    assert_eq!(written(&window), "other");
}
