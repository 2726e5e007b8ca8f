//! How the list takes part in events: frames and keys. The pointer has a file of its own.

use iced::{
    Event, Point, Renderer,
    advanced::{
        Clipboard, Layout, Shell,
        clipboard::Kind,
        mouse,
        widget::{Tree, operation::Focusable},
    },
    keyboard::{self, Key as Pressed, Modifiers, key::Named},
    time::{Duration, Instant},
    window,
};

use super::{
    Edge, Position, VirtualList,
    state::{Drag, State},
    types::Key,
};

/// How far a line of the wheel or an arrow key scrolls, in px.
pub(super) const LINE: f32 = 60.0;
/// How long the list stands still before it tells what is seen.
const SETTLE: Duration = Duration::from_millis(120);
/// How long the row jumped to is marked.
const FLASH: Duration = Duration::from_millis(1600);
/// How far a selection dragged beyond the edge scrolls in a frame at most, in px.
const DRAG_SCROLL: f32 = 40.0;

/// What is around the list while an event is handled.
pub(super) struct Surroundings<'s, 'l, 'm, Message> {
    pub(super) layout: Layout<'l>,
    pub(super) cursor: mouse::Cursor,
    /// The pointer, where it is over what is seen of the list.
    pub(super) over: Option<Point>,
    pub(super) renderer: &'s Renderer,
    pub(super) clipboard: &'s mut dyn Clipboard,
    pub(super) shell: &'s mut Shell<'m, Message>,
}

