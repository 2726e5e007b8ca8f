//! A window drawn without a screen that keeps the state of its widgets from one message to the next, as the real one does.

use std::time::{Duration, Instant};

use iced::{
    Event, Point, Size, Theme,
    keyboard::{self, Key, Modifiers, key::Named},
    mouse, window,
};
use iced_test::{
    core::{
        SmolStr, clipboard,
        renderer::{Headless, Style},
        widget::{Id, Operation, operation},
    },
    renderer::Renderer,
    runtime::user_interface::{Cache, UserInterface},
    selector::Selector,
};
use oriole_ui::{
    action::{Action, Actions},
    app,
    message::Message,
    style,
};

use crate::support::{Window, fonts};

pub(crate) const WIDE: Size = Size::new(1200.0, 780.0);
pub(crate) const NARROW: Size = Size::new(380.0, 780.0);

/// A window on no screen.
pub(crate) struct Screen {
    pub(crate) window: Window,
    size: Size,
    cache: Option<Cache>,
    renderer: Renderer,
    cursor: mouse::Cursor,
    /// Stands still, so that carets do not blink, until it is told to go on.
    now: Instant,
}

impl Screen {
    pub(crate) fn new(mut window: Window, size: Size) -> Self {
        fonts::pin();
        window.tell(Message::Resized(size));
        let renderer =
            iced_test::futures::futures::executor::block_on(<Renderer as Headless>::new(
                style::REGULAR,
                style::tokens::size::BODY.into(),
                Some("tiny-skia"),
            ))
            .unwrap();
        let mut screen = Self {
            window,
            size,
            cache: Some(Cache::new()),
            renderer,
            cursor: mouse::Cursor::Unavailable,
            now: Instant::now(),
        };
        screen.events(&[]);
        screen
    }

    /// Lets the widgets see these events at once, and the window what comes of them. Says what was to be done.
    pub(crate) fn events(&mut self, events: &[Event]) -> Actions {
        let mut actions = Actions::new();
        let mut events = events.to_vec();
        events.push(Event::Window(window::Event::RedrawRequested(self.now)));
        let mut messages = self.with(|interface, renderer, cursor| {
            let mut messages = Vec::new();
            interface.update(
                &events,
                cursor,
                renderer,
                &mut clipboard::Null,
                &mut messages,
            );
            messages
        });
        for event in &events {
            if let Event::Keyboard(keyboard::Event::KeyPressed {
                key,
                physical_key,
                modifiers,
                ..
            }) = event
            {
                let shortcut = app::shortcut(key, *physical_key, *modifiers);
                messages.extend(shortcut.map(Message::Shortcut));
            }
        }
        for message in messages {
            actions.extend(self.tell(message));
        }
        actions
    }

    /// Lets the window know something.
    pub(crate) fn tell(&mut self, message: Message) -> Actions {
        let actions = self.window.tell(message);
        for action in &actions {
            if let Action::Focus(id) = action {
                let mut focus = operation::focusable::focus::<()>(Id::new(id));
                self.operate(&mut focus);
            }
        }
        // As the event loop does after every message.
        let redraw = Event::Window(window::Event::RedrawRequested(self.now));
        self.with(|interface, renderer, cursor| {
            interface.update(
                &[redraw],
                cursor,
                renderer,
                &mut clipboard::Null,
                &mut Vec::new(),
            );
        });
        actions
    }

    pub(crate) fn operate(&mut self, operation: &mut dyn Operation) {
        self.with(|interface, renderer, _| interface.operate(renderer, operation));
    }

    fn with<T>(
        &mut self,
        step: impl FnOnce(
            &mut UserInterface<'_, Message, Theme, Renderer>,
            &mut Renderer,
            mouse::Cursor,
        ) -> T,
    ) -> T {
        let cache = self.cache.take().unwrap();
        let zoomed = Size::new(
            self.size.width / self.window.ui.zoom(),
            self.size.height / self.window.ui.zoom(),
        );
        let mut interface =
            UserInterface::build(self.window.ui.view(), zoomed, cache, &mut self.renderer);
        let result = step(&mut interface, &mut self.renderer, self.cursor);
        self.cache = Some(interface.into_cache());
        result
    }

    /// Presses and releases a key.
    pub(crate) fn key(&mut self, key: Named, modifiers: Modifiers) -> Actions {
        let events = pressed(Key::Named(key), None, modifiers);
        self.events(&[events])
    }

    /// Presses a sign together with these keys.
    pub(crate) fn chord(&mut self, sign: &str, modifiers: Modifiers) -> Actions {
        let text = Some(SmolStr::new(sign));
        let event = pressed(Key::Character(SmolStr::new(sign)), text, modifiers);
        self.events(&[event])
    }

    /// Types, a letter at a time.
    pub(crate) fn type_text(&mut self, text: &str) {
        for letter in letters(text) {
            self.events(&[letter]);
        }
    }

    /// Moves the pointer here, and leaves it there.
    pub(crate) fn point(&mut self, place: Point) {
        self.cursor = mouse::Cursor::Available(place);
        self.events(&[Event::Mouse(mouse::Event::CursorMoved { position: place })]);
    }

    /// Moves the pointer onto this text, and leaves it there.
    pub(crate) fn hover(&mut self, text: &str) {
        let place = self
            .find(text)
            .unwrap_or_else(|| panic!("not there: {text}"));
        self.point(place);
    }

