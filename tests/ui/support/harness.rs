//! Drives a window without a screen, as the shell does: events, then redraws until nothing changes, then drawing.
//!
//! The state of the widgets is kept between messages, the clipboard is a fake, and the clock moves only when it is told
//! to. Only what the damage of a frame covers is painted, as in a real window, so that stale pixels show.
//! The benches use it too, so it knows nothing of what the window shows.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use cpu_time::ThreadTime;
use futures::{FutureExt, StreamExt, stream::BoxStream};
use iced::{
    Color, Element, Event, Point, Rectangle, Renderer, Size, Task, Theme,
    advanced::{
        clipboard::{Clipboard, Kind},
        graphics::{Viewport, damage},
        input_method::{self, InputMethod},
        mouse, renderer,
        widget::{Id, Operation, operation::Outcome},
    },
    keyboard::{self, Modifiers, key::Named},
    window,
};
use iced_test::runtime::{
    Action, UserInterface, clipboard,
    task::into_stream,
    user_interface::{Cache, State},
};
use iced_tiny_skia::{Layer, Renderer as Software};
use oriole_ui::style;

#[allow(dead_code, reason = "the benches only pin them")]
#[path = "fonts.rs"]
pub(crate) mod fonts;

/// What is driven.
pub(crate) trait App {
    /// Its messages.
    type Message: Send + 'static;

    /// Takes in a message.
    fn update(&mut self, message: Self::Message) -> Task<Self::Message>;
    /// Shows itself.
    fn view(&self) -> Element<'_, Self::Message>;
    /// In which colours.
    fn theme(&self) -> Theme {
        style::theme(iced::theme::Mode::Light)
    }
}

/// The software renderer, alone or behind another that was not chosen.
pub(crate) trait Rasterizer: Sized {
    /// A new one.
    fn software() -> Self;
    /// The same.
    fn as_software(&mut self) -> &mut Software;
}

impl Rasterizer for Software {
    fn software() -> Self {
        Software::new(style::REGULAR, style::tokens::size::BODY.into())
    }

    fn as_software(&mut self) -> &mut Software {
        self
    }
}

impl<A> Rasterizer for iced_test::renderer::fallback::Renderer<A, Software> {
    fn software() -> Self {
        Self::Secondary(Software::software())
    }

    fn as_software(&mut self) -> &mut Software {
        match self {
            Self::Secondary(software) => software,
            Self::Primary(_) => unreachable!("the other renderer was never made"),
        }
    }
}

/// A clipboard of its own.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// What was copied.
    pub(crate) standard: Option<String>,
    /// What was selected.
    pub(crate) primary: Option<String>,
}

impl Clipboard for Memory {
    fn read(&self, kind: Kind) -> Option<String> {
        match kind {
            Kind::Standard => self.standard.clone(),
            Kind::Primary => self.primary.clone(),
        }
    }

    fn write(&mut self, kind: Kind, text: String) {
        match kind {
            Kind::Standard => self.standard = Some(text),
            Kind::Primary => self.primary = Some(text),
        }
    }
}

/// What a frame begins with.
#[derive(Debug, Default)]
pub(crate) struct Step {
    /// What happened since the last.
    pub(crate) events: Vec<Event>,
    /// Where the pointer went before.
    pub(crate) cursor: Option<Point>,
    /// The new size of the window.
    pub(crate) size: Option<Size>,
    /// How long after the last it is; 16 ms if none.
    pub(crate) after: Option<Duration>,
}

/// What a frame took of the processor's time, and what it was.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Times {
    /// Events and redraws, with the layouts they asked for.
    pub(crate) update: Duration,
    /// Messages, views, diffs and layouts.
    pub(crate) build: Duration,
    /// Recording what is to be painted.
    pub(crate) draw: Duration,
    /// Comparing and painting.
    pub(crate) raster: Duration,
    /// How often the redraw was repeated.
    pub(crate) rounds: u32,
    /// How many areas were painted.
    pub(crate) regions: usize,
}

impl Times {
    /// All of it.
    pub(crate) fn total(&self) -> Duration {
        self.update + self.build + self.draw + self.raster
    }
}

/// What is done with what was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    /// Nothing.
    Not,
    /// What has changed is painted.
    Damage,
    /// The same, and it is compared with all of it painted afresh.
    AndCompare,
}

