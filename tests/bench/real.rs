//! The real window, with the real engine on a long history, driven without a screen. No network: signing in never ends.

use std::{
    env, fs, future,
    net::IpAddr,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use futures::{FutureExt, future::BoxFuture};
use iced::{Element, Size, Task, Theme, widget::operation};
use oriole_core::{
    engine::handle::{Config, Delivery, Handle, start},
    testing::MemorySecrets,
    xmpp::{
        connect::{Deadlines, Network},
        dns::{DnsError, Resolve, SrvAnswer},
    },
};
use oriole_ui::{
    action::Action,
    backend::Backend,
    i18n::{Language, Words},
    message::Message,
    screen::Ui,
};
use tokio::runtime;

use super::harness::{App, Harness, Paint, Step, Times};

pub(crate) const WINDOW: Size = Size::new(1200.0, 780.0);

/// The window's size: [`WINDOW`], or what `SIZE` says, as in `SIZE=2560x1440`.
fn size() -> Size {
    let Ok(size) = env::var("SIZE") else {
        return WINDOW;
    };
    let (width, height) = size.split_once('x').expect("SIZE is WIDTHxHEIGHT");
    Size::new(width.parse().unwrap(), height.parse().unwrap())
}

/// A name service that never answers.
struct Silent;

impl Resolve for Silent {
    fn srv<'a>(&'a self, _name: &'a str) -> BoxFuture<'a, Result<SrvAnswer, DnsError>> {
        future::pending().boxed()
    }

    fn addresses<'a>(&'a self, _host: &'a str) -> BoxFuture<'a, Result<Vec<IpAddr>, DnsError>> {
        future::pending().boxed()
    }
}

/// The state of the window, with the engine behind it.
pub(crate) struct Real {
    pub(crate) ui: Ui,
    backend: Backend,
    engine: Option<oriole_ui::Engine>,
}

impl App for Real {
    type Message = Message;

    fn update(&mut self, message: Message) -> Task<Message> {
        let actions = self.ui.update_at(chrono::Utc::now(), message);
        let tasks = actions.into_iter().map(|action| match action {
            Action::StartEngine => match self.engine.take() {
                Some(engine) => self.backend.start(engine),
                None => Task::none(),
            },
            Action::Send(command, purpose) => {
                self.backend.send(command, purpose);
                Task::none()
            }
            Action::Ask(question) => {
                self.backend.ask(question);
                Task::none()
            }
            Action::Focus(field) => operation::focus(field),
            _ => Task::none(),
        });
        Task::batch(tasks.collect::<Vec<_>>())
    }

    fn view(&self) -> Element<'_, Message> {
        self.ui.view()
    }

    fn theme(&self) -> Theme {
        self.ui.look().theme()
    }
}

/// The window, and what runs behind it.
pub(crate) struct Window {
    pub(crate) frames: Harness<Real>,
    pub(crate) handle: Handle,
    pub(crate) runtime: runtime::Handle,
    /// The slowest frame of the last wait.
    pub(crate) slowest: Times,
}

impl Window {
    /// Opens the window on this profile; nothing is known in it yet.
    pub(crate) fn open(profile: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let driven = runtime.handle().clone();
        thread::spawn(move || runtime.block_on(future::pending::<()>()));
        let runtime = driven;
        let config = Config {
            directory: profile.to_owned(),
            secrets: Arc::new(MemorySecrets::default()),
            delivery: Delivery::Merged,
            network: Network {
                resolver: Arc::new(Silent),
                deadlines: Deadlines::default(),
            },
        };
        let (handle, events) = runtime.block_on(start(config)).expect("an engine");
        let given = handle.clone();
        let app = Real {
            ui: Ui::new(Words::new(Language::English)),
            backend: Backend::new(),
            engine: Some(Box::new(move || future::ready(Ok((given, events))).boxed())),
        };
        let mut frames = {
            let _inside = runtime.enter();
            Harness::new(app, size())
        };
        frames.paint = Paint::Damage;
        frames.frame(Step::default());
        Self {
            frames,
            handle,
            runtime,
            slowest: Times::default(),
        }
    }

    /// A frame that begins with this, and takes in what the engine has brought.
    pub(crate) fn frame(&mut self, step: Step) -> Times {
        let _inside = self.runtime.enter();
        self.frames.frame(step)
    }

    pub(crate) fn tell(&mut self, message: Message) -> Times {
        let _inside = self.runtime.enter();
        self.frames.tell(message)
    }

    /// Frames until this is so: the time, and the work of all of them.
    pub(crate) fn until(&mut self, what: &str, mut so: impl FnMut(&Ui) -> bool) -> Times {
        let start = Instant::now();
        let mut work = Times::default();
        self.slowest = Times::default();
        loop {
            let times = self.frame(Step::default());
            work.update += times.update;
            work.build += times.build;
            work.draw += times.draw;
            work.raster += times.raster;
            if times.total() > self.slowest.total() {
                self.slowest = times;
            }
            if so(&self.frames.app.ui) {
                return work;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "never: {what}");
            thread::sleep(Duration::from_micros(200));
        }
    }

    /// Frames for this long, without counting.
    pub(crate) fn rest(&mut self, time: Duration) {
        let start = Instant::now();
        while start.elapsed() < time {
            self.frame(Step::default());
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// What the process holds in memory now, in MiB.
pub(crate) fn memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}