    /// Presses a button where the pointer is.
    pub(crate) fn press(&mut self, button: mouse::Button) {
        self.events(&[Event::Mouse(mouse::Event::ButtonPressed(button))]);
    }

    /// Releases a button where the pointer is.
    pub(crate) fn release(&mut self, button: mouse::Button) {
        self.events(&[Event::Mouse(mouse::Event::ButtonReleased(button))]);
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, time: Duration) {
        self.now += time;
        self.events(&[]);
    }

    /// Clicks on this text.
    pub(crate) fn click(&mut self, text: &str) -> Actions {
        let place = self
            .find(text)
            .unwrap_or_else(|| panic!("not there: {text}"));
        self.click_at(place)
    }

    /// Clicks there.
    pub(crate) fn click_at(&mut self, place: Point) -> Actions {
        self.cursor = mouse::Cursor::Available(place);
        let button = mouse::Button::Left;
        let actions = self.events(&[
            Event::Mouse(mouse::Event::CursorMoved { position: place }),
            Event::Mouse(mouse::Event::ButtonPressed(button)),
            Event::Mouse(mouse::Event::ButtonReleased(button)),
        ]);
        self.cursor = mouse::Cursor::Unavailable;
        actions
    }

    /// Turns the wheel there by this many px, upwards where positive.
    pub(crate) fn wheel(&mut self, at: Point, px: f32) -> Actions {
        self.cursor = mouse::Cursor::Available(at);
        let delta = mouse::ScrollDelta::Pixels { x: 0.0, y: px };
        let actions = self.events(&[Event::Mouse(mouse::Event::WheelScrolled { delta })]);
        self.cursor = mouse::Cursor::Unavailable;
        actions
    }

    /// All texts that are built, seen or not.
    pub(crate) fn texts(&mut self) -> Vec<(String, iced::Rectangle)> {
        #[derive(Default)]
        struct Texts(Vec<(String, iced::Rectangle)>);
        impl Operation for Texts {
            fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
                operate(self);
            }
            fn text(&mut self, _id: Option<&Id>, bounds: iced::Rectangle, text: &str) {
                self.0.push((text.to_owned(), bounds));
            }
        }
        let mut texts = Texts::default();
        self.operate(&mut texts);
        texts.0
    }

    /// Where this text stands.
    pub(crate) fn find(&mut self, text: &str) -> Option<Point> {
        use iced_test::core::widget::operation::Outcome;
        let mut find = Selector::find(text);
        self.operate(&mut operation::black_box(&mut find));
        match find.finish() {
            Outcome::Some(Some(found)) => found.visible_bounds().map(|bounds| bounds.center()),
            _ => None,
        }
    }

    /// What has the focus: which place in the order, and its name.
    pub(crate) fn focused(&mut self) -> Vec<(usize, Option<Id>)> {
        #[derive(Default)]
        struct Focused {
            seen: usize,
            found: Vec<(usize, Option<Id>)>,
        }
        impl Operation for Focused {
            fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
                operate(self);
            }
            fn focusable(
                &mut self,
                id: Option<&Id>,
                _bounds: iced::Rectangle,
                state: &mut dyn operation::Focusable,
            ) {
                if state.is_focused() {
                    self.found.push((self.seen, id.cloned()));
                }
                self.seen += 1;
            }
        }
        let mut focused = Focused::default();
        self.operate(&mut focused);
        focused.found
    }

    /// Whether what has this name, and nothing else, has the focus.
    pub(crate) fn is_at(&mut self, id: &'static str) -> bool {
        let focused = self.focused();
        focused.len() == 1 && focused[0].1 == Some(Id::new(id))
    }

    /// The picture at a scale of 1: width, height, RGBA.
    pub(crate) fn picture(&mut self) -> (u32, u32, Vec<u8>) {
        let theme = self.window.ui.look().theme();
        let tokens = style::tokens(&theme);
        // Widgets know only from this what they look like.
        let redraw = Event::Window(window::Event::RedrawRequested(self.now));
        self.with(|interface, renderer, cursor| {
            let style = Style {
                text_color: tokens.text,
            };
            interface.update(
                &[redraw],
                cursor,
                renderer,
                &mut clipboard::Null,
                &mut Vec::new(),
            );
            interface.draw(renderer, &theme, &style, cursor);
        });
        let size = Size::new(self.size.width as u32, self.size.height as u32);
        let pixels = self
            .renderer
            .screenshot(size, self.window.ui.zoom(), tokens.window);
        (size.width, size.height, pixels)
    }
}

/// The presses of keys that type this.
pub(crate) fn letters(text: &str) -> Vec<Event> {
    text.chars()
        .map(|c| {
            let text = SmolStr::new(c.to_string());
            pressed(Key::Character(text.clone()), Some(text), Modifiers::empty())
        })
        .collect()
}

/// A key going down.
pub(crate) fn pressed(key: Key, text: Option<SmolStr>, modifiers: Modifiers) -> Event {
    Event::Keyboard(keyboard::Event::KeyPressed {
        modified_key: key.clone(),
        key,
        physical_key: keyboard::key::Physical::Unidentified(
            keyboard::key::NativeCode::Unidentified,
        ),
        location: keyboard::Location::Standard,
        modifiers,
        repeat: false,
        text,
    })
}
