//! The window drawn without a screen, with the state of its widgets kept from one event to the next.

use std::{collections::HashSet, time::Instant};

use futures::FutureExt;
use iced::{
    Event, Point, Rectangle, Renderer, Size, Theme,
    advanced::{
        clipboard::{Clipboard, Kind},
        input_method::{self, InputMethod},
        mouse,
        renderer::{Headless, Style},
        widget::{Id, Operation, operation},
    },
    event::Status,
    keyboard::{self, Key, Modifiers, key::Named},
    theme::Mode,
    window,
};
use iced_test::runtime::{
    UserInterface,
    user_interface::{Cache, State},
};
use oriole_ui::{
    action::{Action, Actions},
    app,
    message::Message,
    style,
};

use crate::support::{Window, fonts};

/// What was copied.
#[derive(Default)]
pub(crate) struct Memory(pub(crate) Option<String>);

impl Clipboard for Memory {
    fn read(&self, _kind: Kind) -> Option<String> {
        self.0.clone()
    }

    fn write(&mut self, _kind: Kind, contents: String) {
        self.0 = Some(contents);
    }
}

type Interface<'a> = UserInterface<'a, Message, Theme, Renderer>;

/// The window, drawn.
pub(crate) struct Screen {
    pub(crate) window: Window,
    pub(crate) clipboard: Memory,
    /// What the last frame asked of the input method.
    pub(crate) input_method: InputMethod,
    /// All that was asked for since the start, without what is done here.
    pub(crate) actions: Actions,
    /// How many messages there were.
    pub(crate) messages: usize,
    size: Size,
    cursor: mouse::Cursor,
    cache: Option<Cache>,
    renderer: Renderer,
}

/// A text on the screen, and where.
#[derive(Debug, Clone)]
pub(crate) struct Text {
    pub(crate) content: String,
    pub(crate) bounds: Rectangle,
}

#[derive(Default)]
struct Seen {
    texts: Vec<Text>,
    focused: HashSet<Id>,
    fields: Vec<(Id, Rectangle)>,
}

impl Operation for Seen {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn text(&mut self, _id: Option<&Id>, bounds: Rectangle, text: &str) {
        let content = text.to_owned();
        self.texts.push(Text { content, bounds });
    }

    fn focusable(
        &mut self,
        id: Option<&Id>,
        bounds: Rectangle,
        state: &mut dyn operation::Focusable,
    ) {
        let Some(id) = id else { return };
        self.fields.push((id.clone(), bounds));
        if state.is_focused() {
            self.focused.insert(id.clone());
        }
    }
}

impl Screen {
    /// This window, with the cursor in the field to write.
    pub(crate) fn new(window: Window) -> Self {
        fonts::pin();
        let size = style::tokens::size::BODY.into();
        let renderer = <Renderer as Headless>::new(style::REGULAR, size, Some("tiny-skia"));
        let mut screen = Self {
            window,
            clipboard: Memory::default(),
            input_method: InputMethod::Disabled,
            actions: Actions::new(),
            messages: 0,
            size: Size::new(1200.0, 780.0),
            cursor: mouse::Cursor::Unavailable,
            cache: Some(Cache::new()),
            renderer: renderer.now_or_never().flatten().expect("a renderer"),
        };
        screen.carry_out(vec![Action::Focus(oriole_ui::chat::composer::FIELD)]);
        screen.frame();
        screen
    }

