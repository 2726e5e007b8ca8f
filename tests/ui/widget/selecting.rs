//! Text is selected with the pointer and copied, within messages and over them; links are clicked.

use std::time::Duration;

use iced::{
    Point,
    advanced::{mouse, widget::operation},
    keyboard::{Modifiers, key::Named},
};
use iced_test::Selector;
use oriole_ui::widget::virtual_list::{Align, Target};

use super::{
    Harness, LIST, Sample, end_of,
    harness::{Step, wheel},
    key_of, rows,
    sample::{self, Message},
    start_of, text_of, window,
};

/// Longer than two clicks may lie apart.
const PAUSE: Duration = Duration::from_millis(400);

fn at(key: i64) -> Harness<Sample> {
    let mut window = window(4_000);
    window.change(|app| app.go(Target::Key(key), Align::Top));
    window
}

fn copied(window: &mut Harness<Sample>) -> Option<String> {
    window.clipboard.standard = None;
    window.chord(Modifiers::COMMAND, "c");
    window.clipboard.standard.take()
}

/// Three messages in a row of which no one quotes, all of them short.
fn three() -> i64 {
    let fits = |key: i64| sample::quote(key).is_none() && sample::body(key).len() < 60;
    (100..3_000)
        .find(|key| (*key..key + 3).all(fits))
        .expect("three short ones")
}

#[test]
fn a_whole_message_is_selected_and_copied_without_its_author() {
    let key = three();
    let mut window = at(key);
    let text = text_of(&mut window, key);
    window.drag(start_of(&text), end_of(&text));
    assert_eq!(window.clipboard.primary.as_deref(), Some(&*text.content));
    assert_eq!(copied(&mut window), Some(text.content));
    window.key(Named::Escape);
    assert_eq!(copied(&mut window), None);
}

#[test]
fn several_messages_are_selected_downwards_and_upwards_and_copied_with_their_authors() {
    let key = three();
    let mut window = at(key);
    let (first, last) = (text_of(&mut window, key), text_of(&mut window, key + 2));
    let lines = (key..key + 3).map(|key| format!("{key}: {}", sample::body(key)));
    let expected = lines.collect::<Vec<_>>().join("\n");
    window.drag(start_of(&first), end_of(&last));
    assert_eq!(copied(&mut window).as_ref(), Some(&expected));
    window.wait(PAUSE);
    window.drag(end_of(&last), start_of(&first));
    assert_eq!(copied(&mut window).as_ref(), Some(&expected));
}

#[test]
fn every_line_on_the_screen_selects_its_own_bytes() {
    let broken = |key: &i64| sample::body(*key).contains('\n') && sample::body(*key).len() < 500;
    let key = (100..3_000).find(broken).unwrap();
    let mut window = at(key);
    let text = text_of(&mut window, key);
    let mut pieces = Vec::new();
    for line in 0..(text.bounds.height / 20.0) as u16 {
        let y = text.bounds.y + f32::from(line) * 20.0 + 10.0;
        window.wait(PAUSE);
        window.drag(
            Point::new(text.bounds.x + 1.0, y),
            Point::new(text.bounds.x + text.bounds.width + 40.0, y),
        );
        pieces.push(copied(&mut window).unwrap());
    }
    assert!(pieces.len() > 2);
    let letters = |text: &str| -> String { text.split_whitespace().collect() };
    assert_eq!(letters(&pieces.concat()), letters(&text.content));
}

#[test]
fn the_parts_of_a_row_are_selected_apart_and_together() {
    let quotes = |key: &i64| sample::quote(*key).is_some() && sample::body(*key).len() < 60;
    let key = (100..3_000).find(quotes).unwrap();
    let mut window = at(key);
    let quote = window.find(&sample::quote(key).unwrap()).unwrap();
    let body = text_of(&mut window, key);
    window.drag(start_of(&quote), end_of(&quote));
    assert_eq!(copied(&mut window).as_ref(), Some(&quote.content));
    window.wait(PAUSE);
    window.drag(start_of(&body), end_of(&body));
    assert_eq!(copied(&mut window).as_ref(), Some(&body.content));
    window.wait(PAUSE);
    window.drag(start_of(&quote), end_of(&body));
    let both = format!("{}\n{}", quote.content, body.content);
    assert_eq!(copied(&mut window), Some(both));
}

