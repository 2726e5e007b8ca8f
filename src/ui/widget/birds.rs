//! The two orioles on their branch: the welcome, and wherever nothing is yet.

use std::cell::Cell;

use iced::{
    Color, Element, Length, Point, Rectangle, Renderer, Theme, Vector, color, mouse,
    widget::canvas::{
        self, Cache, Canvas, Geometry, LineCap, Path, Program, Stroke, path::Builder,
    },
};

use crate::style;

/// The drawing's own width and height.
const WIDTH: f32 = 210.0;
const HEIGHT: f32 = 98.0;
/// What lies above the birds in the original drawing.
const ABOVE: f32 = 44.0;
/// The second bird: smaller, and turned to the first.
const SECOND: (f32, f32, f32) = (218.0, 12.0, 0.82);

const YELLOW: Color = color!(0xF2B441);
const DARK: Color = color!(0x1B2420);
const BEAK: Color = color!(0xE06A3B);
const BRANCH: Color = color!(0x8FD0AE);

/// The birds on the window's ground, so many px wide.
pub fn birds<'a, Message: 'a>(width: f32) -> Element<'a, Message> {
    drawn(width, |theme| {
        if theme.extended_palette().is_dark {
            style::tokens(theme).off
        } else {
            DARK
        }
    })
}

/// The birds on the green of the welcome, so many px wide.
pub fn birds_on_green<'a, Message: 'a>(width: f32) -> Element<'a, Message> {
    drawn(width, |_| DARK)
}

fn drawn<'a, Message: 'a>(width: f32, tail: fn(&Theme) -> Color) -> Element<'a, Message> {
    Canvas::new(Birds { tail })
        .width(Length::Fixed(width))
        .height(Length::Fixed((width * HEIGHT / WIDTH).ceil()))
        .into()
}

struct Birds {
    /// The colour of the tails, which lie on the ground.
    tail: fn(&Theme) -> Color,
}

/// What was drawn, and with which tails.
#[derive(Default)]
struct Drawn {
    cache: Cache,
    tail: Cell<Option<Color>>,
}

impl<Message> Program<Message> for Birds {
    type State = Drawn;

    fn draw(
        &self,
        drawn: &Drawn,
        renderer: &Renderer,
        theme: &Theme,
        bounds: Rectangle,
        _cursor: mouse::Cursor,
    ) -> Vec<Geometry> {
        let tail = (self.tail)(theme);
        if drawn.tail.replace(Some(tail)) != Some(tail) {
            drawn.cache.clear();
        }
        vec![drawn.cache.draw(renderer, bounds.size(), |frame| {
            frame.scale(bounds.width / WIDTH);
            frame.translate(Vector::new(0.0, -ABOVE));
            let branch = shape(|b| {
                b.move_to(p(20.0, 118.0));
                b.quadratic_curve_to(p(100.0, 96.0), p(190.0, 110.0));
            });
            let stroke = Stroke::default()
                // The scale of a frame leaves the width of strokes as it is.
                .with_width(4.0 * bounds.width / WIDTH)
                .with_color(BRANCH);
            frame.stroke(&branch, stroke.with_line_cap(LineCap::Round));
            bird(frame, tail);
            frame.with_save(|frame| {
                let (x, y, scale) = SECOND;
                frame.translate(Vector::new(x, y));
                frame.scale_nonuniform(Vector::new(-scale, scale));
                bird(frame, tail);
            });
        })]
    }
}

fn bird(frame: &mut canvas::Frame, tail_color: Color) {
    let body = shape(|b| {
        b.move_to(p(48.0, 106.0));
        b.bezier_curve_to(p(42.0, 80.0), p(56.0, 54.0), p(82.0, 54.0));
        b.bezier_curve_to(p(98.0, 54.0), p(106.0, 64.0), p(106.0, 78.0));
        b.bezier_curve_to(p(106.0, 98.0), p(90.0, 110.0), p(70.0, 110.0));
        b.close();
    });
    let wing = shape(|b| {
        b.move_to(p(60.0, 104.0));
        b.bezier_curve_to(p(60.0, 88.0), p(70.0, 76.0), p(88.0, 74.0));
        b.bezier_curve_to(p(86.0, 92.0), p(78.0, 104.0), p(60.0, 108.0));
        b.close();
    });
    let beak = shape(|b| {
        b.move_to(p(105.0, 68.0));
        b.line_to(p(119.0, 72.0));
        b.line_to(p(105.0, 78.0));
        b.close();
    });
    let tail = shape(|b| {
        b.move_to(p(50.0, 104.0));
        b.line_to(p(32.0, 126.0));
        b.line_to(p(42.0, 128.0));
        b.line_to(p(58.0, 110.0));
        b.close();
    });
    frame.fill(&body, YELLOW);
    frame.fill(&wing, DARK);
    frame.fill(&Path::circle(p(90.0, 68.0), 3.6), DARK);
    frame.fill(&beak, BEAK);
    frame.fill(&tail, tail_color);
}

fn shape(draw: impl FnOnce(&mut Builder)) -> Path {
    Path::new(draw)
}

fn p(x: f32, y: f32) -> Point {
    Point::new(x, y)
}
