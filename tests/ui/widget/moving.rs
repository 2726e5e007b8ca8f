//! Scrolling with wheel, keys and scrollbar; jumps; what the list tells of itself; focus.

use std::time::Duration;

use iced::{
    Point,
    advanced::{mouse, widget::operation},
    keyboard::key::Named,
};
use oriole_ui::widget::virtual_list::{Align, Jump, Target};

use super::{
    Harness, LIST, Sample,
    harness::{Paint, Step, typed, wheel, wheel_px},
    moved, rows,
    sample::Message,
    text_of, window,
};

fn told(window: &Harness<Sample>, which: fn(&Message) -> bool) -> usize {
    window.app.log.iter().filter(|told| which(told)).count()
}

fn on_bar(y: f32) -> Point {
    Point::new(LIST.x + LIST.width - 6.0, y)
}

fn visible(message: &Message) -> bool {
    matches!(message, Message::Visible(_))
}

#[test]
fn a_frame_of_scrolling_builds_only_the_rows_that_come_near() {
    let mut window = window(100_000);
    window.change(|app| app.go(Target::Key(50_000), Align::Top));
    window.settle();
    let built = window.app.built.clone();
    let mut counts = Vec::new();
    window.frames(
        |frame| {
            (frame < 200).then(|| Step {
                events: vec![wheel(0.5)],
                ..Step::default()
            })
        },
        |_| counts.push(built.get()),
    );
    let steps: Vec<usize> = counts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    // No row is lower than 30 px, so that 30 px let one in, or two where they begin within them.
    assert!(steps.iter().all(|built| *built <= 2), "{steps:?}");
    assert!(counts.last() > counts.first());
    // A letter, and whatever else shows the window anew, builds what is on the screen and near it, no more.
    let before = built.get();
    window.tell(Message::Draft("a".to_owned()));
    assert!(built.get() - before < 80, "{}", built.get() - before);
}

#[test]
fn the_wheel_moves_by_its_lines_and_sends_nothing() {
    let mut window = window(10_000);
    window.point(LIST.center());
    window.change(|app| app.go(Target::Key(5_000), Align::Top));
    window.settle();
    let (before, messages) = (rows(&mut window), window.messages);
    let times = window.events(vec![wheel(-1.0), wheel(-1.0)]);
    assert_eq!(times.rounds, 2);
    let (both, far) = moved(&before, &rows(&mut window));
    assert!(both > 2 && far == 120.0);
    window.frames(
        |frame| {
            (frame < 100).then(|| Step {
                events: vec![wheel(1.0)],
                ..Step::default()
            })
        },
        |times| assert_eq!(times.rounds, 2),
    );
    assert_eq!(window.messages, messages);
    window.settle();
    assert_eq!(window.messages, messages + 1);
    assert!(window.app.log.last().is_some_and(visible));
    // Less than a pixel waits for the rest of it.
    let before = rows(&mut window);
    window.events(vec![wheel_px(0.6)]);
    assert_eq!(before, rows(&mut window));
    window.events(vec![wheel_px(0.6)]);
    assert_eq!(moved(&before, &rows(&mut window)).1, 1.0);
}

#[test]
fn the_wheel_elsewhere_moves_nothing() {
    let mut window = window(1_000);
    let before = rows(&mut window);
    window.point(Point::new(100.0, 100.0));
    window.events(vec![wheel(3.0)]);
    assert_eq!(before, rows(&mut window));
}