impl<K: Key, Message> VirtualList<'_, K, Message> {
    pub(super) fn react(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        around: &mut Surroundings<'_, '_, '_, Message>,
    ) {
        let state = tree.state.downcast_mut::<State<K>>();
        match event {
            Event::Keyboard(keyboard::Event::ModifiersChanged(modifiers)) => {
                state.modifiers = *modifiers;
            }
            Event::Window(window::Event::RedrawRequested(now)) => self.frame(tree, *now, around),
            Event::Window(window::Event::Unfocused) => {
                state.drag = None;
                state.seek = None;
                state.modifiers = Modifiers::default();
            }
            // Whoever took it: what is clicked elsewhere takes the keyboard from here.
            Event::Mouse(mouse::Event::ButtonPressed(_))
                if around.over.is_none() && self.controls.is_none() =>
            {
                state.focus.unfocus();
                state.at.inside = false;
            }
            // Something in a row was clicked.
            Event::Mouse(mouse::Event::ButtonPressed(_))
                if around.shell.is_event_captured() && self.controls.is_none() =>
            {
                state.focus.unfocus();
                state.at.inside = false;
                if let Some(point) = around.over {
                    self.take_row_at(tree, point, around);
                }
            }
            _ if around.shell.is_event_captured() => {}
            Event::Mouse(event) => self.pointer(tree, *event, around),
            Event::Keyboard(keyboard::Event::KeyPressed {
                key,
                physical_key,
                modifiers,
                ..
            }) => {
                let latin = key.to_latin(*physical_key).map(|c| c.to_ascii_lowercase());
                let done = match (key, latin) {
                    (_, Some(letter)) => self.command(tree, letter, *modifiers, around),
                    (Pressed::Named(named), None) => {
                        self.walk(tree, *named, *modifiers, around)
                            || self.named(tree, *named, *modifiers, around)
                    }
                    _ => false,
                };
                if done {
                    around.shell.capture_event();
                    around.shell.request_redraw();
                }
            }
            _ => {}
        }
    }

    /// A letter is pressed. Whether that meant the list.
    fn command(
        &mut self,
        tree: &mut Tree,
        letter: char,
        modifiers: Modifiers,
        around: &mut Surroundings<'_, '_, '_, Message>,
    ) -> bool {
        let state = tree.state.downcast_ref::<State<K>>();
        if self.controls.is_some()
            || !(state.focus.focused || state.at.inside)
            || modifiers != Modifiers::COMMAND
        {
            return false;
        }
        match letter {
            'c' => {
                let selection = state.selection;
                let Some(ends) = selection.and_then(|selection| selection.ordered()) else {
                    let row = self.text_of_row(state);
                    let copied = row.map(|text| around.clipboard.write(Kind::Standard, text));
                    return copied.is_some();
                };
                match &self.on_copy {
                    Some(on_copy) if !self.holds(ends) => {
                        around.shell.publish(on_copy(ends.0..ends.1))
                    }
                    _ => {
                        if let Some(text) = self.selected_text(selection) {
                            around.clipboard.write(Kind::Standard, text);
                        }
                    }
                }
                true
            }
            'a' => {
                let everything = self.everything();
                self.select(tree, around.layout, around.renderer, everything);
                true
            }
            _ => false,
        }
    }

    /// A key with a name is pressed. Whether that meant the list.
    fn named(
        &mut self,
        tree: &mut Tree,
        key: Named,
        modifiers: Modifiers,
        around: &mut Surroundings<'_, '_, '_, Message>,
    ) -> bool {
        let state = tree.state.downcast_mut::<State<K>>();
        let focused = state.focus.focused;
        let page = (around.layout.bounds().height - LINE).max(LINE);
        if modifiers.alt() || modifiers.logo() || modifiers.shift() {
            return false;
        }
        if self.controls.is_some() {
            return !modifiers.control() && self.move_focus(tree, key, around);
        }
        match key {
            Named::PageUp if focused || self.paging_keys => state.pending -= page,
            Named::PageDown if focused || self.paging_keys => state.pending += page,
            Named::ArrowUp if focused && !modifiers.control() => state.pending -= LINE,
            Named::ArrowDown if focused && !modifiers.control() => state.pending += LINE,
            Named::Home if focused => {
                let Some(first) = self.first_key() else {
                    return false;
                };
                state.pending = 0.0;
                state.position = Position::At {
                    key: first,
                    offset: 0.0,
                };
                around.shell.invalidate_layout();
            }
            Named::End if focused => {
                state.pending = 0.0;
                state.position = Position::End;
                around.shell.invalidate_layout();
            }
            Named::Escape if focused && state.selection.is_some() => {
                self.select(tree, around.layout, around.renderer, None);
            }
            _ => return false,
        }
        true
    }

    /// A key is pressed in a list of things to press. Whether that moved the focus.
    fn move_focus(
        &mut self,
        tree: &mut Tree,
        key: Named,
        around: &mut Surroundings<'_, '_, '_, Message>,
    ) -> bool {
        let state = tree.state.downcast_ref::<State<K>>();
        let from = state.cursor.filter(|_| state.focus.focused);
        let Some(to) = from.and_then(|from| self.step(key, from)) else {
            return false;
        };
        self.focus_on(tree, around.layout, around.renderer, to);
        around.shell.invalidate_layout();
        true
    }

    /// A frame is about to be drawn. The shell repeats this after a layout that it brought about.
    fn frame(
        &mut self,
        tree: &mut Tree,
        now: Instant,
        around: &mut Surroundings<'_, '_, '_, Message>,
    ) {
        self.scroll_dragged(tree, now, around);
        self.follow_focus(tree, around);
        let state = tree.state.downcast_mut::<State<K>>();
        if state.pending.trunc() != 0.0 || state.seek_moved || state.reveal {
            around.shell.invalidate_layout();
        }
        if let Some(ends) = state.clicks.tick(now) {
            around.shell.request_redraw_at(ends);
        }
        if let Some(flash) = &mut state.flash {
            let until = *flash.until.get_or_insert(now + FLASH);
            if now >= until {
                state.flash = None;
            } else {
                around.shell.request_redraw_at(until);
            }
        }
        self.tell_edges(state, around.shell);
        self.tell_visible(state, now, around.shell);
    }

    /// A selection that is dragged beyond the edge scrolls.
    fn scroll_dragged(
        &mut self,
        tree: &mut Tree,
        now: Instant,
        around: &mut Surroundings<'_, '_, '_, Message>,
    ) {
        let state = tree.state.downcast_mut::<State<K>>();
        let Some(point) = around.cursor.land().position() else {
            return;
        };
        if !matches!(state.drag, Some(Drag::Text)) {
            return;
        }
        let bounds = around.layout.bounds();
        let above = (point.y - bounds.y).min(0.0);
        let below = (point.y - bounds.y - bounds.height).max(0.0);
        let beyond = above + below;
        if beyond == 0.0 {
            return;
        }
        if state.scrolled != Some(now) {
            state.scrolled = Some(now);
            state.pending += beyond.clamp(-DRAG_SCROLL, DRAG_SCROLL);
        }
        self.drag_text(tree, point, around);
        around.shell.request_redraw();
    }

    fn tell_edges(&self, state: &mut State<K>, shell: &mut Shell<'_, Message>) {
        let Some(on_edge) = &self.on_edge else { return };
        let first = self.first_key().filter(|_| state.near.0 && self.before > 0);
        if state.edges.0 != first {
            state.edges.0 = first;
            if first.is_some() {
                shell.publish(on_edge(Edge::Start));
            }
        }
        let last = self.last_key().filter(|_| state.near.1 && self.after > 0);
        if state.edges.1 != last {
            state.edges.1 = last;
            if last.is_some() {
                shell.publish(on_edge(Edge::End));
            }
        }
    }

    fn tell_visible(&self, state: &mut State<K>, now: Instant, shell: &mut Shell<'_, Message>) {
        let Some(on_visible) = &self.on_visible else {
            return;
        };
        if state.visible != state.latest {
            state.latest = state.visible;
            state.due = Some(now + SETTLE);
        }
        match state.due {
            Some(due) if now >= due => {
                state.due = None;
                if state.reported != state.visible {
                    state.reported = state.visible;
                    if let Some(visible) = state.visible {
                        shell.publish(on_visible(visible));
                    }
                }
            }
            Some(due) => shell.request_redraw_at(due),
            None => {}
        }
    }
}
