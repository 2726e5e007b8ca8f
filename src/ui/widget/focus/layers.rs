//! The root of a screen: what lies below, and the dialog or menu on top of it, which keeps the keyboard to itself.

use iced::{
    Element, Event, Length, Rectangle, Size, Theme, Vector,
    advanced::{
        Clipboard, Layout, Renderer as _, Shell, Widget, layout, mouse, overlay, renderer,
        widget::{Id, Operation, Tree, tree},
    },
    keyboard::{self, Key, key::Named},
};

use super::{
    FIRST,
    survey::{Give, Reveal, Survey},
};

/// The root of a screen.
pub struct Layers<'a, Message> {
    /// What lies below, and what lies on top where there is something.
    content: Vec<Element<'a, Message, Theme, iced::Renderer>>,
    /// What it is that lies on top.
    top: Option<&'static str>,
}

/// This screen, with this on top of it; the name tells one thing on top from the next.
pub fn layers<'a, Message>(
    base: impl Into<Element<'a, Message, Theme, iced::Renderer>>,
    top: Option<(&'static str, Element<'a, Message, Theme, iced::Renderer>)>,
) -> Layers<'a, Message> {
    let (name, top) = top.unzip();
    Layers {
        content: std::iter::once(base.into()).chain(top).collect(),
        top: name,
    }
}

#[derive(Default)]
struct State {
    /// What lay on top.
    top: Option<&'static str>,
    /// What had the focus below when something came on top.
    before: Option<usize>,
    /// Whether the last thing that was used was the mouse.
    mouse: bool,
}

/// How the focus is moved.
enum Move {
    To(usize),
    Nowhere,
}

impl<Message> Layers<'_, Message> {
    fn survey(
        &mut self,
        layer: usize,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &iced::Renderer,
    ) -> Survey {
        let mut survey = Survey::default();
        self.operate_on(layer, tree, layout, renderer, &mut survey);
        survey
    }

    fn operate_on(
        &mut self,
        layer: usize,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &iced::Renderer,
        operation: &mut dyn Operation,
    ) {
        if let (Some(content), Some(tree), Some(layout)) = (
            self.content.get_mut(layer),
            tree.children.get_mut(layer),
            layout.children().nth(layer),
        ) {
            content
                .as_widget_mut()
                .operate(tree, layout, renderer, operation);
        }
    }

    fn give(
        &mut self,
        layer: usize,
        movement: &Move,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &iced::Renderer,
        survey: &Survey,
    ) {
        match movement {
            Move::Nowhere => {
                self.operate_on(layer, tree, layout, renderer, &mut Give::to_none());
            }
            Move::To(target) => {
                self.operate_on(layer, tree, layout, renderer, &mut Give::to(*target));
                if let Some(stop) = survey.stops.get(*target) {
                    self.operate_on(layer, tree, layout, renderer, &mut Reveal(stop.bounds));
                }
            }
        }
    }

    /// Something came on top, or went away: the focus goes there, or back.
    fn settle(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &iced::Renderer) {
        let state = tree.state.downcast_mut::<State>();
        if state.top == self.top {
            return;
        }
        let uncovered = state.top.is_none();
        state.top = self.top;
        let (mouse, before) = (state.mouse, state.before);
        let below = self.survey(0, tree, layout, renderer);
        if self.top.is_some() {
            if uncovered {
                tree.state.downcast_mut::<State>().before = below.focused();
            }
            self.give(0, &Move::Nowhere, tree, layout, renderer, &below);
            let mut above = self.survey(1, tree, layout, renderer);
            if !uncovered {
                // What had the focus on the page before may have left it to what stands in its place now.
                self.give(1, &Move::Nowhere, tree, layout, renderer, &above);
                above = self.survey(1, tree, layout, renderer);
            }
            let first = above.named(&Id::new(FIRST)).unwrap_or(0);
            let text = above.stops.get(first).is_some_and(|stop| stop.text);
            // After a click, a ring around the first thing would only be in the way.
            if above.focused().is_none() && !above.stops.is_empty() && (text || !mouse) {
                self.give(1, &Move::To(first), tree, layout, renderer, &above);
            }
        } else if let Some(before) = before.filter(|at| *at < below.stops.len())
            && below.focused().is_none()
            && !mouse
        {
            self.give(0, &Move::To(before), tree, layout, renderer, &below);
        }
    }
}

/// Where a key moves the focus to.
fn movement(key: &Key, modifiers: keyboard::Modifiers, survey: &Survey) -> Option<usize> {
    if modifiers.command() || modifiers.alt() || modifiers.logo() {
        return None;
    }
    match key {
        Key::Named(Named::Tab) => survey.after(modifiers.shift()),
        Key::Named(Named::F6) => survey.next_pane(modifiers.shift()),
        _ => None,
    }
}

