//! A small mark that says by its shape, not by its colour alone, how somebody is.

use iced::{
    Border, Color, Element, Length, Rectangle, Size, Theme,
    advanced::{
        Layout, Widget, layout, mouse,
        renderer::{self, Quad},
        widget::Tree,
    },
    border::Radius,
};

/// The shapes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A full circle.
    Full,
    /// A half circle in a ring.
    Half,
    /// A full circle with a bar.
    Bar,
    /// A ring.
    Ring,
}

/// The diameter, in px.
const DIAMETER: f32 = 10.0;

/// A mark of this shape, in this colour, on this ground.
#[derive(Debug, Clone, Copy)]
pub struct PresenceMark {
    shape: Shape,
    color: fn(&Theme) -> Color,
    ground: fn(&Theme) -> Color,
}

impl PresenceMark {
    /// A mark of this shape, in this colour, on this ground.
    #[must_use]
    pub fn new(shape: Shape, color: fn(&Theme) -> Color, ground: fn(&Theme) -> Color) -> Self {
        Self {
            shape,
            color,
            ground,
        }
    }
}

impl<Message, Renderer: renderer::Renderer> Widget<Message, Theme, Renderer> for PresenceMark {
    fn size(&self) -> Size<Length> {
        Size::new(Length::Fixed(DIAMETER), Length::Fixed(DIAMETER))
    }

    fn layout(
        &mut self,
        _tree: &mut Tree,
        _renderer: &Renderer,
        _limits: &layout::Limits,
    ) -> layout::Node {
        layout::Node::new(Size::new(DIAMETER, DIAMETER))
    }

    fn draw(
        &self,
        _tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        _style: &renderer::Style,
        layout: Layout<'_>,
        _cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let bounds = layout.bounds();
        let (color, ground) = ((self.color)(theme), (self.ground)(theme));
        let filled = matches!(self.shape, Shape::Full | Shape::Bar);
        renderer.fill_quad(
            Quad {
                bounds,
                border: Border {
                    color,
                    width: if filled { 0.0 } else { 2.0 },
                    radius: Radius::from(DIAMETER / 2.0),
                },
                ..Quad::default()
            },
            if filled { color } else { ground },
        );
        match self.shape {
            Shape::Full | Shape::Ring => {}
            Shape::Half => {
                let right = Rectangle {
                    x: bounds.x + DIAMETER / 2.0,
                    width: DIAMETER / 2.0,
                    ..bounds
                };
                let Some(right) = right.intersection(viewport) else {
                    return;
                };
                renderer.with_layer(right, |renderer| {
                    renderer.fill_quad(
                        Quad {
                            bounds,
                            border: Border {
                                radius: Radius::from(DIAMETER / 2.0),
                                ..Border::default()
                            },
                            ..Quad::default()
                        },
                        color,
                    );
                });
            }
            Shape::Bar => renderer.fill_quad(
                Quad {
                    bounds: Rectangle {
                        x: bounds.x + 2.0,
                        y: bounds.y + 4.0,
                        width: DIAMETER - 4.0,
                        height: 2.0,
                    },
                    ..Quad::default()
                },
                Color::WHITE,
            ),
        }
    }
}

impl<'a, Message: 'a> From<PresenceMark> for Element<'a, Message> {
    fn from(mark: PresenceMark) -> Self {
        Element::new(mark)
    }
}
