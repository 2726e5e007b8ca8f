//! What the window takes on a history of 1,000,000 messages in 500 chats: from the database to the pixels, painted in
//! software at 1200 × 780, or at the size that `SIZE` says.
//!
//! `cargo bench -p oriole-ui --bench list`, with a word after `--` to measure only what has it in its name. A frame is
//! update, view, layout, drawing and painting, in time of the processor, which other programs do not lengthen; where it
//! says "time until", it is time by the clock. Percentiles are printed, because a slow frame is seen and a mean is not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench"
)]

#[allow(dead_code, reason = "the tests use the rest")]
#[path = "../ui/support/harness.rs"]
mod harness;
mod history;
mod real;

use std::{
    env, fs, thread,
    time::{Duration, Instant},
};

use iced::{Event, Point, mouse};
use oriole_core::{
    engine::{command::Command, query::History},
    model::{
        chat::Anchor,
        ids::{AccountId, ChatId},
    },
};
use oriole_ui::{
    message::Message,
    screen::main,
    sidebar::{self, Tab},
};

use harness::{Step, Times, typed, wheel};
use real::{Window, memory};

const ME: AccountId = AccountId(1);
/// In the list of messages.
const MESSAGES: Point = Point::new(760.0, 300.0);
/// In the field.
const FIELD: Point = Point::new(760.0, 745.0);
/// In the list on the left.
const SIDE: Point = Point::new(140.0, 400.0);
/// How long a frame lasts where frames follow each other; shorter than on a screen.
const BEAT: Duration = Duration::from_millis(8);

struct Bench {
    window: Window,
    wanted: Vec<String>,
}

impl Bench {
    fn wants(&self, name: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|word| name.contains(word.as_str()))
    }

    /// Frames, one after the other, each beginning with these events.
    fn frames(&mut self, name: &str, count: usize, mut event: impl FnMut(usize) -> Vec<Event>) {
        if !self.wants(name) {
            return;
        }
        let mut all = Vec::new();
        for frame in 0..count {
            let start = Instant::now();
            let times = self.window.frame(Step {
                events: event(frame),
                ..Step::default()
            });
            all.push(times);
            thread::sleep(BEAT.saturating_sub(start.elapsed()));
        }
        report(name, &all);
    }

    fn point(&mut self, point: Point) {
        self.window.frame(Step {
            cursor: Some(point),
            events: vec![Event::Mouse(mouse::Event::CursorMoved { position: point })],
            ..Step::default()
        });
    }

    /// Opens a chat, as a click on its line does: the work of all frames until the first page is painted.
    fn open(&mut self, chat: ChatId) -> Times {
        let message = Message::Main(main::Message::Sidebar(sidebar::Message::Open(chat)));
        let first = self.window.tell(message);
        let rest = self.window.until("a chat opens", |ui| {
            let open = ui.main().conversation();
            open.is_some_and(|open| open.chat() == chat && open.timeline().loaded())
        });
        sum(&first, &rest)
    }
}

fn sum(one: &Times, other: &Times) -> Times {
    Times {
        update: one.update + other.update,
        build: one.build + other.build,
        draw: one.draw + other.draw,
        raster: one.raster + other.raster,
        rounds: one.rounds + other.rounds,
        regions: one.regions.max(other.regions),
    }
}