/// A text in the widgets and where it is. It may be off the screen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Text {
    /// What it says.
    pub(crate) content: String,
    /// Where it is, in px.
    pub(crate) bounds: Rectangle,
}

#[derive(Default)]
struct Texts(Vec<Text>);

impl Operation for Texts {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn text(&mut self, _id: Option<&Id>, bounds: Rectangle, text: &str) {
        self.0.push(Text {
            content: text.to_owned(),
            bounds,
        });
    }
}

type Interface<'a, M> = UserInterface<'a, M, Theme, Renderer>;

/// A window without a screen.
pub(crate) struct Harness<A: App> {
    /// What is shown.
    pub(crate) app: A,
    /// The clipboard.
    pub(crate) clipboard: Memory,
    /// How many messages there were.
    pub(crate) messages: usize,
    /// Whether frames are painted, which few tests need.
    pub(crate) paint: Paint,
    /// How many frames were painted wrongly, as far as that was looked at.
    pub(crate) stale: usize,
    /// What the last frame asked of the input method.
    pub(crate) input_method: InputMethod,
    /// What the pointer looked like in the last frame.
    pub(crate) pointer: mouse::Interaction,
    /// When the last frame wants the next.
    pub(crate) wish: window::RedrawRequest,
    size: Size,
    now: Instant,
    cursor: mouse::Cursor,
    modifiers: Modifiers,
    cache: Option<Cache>,
    renderer: Renderer,
    tasks: Vec<BoxStream<'static, Action<A::Message>>>,
    canvas: Canvas,
    /// Whether what is shown was changed: only then the first view of a call counts, which is the harness's own else.
    changed: bool,
}

impl<A: App> Harness<A> {
    /// A window of this size in px, drawn once.
    pub(crate) fn new(app: A, size: Size) -> Self {
        fonts::pin();
        let mut harness = Self {
            app,
            clipboard: Memory::default(),
            messages: 0,
            paint: Paint::Not,
            stale: 0,
            input_method: InputMethod::Disabled,
            pointer: mouse::Interaction::None,
            wish: window::RedrawRequest::Wait,
            size,
            now: Instant::now(),
            cursor: mouse::Cursor::Unavailable,
            modifiers: Modifiers::empty(),
            cache: Some(Cache::new()),
            renderer: Renderer::software(),
            tasks: Vec::new(),
            canvas: Canvas::new(size),
            changed: true,
        };
        harness.frame(Step::default());
        harness
    }

