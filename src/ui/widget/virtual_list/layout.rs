//! Which rows exist, and where they stand.

use std::collections::{HashMap, VecDeque};

use iced::{
    Element, Renderer, Size,
    advanced::{
        Layout,
        layout::{Limits, Node},
        widget::Tree,
    },
};

use super::{
    Align, BAR_WIDTH, Edge, Jump, Position, Target, VirtualList, Visible,
    controls::Hold,
    keys::Keys,
    state::{Flash, Live, Mark, Spare, State},
    types::Key,
};

/// How far beyond the viewport rows are kept ready, in px.
const OVERSCAN: f32 = 200.0;
/// The tallest list, in px, should a parent name no height.
const FAR: f32 = 10_000.0;
/// How few rows beyond the viewport count as few: more are asked for.
const FEW: usize = 10;

/// How far from the edge a row that is brought into sight is left at least, in px.
const MARGIN: f32 = 8.0;

/// A row with all that belongs to it.
struct Built<'a, K, Message> {
    key: K,
    element: Element<'a, Message>,
    tree: Tree,
    bytes: usize,
    node: Node,
    height: f32,
    /// Whether it was not there in the last layout.
    new: bool,
}

/// Builds rows out of what is left of the last layout.
struct Builder<'b, 'a, K, Message> {
    keys: &'b (dyn Keys<K> + 'a),
    row: &'b dyn Fn(usize) -> Element<'a, Message>,
    renderer: &'b Renderer,
    limits: Limits,
    view: f32,
    /// The trees of the last layout.
    pool: HashMap<K, (Tree, usize)>,
    /// The elements of the last layout, where this very widget made them.
    made: HashMap<K, Element<'a, Message>>,
    spare: &'b mut Spare<K>,
}

impl<'a, K: Key, Message> Builder<'_, 'a, K, Message> {
    fn build(&mut self, index: usize) -> Option<Built<'a, K, Message>> {
        let key = self.keys.at(index)?;
        let mut element = match self.made.remove(&key) {
            Some(element) => element,
            None => (self.row)(index),
        };
        let kept = self.pool.remove(&key);
        let new = kept.is_none();
        let kept = kept.or_else(|| self.spare.take(key));
        let (mut tree, bytes) = kept.unwrap_or_else(|| (Tree::new(element.as_widget()), 0));
        tree.diff(element.as_widget());
        let node = element
            .as_widget_mut()
            .layout(&mut tree, self.renderer, &self.limits);
        // Whole pixels keep letters still within their row. A row without an end would leave no place for others, one
        // without a height would never fill the viewport.
        let height = node.size().height.ceil();
        let height = if height.is_finite() {
            height.max(1.0)
        } else {
            self.view
        };
        Some(Built {
            key,
            element,
            tree,
            bytes,
            node,
            height,
            new,
        })
    }
}

impl<'a, K: Key, Message> Builder<'_, 'a, K, Message> {
    /// Keeps a row that was built in vain.
    fn put_back(&mut self, row: Built<'a, K, Message>) {
        self.pool.insert(row.key, (row.tree, row.bytes));
        self.made.insert(row.key, row.element);
    }
}

/// Rows that stand one below the other.
struct Strip<'a, K, Message> {
    rows: VecDeque<Built<'a, K, Message>>,
    /// The index of the first row.
    first: usize,
    top: f32,
    bottom: f32,
}

impl<'a, K: Key, Message> Strip<'a, K, Message> {
    /// This row alone, its top edge there.
    fn of(row: Built<'a, K, Message>, index: usize, top: f32) -> Self {
        Self {
            first: index,
            top,
            bottom: top + row.height,
            rows: VecDeque::from([row]),
        }
    }

    /// The index after the last row.
    fn end(&self) -> usize {
        self.first + self.rows.len()
    }

    /// The top and the bottom of a row, where it is one of these.
    fn bounds_of(&self, key: K) -> Option<(f32, f32)> {
        let mut top = self.top;
        for row in &self.rows {
            if row.key == key {
                return Some((top, top + row.height));
            }
            top += row.height;
        }
        None
    }

    /// Moves all rows down, or up where negative.
    fn shift(&mut self, distance: f32) {
        self.top += distance;
        self.bottom += distance;
    }

    /// Adds rows on both sides until the viewport and a little more is full.
    fn fill(&mut self, builder: &mut Builder<'_, 'a, K, Message>) {
        while self.top > -OVERSCAN && self.first > 0 {
            let Some(row) = builder.build(self.first - 1) else {
                break;
            };
            self.first -= 1;
            self.top -= row.height;
            self.rows.push_front(row);
        }
        while self.bottom < builder.view + OVERSCAN && self.end() < builder.keys.len() {
            let Some(row) = builder.build(self.end()) else {
                break;
            };
            self.bottom += row.height;
            self.rows.push_back(row);
        }
    }

