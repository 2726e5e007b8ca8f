//! A list: one stop for Tab, and the arrows inside.

use iced::{
    Element, Event, Rectangle, Theme,
    advanced::{
        Clipboard, Layout, Shell, Widget, mouse,
        widget::{Id, Operation, Tree},
    },
    keyboard::{self, Key, key::Named},
};

use super::{
    plain_draw,
    survey::{Give, Only, Reveal, Survey},
    through,
};

/// The name of the row that Tab comes to first; the first row where none has it.
pub const CURRENT: &str = "row-current";
/// How many rows a page has.
const PAGE: usize = 10;

/// A list: one stop for Tab, and the arrows inside.
pub struct Rows<'a, Message> {
    content: Element<'a, Message, Theme, iced::Renderer>,
    alone: bool,
}

/// This list of things to press, with what scrolls it.
pub fn rows<'a, Message>(
    content: impl Into<Element<'a, Message, Theme, iced::Renderer>>,
) -> Rows<'a, Message> {
    Rows {
        content: content.into(),
        alone: false,
    }
}

impl<Message> Rows<'_, Message> {
    /// Hears the arrows also where nothing has the focus, as a menu does that was opened with the mouse.
    #[must_use]
    pub fn alone(self) -> Self {
        Self {
            alone: true,
            ..self
        }
    }

    fn survey(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &iced::Renderer) -> Survey {
        let mut survey = Survey::default();
        self.content
            .as_widget_mut()
            .operate(tree, layout, renderer, &mut survey);
        survey
    }
}

/// Where a key leads from one of so many rows.
fn step(key: &Key, modifiers: keyboard::Modifiers, now: usize, count: usize) -> Option<usize> {
    let Key::Named(named) = key else {
        return None;
    };
    if modifiers.alt() || modifiers.command() || modifiers.shift() {
        return None;
    }
    let last = count.checked_sub(1)?;
    Some(match named {
        Named::ArrowUp => now.saturating_sub(1),
        Named::ArrowDown => (now + 1).min(last),
        Named::Home => 0,
        Named::End => last,
        Named::PageUp => now.saturating_sub(PAGE),
        Named::PageDown => (now + PAGE).min(last),
        _ => return None,
    })
}

impl<Message> Widget<Message, Theme, iced::Renderer> for Rows<'_, Message> {
    through!();
    plain_draw!();

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &iced::Renderer,
        operation: &mut dyn Operation,
    ) {
        let (Some(tree), Some(layout)) = (tree.children.first_mut(), layout.children().next())
        else {
            return;
        };
        let survey = self.survey(tree, layout, renderer);
        let keep = survey
            .focused()
            .or_else(|| survey.named(&Id::new(CURRENT)))
            .unwrap_or(0);
        let mut seen = 0;
        operation.traverse(&mut |inner| {
            let mut only = Only {
                inner,
                keep,
                seen: &mut seen,
            };
            self.content
                .as_widget_mut()
                .operate(tree, layout, renderer, &mut only);
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
        let (Some(tree), Some(layout)) = (tree.children.first_mut(), layout.children().next())
        else {
            return;
        };
        self.content.as_widget_mut().update(
            tree, event, layout, cursor, renderer, clipboard, shell, viewport,
        );
        let Event::Keyboard(keyboard::Event::KeyPressed { key, modifiers, .. }) = event else {
            return;
        };
        // Looking through a long list is not for every letter that is typed elsewhere.
        if shell.is_event_captured() || step(key, *modifiers, 0, 1).is_none() {
            return;
        }
        let survey = self.survey(tree, layout, renderer);
        let count = survey.stops.len();
        let target = match survey.focused() {
            Some(now) => step(key, *modifiers, now, count),
            None if self.alone && *key == Key::Named(Named::ArrowUp) => count.checked_sub(1),
            None if self.alone && count > 0 => Some(0),
            None => None,
        };
        if let Some(target) = target {
            let content = self.content.as_widget_mut();
            content.operate(tree, layout, renderer, &mut Give::to(target));
            if let Some(stop) = survey.stops.get(target) {
                content.operate(tree, layout, renderer, &mut Reveal(stop.bounds));
            }
            shell.capture_event();
            shell.request_redraw();
        }
    }
}

impl<'a, Message: 'a> From<Rows<'a, Message>> for Element<'a, Message> {
    fn from(rows: Rows<'a, Message>) -> Self {
        Element::new(rows)
    }
}