    fn with_ui<T>(&mut self, act: impl FnOnce(&mut Interface<'_>, &mut Renderer) -> T) -> T {
        let cache = self.cache.take().expect("the state of the widgets");
        let mut ui = Interface::build(self.window.ui.view(), self.size, cache, &mut self.renderer);
        let result = act(&mut ui, &mut self.renderer);
        self.cache = Some(ui.into_cache());
        result
    }

    /// Takes in events one by one, each as a real window does: widgets first, then what means something everywhere.
    pub(crate) fn events(&mut self, events: impl IntoIterator<Item = Event>) {
        for event in events {
            let mut messages = Vec::new();
            let statuses = self.update(std::slice::from_ref(&event), &mut messages);
            let status = statuses.first().copied().unwrap_or(Status::Ignored);
            messages.extend(app::heard(event, status, window::Id::unique()));
            self.tell(messages);
            self.frame();
        }
    }

    fn update(&mut self, events: &[Event], messages: &mut Vec<Message>) -> Vec<Status> {
        let cursor = self.cursor;
        let mut clipboard = std::mem::take(&mut self.clipboard);
        let (state, statuses) = self
            .with_ui(|ui, renderer| ui.update(events, cursor, renderer, &mut clipboard, messages));
        self.clipboard = clipboard;
        if let State::Updated { input_method, .. } = state {
            self.input_method = input_method;
        }
        statuses
    }

    pub(crate) fn tell(&mut self, messages: Vec<Message>) {
        for message in messages {
            self.messages += 1;
            let actions = self.window.tell(message);
            self.carry_out(actions);
        }
    }

    fn carry_out(&mut self, actions: Actions) {
        for action in actions {
            match action {
                Action::Focus(field) => {
                    let mut focus = operation::focusable::focus::<()>(field.into());
                    self.with_ui(|ui, renderer| ui.operate(renderer, &mut focus));
                }
                action => self.actions.push(action),
            }
        }
    }

    /// Draws a frame, and asks what the input method is to do.
    pub(crate) fn frame(&mut self) {
        for _ in 0..3 {
            let mut messages = Vec::new();
            let redraw = Event::Window(window::Event::RedrawRequested(Instant::now()));
            self.update(&[redraw], &mut messages);
            if messages.is_empty() {
                break;
            }
            self.tell(messages);
        }
        let cursor = self.cursor;
        let theme = style::theme(Mode::Light);
        let style = Style {
            text_color: style::tokens(&theme).text,
        };
        self.with_ui(|ui, renderer| ui.draw(renderer, &theme, &style, cursor));
    }

    fn seen(&mut self) -> Seen {
        let mut seen = Seen::default();
        self.with_ui(|ui, renderer| ui.operate(renderer, &mut seen));
        seen
    }

    pub(crate) fn texts(&mut self) -> Vec<String> {
        self.seen()
            .texts
            .into_iter()
            .map(|text| text.content)
            .collect()
    }

    pub(crate) fn find(&mut self, content: &str) -> Option<Text> {
        let mut texts = self.seen().texts.into_iter();
        texts.find(|text| text.content == content)
    }

    pub(crate) fn has_focus(&mut self, field: &'static str) -> bool {
        self.seen().focused.contains(&Id::from(field))
    }

    /// Where a field is.
    pub(crate) fn field(&mut self, field: &'static str) -> Rectangle {
        let mut fields = self.seen().fields.into_iter();
        let found = fields.find(|(id, _)| *id == Id::from(field));
        found.expect("the field is there").1
    }

    pub(crate) fn click(&mut self, point: Point) {
        self.cursor = mouse::Cursor::Available(point);
        let button = mouse::Button::Left;
        self.events([
            Event::Mouse(mouse::Event::CursorMoved { position: point }),
            Event::Mouse(mouse::Event::ButtonPressed(button)),
            Event::Mouse(mouse::Event::ButtonReleased(button)),
        ]);
    }

    pub(crate) fn click_on(&mut self, text: &str) {
        let found = self.find(text);
        let point = found
            .unwrap_or_else(|| panic!("not there: {text}"))
            .bounds
            .center();
        self.click(point);
    }

    pub(crate) fn wheel(&mut self, over: Point, lines: f32) {
        self.cursor = mouse::Cursor::Available(over);
        let delta = mouse::ScrollDelta::Lines { x: 0.0, y: lines };
        self.events([Event::Mouse(mouse::Event::WheelScrolled { delta })]);
    }

    pub(crate) fn key(&mut self, key: Named, modifiers: Modifiers) {
        let text = match key {
            Named::Enter => Some("\r"),
            Named::Tab => Some("\t"),
            Named::Escape => Some("\u{1b}"),
            Named::Backspace => Some("\u{8}"),
            _ => None,
        };
        self.events([pressed(Key::Named(key), text, modifiers)]);
    }

    pub(crate) fn tap(&mut self, key: Named) {
        self.key(key, Modifiers::empty());
    }

    pub(crate) fn chord(&mut self, modifiers: Modifiers, letter: &str) {
        self.events([pressed(Key::Character(letter.into()), None, modifiers)]);
    }

    pub(crate) fn letters(&mut self, text: &str) {
        for c in text.chars() {
            let letter = c.to_string();
            let key = Key::Character(letter.as_str().into());
            self.events([pressed(key, Some(&letter), Modifiers::empty())]);
        }
    }

    pub(crate) fn method(&mut self, event: input_method::Event) {
        self.events([Event::InputMethod(event)]);
    }

    /// What is being composed, as it is to be shown.
    pub(crate) fn preedit(&self) -> Option<&str> {
        match &self.input_method {
            InputMethod::Enabled { preedit, .. } => {
                preedit.as_ref().map(|preedit| preedit.content.as_str())
            }
            InputMethod::Disabled => None,
        }
    }
}

fn pressed(key: Key, text: Option<&str>, modifiers: Modifiers) -> Event {
    let code = keyboard::key::NativeCode::Unidentified;
    Event::Keyboard(keyboard::Event::KeyPressed {
        modified_key: key.clone(),
        key,
        physical_key: keyboard::key::Physical::Unidentified(code),
        location: keyboard::Location::Standard,
        modifiers,
        text: text.map(Into::into),
        repeat: false,
    })
}
