//! The list and the selectable text of the conversation, driven without a screen.

mod anchoring;
mod moving;
mod repaint;
mod sample;
mod selecting;

use iced::{Point, Rectangle, Size};

use crate::support::harness::{self, Harness, Text};
use sample::Sample;

/// The list's part of the window: right of the people, above the field.
const LIST: Rectangle = Rectangle {
    x: 240.0,
    y: 0.0,
    width: 560.0,
    height: 540.0,
};
const WINDOW: Size = Size::new(800.0, 600.0);

/// A window with so many messages, at the newest.
fn window(count: i64) -> Harness<Sample> {
    let mut window = Harness::new(Sample::new(count), WINDOW);
    window.point(LIST.center());
    window
}

/// Of which message a text is the body.
fn key_of(text: &str) -> Option<i64> {
    text.strip_prefix('#')?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

/// The messages of which anything is seen, and where their text begins.
fn rows(harness: &mut Harness<Sample>) -> Vec<(i64, f32)> {
    let texts = harness.texts().into_iter();
    texts
        .filter(|text| text.bounds.y < LIST.height && text.bounds.y + text.bounds.height > 0.0)
        .filter_map(|text| Some((key_of(&text.content)?, text.bounds.y)))
        .collect()
}

/// The body of a message that is built.
fn text_of(harness: &mut Harness<Sample>, key: i64) -> Text {
    let mut texts = harness.texts().into_iter();
    texts
        .find(|text| key_of(&text.content) == Some(key))
        .unwrap_or_else(|| panic!("message {key} is not there"))
}

fn start_of(text: &Text) -> Point {
    Point::new(text.bounds.x + 1.0, text.bounds.y + 2.0)
}

fn end_of(text: &Text) -> Point {
    let corner = text.bounds.position() + (text.bounds.size() - Size::new(0.0, 2.0)).into();
    corner + iced::Vector::new(30.0, 0.0)
}

/// How many messages are seen in both, and how far they moved at most.
fn moved(before: &[(i64, f32)], after: &[(i64, f32)]) -> (usize, f32) {
    let both = before.iter().filter_map(|(key, y)| {
        let (_, now) = after.iter().find(|(other, _)| other == key)?;
        Some((y - now).abs())
    });
    both.fold((0, 0.0), |(count, far), distance| {
        (count + 1, far.max(distance))
    })
}

fn assert_still(before: &[(i64, f32)], after: &[(i64, f32)]) {
    let (both, far) = moved(before, after);
    assert!(both >= 3 && far == 0.0, "{before:?} became {after:?}");
}
