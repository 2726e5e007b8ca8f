//! A text on one line that ends in an ellipsis where it does not fit, its emoji in the face of emoji.

use iced::{
    Element, Font, Length, Pixels, Rectangle, Size, Theme,
    advanced::{
        Layout, Widget, layout, mouse, renderer,
        text::{self, Paragraph, Span},
        widget::{Operation, Tree, text as text_widget, tree},
    },
    alignment,
    widget::text::Style,
};
use unicode_segmentation::UnicodeSegmentation;

use crate::{emoji, style};

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
struct State<P> {
    content: String,
    width: f32,
    size: f32,
    font: Font,
    paragraph: P,
}

impl OneLine {
    fn text<C>(&self, content: C) -> text::Text<C, Font> {
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

    fn shape<P: Paragraph<Font = Font>>(&self, content: &str) -> P {
        let emoji = emoji::runs(content);
        if emoji.is_empty() {
            return P::with_text(self.text(content));
        }
        let part = |from: usize, to: usize| content.get(from..to).unwrap_or_default();
        let mut spans: Vec<Span<'_, (), Font>> = Vec::new();
        let mut at = 0;
        for run in emoji {
            if at < run.start {
                spans.push(Span::new(part(at, run.start)));
            }
            spans.push(Span::new(part(run.start, run.end)).font(style::EMOJI));
            at = run.end;
        }
        if at < content.len() {
            spans.push(Span::new(part(at, content.len())));
        }
        P::with_spans(self.text(spans.as_slice()))
    }

    /// The whole text, or its longest beginning that fits with an ellipsis after it.
    fn fit<P: Paragraph<Font = Font>>(&self, width: f32) -> P {
        let fits = |shaped: &P| shaped.min_bounds().width <= width;
        let whole = self.shape(&self.content);
        if fits(&whole) {
            return whole;
        }
        let ends: Vec<usize> = self
            .content
            .grapheme_indices(true)
            .map(|(at, _)| at)
            .collect();
        let begin = |count: usize| {
            let end = ends.get(count).copied().unwrap_or_default();
            let begin = self.content.get(..end).unwrap_or_default();
            self.shape::<P>(&format!("{}…", begin.trim_end()))
        };
        let (mut good, mut bad) = (0, ends.len());
        let mut best = begin(0);
        while bad - good > 1 {
            let middle = good + (bad - good) / 2;
            let shaped = begin(middle);
            if fits(&shaped) {
                (good, best) = (middle, shaped);
            } else {
                bad = middle;
            }
        }
        best
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
        tree::State::new(State {
            content: String::new(),
            width: -1.0,
            size: 0.0,
            font: self.font,
            paragraph: Renderer::Paragraph::default(),
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
            let same = (state.width - width).abs() < 0.5
                && state.content == self.content
                && state.font == self.font
                && (state.size - self.size).abs() < f32::EPSILON;
            if !same {
                *state = State {
                    content: self.content.clone(),
                    width,
                    size: self.size,
                    font: self.font,
                    paragraph: self.fit(width),
                };
            }
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
            &state.paragraph,
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use iced::advanced::graphics::text::{Paragraph as Shaped, font_system};

    use super::*;

    fn line(content: &str) -> OneLine {
        let mut system = font_system().write().unwrap();
        for face in style::fonts() {
            system.load_font(face);
        }
        one_line(content.to_owned(), 14.0, style::BOLD, |_| Style::default())
    }

    /// The families of the faces that a text is drawn in, and whether any letter has no picture.
    fn faces(shaped: &Shaped) -> (Vec<String>, bool) {
        let mut system = font_system().write().unwrap();
        let (mut families, mut missing) = (Vec::new(), false);
        for glyph in shaped.buffer().layout_runs().flat_map(|run| run.glyphs) {
            let face = system.raw().db().face(glyph.font_id).unwrap();
            families.push(face.families.first().unwrap().0.clone());
            missing |= glyph.glyph_id == 0;
        }
        families.dedup();
        (families, missing)
    }

    #[test]
    fn emoji_have_their_own_face_and_letters_theirs() {
        let text = "hi 😀👨\u{200D}👩\u{200D}👧 there 🇩🇪";
        let shaped = line(text).shape::<Shaped>(text);
        let expected = ["Inter", "Oriole Emoji", "Inter", "Oriole Emoji"];
        assert_eq!(
            faces(&shaped),
            (expected.map(str::to_owned).to_vec(), false)
        );
    }

    #[test]
    fn what_keeps_a_line_to_itself_takes_no_room_and_is_no_box() {
        let width = |text: &str| line(text).shape::<Shaped>(text).min_bounds().width;
        assert!((width("\u{2068}abc\u{2069}") - width("abc")).abs() < 0.01);
        let contained = "\u{2068}😀 abc\u{2069}";
        assert!(width(contained) < width("😀 abc") + 0.01);
    }

    #[test]
    fn what_is_too_long_ends_in_an_ellipsis_between_whole_characters() {
        let text = "👨\u{200D}👩\u{200D}👧".repeat(40);
        let shaped = line(&text).fit::<Shaped>(200.0);
        assert!(shaped.min_bounds().width <= 200.0);
        let shown: String = shaped.buffer().lines.iter().map(|l| l.text()).collect();
        let family = shown.strip_suffix('…').unwrap();
        assert!(family.len() > 20 && family.ends_with('👧'));
        // Where nothing fits, the ellipsis alone is left.
        let none = line("wide").fit::<Shaped>(1.0);
        assert_eq!(none.buffer().lines.first().map(|l| l.text()), Some("…"));
        let all = line("wide").fit::<Shaped>(500.0);
        assert_eq!(all.buffer().lines.first().map(|l| l.text()), Some("wide"));
    }
}
