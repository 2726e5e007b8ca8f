//! What the list remembers between frames.

use std::collections::{HashMap, VecDeque};

use iced::{
    Point, Rectangle,
    advanced::widget::{Id, Operation, Tree, operation::Focusable},
    keyboard,
    time::{Duration, Instant},
};

use super::{
    Edge, Position, Visible,
    controls::{Cursor, Hold},
    types::{Key, Place},
};
use crate::widget::rich_body;

/// How much the rows that left the screen may take together, in bytes, by estimate.
pub(super) const SPARE_BYTES: usize = 4 << 20;
/// How long two clicks may lie apart to count as one deed.
pub(super) const CLICKS: Duration = Duration::from_millis(300);
/// How far two clicks may lie apart to count as one deed, in px.
const CLICK_DISTANCE: f32 = 6.0;

/// What is being dragged.
#[derive(Debug, Clone, Copy)]
pub(super) enum Drag {
    /// The thumb.
    Bar {
        /// Where it is held, in px from its top.
        grab: f32,
        /// How many rows were seen when it was grabbed.
        rows: f64,
    },
    /// The end of the selection.
    Text,
}

/// The selection, from where it began to where the pointer is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Selection<K> {
    pub(super) from: Place<K>,
    pub(super) to: Place<K>,
}

/// A row on the screen or near it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Live<K> {
    pub(super) key: K,
    /// How much it takes in memory, by estimate.
    pub(super) bytes: usize,
}

/// The row that is marked because it was jumped to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flash<K> {
    pub(super) key: K,
    pub(super) until: Option<Instant>,
}

/// See the module.
pub(super) struct State<K> {
    pub(super) source: Option<u64>,
    pub(super) position: Position<K>,
    /// The index at which the row of the position was seen last.
    pub(super) index: usize,
    /// How far the wheel turned since the last frame, in px.
    pub(super) pending: f32,
    /// Where the scrollbar was dragged to, as a row over everything.
    pub(super) seek: Option<f64>,
    pub(super) seek_moved: bool,
    pub(super) live: Vec<Live<K>>,
    pub(super) spare: Spare<K>,
    /// The upper and lower edge of what is seen, as rows over everything.
    pub(super) span: (f64, f64),
    pub(super) visible: Option<Visible<K>>,
    pub(super) latest: Option<Visible<K>>,
    pub(super) reported: Option<Visible<K>>,
    pub(super) due: Option<Instant>,
    /// The last frame in which a dragged selection scrolled.
    pub(super) scrolled: Option<Instant>,
    /// The first and last keys that were told to be near.
    pub(super) edges: (Option<K>, Option<K>),
    pub(super) near: (bool, bool),
    pub(super) jumped: u64,
    pub(super) flash: Option<Flash<K>>,
    pub(super) drag: Option<Drag>,
    pub(super) over_bar: bool,
    pub(super) selection: Option<Selection<K>>,
    pub(super) clicks: Clicks,
    pub(super) focus: Focus,
    /// Where the focus is in a list of things to press, or was last.
    pub(super) cursor: Option<Cursor<K>>,
    /// Whether that place is to be brought into sight.
    pub(super) reveal: bool,
    /// Which row has the keyboard, where it goes to rows.
    pub(super) at: At<K>,
    pub(super) modifiers: keyboard::Modifiers,
    /// What the last layout showed; any difference moves `stamp` on.
    pub(super) shown: Vec<(K, f32)>,
    pub(super) stamp: u32,
}

impl<K> Default for State<K> {
    fn default() -> Self {
        Self {
            source: None,
            position: Position::End,
            index: 0,
            pending: 0.0,
            seek: None,
            seek_moved: false,
            live: Vec::new(),
            spare: Spare::default(),
            span: (0.0, 0.0),
            visible: None,
            latest: None,
            reported: None,
            due: None,
            scrolled: None,
            edges: (None, None),
            near: (false, false),
            jumped: 0,
            flash: None,
            drag: None,
            over_bar: false,
            selection: None,
            clicks: Clicks::default(),
            focus: Focus::default(),
            cursor: None,
            reveal: false,
            at: At::default(),
            modifiers: keyboard::Modifiers::default(),
            shown: Vec::new(),
            stamp: 0,
        }
    }
}

