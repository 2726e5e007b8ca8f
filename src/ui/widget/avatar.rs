//! A circle with the letters that stand for somebody, and at its edge the mark that says how they are.

use iced::{
    Border, Color, Element, Font, Length, Pixels, Rectangle, Size, Theme,
    advanced::{
        Layout, Renderer as _, Widget, layout, mouse,
        renderer::{self, Quad},
        text::{self, Paragraph as _, Renderer as _, paragraph::Plain},
        widget::{Tree, tree},
    },
    alignment,
    border::Radius,
};

use super::presence_mark::{self, Shape};
use crate::style::{self, people, tokens};

type Paragraph = <iced::Renderer as text::Renderer>::Paragraph;

/// The mark at the edge: its shape, its colour, and the colour of what the circle lies on.
pub type Mark = (Shape, fn(&Theme) -> Color, fn(&Theme) -> Color);

/// A circle with somebody's letters.
pub struct Avatar {
    letters: String,
    hue: f64,
    diameter: f32,
    mark: Option<Mark>,
}

/// A circle of this diameter in px, with these letters, in the colour of this bare address.
#[must_use]
pub fn avatar(letters: String, address: &str, diameter: f32) -> Avatar {
    Avatar {
        letters,
        hue: people::hue(address),
        diameter,
        mark: None,
    }
}

impl Avatar {
    /// With this mark at the lower right.
    #[must_use]
    pub fn mark(self, mark: Mark) -> Self {
        Self {
            mark: Some(mark),
            ..self
        }
    }

    fn text(&self) -> text::Text<&str, Font> {
        text::Text {
            content: &self.letters,
            bounds: Size::new(1000.0, 1000.0),
            size: Pixels((self.diameter * 0.375).round()),
            line_height: text::LineHeight::default(),
            font: style::BOLD,
            align_x: text::Alignment::Default,
            align_y: alignment::Vertical::Top,
            shaping: text::Shaping::default(),
            wrapping: text::Wrapping::None,
        }
    }
}

impl<Message> Widget<Message, Theme, iced::Renderer> for Avatar {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<Plain<Paragraph>>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(Plain::<Paragraph>::default())
    }

    fn size(&self) -> Size<Length> {
        let side = Length::Fixed(self.diameter);
        Size::new(side, side)
    }

    fn layout(
        &mut self,
        tree: &mut Tree,
        _renderer: &iced::Renderer,
        _limits: &layout::Limits,
    ) -> layout::Node {
        let paragraph = tree.state.downcast_mut::<Plain<Paragraph>>();
        let _ = paragraph.update(self.text());
        layout::Node::new(Size::new(self.diameter, self.diameter))
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut iced::Renderer,
        theme: &Theme,
        _style: &renderer::Style,
        layout: Layout<'_>,
        _cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let bounds = layout.bounds();
        if !bounds.expand(presence_mark::OVERHANG).intersects(viewport) {
            return;
        }
        let ground = people::color(self.hue, f64::from(style::tokens(theme).person));
        renderer.fill_quad(
            Quad {
                bounds,
                border: Border {
                    radius: Radius::from(self.diameter / 2.0),
                    ..Border::default()
                },
                ..Quad::default()
            },
            ground,
        );
        let paragraph = tree.state.downcast_ref::<Plain<Paragraph>>().raw();
        let letters = paragraph.min_bounds();
        let place = bounds.center() - iced::Vector::new(letters.width / 2.0, letters.height / 2.0);
        renderer.fill_paragraph(paragraph, place, tokens::ON_PERSON, *viewport);
        if let Some((shape, color, below)) = self.mark {
            presence_mark::at_the_edge(renderer, bounds, shape, color(theme), below(theme));
        }
    }
}

impl<'a, Message: 'a> From<Avatar> for Element<'a, Message> {
    fn from(avatar: Avatar) -> Self {
        Element::new(avatar)
    }
}
