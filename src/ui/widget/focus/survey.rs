//! Looking at everything that can have the focus, in order, and moving it.

use std::any::Any;

use iced::{
    Rectangle, Vector,
    advanced::widget::{
        Id, Operation,
        operation::{
            Focusable, Outcome, Scrollable, TextInput,
            scrollable::{AbsoluteOffset, RelativeOffset},
        },
    },
};

/// What a pane says of itself on the way through the window.
pub(super) enum Mark {
    /// What follows is in a pane; this is where its focus goes first.
    Enter(Option<Id>),
    /// The pane is over.
    Leave,
}

/// Something that can have the focus.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) id: Option<Id>,
    pub(super) bounds: Rectangle,
    pub(super) focused: bool,
    /// Whether one types there.
    pub(super) text: bool,
    /// In which pane; 0 for none.
    pub(super) pane: usize,
}

/// Everything that can have the focus.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) stops: Vec<Stop>,
    /// Where the focus goes first, of each pane.
    pub(super) panes: Vec<Option<Id>>,
    inside: usize,
    text: bool,
}

impl Survey {
    /// Which stop has the focus.
    pub(super) fn focused(&self) -> Option<usize> {
        self.stops.iter().position(|stop| stop.focused)
    }

    /// The stop of this name.
    pub(super) fn named(&self, id: &Id) -> Option<usize> {
        self.stops
            .iter()
            .position(|stop| stop.id.as_ref() == Some(id))
    }

    /// The next stop, round and round.
    pub(super) fn after(&self, back: bool) -> Option<usize> {
        let last = self.stops.len().checked_sub(1)?;
        Some(match (self.focused(), back) {
            (None, false) => 0,
            (None, true) => last,
            (Some(0), true) => last,
            (Some(now), true) => now - 1,
            (Some(now), false) if now == last => 0,
            (Some(now), false) => now + 1,
        })
    }

    /// Where the focus goes in the next pane.
    pub(super) fn next_pane(&self, back: bool) -> Option<usize> {
        let count = self.panes.len();
        let now = self
            .focused()
            .and_then(|at| self.stops.get(at))
            .map_or(0, |stop| stop.pane);
        let step = |from: usize| match back {
            false => from % count + 1,
            true if from <= 1 => count,
            true => from - 1,
        };
        let mut pane = now;
        for _ in 0..count {
            pane = step(pane);
            let preferred = self.panes.get(pane - 1).and_then(Option::as_ref);
            let preferred = preferred.and_then(|id| self.named(id));
            let first = || self.stops.iter().position(|stop| stop.pane == pane);
            if let Some(found) = preferred.or_else(first) {
                return Some(found);
            }
        }
        None
    }
}

impl Operation for Survey {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn text_input(&mut self, _id: Option<&Id>, _bounds: Rectangle, _state: &mut dyn TextInput) {
        self.text = true;
    }

    fn focusable(&mut self, id: Option<&Id>, bounds: Rectangle, state: &mut dyn Focusable) {
        self.stops.push(Stop {
            id: id.cloned(),
            bounds,
            focused: state.is_focused(),
            text: std::mem::take(&mut self.text),
            pane: self.inside,
        });
    }

    fn custom(&mut self, _id: Option<&Id>, _bounds: Rectangle, state: &mut dyn Any) {
        match state.downcast_ref::<Mark>() {
            Some(Mark::Enter(preferred)) => {
                self.panes.push(preferred.clone());
                self.inside = self.panes.len();
            }
            Some(Mark::Leave) => self.inside = 0,
            None => {}
        }
    }
}

/// Gives one stop the focus, and takes it from all others.
pub(super) struct Give {
    target: Option<usize>,
    seen: usize,
}

impl Give {
    pub(super) fn to(target: usize) -> Self {
        Self {
            target: Some(target),
            seen: 0,
        }
    }

    pub(super) fn to_none() -> Self {
        Self {
            target: None,
            seen: 0,
        }
    }
}

