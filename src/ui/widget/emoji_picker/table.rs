//! The emoji of the picker in lines of equal length below headings: where each stands, and which is next to which.
//!
//! Plain data and arithmetic; made once for what is shown, never while drawing.

use std::ops::Range;

use iced::{Point, Rectangle, Size};

/// How many emoji stand in a line.
pub const COLUMNS: usize = 8;
/// The width and height of the place of an emoji, in px.
pub const CELL: f32 = 37.0;
/// The height of a heading, in px.
pub const HEADING: f32 = 28.0;

/// Emoji that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What stands above them; nothing for no heading.
    pub heading: String,
    /// The emoji.
    pub emoji: Vec<&'static str>,
}

/// A line of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its upper edge from the top of the table, in px.
    pub top: f32,
    /// What stands in it.
    pub content: Content,
}

/// What stands in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// The heading of this section.
    Heading(usize, String),
    /// The emoji with these numbers.
    Emoji(Range<usize>),
}

/// Where the keyboard goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the emoji before.
    Left,
    /// To the next one.
    Right,
    /// To the line above.
    Up,
    /// To the line below.
    Down,
}

/// All lines.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    emoji: Vec<&'static str>,
    lines: Vec<Line>,
    /// Of each section, its first line and its first emoji.
    starts: Vec<(usize, usize)>,
    height: f32,
}

impl Table {
    /// The lines of these sections. Empty sections have none.
    #[must_use]
    pub fn new(sections: Vec<Section>) -> Self {
        let mut table = Self::default();
        for (number, section) in sections.into_iter().enumerate() {
            table.starts.push((table.lines.len(), table.emoji.len()));
            if section.emoji.is_empty() {
                continue;
            }
            if !section.heading.is_empty() {
                table.push(Content::Heading(number, section.heading), HEADING);
            }
            let (first, count) = (table.emoji.len(), section.emoji.len());
            table.emoji.extend(section.emoji);
            for start in (first..first + count).step_by(COLUMNS) {
                let end = (start + COLUMNS).min(first + count);
                table.push(Content::Emoji(start..end), CELL);
            }
        }
        table
    }

    fn push(&mut self, content: Content, height: f32) {
        let top = self.height;
        self.lines.push(Line { top, content });
        self.height += height;
    }

    /// The height of all lines, in px.
    #[must_use]
    pub fn height(&self) -> f32 {
        self.height
    }

    /// How many emoji there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.emoji.len()
    }

    /// The emoji with this number.
    #[must_use]
    pub fn emoji(&self, number: usize) -> Option<&'static str> {
        self.emoji.get(number).copied()
    }

    /// The lines that are to be seen between these heights, in px from the top.
    #[must_use]
    pub fn visible(&self, from: f32, to: f32) -> &[Line] {
        let first = self
            .lines
            .partition_point(|line| line.top + line.height() <= from);
        let end = self.lines.partition_point(|line| line.top < to);
        self.lines.get(first..end.max(first)).unwrap_or_default()
    }

    /// The section whose lines are to be seen at this height.
    #[must_use]
    pub fn section_at(&self, y: f32) -> usize {
        let line = self.lines.partition_point(|line| line.top <= y);
        let begun = self.starts.partition_point(|(first, _)| *first < line);
        begun.saturating_sub(1)
    }

    /// The upper edge of a section, in px.
    #[must_use]
    pub fn top_of(&self, section: usize) -> Option<f32> {
        let (line, _) = self.starts.get(section)?;
        Some(self.lines.get(*line)?.top)
    }

    /// The first emoji of a section.
    #[must_use]
    pub fn first_of(&self, section: usize) -> Option<usize> {
        let (_, first) = self.starts.get(section)?;
        (*first < self.emoji.len()).then_some(*first)
    }

    /// The number of the emoji at a point of the table.
    #[must_use]
    pub fn at(&self, point: Point) -> Option<usize> {
        let after = self.lines.partition_point(|line| line.top <= point.y);
        let line = self.lines.get(after.checked_sub(1)?)?;
        let Content::Emoji(range) = &line.content else {
            return None;
        };
        if point.x < 0.0 || point.y >= line.top + CELL {
            return None;
        }
        let number = range.start + (point.x / CELL) as usize;
        let in_line = point.x < COLUMNS as f32 * CELL && range.contains(&number);
        in_line.then_some(number)
    }

    /// The place of an emoji.
    #[must_use]
    pub fn place(&self, number: usize) -> Option<Rectangle> {
        let (_, line, range) = self.line_of(number)?;
        let x = (number - range.start) as f32 * CELL;
        Some(Rectangle::new(
            Point::new(x, line.top),
            Size::new(CELL, CELL),
        ))
    }

    fn line_of(&self, number: usize) -> Option<(usize, &Line, &Range<usize>)> {
        let lines = self.lines.iter().enumerate();
        lines
            .filter_map(|(at, line)| match &line.content {
                Content::Emoji(range) => Some((at, line, range)),
                Content::Heading(..) => None,
            })
            .find(|(_, _, range)| range.contains(&number))
    }

    /// The emoji that is reached from another one; the same at the ends.
    #[must_use]
    pub fn step(&self, from: usize, way: Way) -> usize {
        let last = self.emoji.len().saturating_sub(1);
        let within = |line: &Line, column: usize| match &line.content {
            Content::Emoji(range) => Some((range.start + column).min(range.end - 1)),
            Content::Heading(..) => None,
        };
        let to = match (way, self.line_of(from)) {
            (Way::Left, _) => from.checked_sub(1),
            (Way::Right, _) => Some(from + 1),
            (_, None) => None,
            (Way::Up, Some((at, _, range))) => {
                let above = self.lines.get(..at).unwrap_or_default();
                let column = from - range.start;
                above.iter().rev().find_map(|line| within(line, column))
            }
            (Way::Down, Some((at, _, range))) => {
                let below = self.lines.get(at + 1..).unwrap_or_default();
                let column = from - range.start;
                below.iter().find_map(|line| within(line, column))
            }
        };
        to.unwrap_or(from).min(last)
    }
}

impl Line {
    /// Its height, in px.
    #[must_use]
    pub fn height(&self) -> f32 {
        match self.content {
            Content::Heading(..) => HEADING,
            Content::Emoji(_) => CELL,
        }
    }
}