#[test]
fn two_clicks_take_a_word_three_the_text_four_begin_anew() {
    let key = three();
    let mut window = at(key);
    let text = text_of(&mut window, key);
    let point = start_of(&text) + iced::Vector::new(20.0, 8.0);
    window.click(point);
    assert_eq!(copied(&mut window), None);
    window.click(point);
    assert_eq!(copied(&mut window), Some(key.to_string()));
    assert_eq!(window.clipboard.primary, Some(key.to_string()));
    window.click(point);
    assert_eq!(copied(&mut window), Some(text.content));
    window.click(point);
    assert_eq!(copied(&mut window), None);
    window.click(point);
    assert_eq!(copied(&mut window), Some(key.to_string()));
    // Two slow clicks are two first ones, whatever the clock of the machine says.
    window.wait(PAUSE);
    window.click(point);
    window.wait(PAUSE);
    window.click(point);
    assert_eq!(copied(&mut window), None);
    // Two clicks far from each other too.
    window.click(point + iced::Vector::new(30.0, 0.0));
    assert_eq!(copied(&mut window), None);
}

#[test]
fn shift_and_a_click_extend_the_selection() {
    let key = three();
    let mut window = at(key);
    let (first, second) = (text_of(&mut window, key), text_of(&mut window, key + 1));
    window.click(start_of(&first));
    window.wait(PAUSE);
    window.hold(Modifiers::SHIFT);
    window.click(end_of(&second));
    window.hold(Modifiers::empty());
    let expected = format!("{key}: {}\n{}: {}", first.content, key + 1, second.content);
    assert_eq!(copied(&mut window), Some(expected));
}

#[test]
fn everything_that_is_held_is_selected_at_once() {
    let mut window = window(50);
    window.click(LIST.center());
    window.chord(Modifiers::COMMAND, "a");
    let all = copied(&mut window).unwrap();
    assert!(all.starts_with(&format!("0: {}\n1: ", sample::body(0))));
    assert!(all.ends_with(&sample::body(49)));
}

#[test]
fn dragging_past_the_edge_scrolls_and_keeps_what_left_the_screen() {
    let key = three();
    let mut window = at(key);
    let text = text_of(&mut window, key);
    window.point(start_of(&text));
    window.press(mouse::Button::Left);
    window.point(Point::new(text.bounds.x + 100.0, LIST.height + 30.0));
    for _ in 0..60 {
        window.frame(Step::default());
    }
    let (end, _) = *rows(&mut window).last().unwrap();
    window.release(mouse::Button::Left);
    assert!(rows(&mut window)[0].0 > key + 3);
    let all = copied(&mut window).unwrap();
    assert!(all.starts_with(&format!("{key}: {}\n", text.content)));
    assert!(all.contains(&format!("\n{}: ", end - 1)));
    // What comes back to the screen is still marked, and nothing scrolls any more.
    let before = rows(&mut window);
    window.frame(Step::default());
    assert_eq!(before, rows(&mut window));
}

#[test]
fn a_selection_that_reaches_out_of_what_is_held_is_left_to_the_window() {
    let mut window = Harness::new(Sample::windowed(5_000), super::WINDOW);
    window.click(LIST.center());
    let (key, _) = rows(&mut window)[0];
    for _ in 0..60 {
        window.events(vec![wheel(10.0)]);
    }
    assert!(window.app.keys.binary_search(&key).is_err());
    window.hold(Modifiers::SHIFT);
    window.click(LIST.center());
    window.hold(Modifiers::empty());
    assert_eq!(copied(&mut window), None);
    let Some(Message::Copy(places)) = window.app.log.last() else {
        panic!("{:?}", window.app.log.last());
    };
    assert!(places.start.key < key && places.end.key >= key);
}