/// Keys that the window hears whichever field has the focus; a field would take them for letters.
fn belongs_to_the_window(event: &Event) -> bool {
    let Event::Keyboard(keyboard::Event::KeyPressed { key, modifiers, .. }) = event else {
        return false;
    };
    let Key::Character(c) = key else {
        return false;
    };
    modifiers.command()
        && !modifiers.alt()
        && matches!(c.as_str(), "+" | "=" | "-" | "_" | "0" | ",")
}

/// Whether an event is meant for what lies on top only.
fn for_the_top(event: &Event) -> bool {
    match event {
        Event::Keyboard(keyboard::Event::ModifiersChanged(_)) => false,
        Event::Mouse(mouse::Event::ButtonPressed(_) | mouse::Event::WheelScrolled { .. }) => true,
        Event::Keyboard(_) | Event::InputMethod(_) | Event::Touch(_) => true,
        _ => false,
    }
}

impl<Message> Widget<Message, Theme, iced::Renderer> for Layers<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn children(&self) -> Vec<Tree> {
        self.content.iter().map(Tree::new).collect()
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(&self.content);
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Fill)
    }

    fn layout(
        &mut self,
        tree: &mut Tree,
        renderer: &iced::Renderer,
        limits: &layout::Limits,
    ) -> layout::Node {
        let size = limits.max();
        let limits = layout::Limits::new(Size::ZERO, size);
        let nodes = self
            .content
            .iter_mut()
            .zip(&mut tree.children)
            .map(|(content, tree)| content.as_widget_mut().layout(tree, renderer, &limits))
            .collect();
        layout::Node::with_children(size, nodes)
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
        let top = self.content.len().saturating_sub(1);
        let layers = self.content.iter().zip(&tree.children);
        for (at, ((content, tree), layout)) in layers.zip(layout.children()).enumerate() {
            let cursor = if at == top {
                cursor
            } else {
                mouse::Cursor::Unavailable
            };
            let content = content.as_widget();
            if at == 0 {
                content.draw(tree, renderer, theme, style, layout, cursor, viewport);
            } else {
                renderer.with_layer(*viewport, |renderer| {
                    content.draw(tree, renderer, theme, style, layout, cursor, viewport);
                });
            }
        }
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &iced::Renderer,
        operation: &mut dyn Operation,
    ) {
        operation.container(None, layout.bounds());
        operation.traverse(&mut |operation| {
            let layers = self.content.iter_mut().zip(&mut tree.children);
            for ((content, tree), layout) in layers.zip(layout.children()) {
                content
                    .as_widget_mut()
                    .operate(tree, layout, renderer, operation);
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
        self.settle(tree, layout, renderer);
        let state = tree.state.downcast_mut::<State>();
        match event {
            Event::Mouse(mouse::Event::ButtonPressed(_)) => state.mouse = true,
            Event::Keyboard(keyboard::Event::KeyPressed { .. }) => state.mouse = false,
            _ => {}
        }
        if belongs_to_the_window(event) {
            shell.capture_event();
            return;
        }
        let top = self.content.len().saturating_sub(1);
        let layers = self.content.iter_mut().zip(&mut tree.children);
        for (at, ((content, tree), layout)) in layers.zip(layout.children()).enumerate() {
            if at < top && for_the_top(event) {
                continue;
            }
            let cursor = if at == top {
                cursor
            } else {
                mouse::Cursor::Unavailable
            };
            content.as_widget_mut().update(
                tree, event, layout, cursor, renderer, clipboard, shell, viewport,
            );
        }
        let Event::Keyboard(keyboard::Event::KeyPressed { key, modifiers, .. }) = event else {
            return;
        };
        if shell.is_event_captured() || !matches!(key, Key::Named(Named::Tab | Named::F6)) {
            return;
        }
        let survey = self.survey(top, tree, layout, renderer);
        if let Some(target) = movement(key, *modifiers, &survey) {
            self.give(top, &Move::To(target), tree, layout, renderer, &survey);
            shell.capture_event();
            shell.request_redraw();
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
        let layers = self.content.iter().zip(&tree.children);
        layers
            .zip(layout.children())
            .next_back()
            .map(|((content, tree), layout)| {
                content
                    .as_widget()
                    .mouse_interaction(tree, layout, cursor, viewport, renderer)
            })
            .unwrap_or_default()
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &iced::Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Message, Theme, iced::Renderer>> {
        overlay::from_children(
            &mut self.content,
            tree,
            layout,
            renderer,
            viewport,
            translation,
        )
    }
}

impl<'a, Message: 'a> From<Layers<'a, Message>> for Element<'a, Message> {
    fn from(layers: Layers<'a, Message>) -> Self {
        Element::new(layers)
    }
}