fn at(mut all: Vec<f64>, share: f64) -> f64 {
    all.sort_by(f64::total_cmp);
    let place = (all.len().saturating_sub(1)) as f64 * share;
    all.get(place.round() as usize).copied().unwrap_or_default()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn report(name: &str, all: &[Times]) {
    let share =
        |part: fn(&Times) -> Duration, share| at(all.iter().map(|t| ms(part(t))).collect(), share);
    let parts = |percent| {
        format!(
            "update {:.2} view+layout {:.2} draw {:.2} raster {:.2}",
            share(|times| times.update, percent),
            share(|times| times.build, percent),
            share(|times| times.draw, percent),
            share(|times| times.raster, percent),
        )
    };
    println!(
        "{name:<34} {:>5}x  p50 {:6.2}  p99 {:6.2}  max {:6.2} ms   p50: {}   p99: {}   most areas {}",
        all.len(),
        share(Times::total, 0.5),
        share(Times::total, 0.99),
        share(Times::total, 1.0),
        parts(0.5),
        parts(0.99),
        all.iter()
            .map(|times| times.regions)
            .max()
            .unwrap_or_default(),
    );
    let mut slow: Vec<&Times> = all.iter().collect();
    slow.sort_by_key(|times| std::cmp::Reverse(times.total()));
    if env::var_os("SLOWEST").is_some() {
        for times in slow.iter().take(8) {
            println!("    {times:?}");
        }
    }
}

fn load() -> String {
    fs::read_to_string("/proc/loadavg")
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn queries(bench: &Bench) {
    if !bench.wants("query") {
        return;
    }
    let mut all = Vec::new();
    for chat in 1..=history::CHATS {
        let start = Instant::now();
        let question = History {
            chat: ChatId(chat),
            anchor: Anchor::Newest,
            limit: 50,
        };
        let answer = bench
            .window
            .runtime
            .block_on(bench.window.handle.query(question));
        assert!(answer.expect("a page").messages.len() == 50);
        all.push(ms(start.elapsed()));
    }
    println!(
        "{:<34} {:>5}x  p50 {:6.2}  p99 {:6.2}  max {:6.2} ms",
        "query for the newest page of a chat",
        all.len(),
        at(all.clone(), 0.5),
        at(all.clone(), 0.99),
        at(all, 1.0)
    );
}

fn main() {
    let folder = history::folder();
    println!("load {}", load());
    let start = Instant::now();
    let mut window = Window::open(&folder);
    println!(
        "the empty window: {:.1} ms, {:.1} MiB",
        ms(start.elapsed()),
        memory()
    );
    let empty = memory();
    let start = Instant::now();
    let mut all = window.tell(Message::Opened);
    let rest = window.until("the chats are there", |ui| {
        ui.world().chats().ids().len() >= history::CHATS as usize
            && ui.world().people().contacts().len() >= history::CONTACTS as usize
    });
    all = sum(&all, &rest);
    println!(
        "500 chats and 5,000 contacts shown: {:.1} ms, of it work in the window {:.1} ms; {:.1} MiB more than empty",
        ms(start.elapsed()),
        ms(all.total()),
        memory() - empty
    );
    let before = memory();
    let mut bench = Bench {
        window,
        wanted: env::args()
            .skip(1)
            .filter(|word| !word.starts_with('-'))
            .collect(),
    };
    queries(&bench);

    if bench.wants("open") {
        let (mut times, mut walls) = (Vec::new(), Vec::new());
        for chat in 1..=60 {
            let start = Instant::now();
            times.push(bench.open(ChatId(chat * 8)));
            walls.push(ms(start.elapsed()));
        }
        report("open a chat, work until painted", &times);
        println!(
            "{:<34} {:>5}x  p50 {:6.2}  p99 {:6.2}  max {:6.2} ms",
            "open a chat, time until painted",
            walls.len(),
            at(walls.clone(), 0.5),
            at(walls.clone(), 0.99),
            at(walls, 1.0)
        );
    }

    for chat in [3, 100, 250] {
        bench.open(ChatId(chat));
        bench.window.rest(Duration::from_millis(100));
        bench.point(MESSAGES);
        bench.frames("messages, wheel 180 px", 400, |_| vec![wheel(3.0)]);
    }
    bench.open(ChatId(7));
    bench.point(MESSAGES);
    bench.frames("messages, wheel 30 px", 600, |_| vec![wheel(0.5)]);
    bench.frames("messages, wheel 180 px back", 200, |_| vec![wheel(-3.0)]);
    println!(
        "after the chats and the scrolling: {:.1} MiB more than with no chat open, {:.1} MiB more than empty",
        memory() - before,
        memory() - empty
    );

    bench.open(ChatId(11));
    bench.window.rest(Duration::from_millis(100));
    bench.point(FIELD);
    for event in [
        mouse::Event::ButtonPressed(mouse::Button::Left),
        mouse::Event::ButtonReleased(mouse::Button::Left),
    ] {
        bench.window.frame(Step {
            events: vec![Event::Mouse(event)],
            ..Step::default()
        });
    }
    bench.frames("typed character", 300, |_| vec![typed("a")]);

    appended(&mut bench);
    long(&mut bench);
    one_chat(&mut bench);

    bench.point(SIDE);
    bench.frames("chats, wheel 180 px", 140, |_| vec![wheel(-3.0)]);
    bench.frames("chats, wheel 30 px", 300, |_| vec![wheel(0.5)]);
    let contacts = Message::Main(main::Message::Sidebar(sidebar::Message::Tab(Tab::Contacts)));
    bench.window.tell(contacts);
    bench.frames("contacts, wheel 180 px", 300, |_| vec![wheel(-3.0)]);
    bench.frames("typed beside 5,000 contacts", 200, |_| vec![typed("a")]);
    println!("load {}", load());
}

/// Sends to a chat past the window, as a message that arrives comes.
fn write(bench: &Bench, friend: i64, body: String) {
    let command = Command::SendMessage {
        account: ME,
        to: format!("friend{friend}@capulet.example")
            .parse()
            .expect("an address"),
        body,
    };
    let handle = bench.window.handle.clone();
    let sent = bench.window.runtime.block_on(handle.send(command));
    sent.expect("it is stored");
}

fn newest(ui: &oriole_ui::screen::Ui) -> Option<i64> {
    let open = ui.main().conversation()?;
    open.timeline().newest().map(|message| message.0)
}

fn appended(bench: &mut Bench) {
    let name = "appended message, all its frames";
    if !bench.wants(name) {
        return;
    }
    let (mut all, mut slowest) = (Vec::new(), Vec::new());
    for number in 0..60 {
        let before = newest(&bench.window.frames.app.ui);
        write(
            bench,
            11,
            format!("Message {number}: it is my lady, O, it is my love! 那就是东方"),
        );
        all.push(bench.window.until("a message", |ui| newest(ui) > before));
        slowest.push(bench.window.slowest);
        bench.window.rest(Duration::from_millis(30));
    }
    report(name, &all);
    report("appended message, slowest frame", &slowest);
}

/// A message of 20,000 characters comes; then the wheel goes over it, up and down.
fn long(bench: &mut Bench) {
    if !bench.wants("long message") {
        return;
    }
    let before = newest(&bench.window.frames.app.ui);
    write(bench, 11, "你好世界 hello there ".repeat(1_200));
    let times = bench.window.until("a message", |ui| newest(ui) > before);
    report("long message, all its frames", &[times]);
    bench.window.rest(Duration::from_millis(200));
    bench.point(MESSAGES);
    bench.frames("long message, wheel 60 px over it", 200, |frame| {
        vec![wheel(if frame % 8 < 4 { 1.0 } else { -1.0 })]
    });
}

/// A message in a chat that is not open: its line goes to the top.
fn one_chat(bench: &mut Bench) {
    let name = "another chat's message, all frames";
    if !bench.wants(name) {
        return;
    }
    let mut all = Vec::new();
    for number in 0..60 {
        let chat = ChatId(400 - number);
        write(bench, chat.0, format!("Hello {number}"));
        all.push(bench.window.until("the chat's line", |ui| {
            ui.world().chats().ids().first() == Some(&chat)
        }));
        bench.window.rest(Duration::from_millis(20));
    }
    report(name, &all);
}
