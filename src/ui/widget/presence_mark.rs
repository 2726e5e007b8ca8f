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
/// How far the mark reaches over the edge of what it stands at, in px.
pub const OVERHANG: f32 = 2.0;
/// How wide the ground around it is there, in px.
const MARGIN: f32 = 2.0;

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
        draw(
            renderer,
            layout.bounds(),
            self.shape,
            (self.color)(theme),
            (self.ground)(theme),
            viewport,
        );
    }
}

/// Draws a mark at the lower right of this, with a margin of the ground around it.
pub fn at_the_edge<Renderer: renderer::Renderer>(
    renderer: &mut Renderer,
    of: Rectangle,
    shape: Shape,
    color: Color,
    ground: Color,
    viewport: &Rectangle,
) {
    let side = DIAMETER + 2.0 * MARGIN;
    let bounds = Rectangle {
        x: of.x + of.width + OVERHANG - side,
        y: of.y + of.height + OVERHANG - side,
        width: side,
        height: side,
    };
    disc(renderer, bounds, ground);
    draw(
        renderer,
        bounds.shrink(MARGIN),
        shape,
        color,
        ground,
        viewport,
    );
}

fn disc<Renderer: renderer::Renderer>(renderer: &mut Renderer, bounds: Rectangle, color: Color) {
    renderer.fill_quad(
        Quad {
            bounds,
            border: Border {
                radius: Radius::from(bounds.width / 2.0),
                ..Border::default()
            },
            ..Quad::default()
        },
        color,
    );
}

fn draw<Renderer: renderer::Renderer>(
    renderer: &mut Renderer,
    bounds: Rectangle,
    shape: Shape,
    color: Color,
    ground: Color,
    viewport: &Rectangle,
) {
    match shape {
        Shape::Full => disc(renderer, bounds, color),
        Shape::Bar => {
            disc(renderer, bounds, color);
            let bar = Rectangle {
                x: bounds.x + 1.5,
                y: bounds.y + 4.0,
                width: DIAMETER - 3.0,
                height: 2.0,
            };
            renderer.fill_quad(
                Quad {
                    bounds: bar,
                    ..Quad::default()
                },
                Color::WHITE,
            );
        }
        Shape::Half | Shape::Ring => {
            renderer.fill_quad(
                Quad {
                    bounds,
                    border: Border {
                        color,
                        width: if shape == Shape::Half { 1.5 } else { 2.0 },
                        radius: Radius::from(DIAMETER / 2.0),
                    },
                    ..Quad::default()
                },
                ground,
            );
            if shape == Shape::Half {
                let right = Rectangle {
                    x: bounds.x + DIAMETER * 0.42,
                    width: DIAMETER * 0.58,
                    ..bounds
                };
                if let Some(right) = right.intersection(viewport) {
                    renderer.with_layer(right, |renderer| disc(renderer, bounds, color));
                }
            }
        }
    }
}

impl<'a, Message: 'a> From<PresenceMark> for Element<'a, Message> {
    fn from(mark: PresenceMark) -> Self {
        Element::new(mark)
    }
}