    /// Nothing scrolls past the ends; a short list stands on the end that it is told.
    fn settle(&mut self, builder: &mut Builder<'_, 'a, K, Message>, on: Edge) {
        if on == Edge::Start {
            self.settle_end(builder);
        }
        if self.first == 0 && self.top > 0.0 {
            self.shift(-self.top);
            self.fill(builder);
        }
        if on == Edge::End {
            self.settle_end(builder);
        }
    }

    fn settle_end(&mut self, builder: &mut Builder<'_, 'a, K, Message>) {
        if self.end() == builder.keys.len() && self.bottom < builder.view {
            self.shift(builder.view - self.bottom);
            self.fill(builder);
        }
    }

    /// Moves the rows so that this one is wholly in sight, where it is among them.
    fn show(&mut self, index: usize, builder: &mut Builder<'_, 'a, K, Message>) {
        let Some(place) = index.checked_sub(self.first) else {
            return;
        };
        let above: f32 = self.rows.iter().take(place).map(|row| row.height).sum();
        let Some(row) = self.rows.get(place) else {
            return;
        };
        let top = self.top + above;
        let bottom = top + row.height;
        if top < MARGIN {
            self.shift(MARGIN - top);
        } else if bottom > builder.view - MARGIN {
            self.shift(builder.view - MARGIN - bottom);
        }
        self.fill(builder);
    }

    /// Takes off the rows that a long step left behind.
    fn trim(&mut self, view: f32, spare: &mut Spare<K>) {
        while let Some(row) = self.rows.front()
            && self.top + row.height < -OVERSCAN
            && self.rows.len() > 1
            && let Some(row) = self.rows.pop_front()
        {
            self.top += row.height;
            self.first += 1;
            spare.put(row.key, row.tree, row.bytes);
        }
        while let Some(row) = self.rows.back()
            && self.bottom - row.height > view + OVERSCAN
            && self.rows.len() > 1
            && let Some(row) = self.rows.pop_back()
        {
            self.bottom -= row.height;
            spare.put(row.key, row.tree, row.bytes);
        }
    }
}

impl<'a, K: Key, Message> VirtualList<'a, K, Message> {
    pub(super) fn lay_out(
        &mut self,
        tree: &mut Tree,
        renderer: &Renderer,
        limits: &Limits,
    ) -> Node {
        let size = limits.max();
        let size = Size::new(size.width.min(FAR), size.height.min(FAR));
        let Tree {
            state, children, ..
        } = tree;
        let state = state.downcast_mut::<State<K>>();
        if state.source != Some(self.source) {
            let begin = match self.stands_on() {
                Edge::Start => Position::Start,
                Edge::End => Position::End,
            };
            state.open(self.source, self.position.unwrap_or(begin));
            children.clear();
            self.live.clear();
            self.live_keys.clear();
        }
        let view = size.height.floor();
        let width = match self.controls {
            // The scrollbar lies over the rows.
            Some(_) => size.width,
            None => (size.width - BAR_WIDTH).max(1.0),
        };
        if self.controls.is_some() && state.focus.focused {
            state.cursor = state.cursor.and_then(|cursor| self.follow(cursor));
        }

        let trees = state.live.drain(..).zip(children.drain(..));
        let pool = trees
            .map(|(live, tree)| (live.key, (tree, live.bytes)))
            .collect();
        let made = self.live_keys.drain(..).zip(self.live.drain(..)).collect();
        let mut spare = std::mem::take(&mut state.spare);
        let mut builder = Builder {
            keys: &*self.keys,
            row: &*self.row,
            renderer,
            limits: Limits::new(Size::ZERO, Size::new(width, f32::INFINITY)),
            view,
            pool,
            made,
            spare: &mut spare,
        };
        self.keep_row(state);
        let strip = self.place(state, &mut builder);
        let pool = builder.pool;
        let Some(mut strip) = strip else {
            state.spare = spare;
            state.span = (0.0, 0.0);
            state.visible = None;
            state.near = (false, false);
            return Node::new(size);
        };
        strip.trim(view, &mut spare);
        for (key, (tree, bytes)) in pool {
            spare.put(key, tree, bytes);
        }
        state.spare = spare;
        self.remember(state, &strip, view);
        self.row_paged_to(state, view);

        let mut nodes = Vec::with_capacity(strip.rows.len());
        let mut y = strip.top;
        for mut row in strip.rows {
            let node = row.node.move_to((0.0, y));
            let mut mark = Mark {
                key: row.key,
                selection: state.selection,
                hold: self.controls.as_ref().map(|_| Hold {
                    target: state.stop_in(row.key),
                    show: false,
                    seen: 0,
                }),
                bytes: 4096,
                unfocus: row.new && self.controls.is_none(),
            };
            let widget = row.element.as_widget_mut();
            widget.operate(&mut row.tree, Layout::new(&node), renderer, &mut mark);
            nodes.push(node);
            children.push(row.tree);
            state.live.push(Live {
                key: row.key,
                bytes: mark.bytes,
            });
            self.live_keys.push(row.key);
            self.live.push(row.element);
            y += row.height;
        }
        Node::with_children(size, nodes)
    }

