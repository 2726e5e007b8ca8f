//! What is kept of a body between frames: the shaped text, and which part of it is selected.

use std::ops::Range;

use iced::{
    Font, Point, Rectangle, Size,
    advanced::{
        graphics::text::{Paragraph, cosmic_text},
        text::{self, Difference, Paragraph as _},
        widget::operation::Focusable,
    },
};
use unicode_segmentation::UnicodeSegmentation;

use super::{Link, Span};

/// The shaped text of a body. The list around it reads and marks it through a widget operation.
#[derive(Default)]
pub struct State {
    part: usize,
    text: String,
    spans: Vec<Shaped>,
    paragraph: Paragraph,
    shaped: bool,
    selected: Option<Range<usize>>,
    /// The span under the pointer, where it has a link.
    pub(super) hovered: Option<usize>,
    /// The span with a link that was pressed.
    pub(super) pressed: Option<usize>,
    /// The links in their order, for the keyboard.
    pub(super) links: Vec<Stop>,
}

/// A link as something that can have the focus.
#[derive(Debug)]
pub(super) struct Stop {
    /// Its spans.
    pub(super) spans: Range<usize>,
    /// Where its letters lie, in px from the body's corner.
    pub(super) bounds: Rectangle,
    pub(super) focused: bool,
}

impl Focusable for Stop {
    fn is_focused(&self) -> bool {
        self.focused
    }

    fn focus(&mut self) {
        self.focused = true;
    }

    fn unfocus(&mut self) {
        self.focused = false;
    }
}

/// What of a span the shaped text depends on, and its link. The spans' own equality leaves the link out.
#[derive(Debug, PartialEq)]
struct Shaped {
    end: usize,
    size: Option<f32>,
    line_height: Option<text::LineHeight>,
    font: Option<Font>,
    color: Option<iced::Color>,
    link: Option<Link>,
}

impl Shaped {
    fn same(&self, end: usize, span: &Span<'_>) -> bool {
        self.end == end
            && self.size == span.size.map(|size| size.0)
            && self.line_height == span.line_height
            && self.font == span.font
            && self.color == span.color
            && self.link == span.link
    }

    fn new(end: usize, span: &Span<'_>) -> Self {
        Self {
            end,
            size: span.size.map(|size| size.0),
            line_height: span.line_height,
            font: span.font,
            color: span.color,
            link: span.link.clone(),
        }
    }
}

/// The end of every span, in bytes of the whole text.
fn ends<'s, 'a>(spans: &'s [Span<'a>]) -> impl Iterator<Item = (usize, &'s Span<'a>)> {
    spans.iter().scan(0, |end, span| {
        *end += span.text.len();
        Some((*end, span))
    })
}

