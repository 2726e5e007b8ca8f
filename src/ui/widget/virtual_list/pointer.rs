//! How the list takes part in events of the pointer: wheel, selection, scrollbar, context.

use iced::{
    Point,
    advanced::{clipboard::Kind, mouse, widget::Tree},
};

use super::{
    Context, VirtualList,
    input::{LINE, Surroundings},
    state::{Drag, Selection, State},
    types::{Key, Place},
};
use crate::widget::rich_body::Link;

impl<K: Key, Message> VirtualList<'_, K, Message> {
    pub(super) fn pointer(
        &mut self,
        tree: &mut Tree,
        event: mouse::Event,
        around: &mut Surroundings<'_, '_, '_, Message>,
    ) {
        let state = tree.state.downcast_mut::<State<K>>();
        let bounds = around.layout.bounds();
        match event {
            mouse::Event::WheelScrolled { delta } if around.over.is_some() => {
                // Layout is for the frame: there may be many of these before it.
                state.pending -= match delta {
                    mouse::ScrollDelta::Lines { y, .. } => y * LINE,
                    mouse::ScrollDelta::Pixels { y, .. } => y,
                };
                around.shell.capture_event();
                around.shell.request_redraw();
            }
            mouse::Event::ButtonPressed(button) => {
                let Some(point) = around.over else {
                    return;
                };
                let on_bar = self.bar(bounds).contains(point);
                self.take_row_at(tree, point, around);
                let state = tree.state.downcast_mut::<State<K>>();
                match button {
                    mouse::Button::Left if self.controls.is_some() && !on_bar => {}
                    mouse::Button::Left if self.controls.is_some() => {
                        self.press_bar(state, bounds, point);
                        around.shell.capture_event();
                        around.shell.request_redraw();
                    }
                    mouse::Button::Left => {
                        state.focus.focused = true;
                        state.focus.visible = false;
                        if on_bar {
                            self.press_bar(state, bounds, point);
                        } else {
                            self.press_text(tree, point, around);
                        }
                        around.shell.capture_event();
                        around.shell.request_redraw();
                    }
                    mouse::Button::Right => self.press_context(tree, point, around),
                    _ => {}
                }
            }
            mouse::Event::ButtonReleased(mouse::Button::Left) => {
                let Some(drag) = state.drag.take() else {
                    return;
                };
                match drag {
                    Drag::Text => {
                        if let Some(text) = self.selected_text(state.selection) {
                            around.clipboard.write(Kind::Primary, text);
                        }
                    }
                    Drag::Bar { .. } => {
                        let row = self.release_bar(state);
                        if let Some((row, on_seek)) = row.zip(self.on_seek.as_ref()) {
                            around.shell.publish(on_seek(row));
                        }
                    }
                }
                around.shell.request_redraw();
            }
            mouse::Event::CursorMoved { .. } => {
                let bar = self.bar(bounds);
                let over_bar = around.over.is_some_and(|point| bar.contains(point));
                if over_bar != state.over_bar {
                    state.over_bar = over_bar;
                    around.shell.request_redraw();
                }
                let Some(point) = around.cursor.land().position() else {
                    return;
                };
                match state.drag {
                    Some(Drag::Bar { .. }) => {
                        self.drag_bar(state, bounds, point);
                        around.shell.request_redraw();
                    }
                    Some(Drag::Text) => self.drag_text(tree, point, around),
                    None => {}
                }
            }
            _ => {}
        }
    }

    /// A press on the rows: a selection begins, is extended, or takes a word or a whole text.
    fn press_text(
        &mut self,
        tree: &mut Tree,
        point: Point,
        around: &mut Surroundings<'_, '_, '_, Message>,
    ) {
        let Some(found) = self.find(tree, around.layout, around.renderer, point) else {
            return;
        };
        let state = tree.state.downcast_mut::<State<K>>();
        let extend = state.modifiers.shift();
        let count = state.clicks.press(point);
        let at = |byte| Place {
            byte,
            ..found.place
        };
        let taken = match count {
            2 => Some(found.word.clone()),
            3 => Some(found.whole.clone()),
            _ => None,
        };
        let selection = match (taken, state.selection) {
            (Some(range), _) => Selection {
                from: at(range.start),
                to: at(range.end),
            },
            (None, Some(selection)) if extend => Selection {
                to: found.place,
                ..selection
            },
            (None, _) => Selection {
                from: found.place,
                to: found.place,
            },
        };
        if count > 1 {
            // No drag follows: the tremor after a double click must not shrink it.
            state.drag = None;
            let text = self.selected_text(Some(selection));
            if let Some(text) = text {
                around.clipboard.write(Kind::Primary, text);
            }
        } else {
            state.drag = Some(Drag::Text);
        }
        self.select(tree, around.layout, around.renderer, Some(selection));
    }

    /// The end of the selection follows the pointer.
    pub(super) fn drag_text(
        &mut self,
        tree: &mut Tree,
        point: Point,
        around: &mut Surroundings<'_, '_, '_, Message>,
    ) {
        let Some(found) = self.find(tree, around.layout, around.renderer, point) else {
            return;
        };
        let state = tree.state.downcast_ref::<State<K>>();
        let Some(selection) = state.selection.filter(|old| old.to != found.place) else {
            return;
        };
        let selection = Selection {
            to: found.place,
            ..selection
        };
        self.select(tree, around.layout, around.renderer, Some(selection));
        around.shell.request_redraw();
    }

    /// The right button: what is there.
    fn press_context(
        &mut self,
        tree: &mut Tree,
        point: Point,
        around: &mut Surroundings<'_, '_, '_, Message>,
    ) {
        if self.on_context.is_none() {
            return;
        }
        let found = self.find(tree, around.layout, around.renderer, point);
        let Some(found) = found.filter(|found| found.on_row) else {
            return;
        };
        self.tell_context(tree, found.place.key, point, found.link, around);
    }

    /// Says that somebody wants to do something with a row.
    pub(super) fn tell_context(
        &self,
        tree: &Tree,
        key: K,
        point: Point,
        link: Option<Link>,
        around: &mut Surroundings<'_, '_, '_, Message>,
    ) {
        let state = tree.state.downcast_ref::<State<K>>();
        let selection = state.selection.filter(|selection| {
            let ends = selection.ordered();
            ends.is_some_and(|(from, to)| (from.key..=to.key).contains(&key))
        });
        let context = Context {
            key,
            point,
            selection: self.selected_text(selection),
            link,
        };
        if let Some(on_context) = &self.on_context {
            around.shell.publish(on_context(context));
            around.shell.capture_event();
        }
    }
}
