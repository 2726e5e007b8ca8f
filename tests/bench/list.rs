//! What a frame of the conversation's list takes: update, layout, drawing and painting in software, at 1200 × 780.
//!
//! `cargo bench -p oriole-ui --bench list`. Criterion tells the mean; the percentiles of all frames are printed beside it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench"
)]

use std::{
    fs,
    time::{Duration, Instant},
};

use criterion::{Criterion, criterion_group, criterion_main};
use iced::{Point, Size, keyboard::key::Named};
use oriole_ui::{
    plain_text,
    widget::virtual_list::{Align, Target},
};

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../ui/support/harness.rs"]
mod harness;
#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../ui/widget/sample.rs"]
mod sample;

use harness::{Harness, Paint, Times, pressed, typed, wheel};
use sample::Sample;

const ROWS: i64 = 100_000;
const WINDOW: Size = Size::new(1200.0, 780.0);
/// In the list.
const LIST: Point = Point::new(700.0, 300.0);
/// In the field.
const FIELD: Point = Point::new(700.0, 755.0);

/// A window with many messages, the pointer over them, in the middle of them.
fn window() -> Harness<Sample> {
    let mut window = Harness::new(Sample::new(ROWS), WINDOW);
    window.paint = Paint::Damage;
    window.point(LIST);
    window.change(|app| app.go(Target::Key(ROWS / 2), Align::Top));
    window
}

/// Measures frames, and prints the percentiles of all of them.
fn measure(
    criterion: &mut Criterion,
    name: &str,
    mut window: Harness<Sample>,
    mut frame: impl FnMut(&mut Harness<Sample>, u64) -> Times,
) {
    let mut all: Vec<Times> = Vec::new();
    let mut count = 0;
    criterion.bench_function(name, |bencher| {
        bencher.iter_custom(|iterations| {
            let mut sum = Duration::ZERO;
            for _ in 0..iterations {
                count += 1;
                let times = frame(&mut window, count);
                sum += times.total();
                all.push(times);
            }
            sum
        });
    });
    if all.is_empty() {
        // Left out by a filter.
        return;
    }
    let percentile = |part: fn(&Times) -> Duration, share: f64| {
        let mut sorted: Vec<Duration> = all.iter().map(part).collect();
        sorted.sort();
        let at = (sorted.len().saturating_sub(1)) as f64 * share;
        sorted
            .get(at as usize)
            .map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    println!(
        "{name:<28} {:>6} frames  p50 {:.2}  p99 {:.2}  max {:.2} ms  (p99: update {:.2}, build {:.2}, draw {:.2}, raster {:.2})  {}",
        all.len(),
        percentile(Times::total, 0.5),
        percentile(Times::total, 0.99),
        percentile(Times::total, 1.0),
        percentile(|times| times.update, 0.99),
        percentile(|times| times.build, 0.99),
        percentile(|times| times.draw, 0.99),
        percentile(|times| times.raster, 0.99),
        memory(),
    );
}

fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kib.map_or_else(String::new, |kib| format!("peak {:.0} MiB", kib / 1024.0))
}

fn frames(criterion: &mut Criterion) {
    let start = Instant::now();
    let first = window();
    println!(
        "first frames {:.1} ms",
        start.elapsed().as_secs_f64() * 1000.0
    );
    measure(criterion, "wheel, 180 px a frame", first, |window, _| {
        window.events(vec![wheel(3.0)])
    });
    measure(criterion, "wheel, 30 px a frame", window(), |window, _| {
        window.events(vec![wheel(0.5)])
    });
    measure(criterion, "page up", window(), |window, _| {
        let none = iced::keyboard::Modifiers::empty();
        let key = iced::keyboard::Key::Named(Named::PageUp);
        window.events(vec![pressed(key, None, none)])
    });
    measure(criterion, "typed character", window(), |window, count| {
        if count == 1 {
            window.click(FIELD);
        }
        if count % 40 == 0 {
            window.app.draft.clear();
        }
        window.events(vec![typed("a")])
    });
    let mut end = window();
    end.change(|app| app.go(Target::End, Align::Bottom));
    measure(criterion, "appended message", end, |window, _| {
        window.change(|app| app.append(1))
    });
    measure(criterion, "jump anywhere", window(), |window, count| {
        let key = (count as i64).wrapping_mul(7_919) % ROWS;
        window.change(|app| app.go(Target::Key(key), Align::Third))
    });
    let mut long = window();
    let text = "你好世界 hello there ".repeat(1_200);
    let folded = plain_text::body(&text, plain_text::FOLDED_CHARS, plain_text::FOLDED_LINES);
    let key = ROWS / 2;
    long.change(|app| {
        app.edited.insert(key, folded.text);
        app.go(Target::Key(key), Align::Top);
    });
    measure(
        criterion,
        "over a long folded message",
        long,
        |window, count| {
            let lines = if count % 8 < 4 { -1.0 } else { 1.0 };
            window.events(vec![wheel(lines)])
        },
    );
}

criterion_group! {
    name = list;
    config = Criterion::default().sample_size(20).measurement_time(Duration::from_secs(4));
    targets = frames
}
criterion_main!(list);