    /// Builds the rows around where the reader is or wants to go.
    fn place(
        &self,
        state: &mut State<K>,
        builder: &mut Builder<'_, 'a, K, Message>,
    ) -> Option<Strip<'a, K, Message>> {
        let last = self.keys.len().checked_sub(1)?;
        self.obey_scrollbar(state);
        let step = state.pending.trunc();
        state.pending -= step;
        let view = builder.view;
        let mut strip = if let Some(jump) = self.jump.filter(|jump| self.is_due(jump, state)) {
            state.jumped = jump.serial;
            state.pending = 0.0;
            state.seek = None;
            self.land(&jump, state, builder)?
        } else {
            match state.position {
                Position::Start => Strip::of(builder.build(0)?, 0, -step),
                Position::End => {
                    let row = builder.build(last)?;
                    let top = view - row.height - step;
                    Strip::of(row, last, top)
                }
                Position::At { key, offset } => {
                    let (index, offset) = self.anchor(state, key, offset);
                    Strip::of(builder.build(index)?, index, offset - step)
                }
            }
        };
        strip.fill(builder);
        strip.settle(builder, self.stands_on());
        let wanted = state.cursor.filter(|_| std::mem::take(&mut state.reveal));
        if let Some(cursor) = wanted.and_then(|cursor| self.follow(cursor)) {
            if !(strip.first..strip.end()).contains(&cursor.index) {
                // Whole: rows that were built for another place may not reach this one.
                for row in strip.rows {
                    builder.put_back(row);
                }
                strip = Strip::of(builder.build(cursor.index)?, cursor.index, MARGIN);
                strip.fill(builder);
            }
            strip.show(cursor.index, builder);
            strip.settle(builder, self.stands_on());
        }
        if std::mem::take(&mut state.at.reveal)
            && let Some(key) = state.at.row
        {
            strip = self.bring_into_sight(key, strip, builder)?;
        }
        Some(strip)
    }

    /// Shows all of a row, or its beginning where there is no room for all of it.
    fn bring_into_sight(
        &self,
        key: K,
        mut strip: Strip<'a, K, Message>,
        builder: &mut Builder<'_, 'a, K, Message>,
    ) -> Option<Strip<'a, K, Message>> {
        /// How far from the edge the row is left at least, in px.
        const MARGIN: f32 = 6.0;

        let view = builder.view;
        match strip.bounds_of(key) {
            Some((top, bottom)) if bottom - top + 2.0 * MARGIN > view => strip.shift(-top),
            Some((top, _)) if top < MARGIN => strip.shift(MARGIN - top),
            Some((_, bottom)) if bottom > view - MARGIN => strip.shift(view - MARGIN - bottom),
            Some(_) => return Some(strip),
            None => {
                for row in strip.rows {
                    builder.put_back(row);
                }
                let index = self.index_of(key, 0);
                let top = (view / 3.0).round();
                strip = Strip::of(builder.build(index)?, index, top);
            }
        }
        strip.fill(builder);
        strip.settle(builder, self.stands_on());
        Some(strip)
    }

    /// On which end a list stands that is shorter than the view, and where it begins.
    fn stands_on(&self) -> Edge {
        match self.controls {
            Some(_) => Edge::Start,
            None => Edge::End,
        }
    }

    /// The row that stays where it is, and where that is. Where rows have an order of their own, one of them may have
    /// gone elsewhere since: then it is not that one which stays, but the next of those seen that kept its neighbour.
    fn anchor(&self, state: &State<K>, key: K, offset: f32) -> (usize, f32) {
        if self.controls.is_none() {
            return (self.index_of(key, state.index), offset);
        }
        let seen = state.shown.iter().skip_while(|(shown, _)| *shown != key);
        let pairs = seen.clone().zip(seen.skip(1));
        for ((key, y), (next, _)) in pairs {
            if let Ok(index) = self.keys.find(*key, state.index)
                && self.keys.at(index + 1) == Some(*next)
            {
                return (index, *y);
            }
        }
        (self.index_of(key, state.index), offset)
    }

    /// A removed row gives its place to the next.
    pub(super) fn index_of(&self, key: K, seen: usize) -> usize {
        let last = self.keys.len().saturating_sub(1);
        self.keys
            .find(key, seen)
            .unwrap_or_else(|index| index.min(last))
    }

    /// Whether a jump is new, and its row is there or will never be.
    fn is_due(&self, jump: &Jump<K>, state: &State<K>) -> bool {
        let here = match jump.to {
            Target::Start | Target::End => true,
            Target::Key(key) => {
                let after_first = self.before == 0 || self.first_key() <= Some(key);
                let before_last = self.after == 0 || self.last_key() >= Some(key);
                after_first && before_last
            }
        };
        here && jump.serial > state.jumped
    }

    /// The row that was jumped to, where the jump wants it.
    fn land(
        &self,
        jump: &Jump<K>,
        state: &mut State<K>,
        builder: &mut Builder<'_, 'a, K, Message>,
    ) -> Option<Strip<'a, K, Message>> {
        let view = builder.view;
        let index = match jump.to {
            Target::Start => 0,
            Target::End => self.keys.len().saturating_sub(1),
            Target::Key(key) => self.index_of(key, state.index),
        };
        let row = builder.build(index)?;
        let third = if row.height > view * 2.0 / 3.0 {
            0.0
        } else {
            (view / 3.0).round()
        };
        let top = match (jump.to, jump.align) {
            (Target::Start, _) | (_, Align::Top) => 0.0,
            (Target::End, _) | (_, Align::Bottom) => view - row.height,
            (_, Align::Third) => third,
            (_, Align::Nearest) => {
                let shown = state.shown.iter().find(|(key, _)| *key == row.key);
                let whole = |y: &f32| *y >= 0.0 && *y + row.height <= view;
                shown.map(|(_, y)| *y).filter(whole).unwrap_or(third)
            }
        };
        if jump.highlight {
            state.flash = Some(Flash {
                key: row.key,
                until: None,
            });
        }
        Some(Strip::of(row, index, top))
    }

    /// Goes to where the scrollbar was dragged, if the row is held.
    fn obey_scrollbar(&self, state: &mut State<K>) {
        /// The height of a row that was never seen, in px.
        const SOME_HEIGHT: f32 = 80.0;

        if !std::mem::take(&mut state.seek_moved) {
            return;
        }
        let Some(seek) = state.seek else { return };
        state.pending = 0.0;
        let rows = state.span.1 - state.span.0;
        if self.after == 0 && seek >= self.total() as f64 - rows - 0.01 {
            state.position = Position::End;
            return;
        }
        let local = seek - self.before as f64;
        if local >= 0.0
            && let Some(key) = self.keys.at(local as usize)
        {
            state.index = local as usize;
            state.shown.clear();
            state.position = Position::At {
                key,
                offset: -(local.fract() as f32 * SOME_HEIGHT).round(),
            };
        }
    }

    /// Keeps what the frame and the next layout need to know of this one.
    fn remember(&self, state: &mut State<K>, strip: &Strip<'a, K, Message>, view: f32) {
        let mut y = strip.top;
        let mut anchor: Option<(K, f32)> = None;
        let mut anchored = 0;
        let mut first: Option<(K, f64)> = None;
        let mut last: Option<(K, f64)> = None;
        let mut shown = Vec::with_capacity(strip.rows.len());
        for (place, row) in strip.rows.iter().enumerate() {
            let index = (self.before + strip.first + place) as f64;
            let (top, bottom) = (y, y + row.height);
            shown.push((row.key, top));
            if bottom > 0.0 && top < view {
                let above = f64::from((-top).max(0.0) / row.height);
                let seen = f64::from(((view - top) / row.height).min(1.0));
                first.get_or_insert((row.key, index + above));
                last = Some((row.key, index + seen));
                // The first row that begins on the screen, so that a row growing above the edge moves nothing seen.
                if anchor.is_none_or(|(_, y)| y < 0.0) {
                    anchor = Some((row.key, top));
                    anchored = strip.first + place;
                }
            }
            y = bottom;
        }
        let reaches_end = strip.end() == self.keys.len();
        let at_end = reaches_end && self.after == 0 && strip.bottom <= view + 0.5;
        let at_start = strip.first == 0 && self.before == 0 && strip.top >= -0.5;
        state.index = anchored;
        state.position = match (anchor, self.stands_on()) {
            (_, Edge::Start) if at_start => Position::Start,
            (_, Edge::End) if at_end => Position::End,
            (Some((key, offset)), _) => Position::At { key, offset },
            (None, Edge::Start) => Position::Start,
            (None, Edge::End) => Position::End,
        };
        state.span = (
            first.map_or(0.0, |(_, index)| index),
            last.map_or(0.0, |(_, index)| index),
        );
        state.visible = first.zip(last).map(|((first, _), (last, _))| Visible {
            first,
            last,
            at_end,
            position: state.position,
            jumped: state.jumped,
        });
        state.near = (strip.first < FEW, strip.end() + FEW > self.keys.len());
        if state.shown != shown {
            state.shown = shown;
            state.stamp = state.stamp.wrapping_add(1);
        }
    }
}