impl<K: Key> State<K> {
    /// Begins with another source, at this place. What does not belong to the source stays.
    pub(super) fn open(&mut self, source: u64, position: Position<K>) {
        *self = Self {
            source: Some(source),
            position,
            jumped: self.jumped,
            modifiers: self.modifiers,
            focus: Focus {
                came: self.focus.focused,
                ..self.focus
            },
            at: At {
                told: self.at.told,
                ..At::default()
            },
            stamp: self.stamp.wrapping_add(1),
            ..Self::default()
        };
    }

    /// Which thing in this row has the focus.
    pub(super) fn stop_in(&self, key: K) -> Option<usize> {
        let here = |cursor: &Cursor<K>| self.focus.focused && cursor.key == key;
        self.cursor.filter(here).map(|cursor| cursor.stop)
    }
}

/// Whether the keyboard speaks to the list.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Focus {
    pub(super) focused: bool,
    /// Whether to show it: not where the pointer brought it.
    pub(super) visible: bool,
    /// Whether it has just come from elsewhere, so that it is not yet known to which row.
    pub(super) came: bool,
}

/// Which row has the keyboard.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<K> {
    pub(super) row: Option<K>,
    /// Whether the next layout is to bring it into sight.
    pub(super) reveal: bool,
    /// A page was scrolled: the next layout gives the keyboard to the first row that is seen, or to the last.
    pub(super) paged: Option<Edge>,
    /// Whether something in the row has the focus.
    pub(super) inside: bool,
    /// Where that is, below the top of the list, in px.
    pub(super) inner: Option<(f32, f32)>,
    /// What was told of it last.
    pub(super) told: bool,
}

impl<K> Default for At<K> {
    fn default() -> Self {
        Self {
            row: None,
            reveal: false,
            paged: None,
            inside: false,
            inner: None,
            told: false,
        }
    }
}

impl Focusable for Focus {
    fn is_focused(&self) -> bool {
        self.focused
    }

    fn focus(&mut self) {
        self.came = !self.focused;
        self.focused = true;
        self.visible = true;
    }

    fn unfocus(&mut self) {
        *self = Self::default();
    }
}

/// How often the same place was clicked in a row. The time is that of frames, so that tests need not wait.
#[derive(Debug, Default)]
pub(super) struct Clicks {
    last: Option<Click>,
}

#[derive(Debug, Clone, Copy)]
struct Click {
    point: Point,
    count: u32,
    /// Known from the next frame on.
    ends: Option<Instant>,
}

impl Clicks {
    /// A press here: whether it is the first, second or third in a row.
    pub(super) fn press(&mut self, point: Point) -> u32 {
        let count = match self.last {
            Some(last) if last.point.distance(point) < CLICK_DISTANCE && last.count < 3 => {
                last.count + 1
            }
            _ => 1,
        };
        self.last = Some(Click {
            point,
            count,
            ends: None,
        });
        count
    }

    /// A frame is drawn: when the next one is needed for the clicks to be forgotten.
    pub(super) fn tick(&mut self, now: Instant) -> Option<Instant> {
        let last = self.last.as_mut()?;
        let ends = *last.ends.get_or_insert(now + CLICKS);
        if now >= ends {
            self.last = None;
            return None;
        }
        Some(ends)
    }
}

/// The trees of rows that left the screen, the oldest forgotten first.
pub(super) struct Spare<K> {
    order: VecDeque<K>,
    trees: HashMap<K, (Tree, usize)>,
    bytes: usize,
}

impl<K> Default for Spare<K> {
    fn default() -> Self {
        Self {
            order: VecDeque::new(),
            trees: HashMap::new(),
            bytes: 0,
        }
    }
}