/// A short message with a link at its end, and where that is.
fn with_link() -> (Harness<Sample>, i64, Point) {
    let links = |key: &i64| {
        let body = sample::body(*key);
        body.contains("https://") && body.len() < 55 && sample::quote(*key).is_none()
    };
    let key = (100..3_000).find(links).unwrap();
    let mut window = at(key);
    let text = text_of(&mut window, key);
    let area = text.bounds;
    let point = Point::new(area.x + area.width - 8.0, area.y + area.height - 10.0);
    (window, key, point)
}

#[test]
fn a_link_is_clicked_and_a_selection_may_begin_on_it() {
    let (mut window, key, point) = with_link();
    window.point(point);
    assert_eq!(window.pointer, mouse::Interaction::Pointer);
    window.click(point);
    let link = format!("https://example.org/{key}");
    let clicked = |window: &Harness<Sample>| match window.app.log.last() {
        Some(Message::Link(link)) => Some(link.0.to_string()),
        _ => None,
    };
    assert_eq!(clicked(&window), Some(link));
    window.app.log.clear();
    window.wait(PAUSE);
    window.drag(point, point - iced::Vector::new(60.0, 0.0));
    assert_eq!(clicked(&window), None);
    assert!(copied(&mut window).is_some());
    // Beside the letters it is no link.
    window.wait(PAUSE);
    let beside = point + iced::Vector::new(60.0, 0.0);
    window.point(beside);
    assert_ne!(window.pointer, mouse::Interaction::Pointer);
    window.click(beside);
    assert_eq!(clicked(&window), None);
}

#[test]
fn the_right_button_tells_what_is_there() {
    let (mut window, key, point) = with_link();
    let context = |window: &mut Harness<Sample>, point| {
        window.app.log.clear();
        window.point(point);
        window.press(mouse::Button::Right);
        window.release(mouse::Button::Right);
        match window.app.log.pop() {
            Some(Message::Context(context)) => context,
            other => panic!("{other:?}"),
        }
    };
    let there = context(&mut window, point);
    assert_eq!((there.key, there.point), (key, point));
    assert_eq!(
        there.link.unwrap().0.as_ref(),
        format!("https://example.org/{key}")
    );
    assert_eq!(there.selection, None);
    let text = text_of(&mut window, key);
    window.drag(start_of(&text), end_of(&text));
    let there = context(&mut window, start_of(&text));
    assert_eq!(there.link, None);
    assert_eq!(there.selection.as_ref(), Some(&text.content));
    assert!(!format!("{there:?}").contains(&text.content));
    let other = rows(&mut window)
        .into_iter()
        .find(|(other, _)| *other > key);
    let other = text_of(&mut window, other.unwrap().0);
    assert_eq!(context(&mut window, start_of(&other)).selection, None);
}

#[test]
fn an_edited_message_keeps_a_selection_that_fits() {
    let key = three();
    let mut window = at(key);
    let text = text_of(&mut window, key);
    window.drag(start_of(&text), end_of(&text));
    window.change(|app| drop(app.edited.insert(key, "#1 ü".into())));
    assert_eq!(copied(&mut window), Some("#1 ü".into()));
    window.change(|app| drop(app.edited.insert(key, String::new())));
    assert_eq!(copied(&mut window), None);
}

#[test]
fn tests_find_the_texts() {
    let mut window = window(200);
    let (key, _) = rows(&mut window)[0];
    let body = sample::body(key);
    let mut selector = Selector::find(body.as_str());
    window.operate(&mut operation::black_box(&mut selector));
    let found = operation::Operation::finish(&selector);
    assert!(matches!(found, operation::Outcome::Some(Some(_))));
    assert_eq!(key_of(&body), Some(key));
}
