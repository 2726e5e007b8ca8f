//! A text on one line that ends in an ellipsis where it does not fit.

use iced::{
    Element, Font, Length, Pixels, Rectangle, Size, Theme,
    advanced::{
        Layout, Widget, layout, mouse, renderer,
        text::{self, Paragraph, paragraph::Plain},
        widget::{Operation, Tree, text as text_widget, tree},
    },
    alignment,
    widget::text::Style,
};

/// Wider than any window, in px.
const FAR: f32 = 100_000.0;

/// A text on one line that takes all the width there is.
pub struct OneLine {
    content: String,
    size: f32,
    font: Font,
    style: fn(&Theme) -> Style,
}

/// This text on one line, in this size (px), face and colour.
#[must_use]
pub fn one_line(content: String, size: f32, font: Font, style: fn(&Theme) -> Style) -> OneLine {
    OneLine {
        content,
        size,
        font,
        style,
    }
}

/// What was drawn last, so that nothing is measured twice.
struct State<P: Paragraph> {
    content: String,
    width: f32,
    shown: String,
    paragraph: Plain<P>,
}

impl OneLine {
    fn text<'a>(&self, content: &'a str) -> text::Text<&'a str, Font> {
        text::Text {
            content,
            // Not infinite: writing from right to left starts at the far end, and there would be none.
            bounds: Size::new(FAR, FAR),
            size: Pixels(self.size),
            line_height: text::LineHeight::default(),
            font: self.font,
            align_x: text::Alignment::Default,
            align_y: alignment::Vertical::Top,
            shaping: text::Shaping::default(),
            wrapping: text::Wrapping::None,
        }
    }

    fn fits<P: Paragraph<Font = Font>>(&self, content: &str, width: f32) -> bool {
        P::with_text(self.text(content)).min_bounds().width <= width
    }

    /// The longest beginning that fits with an ellipsis after it.
    fn shorten<P: Paragraph<Font = Font>>(&self, width: f32) -> String {
        if self.fits::<P>(&self.content, width) {
            return self.content.clone();
        }
        let begin = |count: usize| {
            let begin: String = self.content.chars().take(count).collect();
            format!("{}…", begin.trim_end())
        };
        let (mut good, mut bad) = (0, self.content.chars().count());
        while bad - good > 1 {
            let middle = good + (bad - good) / 2;
            if self.fits::<P>(&begin(middle), width) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        begin(good)
    }
}

impl<Message, Renderer> Widget<Message, Theme, Renderer> for OneLine
where
    Renderer: text::Renderer<Font = Font>,
{
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State<Renderer::Paragraph>>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::<Renderer::Paragraph> {
            content: String::new(),
            width: 0.0,
            shown: String::new(),
            paragraph: Plain::default(),
        })
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Shrink)
    }

    fn layout(
        &mut self,
        tree: &mut Tree,
        _renderer: &Renderer,
        limits: &layout::Limits,
    ) -> layout::Node {
        layout::sized(limits, Length::Fill, Length::Shrink, |limits| {
            let state = tree.state.downcast_mut::<State<Renderer::Paragraph>>();
            let width = limits.max().width;
            let same = (state.width - width).abs() < 0.5 && state.content == self.content;
            if !same {
                state.shown = self.shorten::<Renderer::Paragraph>(width);
                state.content.clone_from(&self.content);
                state.width = width;
            }
            let _ = state.paragraph.update(self.text(&state.shown));
            state.paragraph.min_bounds()
        })
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        defaults: &renderer::Style,
        layout: Layout<'_>,
        _cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let state = tree.state.downcast_ref::<State<Renderer::Paragraph>>();
        text_widget::draw(
            renderer,
            defaults,
            layout.bounds(),
            state.paragraph.raw(),
            (self.style)(theme),
            viewport,
        );
    }

    fn operate(
        &mut self,
        _tree: &mut Tree,
        layout: Layout<'_>,
        _renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        operation.text(None, layout.bounds(), &self.content);
    }
}

impl<'a, Message: 'a> From<OneLine> for Element<'a, Message> {
    fn from(line: OneLine) -> Self {
        Element::new(line)
    }
}
