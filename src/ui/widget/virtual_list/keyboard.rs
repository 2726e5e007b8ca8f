//! The keyboard in a list whose rows it goes to: which row has it, and how it gets from one to the next.
//!
//! The row is remembered by its key, so what arrives above or below does not move the keyboard. Only what is in that row
//! can have the focus; where it vanishes, by being pressed or folded away, the row itself has it.

use iced::{
    Point, Rectangle, Renderer,
    advanced::{
        Layout,
        widget::{Id, Operation, Tree, operation::Focusable},
    },
    keyboard::{Modifiers, key::Named},
};

use super::{
    Edge, Position, VirtualList,
    input::{LINE, Surroundings},
    state::State,
    types::Key,
};

/// How far from the edge what has the focus in a row is left at least, in px.
const MARGIN: f32 = 8.0;

/// Finds what has the focus, or takes it away.
#[derive(Default)]
struct Inside {
    found: Option<Rectangle>,
    unfocus: bool,
}

impl Operation for Inside {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _id: Option<&Id>, bounds: Rectangle, state: &mut dyn Focusable) {
        if state.is_focused() {
            self.found = Some(bounds);
            if self.unfocus {
                state.unfocus();
            }
        }
    }
}

impl<K: Key, Message> VirtualList<'_, K, Message> {
    fn is_stop(&self, index: usize) -> bool {
        self.stops.as_ref().is_some_and(|stops| stops(index))
    }

    /// The next row at or after an index that the keyboard goes to, or at or before it.
    fn stop(&self, index: usize, back: bool) -> Option<usize> {
        if back {
            (0..=index.min(self.keys.len().checked_sub(1)?))
                .rev()
                .find(|index| self.is_stop(*index))
        } else {
            (index..self.keys.len()).find(|index| self.is_stop(*index))
        }
    }

    /// Where the row with the keyboard is among those that are built.
    fn row_bounds(&self, state: &State<K>, layout: Layout<'_>) -> Option<Rectangle> {
        let row = state.at.row?;
        let place = self.live_keys.iter().position(|key| *key == row)?;
        Some(layout.children().nth(place)?.bounds())
    }

    /// The row in which something may have the focus: it is seen, or something in it has the focus already.
    pub(super) fn row_to_enter(&self, state: &State<K>, layout: Layout<'_>) -> Option<K> {
        let seen = self.row_bounds(state, layout)?.intersects(&layout.bounds());
        state.at.row.filter(|_| seen || state.at.inside)
    }

    fn ask_row(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        let state = tree.state.downcast_ref::<State<K>>();
        let Some(row) = state.at.row.filter(|_| self.stops.is_some()) else {
            return;
        };
        let rows = self.live.iter_mut().zip(&self.live_keys);
        let mut rows = rows.zip(&mut tree.children).zip(layout.children());
        if let Some((((row, _), tree), layout)) = rows.find(|(((_, key), _), _)| **key == row) {
            row.as_widget_mut()
                .operate(tree, layout, renderer, operation);
        }
    }

    /// Sees whether something in the row has the focus, after it may have moved.
    pub(super) fn look_inside(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
    ) -> Option<Rectangle> {
        let mut inside = Inside::default();
        self.ask_row(tree, layout, renderer, &mut inside);
        let state = tree.state.downcast_mut::<State<K>>();
        state.at.inside = inside.found.is_some();
        inside.found
    }

    /// The keyboard goes to the row itself.
    fn give_row_the_focus(state: &mut State<K>) {
        state.at.inside = false;
        state.focus.focused = true;
        state.focus.visible = true;
        state.focus.came = false;
    }

    /// Before a layout: where the row with the keyboard is gone, the one before it takes its place, else the next.
    pub(super) fn keep_row(&self, state: &mut State<K>) {
        let Some(row) = state.at.row.filter(|_| self.stops.is_some()) else {
            return;
        };
        let Err(place) = self.keys.find(row, 0) else {
            return;
        };
        let before = place
            .checked_sub(1)
            .and_then(|place| self.stop(place, true));
        let next = before.or_else(|| self.stop(place, false));
        state.at.row = next.and_then(|index| self.keys.at(index));
        if std::mem::take(&mut state.at.inside) {
            Self::give_row_the_focus(state);
        }
        state.at.reveal = state.focus.focused && state.focus.visible;
    }

    /// After a layout: a page was scrolled, and the keyboard goes along.
    pub(super) fn row_paged_to(&self, state: &mut State<K>, view: f32) {
        let Some(edge) = state.at.paged.take() else {
            return;
        };
        // A row ends where the next begins.
        let below = state.shown.iter().skip(1).map(|(_, top)| *top);
        let rows = state.shown.iter().zip(below.chain([view]));
        let mut whole = rows
            .filter(|((_, top), bottom)| *top >= 0.0 && *top < view && *bottom <= view)
            .map(|((key, _), _)| *key)
            .filter(|key| self.is_stop(self.index_of(*key, 0)));
        let row = match edge {
            Edge::Start => whole.next(),
            Edge::End => whole.last(),
        };
        let row = row.or(match edge {
            Edge::Start => state.visible.map(|visible| visible.first),
            Edge::End => state.visible.map(|visible| visible.last),
        });
        if let Some(index) = row.and_then(|row| self.stop_near(row)) {
            state.at.row = self.keys.at(index);
        }
    }

    fn stop_near(&self, row: K) -> Option<usize> {
        let index = self.index_of(row, 0);
        self.stop(index, true).or_else(|| self.stop(index, false))
    }

    /// Before a frame: finds the row for a focus that has just come, scrolls to what has the focus in a row, and tells.
    pub(super) fn follow_focus(
        &mut self,
        tree: &mut Tree,
        around: &mut Surroundings<'_, '_, '_, Message>,
    ) {
        if self.stops.is_none() {
            return;
        }
        let state = tree.state.downcast_mut::<State<K>>();
        if self.settle_row(state) {
            state.at.reveal = true;
            around.shell.invalidate_layout();
        }
        let (was, before) = (state.at.inside, state.at.inner);
        let inner = self.look_inside(tree, around.layout, around.renderer);
        let list = around.layout.bounds();
        let state = tree.state.downcast_mut::<State<K>>();
        state.at.inner = inner.map(|inner| (inner.y - list.y, inner.height));
        if was && inner.is_none() && !state.focus.focused {
            Self::give_row_the_focus(state);
            around.shell.request_redraw();
        }
        if let Some((top, height)) = state.at.inner.filter(|_| before.is_none()) {
            let above = (MARGIN - top).max(0.0);
            let below = (top + height + MARGIN - list.height).max(0.0);
            if above > 0.0 || below > 0.0 {
                state.pending += if above > 0.0 { -above } else { below };
                around.shell.invalidate_layout();
            }
        }
        let here = state.at.inside || (state.focus.focused && state.focus.visible);
        if here != state.at.told
            && let Some(on_keyboard) = &self.on_keyboard
        {
            state.at.told = here;
            around.shell.publish(on_keyboard(here));
        }
    }

    /// Finds the row for a focus that has just come: the one that had it, if it is seen, else the lowest.
    fn settle_row(&self, state: &mut State<K>) -> bool {
        if !std::mem::take(&mut state.focus.came) && state.at.row.is_some() {
            return false;
        }
        let Some(visible) = state.visible.filter(|_| state.focus.focused) else {
            return false;
        };
        let seen = |row: &K| (visible.first..=visible.last).contains(row);
        if state.at.row.filter(seen).is_none() {
            let lowest = self.stop_near(visible.last);
            state.at.row = lowest.and_then(|index| self.keys.at(index));
        }
        state.focus.visible
    }

    /// The pointer was pressed on a row: keys go on from there.
    pub(super) fn take_row_at(
        &self,
        tree: &mut Tree,
        point: Point,
        around: &Surroundings<'_, '_, '_, Message>,
    ) {
        let rows = self.live_keys.iter().zip(around.layout.children());
        let pressed = rows
            .filter(|(key, _)| self.is_stop(self.index_of(**key, 0)))
            .find(|(_, layout)| layout.bounds().contains(point));
        if let Some((key, _)) = pressed {
            tree.state.downcast_mut::<State<K>>().at.row = Some(*key);
        }
    }

    /// The text of the row with the keyboard, where that is shown.
    pub(super) fn text_of_row(&self, state: &State<K>) -> Option<String> {
        let row = state
            .at
            .row
            .filter(|_| state.focus.visible || state.at.inside)?;
        let index = self.keys.find(row, 0).ok()?;
        Some((self.whole.as_ref()?)(index))
    }

    /// A key with a name is pressed. Whether it took the keyboard from row to row, or opened a menu.
    pub(super) fn walk(
        &mut self,
        tree: &mut Tree,
        key: Named,
        modifiers: Modifiers,
        around: &mut Surroundings<'_, '_, '_, Message>,
    ) -> bool {
        let state = tree.state.downcast_mut::<State<K>>();
        if self.stops.is_none() || !(state.focus.focused || state.at.inside) {
            return false;
        }
        self.settle_row(state);
        let Some(row) = state.at.row else {
            return false;
        };
        match key {
            Named::ContextMenu => return self.open_menu(tree, row, around),
            Named::F10 if modifiers == Modifiers::SHIFT => {
                return self.open_menu(tree, row, around);
            }
            _ if !modifiers.is_empty() => return false,
            Named::Enter => return self.open_menu(tree, row, around),
            Named::ArrowUp | Named::ArrowDown => {
                let down = key == Named::ArrowDown;
                self.go_beside(state, row, down, around.layout);
            }
            Named::PageUp | Named::PageDown => {
                let page = (around.layout.bounds().height - LINE).max(LINE);
                let down = key == Named::PageDown;
                state.pending += if down { page } else { -page };
                state.at.paged = Some(if down { Edge::End } else { Edge::Start });
            }
            Named::Home | Named::End => {
                let target = if key == Named::Home {
                    self.stop(0, false)
                } else {
                    self.stop(usize::MAX, true)
                };
                state.at.row = target.and_then(|index| self.keys.at(index));
                state.pending = 0.0;
                state.position = match self.keys.at(0) {
                    Some(first) if key == Named::Home => Position::At {
                        key: first,
                        offset: 0.0,
                    },
                    _ => Position::End,
                };
            }
            _ => return false,
        }
        if state.at.inside {
            let mut leave = Inside {
                unfocus: true,
                ..Inside::default()
            };
            // The row may be another by now; what had the focus is not.
            let target = state.at.row.replace(row);
            self.ask_row(tree, around.layout, around.renderer, &mut leave);
            let state = tree.state.downcast_mut::<State<K>>();
            state.at.row = target;
        }
        Self::give_row_the_focus(tree.state.downcast_mut::<State<K>>());
        around.shell.invalidate_layout();
        true
    }

    /// One row up or down; within a row that is taller than the list, half a page.
    fn go_beside(&self, state: &mut State<K>, row: K, down: bool, layout: Layout<'_>) {
        let list = layout.bounds();
        if let Some(bounds) = self.row_bounds(state, layout) {
            let hidden = if down {
                bounds.y + bounds.height - list.y - list.height
            } else {
                list.y - bounds.y
            };
            if hidden > 1.0 && bounds.height > list.height {
                let far = hidden.min(list.height / 2.0);
                state.pending += if down { far } else { -far };
                return;
            }
        }
        let index = self.index_of(row, 0);
        let next = if down {
            self.stop(index + 1, false)
        } else {
            index
                .checked_sub(1)
                .and_then(|index| self.stop(index, true))
        };
        match next.and_then(|index| self.keys.at(index)) {
            Some(next) => {
                state.at.row = Some(next);
                state.at.reveal = true;
            }
            // What stands beyond the last one may still be out of sight.
            None => state.pending += if down { LINE } else { -LINE },
        }
    }

    /// Asks for the menu of the row, beside its text.
    fn open_menu(
        &mut self,
        tree: &mut Tree,
        row: K,
        around: &mut Surroundings<'_, '_, '_, Message>,
    ) -> bool {
        let state = tree.state.downcast_ref::<State<K>>();
        let list = around.layout.bounds();
        let bounds = self.row_bounds(state, around.layout);
        let Some(seen) = bounds.and_then(|bounds| bounds.intersection(&list)) else {
            // It was scrolled away with the wheel: first to be seen again.
            tree.state.downcast_mut::<State<K>>().at.reveal = true;
            around.shell.invalidate_layout();
            return true;
        };
        let text = self
            .find(tree, around.layout, around.renderer, seen.center())
            .and_then(|found| found.text)
            .and_then(|text| text.intersection(&list));
        let text = text.unwrap_or(seen);
        let point = Point::new(text.x + LINE.min(text.width / 2.0), text.center_y());
        self.tell_context(tree, row, point, None, around);
        true
    }
}
