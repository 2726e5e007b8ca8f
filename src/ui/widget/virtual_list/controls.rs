//! Where the focus is in a list of things to press: one stop for Tab, arrows inside, also in rows that are not built.
//!
//! The list knows the row and tells the thing in it, whenever that is built; nothing in a row has the focus by itself.

use std::any::Any;

use iced::{
    Rectangle, Renderer, Vector,
    advanced::{
        Layout,
        widget::{
            Id, Operation, Tree,
            operation::{Focusable, Scrollable, TextInput},
        },
    },
    keyboard::key::Named,
};

use super::{VirtualList, state::State, types::Key};

/// How many rows a page has.
const PAGE: usize = 10;

/// Where the focus can be.
pub(super) struct Controls<'a, K> {
    count: Box<dyn Fn(usize) -> usize + 'a>,
    current: Option<K>,
}

impl<'a, K> Controls<'a, K> {
    pub(super) fn new(count: impl Fn(usize) -> usize + 'a, current: Option<K>) -> Self {
        Self {
            count: Box::new(count),
            current,
        }
    }
}

/// Where the focus is, or was last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cursor<K> {
    pub(super) key: K,
    /// The index at which the row was seen last.
    pub(super) index: usize,
    /// Which thing in the row.
    pub(super) stop: usize,
}

/// Gives the focus to one thing in a row, or to none.
pub(super) struct Hold {
    /// Which thing of the row.
    pub(super) target: Option<usize>,
    /// Whether it is to show that it has the focus, though it has it already.
    pub(super) show: bool,
    pub(super) seen: usize,
}

impl Hold {
    pub(super) fn meet(&mut self, thing: &mut dyn Focusable) {
        if self.target == Some(self.seen) {
            if self.show || !thing.is_focused() {
                thing.focus();
            }
        } else if thing.is_focused() {
            thing.unfocus();
        }
        self.seen += 1;
    }
}

impl Operation for Hold {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _id: Option<&Id>, _bounds: Rectangle, state: &mut dyn Focusable) {
        self.meet(state);
    }
}

/// Looks which thing of a row has the focus.
#[derive(Default)]
struct Look {
    seen: usize,
    found: Option<usize>,
}

impl Operation for Look {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _id: Option<&Id>, _bounds: Rectangle, state: &mut dyn Focusable) {
        if state.is_focused() {
            self.found = Some(self.seen);
        }
        self.seen += 1;
    }
}

/// Lets an operation see everything of a row but what can have the focus.
struct Without<'o>(&'o mut dyn Operation);

impl Operation for Without<'_> {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        self.0.traverse(&mut |inner| operate(&mut Without(inner)));
    }

    fn container(&mut self, id: Option<&Id>, bounds: Rectangle) {
        self.0.container(id, bounds);
    }

    fn scrollable(
        &mut self,
        id: Option<&Id>,
        bounds: Rectangle,
        content: Rectangle,
        translation: Vector,
        state: &mut dyn Scrollable,
    ) {
        self.0.scrollable(id, bounds, content, translation, state);
    }

    fn text_input(&mut self, id: Option<&Id>, bounds: Rectangle, state: &mut dyn TextInput) {
        self.0.text_input(id, bounds, state);
    }

    fn text(&mut self, id: Option<&Id>, bounds: Rectangle, text: &str) {
        self.0.text(id, bounds, text);
    }

    fn custom(&mut self, id: Option<&Id>, bounds: Rectangle, state: &mut dyn Any) {
        self.0.custom(id, bounds, state);
    }
}

