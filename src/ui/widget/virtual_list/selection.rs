//! The selection over rows and the texts in them: where a point is in the text, what is selected, what is copied.

use std::ops::Range;

use iced::{
    Point, Rectangle, Renderer,
    advanced::{
        Layout,
        widget::{Id, Operation, Tree},
    },
};

use super::{
    VirtualList,
    state::{Mark, Selection, State},
    types::{Joint, Key, Place},
};
use crate::widget::rich_body::{self, Link, state::snap};

impl<K: Key> Selection<K> {
    /// From top to bottom, if it is not empty.
    pub(super) fn ordered(self) -> Option<(Place<K>, Place<K>)> {
        let (from, to) = (self.from.min(self.to), self.from.max(self.to));
        (from < to).then_some((from, to))
    }

    /// The selected bytes of a text; they may reach beyond its end.
    pub(super) fn within(self, key: K, part: usize) -> Option<Range<usize>> {
        let (from, to) = self.ordered()?;
        let here = (key, part);
        if here < (from.key, from.part) || here > (to.key, to.part) {
            return None;
        }
        let start = if here == (from.key, from.part) {
            from.byte
        } else {
            0
        };
        let end = if here == (to.key, to.part) {
            to.byte
        } else {
            usize::MAX
        };
        Some(start..end)
    }
}

/// How far a point is from an area: first up or down, then to the side, in px.
fn distance(area: Rectangle, point: Point) -> (f32, f32) {
    let beside = |at: f32, from: f32, length: f32| (from - at).max(at - from - length).max(0.0);
    (
        beside(point.y, area.y, area.height),
        beside(point.x, area.x, area.width),
    )
}

/// What the texts of a row say about a point.
#[derive(Default)]
struct Probe {
    point: Point,
    /// How near the nearest text is.
    near: Option<(f32, f32)>,
    part: usize,
    byte: usize,
    word: Range<usize>,
    whole: Range<usize>,
    link: Option<Link>,
    bounds: Option<Rectangle>,
}

impl Operation for Probe {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn custom(&mut self, _id: Option<&Id>, bounds: Rectangle, state: &mut dyn std::any::Any) {
        let Some(state) = state.downcast_ref::<rich_body::state::State>() else {
            return;
        };
        let near = distance(bounds, self.point);
        if self.near.is_some_and(|nearest| near >= nearest) {
            return;
        }
        let local = Point::new(self.point.x - bounds.x, self.point.y - bounds.y);
        self.near = Some(near);
        self.bounds = Some(bounds);
        self.part = state.part();
        self.byte = state.byte_at(local);
        self.word = state.word_at(self.byte);
        self.whole = 0..state.text().len();
        self.link = bounds
            .contains(self.point)
            .then(|| state.link_at(local))
            .flatten();
    }
}

/// What lies under a point.
pub(super) struct Found<K> {
    pub(super) place: Place<K>,
    pub(super) word: Range<usize>,
    pub(super) whole: Range<usize>,
    pub(super) link: Option<Link>,
    /// Whether the row itself is under the point, not only nearest to it.
    pub(super) on_row: bool,
    /// Where the text is, in px; none where the row has none.
    pub(super) text: Option<Rectangle>,
}

impl<K: Key, Message> VirtualList<'_, K, Message> {
    /// The place in the texts nearest to a point of the window.
    pub(super) fn find(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        point: Point,
    ) -> Option<Found<K>> {
        let bounds = layout.bounds();
        let bottom = bounds.y + bounds.height - 1.0;
        let point = Point::new(point.x, point.y.min(bottom).max(bounds.y));
        let rows = self.live.iter_mut().zip(&self.live_keys);
        let rows = rows.zip(&mut tree.children).zip(layout.children());
        let (((row, key), tree), layout) = rows
            .filter(|(_, layout)| layout.bounds().intersects(&bounds))
            .min_by(|(_, a), (_, b)| {
                let (a, b) = (distance(a.bounds(), point), distance(b.bounds(), point));
                a.0.total_cmp(&b.0)
            })?;
        let mut probe = Probe {
            point,
            ..Probe::default()
        };
        let widget = row.as_widget_mut();
        widget.operate(tree, layout, renderer, &mut probe);
        Some(Found {
            place: Place {
                key: *key,
                part: probe.part,
                byte: probe.byte,
            },
            word: probe.word,
            whole: probe.whole,
            link: probe.link,
            on_row: layout.bounds().contains(point),
            text: probe.bounds,
        })
    }

    /// Changes the selection and tells every text on the screen.
    pub(super) fn select(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        selection: Option<Selection<K>>,
    ) {
        tree.state.downcast_mut::<State<K>>().selection = selection;
        let rows = self.live.iter_mut().zip(&self.live_keys);
        let rows = rows.zip(&mut tree.children).zip(layout.children());
        for (((row, key), tree), layout) in rows {
            let mut mark = Mark {
                key: *key,
                selection,
                hold: None,
                bytes: 0,
                unfocus: false,
            };
            let widget = row.as_widget_mut();
            widget.operate(tree, layout, renderer, &mut mark);
        }
    }

    /// All the text there is.
    pub(super) fn everything(&self) -> Option<Selection<K>> {
        Some(Selection {
            from: Place {
                key: self.first_key()?,
                part: 0,
                byte: 0,
            },
            to: Place {
                key: self.last_key()?,
                part: usize::MAX,
                byte: usize::MAX,
            },
        })
    }

    /// Whether the selection ends on rows that are held.
    pub(super) fn holds(&self, (from, to): (Place<K>, Place<K>)) -> bool {
        let holds = |place: Place<K>| self.keys.find(place.key, 0).is_ok();
        holds(from) && holds(to)
    }

    /// The selected text of the rows that are held, if there is any.
    pub(super) fn selected_text(&self, selection: Option<Selection<K>>) -> Option<String> {
        let selection = selection?;
        let (from, to) = selection.ordered()?;
        let first = self.keys.find(from.key, 0).unwrap_or_else(|index| index);
        let end = match self.keys.find(to.key, 0) {
            Ok(index) => index + 1,
            Err(index) => index,
        };
        let mut rows: Vec<(usize, String)> = Vec::new();
        for index in first..end {
            let Some(key) = self.keys.at(index) else {
                break;
            };
            let mut parts = Vec::new();
            for (part, text) in (self.texts)(index).iter().enumerate() {
                let Some(range) = selection.within(key, part) else {
                    continue;
                };
                let (from, to) = (snap(text, range.start), snap(text, range.end));
                let piece = text.get(from..to).unwrap_or_default();
                if !piece.is_empty() {
                    parts.push(piece.to_owned());
                }
            }
            if !parts.is_empty() {
                rows.push((index, parts.join("\n")));
            }
        }
        let joints: Vec<Joint> = rows.iter().map(|(index, _)| (self.joint)(*index)).collect();
        let several = joints.iter().skip(1).any(|joint| *joint == Joint::Apart);
        let mut copied = String::new();
        for ((index, text), joint) in rows.into_iter().zip(joints) {
            if !copied.is_empty() && joint != Joint::Text {
                copied.push('\n');
            }
            if several
                && joint == Joint::Apart
                && let Some(prefix) = &self.copy_prefix
            {
                copied.push_str(&prefix(index));
            }
            copied.push_str(&text);
        }
        Some(copied).filter(|text| !text.is_empty())
    }
}
