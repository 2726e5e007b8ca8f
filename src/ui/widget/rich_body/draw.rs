//! How a body is drawn: backgrounds, the selection, the lines of links, the letters.

use iced::{
    Border, Color, Point, Rectangle, Renderer, Size, Vector,
    advanced::{Renderer as _, renderer, text::Renderer as _},
    border::Radius,
};

use super::{RichBody, State, Style};

/// Where the line under a text lies, as a share of the height of its line.
const UNDER: f32 = 0.8;
/// Where the line through a text lies, as a share of the height of its line.
const THROUGH: f32 = 0.55;

fn fill(renderer: &mut Renderer, bounds: Rectangle, color: Color) {
    let quad = renderer::Quad {
        bounds,
        ..renderer::Quad::default()
    };
    renderer.fill_quad(quad, color);
}

impl<Message> RichBody<'_, Message> {
    pub(super) fn draw_body(
        &self,
        renderer: &mut Renderer,
        state: &State,
        style: Style,
        defaults: &renderer::Style,
        bounds: Rectangle,
        viewport: &Rectangle,
    ) {
        let origin = Vector::new(bounds.x, bounds.y);
        let text = style.text.unwrap_or(defaults.text_color);
        for (index, span) in self.spans.iter().enumerate() {
            let Some(highlight) = span.highlight else {
                continue;
            };
            for area in state.areas(&(index..index + 1)) {
                let quad = renderer::Quad {
                    bounds: area.expand(span.padding) + origin,
                    border: highlight.border,
                    ..renderer::Quad::default()
                };
                renderer.fill_quad(quad, highlight.background);
            }
        }
        for area in state.selected_areas() {
            fill(renderer, area + origin, style.selection);
        }
        let hovered = state.hovered.map(|span| state.same_link(span));
        for (index, span) in self.spans.iter().enumerate() {
            let under = span.underline || hovered.as_ref().is_some_and(|h| h.contains(&index));
            if !under && !span.strikethrough {
                continue;
            }
            let color = span.color.unwrap_or(text);
            for area in state.areas(&(index..index + 1)) {
                let mut line = |share: f32| {
                    let y = (origin.y + area.y + area.height * share).round();
                    let start = Point::new(origin.x + area.x, y);
                    let size = Size::new(area.width, 1.0);
                    fill(renderer, Rectangle::new(start, size), color);
                };
                if under {
                    line(UNDER);
                }
                if span.strikethrough {
                    line(THROUGH);
                }
            }
        }
        for stop in state.links.iter().filter(|stop| stop.focused) {
            for area in state.areas(&stop.spans) {
                let ring = renderer::Quad {
                    bounds: area.expand(2.0) + origin,
                    border: Border {
                        color: style.focus,
                        width: 2.0,
                        radius: Radius::from(4.0),
                    },
                    ..renderer::Quad::default()
                };
                renderer.fill_quad(ring, Color::TRANSPARENT);
            }
        }
        renderer.fill_paragraph(state.paragraph(), bounds.position(), text, *viewport);
    }
}
