//! A small mark that says by its shape, not by its colour alone, how somebody is.

use std::f32::consts::FRAC_PI_2;

use iced::{
    Background, Border, Color, Element, Length, Rectangle, Size, Theme,
    advanced::{
        Layout, Widget, layout, mouse,
        renderer::{self, Quad},
        widget::Tree,
    },
    border::Radius,
    gradient::Linear,
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
        _viewport: &Rectangle,
    ) {
        draw(
            renderer,
            layout.bounds(),
            self.shape,
            (self.color)(theme),
            (self.ground)(theme),
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
) {
    let side = DIAMETER + 2.0 * MARGIN;
    let bounds = Rectangle {
        x: of.x + of.width + OVERHANG - side,
        y: of.y + of.height + OVERHANG - side,
        width: side,
        height: side,
    };
    disc(renderer, bounds, ground);
    draw(renderer, bounds.shrink(MARGIN), shape, color, ground);
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
            let (width, inside) = if shape == Shape::Half {
                (1.5, half(ground, color))
            } else {
                (2.0, Background::Color(ground))
            };
            let quad = Quad {
                bounds,
                border: Border {
                    color,
                    width,
                    radius: Radius::from(DIAMETER / 2.0),
                },
                ..Quad::default()
            };
            renderer.fill_quad(quad, inside);
        }
    }
}

/// One colour at the left, the other at the right. A layer that cuts half of a disc off would shift all layers after it,
/// and the software renderer would paint all of them anew when somebody comes or goes.
fn half(left: Color, right: Color) -> Background {
    let edge = 0.42;
    Linear::new(FRAC_PI_2)
        .add_stop(edge - 0.001, left)
        .add_stop(edge + 0.001, right)
        .into()
}

impl<'a, Message: 'a> From<PresenceMark> for Element<'a, Message> {
    fn from(mark: PresenceMark) -> Self {
        Element::new(mark)
    }
}