#[test]
fn keys_move_it() {
    let mut window = window(1_000);
    // Home and End belong to the field until the list was clicked; the page keys are free.
    let end = rows(&mut window);
    window.key(Named::Home);
    assert_eq!(end, rows(&mut window));
    window.key(Named::PageUp);
    assert_ne!(end, rows(&mut window));
    window.key(Named::PageDown);
    assert_eq!(end, rows(&mut window));
    window.click(LIST.center());
    window.key(Named::Home);
    assert_eq!(rows(&mut window)[0].0, 0);
    let before = rows(&mut window);
    window.key(Named::ArrowDown);
    assert_eq!(moved(&before, &rows(&mut window)).1, 60.0);
    window.key(Named::ArrowUp);
    assert_eq!(before, rows(&mut window));
    window.key(Named::End);
    assert_eq!(end, rows(&mut window));
    // A click in the field takes the keys away, and the letters go there.
    window.click(Point::new(LIST.center_x(), 570.0));
    window.key(Named::Home);
    assert_eq!(end, rows(&mut window));
    window.type_text("hä");
    window.compose("ni hao", "你好");
    assert_eq!(window.app.draft, "hä你好");
}

#[test]
fn the_focus_comes_by_name_and_goes_with_another() {
    let mut window = window(1_000);
    let end = rows(&mut window);
    window.operate(&mut operation::focusable::focus::<()>("list".into()));
    window.key(Named::Home);
    assert_eq!(rows(&mut window)[0].0, 0);
    window.operate(&mut operation::focusable::focus::<()>("field".into()));
    window.key(Named::End);
    assert_ne!(end, rows(&mut window));
    window.events(vec![typed("x")]);
    assert_eq!(window.app.draft, "x");
}

#[test]
fn a_jump_is_obeyed_once_and_stands_where_it_should() {
    let mut window = window(5_000);
    for (align, expected) in [(Align::Top, 0.0), (Align::Third, LIST.height / 3.0)] {
        window.change(|app| app.go(Target::Key(777), align));
        let y = text_of(&mut window, 777).bounds.y;
        // The text begins a little below its row.
        assert!((expected..expected + 50.0).contains(&y), "{align:?} {y}");
    }
    window.change(|app| app.go(Target::Key(778), Align::Bottom));
    let text = text_of(&mut window, 778).bounds;
    assert!(text.y + text.height > LIST.height - 280.0 && text.y + text.height < LIST.height);
    assert_eq!(rows(&mut window).last().unwrap().0, 778);
    // What is wholly seen stays.
    let before = rows(&mut window);
    window.change(|app| app.go(Target::Key(777), Align::Nearest));
    assert_eq!(before, rows(&mut window));
    // The same serial again is no jump.
    window.events(vec![wheel(2.0)]);
    window.point(LIST.center());
    window.events(vec![wheel(2.0)]);
    let before = rows(&mut window);
    window.change(|_| ());
    assert_eq!(before, rows(&mut window));
    window.change(|app| app.go(Target::Start, Align::Top));
    assert_eq!(rows(&mut window)[0].0, 0);
    window.change(|app| app.go(Target::End, Align::Top));
    assert_eq!(rows(&mut window).last().unwrap().0, 4_999);
    window.settle();
    let Some(Message::Visible(seen)) = window.app.log.last() else {
        panic!("it tells what is seen");
    };
    assert_eq!((seen.at_end, seen.jumped), (true, 6));
}

#[test]
fn a_jump_to_a_row_that_is_not_held_yet_waits_for_it() {
    let mut window = Harness::new(Sample::windowed(5_000), super::WINDOW);
    let end = rows(&mut window);
    let jump = Jump::to_row(1, 1_000);
    window.change(|app| app.jump = Some(jump));
    assert_eq!(end, rows(&mut window));
    window.change(|app| app.keys = (900..1_100).collect());
    assert!(rows(&mut window).iter().any(|(key, _)| *key == 1_000));
}

#[test]
fn the_row_jumped_to_is_marked_for_a_while() {
    let mut window = window(1_000);
    window.change(|app| app.jump = Some(Jump::to_row(1, 500)));
    window.paint = Paint::AndCompare;
    window.frame(Step::default());
    let marked = window.frame(Step::default());
    assert_eq!(marked.regions, 0);
    // The mark goes by itself, which needs painting.
    let gone = window.wait(Duration::from_secs(2));
    assert!(gone.regions > 0);
    assert_eq!(window.stale, 0);
    assert_eq!(window.wait(Duration::from_secs(2)).regions, 0);
}