/// Moves a byte index down to a boundary between characters.
#[must_use]
pub fn snap(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

impl State {
    /// Which part of its row this is.
    #[must_use]
    pub fn part(&self) -> usize {
        self.part
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Marks these bytes as selected.
    pub fn select(&mut self, range: Option<Range<usize>>) {
        self.selected = range
            .map(|range| snap(&self.text, range.start)..snap(&self.text, range.end))
            .filter(|range| range.start < range.end);
    }

    /// Whether anything of it is selected.
    #[must_use]
    pub fn has_selection(&self) -> bool {
        self.selected.is_some()
    }

    pub(super) fn has_links(&self) -> bool {
        self.spans.iter().any(|span| span.link.is_some())
    }

    pub(super) fn paragraph(&self) -> &Paragraph {
        &self.paragraph
    }

    /// Shapes what has changed, and tells the size in px.
    pub(super) fn lay_out(
        &mut self,
        part: usize,
        text: &str,
        spans: &[Span<'_>],
        format: text::Text<&[Span<'_>], Font>,
    ) -> Size {
        self.part = part;
        let same = self.shaped
            && self.text == text
            && self.spans.len() == spans.len()
            && self
                .spans
                .iter()
                .zip(ends(spans))
                .all(|(old, (end, span))| old.same(end, span));
        let bounds = format.bounds;
        let difference = if same {
            self.paragraph.compare(format.with_content(()))
        } else {
            Difference::Shape
        };
        match difference {
            Difference::None => {}
            Difference::Bounds => self.paragraph.resize(bounds),
            Difference::Shape => {
                self.paragraph = Paragraph::with_spans(format);
                self.shaped = true;
            }
        }
        if !same {
            text.clone_into(&mut self.text);
            self.spans = ends(spans)
                .map(|(end, span)| Shaped::new(end, span))
                .collect();
            let selected = self.selected.take();
            self.select(selected);
            self.hovered = None;
            self.pressed = None;
            self.links = self.find_links();
        }
        let stays = same && difference == Difference::None;
        if !stays {
            self.place_links();
        }
        self.paragraph.min_bounds()
    }

    /// The spans of every link.
    fn find_links(&self) -> Vec<Stop> {
        let mut stops: Vec<Stop> = Vec::new();
        for span in 0..self.spans.len() {
            let linked = self.spans.get(span).is_some_and(|span| span.link.is_some());
            let known = stops.last().is_some_and(|stop| stop.spans.end > span);
            if linked && !known {
                stops.push(Stop {
                    spans: self.same_link(span),
                    bounds: Rectangle::default(),
                    focused: false,
                });
            }
        }
        stops
    }

    /// Sees where the letters of the links are, in one go through all of them.
    fn place_links(&mut self) {
        if self.links.is_empty() {
            return;
        }
        let mut bounds: Vec<Option<Rectangle>> = vec![None; self.links.len()];
        for run in self.paragraph.buffer().layout_runs() {
            for glyph in run.glyphs {
                let after = |stop: &Stop| stop.spans.end <= glyph.metadata;
                let place = self.links.partition_point(after);
                let stop = self.links.get(place);
                let Some(known) = stop
                    .filter(|stop| stop.spans.contains(&glyph.metadata))
                    .and_then(|_| bounds.get_mut(place))
                else {
                    continue;
                };
                let area = Rectangle::new(
                    Point::new(glyph.x, run.line_top),
                    Size::new(glyph.w, run.line_height),
                );
                *known = Some(known.map_or(area, |known| known.union(&area)));
            }
        }
        for (stop, bounds) in self.links.iter_mut().zip(bounds) {
            stop.bounds = bounds.unwrap_or_default();
        }
    }

    /// Where every line of the shaped text begins, in bytes of the whole text: what separates lines is not in them.
    fn line_starts(&self) -> Vec<usize> {
        let mut at = 0;
        let lines = self.paragraph.buffer().lines.iter();
        lines
            .map(|line| {
                let start = at.min(self.text.len());
                let end = (start + line.text().len()).min(self.text.len());
                let separator = self.text.get(end..).and_then(|rest| rest.chars().next());
                at = end + separator.map_or(0, char::len_utf8);
                start
            })
            .collect()
    }

    /// The byte nearest to a point, in px from the body's corner.
    #[must_use]
    pub fn byte_at(&self, point: Point) -> usize {
        if point.y < 0.0 {
            return 0;
        }
        if point.y >= self.paragraph.min_bounds().height {
            return self.text.len();
        }
        // `Paragraph::hit_test` forgets the line; the buffer does not.
        let Some(cursor) = self.paragraph.buffer().hit(point.x, point.y) else {
            return self.text.len();
        };
        let start = self.line_starts().get(cursor.line).copied().unwrap_or(0);
        snap(&self.text, start + cursor.index)
    }

    /// The word around a byte.
    #[must_use]
    pub fn word_at(&self, at: usize) -> Range<usize> {
        let mut words = self.text.split_word_bound_indices();
        words
            .find(|(start, word)| {
                let end = start + word.len();
                (*start..end).contains(&at) || (at == end && end == self.text.len())
            })
            .map_or(at..at, |(start, word)| start..start + word.len())
    }

    /// The span whose letters lie under a point, in px from the body's corner.
    pub(super) fn span_at(&self, point: Point) -> Option<usize> {
        let mut runs = self.paragraph.buffer().layout_runs();
        let run =
            runs.find(|run| (run.line_top..run.line_top + run.line_height).contains(&point.y))?;
        let mut glyphs = run.glyphs.iter();
        let glyph = glyphs.find(|glyph| (glyph.x..glyph.x + glyph.w).contains(&point.x))?;
        Some(glyph.metadata)
    }

    /// The link under a point, in px from the body's corner.
    #[must_use]
    pub fn link_at(&self, point: Point) -> Option<Link> {
        let span = self.span_at(point)?;
        self.spans.get(span)?.link.clone()
    }

    /// The spans beside this one that lead to the same place, and itself.
    pub(super) fn same_link(&self, span: usize) -> Range<usize> {
        let link = |at: usize| self.spans.get(at).and_then(|span| span.link.as_ref());
        let (mut from, mut to) = (span, span + 1);
        while from > 0 && link(from - 1).is_some() && link(from - 1) == link(span) {
            from -= 1;
        }
        while link(to).is_some() && link(to) == link(span) {
            to += 1;
        }
        from..to
    }

    /// Where the letters of these spans lie, in px from the body's corner.
    pub(super) fn areas(&self, spans: &Range<usize>) -> Vec<Rectangle> {
        let mut areas: Vec<Rectangle> = Vec::new();
        for run in self.paragraph.buffer().layout_runs() {
            let mut last: Option<Rectangle> = None;
            for glyph in run.glyphs {
                if spans.contains(&glyph.metadata) {
                    let area = Rectangle::new(
                        Point::new(glyph.x, run.line_top),
                        Size::new(glyph.w, run.line_height),
                    );
                    last = Some(last.map_or(area, |last| last.union(&area)));
                } else {
                    areas.extend(last.take());
                }
            }
            areas.extend(last);
        }
        areas
    }

    /// Where the selected letters lie, in px from the body's corner.
    pub(super) fn selected_areas(&self) -> Vec<Rectangle> {
        /// How wide a selected end of line is.
        const LINE_END: f32 = 5.0;

        let Some(Range {
            start: from,
            end: to,
        }) = self.selected
        else {
            return Vec::new();
        };
        let starts = self.line_starts();
        let mut areas = Vec::new();
        for run in self.paragraph.buffer().layout_runs() {
            let start = starts.get(run.line_i).copied().unwrap_or(0);
            let end = start + run.text.len();
            if to <= start || from > end {
                continue;
            }
            let at = |byte: usize| {
                let byte = byte.saturating_sub(start).min(run.text.len());
                cosmic_text::Cursor::new(run.line_i, byte)
            };
            let area = |x, width| {
                Rectangle::new(
                    Point::new(x, run.line_top),
                    Size::new(width, run.line_height),
                )
            };
            match run.highlight(at(from), at(to)) {
                Some((x, width)) if width > 0.0 => areas.push(area(x, width)),
                // An empty line within the selection.
                None if run.glyphs.is_empty() && to > end => areas.push(area(0.0, LINE_END)),
                _ => {}
            }
        }
        areas
    }
}
