//! Where the keyboard is: one chain of focusable things through the whole window, moved at once.
//!
//! iced's own focus operations run one turn of the event loop after they were asked for, so what is typed meanwhile lands
//! in the wrong field. Here the widget that hears a Tab moves the focus itself, before it looks at the next key.
//!
//! - [`layers`]: the root. Hears Tab, Shift+Tab and F6, and keeps the keyboard inside of what lies on top.
//! - [`pane`]: a part of the window that F6 goes to.
//! - [`rows`]: a list: one stop for Tab, arrows inside.
//! - [`press`]: something that Enter and the space bar press, with a ring around it while it has the focus.

/// The name of what has the focus first in what lies on top; the first thing where none has it.
pub const FIRST: &str = "first";

mod control;
mod layers;
mod pane;
mod rows;
mod survey;

pub use control::{Control, Ring, press};
pub use layers::{Layers, layers};
pub use pane::{Pane, pane};
pub(in crate::widget) use survey::Only;

pub use rows::{CURRENT, Rows, rows};

use iced::{
    Task,
    advanced::widget::{Id, operate},
    widget::operation,
};

/// Puts the cursor into the field of this name, and scrolls it into sight.
pub fn reach<T: Send + 'static>(field: &'static str) -> Task<T> {
    let find = survey::Find {
        id: Id::new(field),
        bounds: None,
    };
    operation::focus(field).chain(operate(find))
}

/// What a widget around another one does not change.
macro_rules! through {
    () => {
        fn children(&self) -> Vec<Tree> {
            vec![Tree::new(&self.content)]
        }

        fn diff(&self, tree: &mut Tree) {
            tree.diff_children(std::slice::from_ref(&self.content));
        }

        fn size(&self) -> iced::Size<iced::Length> {
            self.content.as_widget().size()
        }

        fn size_hint(&self) -> iced::Size<iced::Length> {
            self.content.as_widget().size_hint()
        }

        fn layout(
            &mut self,
            tree: &mut Tree,
            renderer: &iced::Renderer,
            limits: &iced::advanced::layout::Limits,
        ) -> iced::advanced::layout::Node {
            let Some(child) = tree.children.first_mut() else {
                return iced::advanced::layout::Node::new(iced::Size::ZERO);
            };
            let node = self.content.as_widget_mut().layout(child, renderer, limits);
            iced::advanced::layout::Node::with_children(node.size(), vec![node])
        }

        fn mouse_interaction(
            &self,
            tree: &Tree,
            layout: Layout<'_>,
            cursor: iced::advanced::mouse::Cursor,
            viewport: &Rectangle,
            renderer: &iced::Renderer,
        ) -> iced::advanced::mouse::Interaction {
            match (tree.children.first(), layout.children().next()) {
                (Some(tree), Some(layout)) => self
                    .content
                    .as_widget()
                    .mouse_interaction(tree, layout, cursor, viewport, renderer),
                _ => iced::advanced::mouse::Interaction::None,
            }
        }

        fn overlay<'b>(
            &'b mut self,
            tree: &'b mut Tree,
            layout: Layout<'b>,
            renderer: &iced::Renderer,
            viewport: &Rectangle,
            translation: iced::Vector,
        ) -> Option<iced::advanced::overlay::Element<'b, Message, iced::Theme, iced::Renderer>> {
            self.content.as_widget_mut().overlay(
                tree.children.first_mut()?,
                layout.children().next()?,
                renderer,
                viewport,
                translation,
            )
        }
    };
}

/// The same, for those who only listen.
macro_rules! plain_draw {
    () => {
        fn draw(
            &self,
            tree: &Tree,
            renderer: &mut iced::Renderer,
            theme: &iced::Theme,
            style: &iced::advanced::renderer::Style,
            layout: Layout<'_>,
            cursor: iced::advanced::mouse::Cursor,
            viewport: &Rectangle,
        ) {
            if let (Some(tree), Some(layout)) = (tree.children.first(), layout.children().next()) {
                self.content
                    .as_widget()
                    .draw(tree, renderer, theme, style, layout, cursor, viewport);
            }
        }
    };
}

use {plain_draw, through};