#[test]
fn the_scrollbar_counts_rows() {
    let mut window = window(10_000);
    window.point(on_bar(LIST.height - 10.0));
    window.press(mouse::Button::Left);
    window.point(on_bar(LIST.height / 2.0));
    let (middle, _) = rows(&mut window)[0];
    assert!((4_500..5_500).contains(&middle), "{middle}");
    window.point(on_bar(-50.0));
    assert_eq!(rows(&mut window)[0].0, 0);
    window.point(on_bar(LIST.height + 50.0));
    assert_eq!(rows(&mut window).last().unwrap().0, 9_999);
    window.release(mouse::Button::Left);
    let before = rows(&mut window);
    window.point(on_bar(10.0));
    assert_eq!(before, rows(&mut window));
    // A press beside the thumb brings it there.
    window.press(mouse::Button::Left);
    window.release(mouse::Button::Left);
    assert!(rows(&mut window)[0].0 < 100);
}

#[test]
fn a_row_that_is_not_held_is_asked_for_when_the_scrollbar_is_let_go() {
    let mut window = Harness::new(Sample::windowed(10_000), super::WINDOW);
    let asked = |told: &Message| matches!(told, Message::Seek(_));
    window.point(on_bar(LIST.height / 4.0));
    window.press(mouse::Button::Left);
    assert_eq!(told(&window, asked), 0);
    window.release(mouse::Button::Left);
    assert_eq!(told(&window, asked), 1);
    let (key, _) = rows(&mut window)[0];
    assert!((2_200..2_800).contains(&key), "{key}");
}

#[test]
fn an_edge_is_told_once_and_again_when_the_reader_comes_back() {
    let mut app = Sample::windowed(1_000);
    // A page that never comes.
    app.all.start = 890;
    app.keys = (950..1_000).collect();
    let mut window = Harness::new(Frozen(app), super::WINDOW);
    let edges = |window: &Harness<Frozen>| {
        let log = window.app.0.log.iter();
        log.filter(|told| matches!(told, Message::Edge(_))).count()
    };
    assert_eq!(edges(&window), 0);
    window.point(LIST.center());
    for _ in 0..50 {
        window.events(vec![wheel(10.0)]);
    }
    assert_eq!(edges(&window), 1);
    for _ in 0..50 {
        window.events(vec![wheel(-10.0)]);
    }
    for _ in 0..50 {
        window.events(vec![wheel(10.0)]);
    }
    assert_eq!(edges(&window), 2);
}

/// The same window, but no page is ever read.
struct Frozen(Sample);

impl super::harness::App for Frozen {
    type Message = Message;

    fn update(&mut self, message: Message) -> iced::Task<Message> {
        self.0.log.push(message);
        iced::Task::none()
    }

    fn view(&self) -> iced::Element<'_, Message> {
        self.0.view()
    }
}

#[test]
fn buttons_in_rows_work_and_those_that_are_cut_off_do_not() {
    let mut app = Sample::new(100);
    app.notes = true;
    let mut window = Harness::new(app, super::WINDOW);
    let buttons = |window: &mut Harness<Sample>| -> Vec<super::Text> {
        let texts = window.texts().into_iter();
        texts.filter(|text| text.content == "Again").collect()
    };
    let last = buttons(&mut window).pop().unwrap();
    assert!(last.bounds.y + last.bounds.height < LIST.height);
    window.click(last.bounds.center());
    assert!(matches!(window.app.log.last(), Some(Message::Deed(99))));
    window.app.log.clear();
    // Rows reach below the list, under the field.
    window.point(LIST.center());
    window.change(|app| app.go(Target::Key(50), Align::Top));
    window.events(vec![wheel_px(-7.0)]);
    let mut below = buttons(&mut window);
    below.retain(|text| text.bounds.y > LIST.height);
    assert!(!below.is_empty());
    for text in below {
        window.click(text.bounds.center());
    }
    let deeds = |told: &Message| matches!(told, Message::Deed(_));
    assert_eq!(told(&window, deeds), 0);
}
