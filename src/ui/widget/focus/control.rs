//! Something that Enter and the space bar press, with a ring around it while it has the focus.

use iced::{
    Border, Color, Element, Event, Rectangle, Theme,
    advanced::{
        Clipboard, Layout, Renderer as _, Shell, Widget, mouse,
        renderer::{self, Quad},
        widget::{Id, Operation, Tree, operation::Focusable, tree},
    },
    border::Radius,
    keyboard::{self, Key, key::Named},
};

use super::through;
use crate::style::{self, tokens::radius};

/// How the ring lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ring {
    /// How round its corners are, in px.
    pub radius: f32,
    /// How far outside of the thing it lies, in px; less than 0 for inside.
    pub outside: f32,
}

impl Ring {
    /// Around a button.
    pub const BUTTON: Self = Self {
        radius: radius::CONTROL + 3.0,
        outside: 3.0,
    };
    /// In a row of a list, where there is no room around it.
    pub const ROW: Self = Self {
        radius: radius::ROW,
        outside: 0.0,
    };
}

/// Something that can be pressed.
pub struct Control<'a, Message> {
    content: Element<'a, Message, Theme, iced::Renderer>,
    press: Option<Message>,
    less: Option<Message>,
    more: Option<Message>,
    id: Option<Id>,
    ring: Ring,
}

/// This, pressed by Enter and the space bar as by a click; it cannot have the focus where there is no message.
pub fn press<'a, Message>(
    content: impl Into<Element<'a, Message, Theme, iced::Renderer>>,
    message: Option<Message>,
) -> Control<'a, Message> {
    Control {
        content: content.into(),
        press: message,
        less: None,
        more: None,
        id: None,
        ring: Ring::BUTTON,
    }
}

impl<Message> Control<'_, Message> {
    /// With this name.
    #[must_use]
    pub fn id(self, id: &'static str) -> Self {
        Self {
            id: Some(Id::new(id)),
            ..self
        }
    }

    /// With this name, where there is one.
    #[must_use]
    pub fn id_maybe(self, id: Option<&'static str>) -> Self {
        Self {
            id: id.map(Id::new),
            ..self
        }
    }

    /// With this ring.
    #[must_use]
    pub fn ring(self, ring: Ring) -> Self {
        Self { ring, ..self }
    }

    /// The arrows left and up, right and down choose something.
    #[must_use]
    pub fn choose(self, less: Option<Message>, more: Option<Message>) -> Self {
        Self { less, more, ..self }
    }

    fn alive(&self) -> bool {
        self.press.is_some() || self.less.is_some() || self.more.is_some()
    }

    fn of_key(&self, key: &Key) -> Option<&Message> {
        match key {
            Key::Named(Named::Enter | Named::Space) => self.press.as_ref(),
            Key::Named(Named::ArrowLeft | Named::ArrowUp) => self.less.as_ref(),
            Key::Named(Named::ArrowRight | Named::ArrowDown) => self.more.as_ref(),
            Key::Character(c) if c == " " => self.press.as_ref(),
            _ => None,
        }
    }
}

#[derive(Default)]
struct State {
    focused: bool,
    /// Whether the ring is shown: after keys, not after a click.
    ring: bool,
}

impl Focusable for State {
    fn is_focused(&self) -> bool {
        self.focused
    }

    fn focus(&mut self) {
        self.focused = true;
        self.ring = true;
    }

    fn unfocus(&mut self) {
        self.focused = false;
    }
}

impl<Message: Clone> Widget<Message, Theme, iced::Renderer> for Control<'_, Message> {
    through!();

    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut iced::Renderer,
        theme: &Theme,
        style: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let (Some(child), Some(inner)) = (tree.children.first(), layout.children().next()) else {
            return;
        };
        self.content
            .as_widget()
            .draw(child, renderer, theme, style, inner, cursor, viewport);
        let state = tree.state.downcast_ref::<State>();
        if state.focused && state.ring && self.alive() {
            renderer.fill_quad(
                Quad {
                    bounds: layout.bounds().expand(self.ring.outside),
                    border: Border {
                        color: style::tokens(theme).focus,
                        width: 2.0,
                        radius: Radius::from(self.ring.radius),
                    },
                    ..Quad::default()
                },
                Color::TRANSPARENT,
            );
        }
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &iced::Renderer,
        operation: &mut dyn Operation,
    ) {
        let state = tree.state.downcast_mut::<State>();
        if self.alive() {
            operation.focusable(self.id.as_ref(), layout.bounds(), state);
        } else {
            state.focused = false;
        }
        operation.traverse(&mut |operation| {
            if let (Some(tree), Some(inner)) = (tree.children.first_mut(), layout.children().next())
            {
                self.content
                    .as_widget_mut()
                    .operate(tree, inner, renderer, operation);
            }
        });
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &iced::Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        viewport: &Rectangle,
    ) {
        if let (Some(child), Some(inner)) = (tree.children.first_mut(), layout.children().next()) {
            self.content.as_widget_mut().update(
                child, event, inner, cursor, renderer, clipboard, shell, viewport,
            );
        }
        let state = tree.state.downcast_mut::<State>();
        match event {
            Event::Mouse(mouse::Event::ButtonPressed(_)) => {
                if state.focused && state.ring {
                    shell.request_redraw();
                }
                state.focused = self.alive() && cursor.is_over(layout.bounds());
                state.ring = false;
            }
            Event::Keyboard(keyboard::Event::KeyPressed {
                key,
                modifiers,
                repeat,
                ..
            }) if state.focused && !shell.is_event_captured() => {
                if modifiers.command() || modifiers.alt() || modifiers.shift() {
                    return;
                }
                if let Some(message) = self.of_key(key).filter(|_| !repeat) {
                    state.ring = true;
                    shell.publish(message.clone());
                    shell.capture_event();
                }
            }
            _ => {}
        }
    }
}

impl<'a, Message: Clone + 'a> From<Control<'a, Message>> for Element<'a, Message> {
    fn from(control: Control<'a, Message>) -> Self {
        Element::new(control)
    }
}
