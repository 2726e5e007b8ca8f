//! What is painted of a change is what painting all of it afresh would give.

use super::{
    Harness, LIST, Sample,
    harness::{Paint, wheel, wheel_px},
    rows,
};

fn verified(uniform: bool) -> Harness<Sample> {
    let mut app = Sample::new(2_000);
    app.uniform = uniform;
    let mut window = Harness::new(app, super::WINDOW);
    window.point(LIST.center());
    window.paint = Paint::AndCompare;
    // The first is painted whole.
    window.events(Vec::new());
    window
}

#[test]
fn rows_that_look_alike_are_repainted_when_they_scroll() {
    let mut window = verified(true);
    let seen = rows(&mut window);
    let pitch = seen[1].1 - seen[0].1;
    for _ in 0..6 {
        let times = window.events(vec![wheel_px(pitch)]);
        assert_eq!(times.regions, 1);
    }
    assert_eq!(window.stale, 0);
    assert_eq!(rows(&mut window)[0].0, seen[0].0 - 6);
}

#[test]
fn what_scrolls_comes_and_goes_is_repainted() {
    let mut window = verified(false);
    for lines in [1.0, 0.5, -0.7, 2.0] {
        window.events(vec![wheel(lines)]);
    }
    window.change(|app| app.append(2));
    window.change(|app| app.remove(1_990));
    window.change(|app| app.edited.extend([(1_992, "#1992 what else".into())]));
    let (_, y) = rows(&mut window)[2];
    window.drag(
        iced::Point::new(LIST.x + 30.0, y),
        iced::Point::new(LIST.x + 200.0, y + 150.0),
    );
    window.events(vec![wheel(-20.0)]);
    assert_eq!(window.stale, 0);
}