    /// Changes what is shown, and draws a frame.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut A)) -> Times {
        change(&mut self.app);
        self.changed = true;
        self.frame(Step::default())
    }

    /// Gives it a message, and draws a frame.
    pub(crate) fn tell(&mut self, message: A::Message) -> Times {
        self.messages += 1;
        self.tasks.extend(into_stream(self.app.update(message)));
        self.changed = true;
        self.frame(Step::default())
    }

    /// Draws a frame.
    pub(crate) fn frame(&mut self, step: Step) -> Times {
        let mut steps = Some(step);
        let mut times = Times::default();
        self.frames(|_| steps.take(), |frame| times = frame);
        times
    }

    /// These events, then a frame.
    pub(crate) fn events(&mut self, events: Vec<Event>) -> Times {
        self.frame(Step {
            events,
            ..Step::default()
        })
    }

    /// Draws frames until there are no more steps. The view is rebuilt for messages alone, as in a real window.
    pub(crate) fn frames(
        &mut self,
        mut steps: impl FnMut(usize) -> Option<Step>,
        mut drawn: impl FnMut(Times),
    ) {
        let mut cache = self.cache.take().expect("the state of the widgets");
        let mut messages = Vec::new();
        let mut waiting: Option<Times> = None;
        let mut count = 0;
        let mut built = Duration::ZERO;
        let mut clock = ThreadTime::now();
        'build: loop {
            for message in messages.drain(..) {
                self.messages += 1;
                self.tasks.extend(into_stream(self.app.update(message)));
            }
            let theme = self.app.theme();
            let mut ui = Interface::build(self.app.view(), self.size, cache, &mut self.renderer);
            loop {
                let actions = ready(&mut self.tasks);
                if actions.is_empty() {
                    break;
                }
                for action in actions {
                    run(
                        action,
                        &mut ui,
                        &self.renderer,
                        &mut self.clipboard,
                        &mut messages,
                    );
                }
            }
            if let Some(times) = &mut waiting {
                times.build += clock.elapsed();
            }
            if std::mem::take(&mut self.changed) {
                built += clock.elapsed();
            }
            if !messages.is_empty() {
                // What tasks bring changes what is shown as well.
                self.changed = true;
                clock = ThreadTime::now();
                cache = ui.into_cache();
                continue 'build;
            }
            loop {
                let mut times = match waiting.take() {
                    Some(times) => times,
                    None => {
                        let Some(step) = steps(count) else {
                            self.cache = Some(ui.into_cache());
                            return;
                        };
                        count += 1;
                        let mut times = Times {
                            build: std::mem::take(&mut built),
                            ..Times::default()
                        };
                        self.now += step.after.unwrap_or(Duration::from_millis(16));
                        if let Some(point) = step.cursor {
                            self.cursor = mouse::Cursor::Available(point);
                        }
                        if let Some(size) = step.size {
                            clock = ThreadTime::now();
                            self.size = size;
                            self.canvas = Canvas::new(size);
                            ui = ui.relayout(size, &mut self.renderer);
                            times.build += clock.elapsed();
                        }
                        if !step.events.is_empty() {
                            clock = ThreadTime::now();
                            let _ = ui.update(
                                &step.events,
                                self.cursor,
                                &mut self.renderer,
                                &mut self.clipboard,
                                &mut messages,
                            );
                            times.update += clock.elapsed();
                        }
                        if !messages.is_empty() {
                            waiting = Some(times);
                            clock = ThreadTime::now();
                            cache = ui.into_cache();
                            continue 'build;
                        }
                        times
                    }
                };
                clock = ThreadTime::now();
                let redraw = Event::Window(window::Event::RedrawRequested(self.now));
                let (state, _) = ui.update(
                    &[redraw],
                    self.cursor,
                    &mut self.renderer,
                    &mut self.clipboard,
                    &mut messages,
                );
                times.update += clock.elapsed();
                times.rounds += 1;
                if !messages.is_empty() && times.rounds < 3 {
                    waiting = Some(times);
                    clock = ThreadTime::now();
                    cache = ui.into_cache();
                    continue 'build;
                }
                if state.has_layout_changed() && times.rounds < 3 {
                    waiting = Some(times);
                    continue;
                }
                if let State::Updated {
                    mouse_interaction,
                    redraw_request,
                    input_method,
                    ..
                } = state
                {
                    self.pointer = mouse_interaction;
                    self.wish = redraw_request;
                    self.input_method = input_method;
                }
                clock = ThreadTime::now();
                let palette = theme.palette();
                let defaults = renderer::Style {
                    text_color: palette.text,
                };
                ui.draw(&mut self.renderer, &theme, &defaults, self.cursor);
                times.draw += clock.elapsed();
                if self.paint != Paint::Not {
                    clock = ThreadTime::now();
                    let software = self.renderer.as_software();
                    times.regions = self.canvas.paint(software, palette.background);
                    times.raster += clock.elapsed();
                    if self.paint == Paint::AndCompare
                        && !self.canvas.is_right(software, palette.background)
                    {
                        self.stale += 1;
                    }
                }
                drawn(times);
                clock = ThreadTime::now();
                if !messages.is_empty() {
                    cache = ui.into_cache();
                    continue 'build;
                }
            }
        }
    }

    /// Frames until none is wished for, at the times they are wished for. More than that many are a fault.
    pub(crate) fn settle(&mut self) {
        for _ in 0..600 {
            let after = match self.wish {
                window::RedrawRequest::Wait => return,
                window::RedrawRequest::NextFrame => Duration::from_millis(16),
                window::RedrawRequest::At(at) => at.saturating_duration_since(self.now),
            };
            self.frame(Step {
                after: Some(after.max(Duration::from_millis(1))),
                ..Step::default()
            });
        }
        panic!("it never comes to rest");
    }

    /// Lets this time pass, and draws a frame.
    pub(crate) fn wait(&mut self, after: Duration) -> Times {
        self.frame(Step {
            after: Some(after),
            ..Step::default()
        })
    }

    /// All texts, from top to bottom as they are built.
    pub(crate) fn texts(&mut self) -> Vec<Text> {
        let mut texts = Texts::default();
        self.operate(&mut texts);
        texts.0
    }

    /// The first text that says this.
    pub(crate) fn find(&mut self, content: &str) -> Option<Text> {
        let mut texts = self.texts().into_iter();
        texts.find(|text| text.content == content)
    }

    /// Runs an operation over the widgets.
    pub(crate) fn operate(&mut self, operation: &mut dyn Operation) {
        let cache = self.cache.take().expect("the state of the widgets");
        let view = self.app.view();
        let mut ui = Interface::build(view, self.size, cache, &mut self.renderer);
        ui.operate(&self.renderer, operation);
        self.cache = Some(ui.into_cache());
    }

    /// Moves the pointer, and draws a frame.
    pub(crate) fn point(&mut self, point: Point) -> Times {
        self.frame(Step {
            cursor: Some(point),
            events: vec![Event::Mouse(mouse::Event::CursorMoved { position: point })],
            ..Step::default()
        })
    }

    /// Presses a button where the pointer is, and draws a frame.
    pub(crate) fn press(&mut self, button: mouse::Button) -> Times {
        self.events(vec![Event::Mouse(mouse::Event::ButtonPressed(button))])
    }

    /// Lets a button go where the pointer is, and draws a frame.
    pub(crate) fn release(&mut self, button: mouse::Button) -> Times {
        self.events(vec![Event::Mouse(mouse::Event::ButtonReleased(button))])
    }

    /// Clicks there, and draws two frames.
    pub(crate) fn click(&mut self, point: Point) {
        self.point(point);
        self.press(mouse::Button::Left);
        self.release(mouse::Button::Left);
    }

    /// Drags from there to there.
    pub(crate) fn drag(&mut self, from: Point, to: Point) {
        self.point(from);
        self.press(mouse::Button::Left);
        self.point(Point::new((from.x + to.x) / 2.0, (from.y + to.y) / 2.0));
        self.point(to);
        self.release(mouse::Button::Left);
    }

    /// Holds these keys from now on.
    pub(crate) fn hold(&mut self, modifiers: Modifiers) -> Times {
        self.modifiers = modifiers;
        self.events(vec![Event::Keyboard(keyboard::Event::ModifiersChanged(
            modifiers,
        ))])
    }

    /// Presses a key that has a name, with what is held.
    pub(crate) fn key(&mut self, key: Named) -> Times {
        let event = pressed(keyboard::Key::Named(key), None, self.modifiers);
        self.events(vec![event])
    }

    /// Presses a letter together with these keys.
    pub(crate) fn chord(&mut self, modifiers: Modifiers, letter: &str) -> Times {
        let event = pressed(keyboard::Key::Character(letter.into()), None, modifiers);
        self.events(vec![event])
    }

    /// Types this, letter by letter.
    pub(crate) fn type_text(&mut self, text: &str) {
        for letter in text.chars() {
            let event = typed(&letter.to_string());
            self.events(vec![event]);
        }
    }

    /// The input method shows this, and then puts that in.
    pub(crate) fn compose(&mut self, shown: &str, text: &str) {
        for event in [
            input_method::Event::Opened,
            input_method::Event::Preedit(shown.to_owned(), None),
            input_method::Event::Preedit(String::new(), None),
            input_method::Event::Commit(text.to_owned()),
        ] {
            self.events(vec![Event::InputMethod(event)]);
        }
    }
}

