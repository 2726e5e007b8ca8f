//! Something small in the lower right corner of something else, painted with it.
//!
//! A stack would put it into a layer of its own as large as the window's part around it, in every row of a list; and the
//! software renderer prepares each layer anew for each area that it paints.

use iced::{
    Element, Event, Length, Point, Rectangle, Renderer, Size, Theme,
    advanced::{
        Clipboard, Layout, Shell, Widget,
        layout::{Limits, Node},
        mouse, renderer,
        widget::{Operation, Tree},
    },
};

/// Something small in the corner of something else.
pub struct Corner<'a, Message> {
    /// What is large, and what is small.
    content: [Element<'a, Message>; 2],
}

/// This, with that in its lower right corner. Nothing in either may open an overlay.
pub fn corner<'a, Message>(
    large: impl Into<Element<'a, Message>>,
    small: impl Into<Element<'a, Message>>,
) -> Corner<'a, Message> {
    Corner {
        content: [large.into(), small.into()],
    }
}

impl<Message> Widget<Message, Theme, Renderer> for Corner<'_, Message> {
    fn children(&self) -> Vec<Tree> {
        self.content.iter().map(Tree::new).collect()
    }

    fn diff(&self, tree: &mut Tree) {
        tree.diff_children(&self.content);
    }

    fn size(&self) -> Size<Length> {
        let [large, _] = &self.content;
        large.as_widget().size()
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &Limits) -> Node {
        let [large, small] = &mut self.content;
        let [of_large, of_small] = tree.children.as_mut_slice() else {
            return Node::new(Size::ZERO);
        };
        let large = large.as_widget_mut().layout(of_large, renderer, limits);
        let size = large.size();
        let within = Limits::new(Size::ZERO, size);
        let small = small.as_widget_mut().layout(of_small, renderer, &within);
        let place = Point::new(
            size.width - small.size().width,
            size.height - small.size().height,
        );
        Node::with_children(size, vec![large, small.move_to(place)])
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        operation.container(None, layout.bounds());
        operation.traverse(&mut |operation| {
            let parts = self.content.iter_mut().zip(&mut tree.children);
            for ((part, tree), layout) in parts.zip(layout.children()) {
                let part = part.as_widget_mut();
                part.operate(tree, layout, renderer, operation);
            }
        });
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        viewport: &Rectangle,
    ) {
        let parts = self.content.iter_mut().zip(&mut tree.children);
        for ((part, tree), layout) in parts.zip(layout.children()) {
            part.as_widget_mut().update(
                tree, event, layout, cursor, renderer, clipboard, shell, viewport,
            );
        }
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        let parts = self.content.iter().zip(&tree.children);
        let wished = parts.zip(layout.children()).map(|((part, tree), layout)| {
            let part = part.as_widget();
            part.mouse_interaction(tree, layout, cursor, viewport, renderer)
        });
        wished.max().unwrap_or_default()
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        defaults: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let parts = self.content.iter().zip(&tree.children);
        for ((part, tree), layout) in parts.zip(layout.children()) {
            let part = part.as_widget();
            part.draw(tree, renderer, theme, defaults, layout, cursor, viewport);
        }
    }
}

impl<'a, Message: 'a> From<Corner<'a, Message>> for Element<'a, Message> {
    fn from(corner: Corner<'a, Message>) -> Self {
        Element::new(corner)
    }
}
