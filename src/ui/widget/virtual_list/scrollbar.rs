//! The scrollbar: it counts rows, not pixels, so that it stands still while heights become known.

use iced::{Point, Rectangle};

use super::{
    VirtualList,
    state::{Drag, State},
    types::Key,
};

/// The shortest thumb, in px.
const SHORTEST: f32 = 32.0;

/// The thumb, in px from the top of the list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Thumb {
    pub(super) top: f32,
    pub(super) length: f32,
}

impl<K: Key, Message> VirtualList<'_, K, Message> {
    /// Where the scrollbar is in a list with these bounds.
    pub(super) fn bar(&self, bounds: Rectangle) -> Rectangle {
        let width = self.bar_width();
        Rectangle {
            x: bounds.x + bounds.width - width,
            width,
            ..bounds
        }
    }

    /// The thumb, if there is anything to scroll.
    pub(super) fn thumb(&self, state: &State<K>, height: f32) -> Option<Thumb> {
        let total = self.total() as f64;
        let seen = state.span.1 - state.span.0;
        let top = state.seek.unwrap_or(state.span.0);
        if total <= seen + 0.001 {
            return None;
        }
        let length = (height * (seen / total) as f32).max(SHORTEST).min(height);
        let part = (top / (total - seen)).clamp(0.0, 1.0) as f32;
        Some(Thumb {
            top: part * (height - length),
            length,
        })
    }

    /// The scrollbar is pressed: on the thumb it is held there, elsewhere the thumb comes to the pointer.
    pub(super) fn press_bar(&self, state: &mut State<K>, bounds: Rectangle, point: Point) {
        let Some(thumb) = self.thumb(state, bounds.height) else {
            return;
        };
        let y = point.y - bounds.y;
        let on_thumb = (thumb.top..thumb.top + thumb.length).contains(&y);
        let grab = if on_thumb {
            y - thumb.top
        } else {
            thumb.length / 2.0
        };
        state.drag = Some(Drag::Bar {
            grab,
            rows: state.span.1 - state.span.0,
        });
        state.seek = Some(state.span.0);
        if !on_thumb {
            self.drag_bar(state, bounds, point);
        }
    }

    /// The held thumb follows the pointer.
    pub(super) fn drag_bar(&self, state: &mut State<K>, bounds: Rectangle, point: Point) {
        let Some(Drag::Bar { grab, rows }) = state.drag else {
            return;
        };
        let Some(thumb) = self.thumb(state, bounds.height) else {
            return;
        };
        let way = (bounds.height - thumb.length).max(1.0);
        let part = f64::from(((point.y - bounds.y - grab) / way).clamp(0.0, 1.0));
        state.seek = Some(part * (self.total() as f64 - rows));
        state.seek_moved = true;
    }

    /// The thumb is let go: the row it stands for, where that is not held.
    pub(super) fn release_bar(&self, state: &mut State<K>) -> Option<usize> {
        let seek = state.seek.take()?.max(0.0) as usize;
        let held = self.before..self.before + self.keys.len();
        (!held.contains(&seek)).then_some(seek)
    }
}