/// A key press.
pub(crate) fn pressed(key: keyboard::Key, text: Option<&str>, modifiers: Modifiers) -> Event {
    Event::Keyboard(keyboard::Event::KeyPressed {
        modified_key: key.clone(),
        key,
        physical_key: keyboard::key::Physical::Unidentified(
            keyboard::key::NativeCode::Unidentified,
        ),
        location: keyboard::Location::Standard,
        modifiers,
        text: text.map(Into::into),
        repeat: false,
    })
}

/// A letter typed.
pub(crate) fn typed(letter: &str) -> Event {
    let key = keyboard::Key::Character(letter.into());
    pressed(key, Some(letter), Modifiers::empty())
}

/// The wheel turned by this many lines, upwards where positive.
pub(crate) fn wheel(lines: f32) -> Event {
    Event::Mouse(mouse::Event::WheelScrolled {
        delta: mouse::ScrollDelta::Lines { x: 0.0, y: lines },
    })
}

/// The wheel turned by this many px, upwards where positive.
pub(crate) fn wheel_px(px: f32) -> Event {
    Event::Mouse(mouse::Event::WheelScrolled {
        delta: mouse::ScrollDelta::Pixels { x: 0.0, y: px },
    })
}

/// What the tasks have brought so far. What waits for a timer or the network never comes here.
fn ready<M>(tasks: &mut Vec<BoxStream<'static, Action<M>>>) -> Vec<Action<M>> {
    let mut actions = Vec::new();
    tasks.retain_mut(|task| {
        loop {
            match task.next().now_or_never() {
                Some(Some(action)) => actions.push(action),
                Some(None) => return false,
                None => return true,
            }
        }
    });
    actions
}

