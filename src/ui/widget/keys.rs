//! A wrapper that sees key presses before what it wraps, and knows whether an input method is composing.
//!
//! Keys that an input method is using mean nothing else: while letters are being composed, Enter, Tab and Escape go
//! nowhere, even on systems that deliver them. Draws nothing itself.

use iced::{
    Element, Event, Length, Rectangle, Size, Theme, Vector,
    advanced::{
        Clipboard, Layout, Shell, Widget, input_method, layout, mouse, overlay, renderer,
        widget::{Operation, Tree, tree},
    },
    keyboard::{self, Key, Modifiers, key::Named},
};

/// What a key means; none where it is for the content.
type Meaning<'a, Message> = Box<dyn Fn(&Key, Modifiers) -> Option<Message> + 'a>;

/// Something that sees key presses before its content.
pub struct Keys<'a, Message> {
    content: Element<'a, Message>,
    meaning: Meaning<'a, Message>,
    max_height: f32,
}

/// This content, with these keys seen first.
pub fn keys<'a, Message>(
    content: impl Into<Element<'a, Message>>,
    meaning: impl Fn(&Key, Modifiers) -> Option<Message> + 'a,
) -> Keys<'a, Message> {
    Keys {
        content: content.into(),
        meaning: Box::new(meaning),
        max_height: f32::INFINITY,
    }
}

impl<Message> Keys<'_, Message> {
    /// The tallest it gets, in px. What the content draws below that is cut off.
    #[must_use]
    pub fn max_height(self, max_height: f32) -> Self {
        Self { max_height, ..self }
    }
}

/// Whether an input method is composing.
#[derive(Debug, Default)]
struct State {
    composing: bool,
}

impl<Message> Widget<Message, Theme, iced::Renderer> for Keys<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn children(&self) -> Vec<Tree> {
        vec![Tree::new(&self.content)]
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(std::slice::from_ref(&self.content));
    }

    fn size(&self) -> Size<Length> {
        self.content.as_widget().size()
    }

    fn layout(
        &mut self,
        tree: &mut Tree,
        renderer: &iced::Renderer,
        limits: &layout::Limits,
    ) -> layout::Node {
        let Some(child) = tree.children.first_mut() else {
            return layout::Node::new(Size::ZERO);
        };
        let limits = limits.max_height(self.max_height);
        let node = self
            .content
            .as_widget_mut()
            .layout(child, renderer, &limits);
        if node.size().height <= limits.max().height {
            return layout::Node::with_children(node.size(), vec![node]);
        }
        let size = Size::new(node.size().width, limits.max().height);
        // A text editor adds its padding to the height it was allowed.
        let node = layout::Node::with_children(size, node.children().to_vec());
        layout::Node::with_children(size, vec![node])
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
        let state = tree.state.downcast_mut::<State>();
        match event {
            Event::InputMethod(input_method::Event::Preedit(text, _)) => {
                state.composing = !text.is_empty();
            }
            Event::InputMethod(_) => state.composing = false,
            Event::Keyboard(keyboard::Event::KeyPressed { key, modifiers, .. }) => {
                if state.composing {
                    if let Key::Named(Named::Enter | Named::Tab | Named::Escape) = key {
                        shell.capture_event();
                        return;
                    }
                } else if let Some(message) = (self.meaning)(key, *modifiers) {
                    shell.publish(message);
                    shell.capture_event();
                    return;
                }
            }
            _ => {}
        }
        if let (Some(child), Some(layout)) = (tree.children.first_mut(), layout.children().next()) {
            self.content.as_widget_mut().update(
                child, event, layout, cursor, renderer, clipboard, shell, viewport,
            );
        }
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
        if let (Some(child), Some(layout)) = (tree.children.first(), layout.children().next()) {
            self.content
                .as_widget()
                .draw(child, renderer, theme, style, layout, cursor, viewport);
        }
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &iced::Renderer,
    ) -> mouse::Interaction {
        match (tree.children.first(), layout.children().next()) {
            (Some(child), Some(layout)) => self
                .content
                .as_widget()
                .mouse_interaction(child, layout, cursor, viewport, renderer),
            _ => mouse::Interaction::default(),
        }
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &iced::Renderer,
        operation: &mut dyn Operation,
    ) {
        if let (Some(child), Some(layout)) = (tree.children.first_mut(), layout.children().next()) {
            self.content
                .as_widget_mut()
                .operate(child, layout, renderer, operation);
        }
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &iced::Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Message, Theme, iced::Renderer>> {
        let child = tree.children.first_mut()?;
        let layout = layout.children().next()?;
        self.content
            .as_widget_mut()
            .overlay(child, layout, renderer, viewport, translation)
    }
}

impl<'a, Message: 'a> From<Keys<'a, Message>> for Element<'a, Message> {
    fn from(keys: Keys<'a, Message>) -> Self {
        Element::new(keys)
    }
}
