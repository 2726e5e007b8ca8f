//! A part of the window that F6 goes to.

use iced::{
    Element, Event, Rectangle, Theme,
    advanced::{
        Clipboard, Layout, Shell, Widget, mouse,
        widget::{Id, Operation, Tree},
    },
};

use super::{plain_draw, survey::Mark, through};

/// A part of the window that F6 goes to.
pub struct Pane<'a, Message> {
    content: Element<'a, Message, Theme, iced::Renderer>,
    first: Option<Id>,
}

/// This as a pane; F6 goes to the thing of this name in it, else to the first one.
pub fn pane<'a, Message>(
    content: impl Into<Element<'a, Message, Theme, iced::Renderer>>,
    first: &'static str,
) -> Pane<'a, Message> {
    Pane {
        content: content.into(),
        first: Some(Id::new(first)),
    }
}

impl<Message> Widget<Message, Theme, iced::Renderer> for Pane<'_, Message> {
    through!();
    plain_draw!();

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &iced::Renderer,
        operation: &mut dyn Operation,
    ) {
        let (Some(tree), Some(inner)) = (tree.children.first_mut(), layout.children().next())
        else {
            return;
        };
        operation.custom(None, layout.bounds(), &mut Mark::Enter(self.first.clone()));
        operation.traverse(&mut |operation| {
            self.content
                .as_widget_mut()
                .operate(tree, inner, renderer, operation);
        });
        operation.custom(None, layout.bounds(), &mut Mark::Leave);
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
        if let (Some(tree), Some(layout)) = (tree.children.first_mut(), layout.children().next()) {
            self.content.as_widget_mut().update(
                tree, event, layout, cursor, renderer, clipboard, shell, viewport,
            );
        }
    }
}

impl<'a, Message: 'a> From<Pane<'a, Message>> for Element<'a, Message> {
    fn from(pane: Pane<'a, Message>) -> Self {
        Element::new(pane)
    }
}
