//! The plain data that the list and its surroundings speak with.

use std::fmt;

use iced::{Color, Point, Theme};

use crate::widget::rich_body::Link;

/// What a row is known by; unique in its list.
pub trait Key: Copy + Ord + std::hash::Hash + fmt::Debug + Send + 'static {}

impl<K: Copy + Ord + std::hash::Hash + fmt::Debug + Send + 'static> Key for K {}

/// One end of the rows that are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The oldest.
    Start,
    /// The newest.
    End,
}

/// Where the reader is. Kept by the caller per source and given back when the source is shown again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Position<K> {
    /// At the start, following what comes there; only where a list stands on its start.
    Start,
    /// At the end, following what arrives.
    End,
    /// This row stands so many px below the top edge; above it where negative.
    At {
        /// Which row.
        key: K,
        /// How far below the top edge, in px.
        offset: f32,
    },
}

/// What is on the screen, told after scrolling has settled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Visible<K> {
    /// The uppermost row of which anything is seen.
    pub first: K,
    /// The lowest row of which anything is seen.
    pub last: K,
    /// Whether the end of everything is seen, and followed.
    pub at_end: bool,
    /// Where the reader is.
    pub position: Position<K>,
    /// The last jump that was obeyed; it need not be passed again.
    pub jumped: u64,
}

/// Where a jump leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target<K> {
    /// The first row that is held.
    Start,
    /// The last row that is held, following what arrives.
    End,
    /// This row; where it is gone, the next. The jump waits while the row may still be on its way.
    Key(K),
}

/// Where the row jumped to stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// At the top edge.
    Top,
    /// A third of the way down.
    #[default]
    Third,
    /// At the bottom edge.
    Bottom,
    /// Where it is, if all of it is seen; else a third of the way down.
    Nearest,
}

/// A wish to move, obeyed once per serial. Serials grow over all sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Jump<K> {
    /// Larger than that of any jump before, and than 0.
    pub serial: u64,
    /// Where to.
    pub to: Target<K>,
    /// Where it stands then.
    pub align: Align,
    /// Whether the row is marked for a while.
    pub highlight: bool,
}

impl<K> Jump<K> {
    /// To a row, a third of the way down, marked.
    #[must_use]
    pub fn to_row(serial: u64, key: K) -> Self {
        Self {
            serial,
            to: Target::Key(key),
            align: Align::Third,
            highlight: true,
        }
    }

    /// To the end.
    #[must_use]
    pub fn to_end(serial: u64) -> Self {
        Self {
            serial,
            to: Target::End,
            align: Align::Bottom,
            highlight: false,
        }
    }
}

/// How the text of a row goes on from that of the row before, when both are copied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Joint {
    /// Not at all: what stands before it tells whose it is.
    #[default]
    Apart,
    /// With a new line.
    Line,
    /// Within the line.
    Text,
}

/// A place in the text of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place<K> {
    /// Which row.
    pub key: K,
    /// Which of the texts in it.
    pub part: usize,
    /// Which byte of that text.
    pub byte: usize,
}

/// What was clicked with the right button, or chosen by a key.
#[derive(Clone, PartialEq)]
pub struct Context<K> {
    /// Which row.
    pub key: K,
    /// Where in the window, in px.
    pub point: Point,
    /// The selected text, where the row is part of the selection.
    pub selection: Option<String>,
    /// The link under the pointer.
    pub link: Option<Link>,
}

// The selected text is somebody's message and must not end up in a log.
impl<K: fmt::Debug> fmt::Debug for Context<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("key", &self.key)
            .field("point", &self.point)
            .field("selected", &self.selection.is_some())
            .field("link", &self.link.is_some())
            .finish()
    }
}

/// What the list itself is drawn with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// The thumb of the scrollbar.
    pub bar: Color,
    /// The thumb under the pointer, or held.
    pub bar_hovered: Color,
    /// Behind the row that was jumped to.
    pub highlight: Color,
    /// The ring around the row that has the keyboard, or the list where it has no such rows.
    pub focus: Color,
}

/// A style made from the palette of any theme.
#[must_use]
pub fn default_style(theme: &Theme) -> Style {
    let palette = theme.palette();
    Style {
        bar: palette.text.scale_alpha(0.3),
        bar_hovered: palette.text.scale_alpha(0.6),
        highlight: palette.warning.scale_alpha(0.2),
        focus: palette.primary,
    }
}