impl Operation for Give {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, _id: Option<&Id>, _bounds: Rectangle, state: &mut dyn Focusable) {
        if self.target == Some(self.seen) {
            state.focus();
        } else if state.is_focused() {
            state.unfocus();
        }
        self.seen += 1;
    }
}

/// Scrolls what has the focus into sight.
pub(super) struct Reveal(pub(super) Rectangle);

/// How far from the edge what has the focus is left at least, in px.
const MARGIN: f32 = 8.0;

impl<T> Operation<T> for Reveal {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<T>)) {
        operate(self);
    }

    fn scrollable(
        &mut self,
        _id: Option<&Id>,
        bounds: Rectangle,
        content: Rectangle,
        translation: Vector,
        state: &mut dyn Scrollable,
    ) {
        let target = self.0;
        if !content.contains(target.center()) || content.height <= bounds.height {
            return;
        }
        let (top, bottom) = (
            bounds.y + translation.y,
            bounds.y + translation.y + bounds.height,
        );
        let far = content.height - bounds.height;
        let y = if target.y - MARGIN < top {
            target.y - MARGIN - bounds.y
        } else if target.y + target.height + MARGIN > bottom {
            target.y + target.height + MARGIN - bounds.y - bounds.height
        } else {
            return;
        };
        if y <= 0.0 {
            state.snap_to(RelativeOffset {
                x: None,
                y: Some(0.0),
            });
        } else {
            state.scroll_to(AbsoluteOffset {
                x: None,
                y: Some(y.min(far)),
            });
        }
    }
}

/// Scrolls the stop of this name into sight.
pub(super) struct Find {
    pub(super) id: Id,
    pub(super) bounds: Option<Rectangle>,
}

impl<T: 'static> Operation<T> for Find {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation<T>)) {
        operate(self);
    }

    fn focusable(&mut self, id: Option<&Id>, bounds: Rectangle, _state: &mut dyn Focusable) {
        if id == Some(&self.id) {
            self.bounds = Some(bounds);
        }
    }

    fn finish(&self) -> Outcome<T> {
        match self.bounds {
            Some(bounds) => Outcome::Chain(Box::new(Reveal(bounds))),
            None => Outcome::None,
        }
    }
}

/// Lets an operation see one stop of a list only.
pub(in crate::widget) struct Only<'a> {
    pub(super) inner: &'a mut dyn Operation,
    pub(super) keep: usize,
    pub(super) seen: &'a mut usize,
}

impl<'a> Only<'a> {
    /// Lets it see none; what has the focus loses it.
    pub(in crate::widget) fn nothing(inner: &'a mut dyn Operation, seen: &'a mut usize) -> Self {
        *seen = 0;
        Self {
            inner,
            keep: usize::MAX,
            seen,
        }
    }
}

impl Operation for Only<'_> {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        let (keep, seen) = (self.keep, &mut *self.seen);
        self.inner
            .traverse(&mut |inner| operate(&mut Only { inner, keep, seen }));
    }

    fn container(&mut self, id: Option<&Id>, bounds: Rectangle) {
        self.inner.container(id, bounds);
    }

    fn scrollable(
        &mut self,
        id: Option<&Id>,
        bounds: Rectangle,
        content: Rectangle,
        translation: Vector,
        state: &mut dyn Scrollable,
    ) {
        self.inner
            .scrollable(id, bounds, content, translation, state);
    }

    fn focusable(&mut self, id: Option<&Id>, bounds: Rectangle, state: &mut dyn Focusable) {
        if *self.seen == self.keep {
            self.inner.focusable(id, bounds, state);
        } else if state.is_focused() {
            state.unfocus();
        }
        *self.seen += 1;
    }

    fn text_input(&mut self, id: Option<&Id>, bounds: Rectangle, state: &mut dyn TextInput) {
        self.inner.text_input(id, bounds, state);
    }

    fn text(&mut self, id: Option<&Id>, bounds: Rectangle, text: &str) {
        self.inner.text(id, bounds, text);
    }

    fn custom(&mut self, id: Option<&Id>, bounds: Rectangle, state: &mut dyn Any) {
        self.inner.custom(id, bounds, state);
    }
}