impl<K: Key> Spare<K> {
    pub(super) fn put(&mut self, key: K, tree: Tree, bytes: usize) {
        if let Some((_, old)) = self.trees.insert(key, (tree, bytes)) {
            self.bytes = self.bytes.saturating_sub(old);
            self.order.retain(|other| *other != key);
        }
        self.order.push_back(key);
        self.bytes += bytes;
        while self.bytes > SPARE_BYTES {
            let Some(oldest) = self.order.pop_front() else {
                break;
            };
            if let Some((_, bytes)) = self.trees.remove(&oldest) {
                self.bytes = self.bytes.saturating_sub(bytes);
            }
        }
    }

    pub(super) fn take(&mut self, key: K) -> Option<(Tree, usize)> {
        let (tree, bytes) = self.trees.remove(&key)?;
        self.order.retain(|other| *other != key);
        self.bytes = self.bytes.saturating_sub(bytes);
        Some((tree, bytes))
    }
}

/// Tells every text of a row which part of it is selected, and what can be pressed whether it has the focus; and
/// estimates what the row takes in memory.
pub(super) struct Mark<K> {
    pub(super) key: K,
    pub(super) selection: Option<Selection<K>>,
    /// Who has the focus, where the list says that.
    pub(super) hold: Option<Hold>,
    pub(super) bytes: usize,
    /// Whether what has the focus in the row loses it: it has come back onto the screen, and others may have it by now.
    pub(super) unfocus: bool,
}

impl<K: Key> Operation for Mark<K> {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _id: Option<&Id>, _bounds: Rectangle, state: &mut dyn Focusable) {
        if let Some(hold) = &mut self.hold {
            hold.meet(state);
        }
        if self.unfocus && state.is_focused() {
            state.unfocus();
        }
    }

    fn text(&mut self, _id: Option<&Id>, _bounds: Rectangle, text: &str) {
        // Measured: shaped text takes some hundred bytes a letter.
        self.bytes += 1024 + 400 * text.chars().count();
    }

    fn custom(&mut self, _id: Option<&Id>, _bounds: Rectangle, state: &mut dyn std::any::Any) {
        if let Some(state) = state.downcast_mut::<rich_body::state::State>() {
            let range = self
                .selection
                .and_then(|selection| selection.within(self.key, state.part()));
            state.select(range);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(spare: &mut Spare<u32>, key: u32, bytes: usize) {
        spare.put(key, Tree::empty(), bytes);
    }

    #[test]
    fn rows_that_left_the_screen_are_kept_up_to_their_bound_the_newest_longest() {
        let mut spare = Spare::default();
        for key in 0..10 {
            put(&mut spare, key, SPARE_BYTES / 4);
        }
        assert_eq!(spare.trees.len(), 4);
        assert!(spare.take(5).is_none());
        assert!(spare.take(6).is_some());
        // One that comes back counts once, and as the newest.
        put(&mut spare, 7, SPARE_BYTES / 4);
        put(&mut spare, 10, SPARE_BYTES / 4);
        put(&mut spare, 11, SPARE_BYTES / 4);
        assert!(spare.take(8).is_none());
        assert!(spare.take(7).is_some());
        for key in [9, 10, 11] {
            assert!(spare.take(key).is_some(), "{key}");
        }
        assert_eq!((spare.bytes, spare.order.len()), (0, 0));
        // One that is larger than all there is room for is not kept.
        put(&mut spare, 1, SPARE_BYTES + 1);
        assert_eq!((spare.bytes, spare.trees.len()), (0, 0));
    }

    #[test]
    fn clicks_are_counted_by_the_time_of_frames() {
        let (here, there) = (Point::ORIGIN, Point::new(50.0, 0.0));
        let start = Instant::now();
        let mut clicks = Clicks::default();
        assert_eq!((clicks.press(here), clicks.press(here)), (1, 2));
        let ends = start + CLICKS;
        assert_eq!(clicks.tick(start), Some(ends));
        assert_eq!(clicks.press(here), 3);
        assert_eq!(clicks.tick(start + CLICKS / 2), Some(ends + CLICKS / 2));
        assert_eq!(clicks.tick(ends), Some(ends + CLICKS / 2));
        assert_eq!(clicks.tick(ends + CLICKS), None);
        assert_eq!((clicks.press(here), clicks.press(there)), (1, 1));
    }
}