impl<K: Key, Message> VirtualList<'_, K, Message> {
    fn count(&self, index: usize) -> usize {
        let controls = self.controls.as_ref();
        controls.map_or(0, |controls| (controls.count)(index))
    }

    fn cursor(&self, index: usize, stop: usize) -> Option<Cursor<K>> {
        let key = self.keys.at(index)?;
        Some(Cursor { key, index, stop })
    }

    /// The first thing to press in this row or one below.
    fn next_stop(&self, index: usize) -> Option<Cursor<K>> {
        let index = (index..self.keys.len()).find(|index| self.count(*index) > 0)?;
        self.cursor(index, 0)
    }

    /// The last thing to press in a row above this one.
    fn before(&self, index: usize) -> Option<Cursor<K>> {
        let index = (0..index).rev().find(|index| self.count(*index) > 0)?;
        self.cursor(index, self.count(index) - 1)
    }

    /// Where a place is now. A row that is gone leaves the focus to the one that has its place.
    pub(super) fn follow(&self, cursor: Cursor<K>) -> Option<Cursor<K>> {
        match self.keys.find(cursor.key, cursor.index) {
            Ok(index) if cursor.stop < self.count(index) => Some(Cursor { index, ..cursor }),
            Ok(index) | Err(index) => self.next_stop(index).or_else(|| self.before(index)),
        }
    }

    fn below(&self, cursor: Cursor<K>) -> Cursor<K> {
        if cursor.stop + 1 < self.count(cursor.index) {
            return Cursor {
                stop: cursor.stop + 1,
                ..cursor
            };
        }
        self.next_stop(cursor.index + 1).unwrap_or(cursor)
    }

    fn above(&self, cursor: Cursor<K>) -> Cursor<K> {
        match cursor.stop.checked_sub(1) {
            Some(stop) => Cursor { stop, ..cursor },
            None => self.before(cursor.index).unwrap_or(cursor),
        }
    }

    /// A key is pressed while the list has the focus: where that leads, if anywhere.
    pub(super) fn step(&self, key: Named, cursor: Cursor<K>) -> Option<Cursor<K>> {
        let cursor = self.follow(cursor)?;
        let times = |count, step: &dyn Fn(Cursor<K>) -> Cursor<K>| {
            (0..count).fold(cursor, |cursor, _| step(cursor))
        };
        Some(match key {
            Named::ArrowDown => self.below(cursor),
            Named::ArrowUp => self.above(cursor),
            Named::PageDown => times(PAGE, &|cursor| self.below(cursor)),
            Named::PageUp => times(PAGE, &|cursor| self.above(cursor)),
            Named::Home => self.next_stop(0)?,
            Named::End => self.before(self.keys.len())?,
            _ => return None,
        })
    }

    /// Moves the focus there, with a ring, and into sight.
    pub(super) fn focus_on(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        cursor: Cursor<K>,
    ) {
        let state = tree.state.downcast_mut::<State<K>>();
        state.focus.focus();
        state.cursor = Some(cursor);
        state.reveal = true;
        self.tell_rows(tree, layout, renderer, true);
    }

    /// Tells every row that is built which thing in it has the focus, if any.
    fn tell_rows(&mut self, tree: &mut Tree, layout: Layout<'_>, renderer: &Renderer, show: bool) {
        let state = tree.state.downcast_ref::<State<K>>();
        let rows = self.live.iter_mut().zip(&self.live_keys);
        let rows = rows.zip(&mut tree.children).zip(layout.children());
        for (((row, key), tree), layout) in rows {
            let mut hold = Hold {
                target: state.stop_in(*key),
                show,
                seen: 0,
            };
            let row = row.as_widget_mut();
            row.operate(tree, layout, renderer, &mut hold);
        }
    }

    /// A button of the mouse was pressed: what was pressed took the focus.
    pub(super) fn focus_by_press(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
    ) {
        if self.controls.is_none() {
            return;
        }
        let mut pressed = None;
        let rows = self.live.iter_mut().zip(&self.live_keys);
        let rows = rows.zip(&mut tree.children).zip(layout.children());
        for (((row, key), tree), layout) in rows {
            let mut look = Look::default();
            let row = row.as_widget_mut();
            row.operate(tree, layout, renderer, &mut look);
            if let Some(stop) = look.found {
                pressed = Some((*key, stop));
            }
        }
        let state = tree.state.downcast_mut::<State<K>>();
        state.focus.unfocus();
        if let Some((key, stop)) = pressed {
            let seen = state.cursor.map_or(state.index, |cursor| cursor.index);
            let index = self.keys.find(key, seen).unwrap_or(seen);
            state.focus.focused = true;
            state.cursor = Some(Cursor { key, index, stop });
        }
    }

    /// Shows the list to an operation as one thing that can have the focus.
    pub(super) fn operate_on_controls(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        if self.next_stop(0).is_some() {
            let state = tree.state.downcast_mut::<State<K>>();
            let before = state.focus.focused;
            operation.focusable(self.id.as_ref(), layout.bounds(), &mut state.focus);
            let now = state.focus.focused;
            if now && !before {
                let index = state.index;
                let current = self.controls.as_ref().and_then(|controls| controls.current);
                let current = current.map(|key| Cursor {
                    key,
                    index,
                    stop: 0,
                });
                let wanted = current.or(state.cursor);
                let cursor = wanted.and_then(|cursor| self.follow(cursor));
                if let Some(cursor) = cursor.or_else(|| self.next_stop(0)) {
                    self.focus_on(tree, layout, renderer, cursor);
                }
            } else if before && !now {
                self.tell_rows(tree, layout, renderer, false);
            }
        }
        operation.traverse(&mut |operation| {
            let rows = self.live.iter_mut().zip(&mut tree.children);
            for ((row, tree), layout) in rows.zip(layout.children()) {
                let row = row.as_widget_mut();
                row.operate(tree, layout, renderer, &mut Without(operation));
            }
        });
    }
}
