//! What is read stays where it is, whatever comes, goes or grows.

use iced::Size;
use oriole_ui::widget::virtual_list::{Align, Position, Target};

use super::{
    Harness, LIST, Sample, assert_still,
    harness::{Step, wheel, wheel_px},
    key_of, moved, rows, sample, window,
};

fn last(harness: &mut Harness<Sample>) -> i64 {
    rows(harness).last().expect("a message is seen").0
}

#[test]
fn it_begins_at_the_end_with_few_rows() {
    let mut window = window(100_000);
    assert_eq!(last(&mut window), 99_999);
    let built = window.texts();
    let built = built.iter().filter(|text| key_of(&text.content).is_some());
    assert!(built.count() < 30);
}

#[test]
fn at_the_end_it_follows_what_arrives_and_grows() {
    let mut window = window(1_000);
    window.change(|app| app.append(3));
    assert_eq!(last(&mut window), 1_002);
    let with_picture = (0..1_003)
        .rev()
        .find(|key| sample::picture(*key).is_some())
        .unwrap();
    window.change(|app| app.keys.retain(|key| *key <= with_picture + 1));
    let before = rows(&mut window);
    window.change(|app| app.loaded.extend([with_picture]));
    let after = rows(&mut window);
    assert_eq!(before.last(), after.last());
    assert_ne!(before[before.len() - 2], after[after.len() - 2]);
}

#[test]
fn what_arrives_while_reading_moves_nothing() {
    let mut window = window(1_000);
    for _ in 0..5 {
        window.events(vec![wheel(3.0)]);
    }
    let before = rows(&mut window);
    window.change(|app| app.append(10));
    let after = rows(&mut window);
    assert_still(&before, &after);
    window.change(|app| app.prepend(500));
    assert_still(&before, &rows(&mut window));
    assert_eq!(window.app.keys[0], -500);
}

#[test]
fn a_picture_that_loads_above_moves_nothing() {
    let mut window = window(2_000);
    let key = (900..1_100)
        .find(|key| sample::picture(*key).is_some())
        .unwrap();
    window.change(|app| app.go(Target::Key(key), Align::Top));
    // Its upper part leaves the screen: what is below must not move.
    window.events(vec![wheel_px(-30.0)]);
    let below = |rows: Vec<(i64, f32)>| -> Vec<_> {
        rows.into_iter().filter(|(other, _)| *other > key).collect()
    };
    let before = below(rows(&mut window));
    window.change(|app| app.loaded.extend([key]));
    assert_still(&before, &below(rows(&mut window)));
    // And wholly above.
    let above = (0..key - 3)
        .rev()
        .find(|key| sample::picture(*key).is_some())
        .unwrap();
    let before = rows(&mut window);
    window.change(|app| app.loaded.extend([above]));
    assert_still(&before, &rows(&mut window));
}

#[test]
fn a_row_that_goes_leaves_the_others() {
    let mut window = window(1_000);
    window.change(|app| app.go(Target::Key(500), Align::Top));
    let before = rows(&mut window);
    let (gone, _) = before[1];
    window.change(|app| app.remove(gone));
    let keys = |rows: &[(i64, f32)]| -> Vec<i64> { rows.iter().map(|row| row.0).collect() };
    let after = rows(&mut window);
    assert_eq!(before[0], after[0]);
    let mut expected = keys(&before);
    expected.retain(|key| *key != gone);
    assert!(keys(&after).starts_with(&expected), "{after:?}");
    // The row where the reader is goes itself: the next takes its place.
    let (first, _) = after[0];
    window.change(|app| app.remove(first));
    assert_eq!(rows(&mut window)[0].0, after[1].0);
}

#[test]
fn another_size_keeps_the_place() {
    let mut window = window(1_000);
    window.change(|app| app.go(Target::Key(500), Align::Third));
    let before = rows(&mut window);
    let first = *before.iter().find(|(_, y)| *y > 20.0).unwrap();
    let resize = |window: &mut Harness<Sample>, width, height| {
        window.frame(Step {
            size: Some(Size::new(width, height)),
            ..Step::default()
        });
        rows(window)
    };
    for (width, height) in [
        (500.0, 600.0),
        (800.0, 600.0),
        (800.0, 500.0),
        (800.0, 640.0),
    ] {
        let now = resize(&mut window, width, height);
        assert!(now.contains(&first), "{width}x{height}: {first:?} {now:?}");
    }
    // So narrow that hardly a word fits, and so low that nothing does.
    resize(&mut window, 300.0, 600.0);
    resize(&mut window, 260.0, 80.0);
    resize(&mut window, 20.0, 20.0);
    assert!(!resize(&mut window, 800.0, 600.0).is_empty());
}

#[test]
fn a_short_list_stands_on_the_bottom_and_does_not_scroll() {
    let mut window = window(3);
    let before = rows(&mut window);
    assert_eq!(before.len(), 3);
    assert!(before[2].1 > LIST.height / 2.0);
    window.events(vec![wheel(5.0)]);
    window.events(vec![wheel(-5.0)]);
    assert_eq!(before, rows(&mut window));
    for key in 0..3 {
        window.change(|app| app.remove(key));
    }
    window.events(vec![wheel(1.0)]);
    assert_eq!(rows(&mut window), []);
    window.change(|app| app.append(1));
    assert_eq!(rows(&mut window).len(), 1);
}

#[test]
fn another_source_begins_where_it_is_told_and_a_place_is_found_again() {
    let mut window = window(1_000);
    window.change(|app| app.go(Target::Key(500), Align::Third));
    window.change(|app| app.jump = None);
    let before = rows(&mut window);
    window.settle();
    let Some(sample::Message::Visible(seen)) = window.app.log.last().cloned() else {
        panic!("it tells what is seen");
    };
    assert!(!seen.at_end);
    window.change(|app| app.source = 2);
    assert_eq!(last(&mut window), 999);
    window.change(|app| {
        app.source = 1;
        app.position = Some(seen.position);
    });
    assert_eq!(before, rows(&mut window));
    // The place of a message that is gone.
    window.change(|app| {
        app.source = 3;
        app.position = Some(Position::At {
            key: 5_000,
            offset: -30.0,
        });
    });
    assert_eq!(last(&mut window), 999);
}

#[test]
fn pages_are_read_without_a_jolt() {
    let mut window = Harness::new(Sample::windowed(2_000), super::WINDOW);
    window.point(LIST.center());
    for (direction, frames) in [(3.0, 90), (-3.0, 60)] {
        let mut before = rows(&mut window);
        for _ in 0..frames {
            window.events(vec![wheel(direction)]);
            let after = rows(&mut window);
            let (both, far) = moved(&before, &after);
            assert!(
                both == 0 || (far - 180.0).abs() < 0.01,
                "{before:?} {after:?}"
            );
            assert!(window.app.keys.len() <= sample::KEEP);
            before = after;
        }
    }
    assert!(last(&mut window) < 1_990);
    let edges = window.app.log.iter();
    let edges = edges.filter(|told| matches!(told, sample::Message::Edge(_)));
    assert!(edges.count() >= 3);
}
