//! Undoing and redoing what was written.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use iced::widget::text_editor::{Action as Edit, Edit as Change, Motion};
use oriole_ui::{
    chat::{composer::Message as Deed, conversation::Message as Conversation},
    message::Message,
    screen::main,
};

use super::{change, composer, go, letters, open, write, written};
use crate::support::{Window, at};

fn undo(window: &mut Window) -> String {
    write(window, Deed::Undo);
    written(window)
}

fn redo(window: &mut Window) -> String {
    write(window, Deed::Redo);
    written(window)
}

fn type_at(window: &mut Window, time: DateTime<Utc>, c: char) {
    let edit = Conversation::Edit(Edit::Edit(Change::Insert(c)));
    let message = Message::Main(main::Message::Conversation(edit));
    window.ui.update_at(time, message);
}

fn paste(window: &mut Window, text: &str) {
    change(window, Change::Paste(Arc::new(text.to_owned())));
}

#[test]
fn words_go_one_by_one_and_come_back() {
    let mut window = open();
    letters(&mut window, "one two three");
    assert_eq!(undo(&mut window), "one two");
    assert_eq!(undo(&mut window), "one");
    assert_eq!(undo(&mut window), "");
    assert_eq!(undo(&mut window), "");
    assert_eq!(redo(&mut window), "one");
    assert_eq!(redo(&mut window), "one two");
    assert_eq!(redo(&mut window), "one two three");
    assert_eq!(redo(&mut window), "one two three");
}

#[test]
fn what_is_typed_after_undoing_takes_the_place_of_what_was_undone() {
    let mut window = open();
    letters(&mut window, "one two");
    undo(&mut window);
    letters(&mut window, "2");
    assert_eq!(redo(&mut window), "one 2");
    assert_eq!(undo(&mut window), "one");
}

#[test]
fn a_pause_parts_what_was_typed() {
    let mut window = open();
    let second = TimeDelta::milliseconds(1_000);
    type_at(&mut window, at(0), 'a');
    type_at(&mut window, at(0) + second / 2, 'b');
    type_at(&mut window, at(0) + second, 'c');
    type_at(&mut window, at(0) + second * 2, 'd');
    // A clock that was set back is no reason to lose more.
    type_at(&mut window, at(-60), 'e');
    assert_eq!(undo(&mut window), "abcd");
    assert_eq!(undo(&mut window), "abc");
    assert_eq!(undo(&mut window), "");
}

#[test]
fn moving_the_cursor_parts_what_was_typed_and_the_cursor_comes_back() {
    let mut window = open();
    letters(&mut window, "ac");
    go(&mut window, Motion::Left);
    letters(&mut window, "b");
    assert_eq!(written(&window), "abc");
    assert_eq!(undo(&mut window), "ac");
    assert_eq!(composer(&window).content().cursor().position.column, 1);
    letters(&mut window, "x");
    assert_eq!(written(&window), "axc");
}

#[test]
fn erasing_is_undone_together_and_a_selection_comes_back_selected() {
    let mut window = open();
    paste(&mut window, "one\ntwo three");
    for _ in 0..5 {
        change(&mut window, Change::Backspace);
    }
    assert_eq!(written(&window), "one\ntwo");
    assert_eq!(undo(&mut window), "one\ntwo three");
    window.conversation(Conversation::Edit(Edit::SelectAll));
    letters(&mut window, "x");
    assert_eq!(written(&window), "x");
    assert_eq!(undo(&mut window), "one\ntwo three");
    let selected = composer(&window).content().selection();
    assert_eq!(selected.as_deref(), Some("one\ntwo three"));
    change(&mut window, Change::Backspace);
    assert_eq!(written(&window), "");
    assert_eq!(undo(&mut window), "one\ntwo three");
}

#[test]
fn erasing_forwards_and_breaking_lines_is_undone() {
    let mut window = open();
    letters(&mut window, "ab\ncd");
    go(&mut window, Motion::DocumentStart);
    for _ in 0..3 {
        change(&mut window, Change::Delete);
    }
    assert_eq!(written(&window), "cd");
    assert_eq!(undo(&mut window), "ab\ncd");
    assert_eq!(undo(&mut window), "ab");
    assert_eq!(undo(&mut window), "");
}

#[test]
fn what_is_pasted_goes_at_once_whatever_it_is_of() {
    let mut window = open();
    letters(&mut window, "你好 ");
    paste(&mut window, "👨\u{200D}👩\u{200D}👧 grüße\r\nand more");
    paste(&mut window, "世界");
    assert_eq!(
        undo(&mut window),
        "你好 👨\u{200D}👩\u{200D}👧 grüße\nand more"
    );
    assert_eq!(undo(&mut window), "你好");
    assert_eq!(
        redo(&mut window),
        "你好 👨\u{200D}👩\u{200D}👧 grüße\nand more"
    );
}

#[test]
fn no_more_is_kept_than_is_bounded() {
    let mut window = open();
    for number in 0..300 {
        paste(&mut window, &format!("{number} "));
    }
    for _ in 0..300 {
        undo(&mut window);
    }
    let left = written(&window);
    assert!(left.ends_with("98 99"), "{left}");
    // Long texts count by their length.
    let mut window = open();
    let long = "x".repeat(19_000);
    for _ in 0..60 {
        paste(&mut window, &long);
        window.conversation(Conversation::Edit(Edit::SelectAll));
        change(&mut window, Change::Backspace);
    }
    for _ in 0..300 {
        write(&mut window, Deed::Undo);
    }
    let mut redone = 0;
    let mut before = String::from("start");
    while redone < 300 {
        write(&mut window, Deed::Redo);
        let now = composer(&window).content().text();
        if now == before {
            break;
        }
        before = now;
        redone += 1;
    }
    assert!(
        (20..=28).contains(&redone),
        "{redone} steps of 19,000 bytes"
    );
}

#[test]
fn what_was_sent_does_not_come_back() {
    let mut window = open();
    letters(&mut window, "sent");
    window.conversation(Conversation::Send);
    assert_eq!(undo(&mut window), "");
    letters(&mut window, "next");
    assert_eq!(undo(&mut window), "");
}