fn run<M>(
    action: Action<M>,
    ui: &mut Interface<'_, M>,
    renderer: &Renderer,
    memory: &mut Memory,
    messages: &mut Vec<M>,
) {
    match action {
        Action::Output(message) => messages.push(message),
        Action::Widget(operation) => {
            let mut next = VecDeque::from([operation]);
            while let Some(mut operation) = next.pop_front() {
                ui.operate(renderer, operation.as_mut());
                if let Outcome::Chain(then) = operation.finish() {
                    next.push_back(then);
                }
            }
        }
        Action::Clipboard(clipboard::Action::Write { target, contents }) => {
            memory.write(target, contents);
        }
        Action::Clipboard(clipboard::Action::Read { target, channel }) => {
            let _ = channel.send(memory.read(target));
        }
        // Windows, fonts and the system are not here.
        _ => {}
    }
}

/// What is on the screen, were there one.
struct Canvas {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
    mask: tiny_skia::Mask,
    layers: Option<Vec<Layer>>,
}

impl Canvas {
    fn new(size: Size) -> Self {
        let (width, height) = (size.width as u32, size.height as u32);
        Self {
            width,
            height,
            pixels: vec![0; (width * height * 4) as usize],
            mask: tiny_skia::Mask::new(width, height).expect("a size"),
            layers: None,
        }
    }

    fn whole(&self) -> Rectangle {
        Rectangle::with_size(Size::new(self.width as f32, self.height as f32))
    }

    /// Paints what has changed, and tells how many areas that were.
    fn paint(&mut self, renderer: &mut Software, background: Color) -> usize {
        let whole = self.whole();
        let regions = match &self.layers {
            Some(layers) => {
                let damage = damage::diff(
                    layers,
                    renderer.layers(),
                    |layer| vec![layer.bounds],
                    Layer::damage,
                );
                damage::group(damage, whole)
            }
            None => vec![whole],
        };
        self.layers = Some(renderer.layers().to_vec());
        let mut pixels = std::mem::take(&mut self.pixels);
        self.draw(renderer, &mut pixels, &regions, background);
        self.pixels = pixels;
        regions.len()
    }

    fn draw(
        &mut self,
        renderer: &mut Software,
        pixels: &mut [u8],
        regions: &[Rectangle],
        background: Color,
    ) {
        if regions.is_empty() {
            return;
        }
        let viewport = Viewport::with_physical_size(Size::new(self.width, self.height), 1.0);
        let mut target =
            tiny_skia::PixmapMut::from_bytes(pixels, self.width, self.height).expect("a picture");
        renderer.draw(&mut target, &mut self.mask, &viewport, regions, background);
    }

    /// Whether painting all of it afresh gives the same. Round corners may differ by rounding, stale letters differ more.
    fn is_right(&mut self, renderer: &mut Software, background: Color) -> bool {
        const ROUNDING: u8 = 24;

        let mut fresh = vec![0; self.pixels.len()];
        let whole = self.whole();
        self.draw(renderer, &mut fresh, &[whole], background);
        let mut pairs = fresh.iter().zip(&self.pixels);
        pairs.all(|(fresh, shown)| fresh.abs_diff(*shown) <= ROUNDING)
    }
}
