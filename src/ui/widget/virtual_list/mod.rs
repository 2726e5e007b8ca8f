//! A list of which only the rows near the viewport exist.
//!
//! - **Rows are built, diffed and laid out inside `layout`**, from the row where the reader is, upwards and downwards until
//!   the viewport is full. What arrives or grows above or below can therefore not move what is being read.
//! - **Scrolling sends no message.** Wheel events add up; the layout is made once per frame, when it is drawn. The caller
//!   hears of edges that come near, and of what is seen once scrolling has settled.
//! - **The list is drawn in a layer whose height differs by an invisible fraction of a pixel after every move.** The software
//!   renderer compares layers: without the difference it takes two living texts of one size for the same text and leaves
//!   the old one standing, and it paints dozens of overlapping regions instead of one.
//! - **Jumps are data**, not operations: an operation brings neither a layout nor a frame.
//! - **The keyboard goes from row to row** where the caller names the rows that it stops at. Tab then leads only into that
//!   row, so the list is one stop however many rows are built, and keys send no message either.
//! - **Selection** runs over rows and over the texts in them ([`super::rich_body`]), reaches rows that left the screen, and
//!   is copied from the caller's data.
//!
//! - **A list of things to press** has rows in an order of their own that stand on its start, and one place where the focus
//!   is, in rows that are not built as well.
//!
//! It fills the place it is given, which must be finite in both directions: neither inside something that scrolls nor in
//! something that shrinks to its content, for such parents lay out twice. Whole pixels are scrolled; at fractional scale
//! factors text may wobble by a pixel within its row. It knows nothing of messages.

mod controls;
mod draw;
mod input;
mod keyboard;
mod keys;
mod layout;
mod pointer;
mod scrollbar;
mod selection;
mod state;
mod types;

use std::{borrow::Cow, ops::Range};

use iced::{
    Element, Event, Length, Rectangle, Renderer, Size, Theme, Vector,
    advanced::{
        Clipboard, Layout, Shell, Widget,
        layout::Limits,
        layout::Node,
        mouse, overlay, renderer,
        widget::{Id, Operation, Tree, tree},
    },
};

use super::focus::Only;
use controls::Controls;
use keys::{Keys, Listed};
use state::State;
pub use types::{
    Align, Context, Edge, Joint, Jump, Key, Place, Position, Style, Target, Visible, default_style,
};

/// How much of the width the scrollbar takes, in px.
pub const BAR_WIDTH: f32 = 12.0;
/// How wide the scrollbar is where it lies over the rows, in px.
const OVER_WIDTH: f32 = 8.0;

type Row<'a, Message> = Box<dyn Fn(usize) -> Element<'a, Message> + 'a>;
type Told<'a, T, Message> = Box<dyn Fn(T) -> Message + 'a>;

/// A list of which only the rows near the viewport exist.
pub struct VirtualList<'a, K, Message> {
    id: Option<Id>,
    source: u64,
    keys: Box<dyn Keys<K> + 'a>,
    /// Where the focus can be, in a list of things to press.
    controls: Option<Controls<'a, K>>,
    before: usize,
    after: usize,
    row: Row<'a, Message>,
    texts: Box<dyn Fn(usize) -> Vec<Cow<'a, str>> + 'a>,
    copy_prefix: Option<Box<dyn Fn(usize) -> String + 'a>>,
    joint: Box<dyn Fn(usize) -> Joint + 'a>,
    stops: Option<Box<dyn Fn(usize) -> bool + 'a>>,
    whole: Option<Box<dyn Fn(usize) -> String + 'a>>,
    position: Option<Position<K>>,
    jump: Option<Jump<K>>,
    paging_keys: bool,
    style: fn(&Theme) -> Style,
    on_edge: Option<Told<'a, Edge, Message>>,
    on_visible: Option<Told<'a, Visible<K>, Message>>,
    on_seek: Option<Told<'a, usize, Message>>,
    on_context: Option<Told<'a, Context<K>, Message>>,
    on_keyboard: Option<Told<'a, bool, Message>>,
    on_copy: Option<Told<'a, Range<Place<K>>, Message>>,
    /// The rows on the screen or near it.
    live: Vec<Element<'a, Message>>,
    live_keys: Vec<K>,
}

/// A list of the rows with these keys, which must be sorted and unique; the row at an index is built when it is needed.
///
/// The source tells what the keys belong to, such as the chat: with another source the list forgets all it remembers.
#[must_use]
pub fn virtual_list<'a, K: Key, Message>(
    source: u64,
    keys: &'a [K],
    row: impl Fn(usize) -> Element<'a, Message> + 'a,
) -> VirtualList<'a, K, Message> {
    debug_assert!(keys.is_sorted_by(|a, b| a < b));
    VirtualList::new(source, Box::new(keys), Box::new(row))
}

/// A list of so many rows of things to press, which stands on its start; their keys are in an order of their own.
///
/// It is one stop for Tab, and the arrows move the focus inside, to rows that are not built yet as well. In the row at an
/// index there are as many things to press as `stops` says; the focus comes to the current row first.
#[must_use]
pub fn list_of_controls<'a, K: Key, Message>(
    source: u64,
    rows: usize,
    key: impl Fn(usize) -> K + 'a,
    row: impl Fn(usize) -> Element<'a, Message> + 'a,
    stops: impl Fn(usize) -> usize + 'a,
    current: Option<K>,
) -> VirtualList<'a, K, Message> {
    let keys = Box::new(Listed { len: rows, key });
    VirtualList {
        controls: Some(Controls::new(stops, current)),
        paging_keys: false,
        ..VirtualList::new(source, keys, Box::new(row))
    }
}

impl<'a, K: Key, Message> VirtualList<'a, K, Message> {
    fn new(source: u64, keys: Box<dyn Keys<K> + 'a>, row: Row<'a, Message>) -> Self {
        Self {
            id: None,
            source,
            keys,
            controls: None,
            before: 0,
            after: 0,
            row,
            texts: Box::new(|_| Vec::new()),
            copy_prefix: None,
            joint: Box::new(|_| Joint::Apart),
            stops: None,
            whole: None,
            position: None,
            jump: None,
            paging_keys: true,
            style: default_style,
            on_edge: None,
            on_visible: None,
            on_seek: None,
            on_context: None,
            on_keyboard: None,
            on_copy: None,
            live: Vec::new(),
            live_keys: Vec::new(),
        }
    }

    /// The name by which it can be focused. Without one it takes the focus by clicks alone.
    #[must_use]
    pub fn id(mut self, id: impl Into<Id>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// How many rows there are before and after those with keys. The scrollbar counts them.
    #[must_use]
    pub fn outside(mut self, before: usize, after: usize) -> Self {
        self.before = before;
        self.after = after;
        self
    }

    /// The texts of the row at an index, in the order of their parts, for copying rows that are not on the screen.
    #[must_use]
    pub fn texts(mut self, texts: impl Fn(usize) -> Vec<Cow<'a, str>> + 'a) -> Self {
        self.texts = Box::new(texts);
        self
    }

    /// What stands right before the text of the row at an index, when several rows are copied: who wrote it and when,
    /// with a colon or a new line at the end.
    #[must_use]
    pub fn copy_prefix(mut self, prefix: impl Fn(usize) -> String + 'a) -> Self {
        self.copy_prefix = Some(Box::new(prefix));
        self
    }

    /// How the text of the row at an index goes on from that of the row before; apart from it at first.
    #[must_use]
    pub fn joint(mut self, joint: impl Fn(usize) -> Joint + 'a) -> Self {
        self.joint = Box::new(joint);
        self
    }

    /// Which rows the keyboard goes to. With such rows the list has the focus by one of them, with a ring around it:
    /// arrows, Home, End and the page keys go from row to row, Tab goes on into the row, and Enter and the keys for menus
    /// do what a click with the right button does. Without, they scroll.
    #[must_use]
    pub fn stops(mut self, stops: impl Fn(usize) -> bool + 'a) -> Self {
        self.stops = Some(Box::new(stops));
        self
    }

    /// What is copied of the row at an index while it has the keyboard and nothing is selected.
    #[must_use]
    pub fn whole(mut self, whole: impl Fn(usize) -> String + 'a) -> Self {
        self.whole = Some(Box::new(whole));
        self
    }

    /// Where to begin when this source is shown, or shown again; at the end without one.
    #[must_use]
    pub fn position(mut self, position: Option<Position<K>>) -> Self {
        self.position = position;
        self
    }

    /// Where to go. Passed until [`Visible::jumped`] tells that it was obeyed.
    #[must_use]
    pub fn jump(mut self, jump: Option<Jump<K>>) -> Self {
        self.jump = jump;
        self
    }

    /// Whether Page Up and Page Down scroll while the focus is elsewhere, as they do at first. Off under a dialog.
    #[must_use]
    pub fn paging_keys(mut self, always: bool) -> Self {
        self.paging_keys = always;
        self
    }

    /// How it looks.
    #[must_use]
    pub fn style(mut self, style: fn(&Theme) -> Style) -> Self {
        self.style = style;
        self
    }

    /// What is sent when rows outside are needed soon. Once for every first and last key, and again when the reader
    /// comes back to the edge, so that a page that failed is asked for again.
    #[must_use]
    pub fn on_edge(mut self, message: impl Fn(Edge) -> Message + 'a) -> Self {
        self.on_edge = Some(Box::new(message));
        self
    }

    /// What is sent when scrolling has settled and something else is seen.
    #[must_use]
    pub fn on_visible(mut self, message: impl Fn(Visible<K>) -> Message + 'a) -> Self {
        self.on_visible = Some(Box::new(message));
        self
    }

    /// What is sent when the scrollbar was dragged to a row outside, counted over everything.
    #[must_use]
    pub fn on_seek(mut self, message: impl Fn(usize) -> Message + 'a) -> Self {
        self.on_seek = Some(Box::new(message));
        self
    }

    /// What is sent when the keyboard comes to a row, or to something in it, and when it leaves.
    #[must_use]
    pub fn on_keyboard(mut self, message: impl Fn(bool) -> Message + 'a) -> Self {
        self.on_keyboard = Some(Box::new(message));
        self
    }

    /// What a click with the right button sends, and Enter and the keys for menus where the keyboard goes to rows.
    #[must_use]
    pub fn on_context(mut self, message: impl Fn(Context<K>) -> Message + 'a) -> Self {
        self.on_context = Some(Box::new(message));
        self
    }

    /// What is sent in place of copying, where the selection reaches beyond the rows with keys: from there to there.
    #[must_use]
    pub fn on_copy(mut self, message: impl Fn(Range<Place<K>>) -> Message + 'a) -> Self {
        self.on_copy = Some(Box::new(message));
        self
    }

    fn total(&self) -> usize {
        self.before + self.keys.len() + self.after
    }

    fn first_key(&self) -> Option<K> {
        self.keys.at(0)
    }

    fn last_key(&self) -> Option<K> {
        self.keys.at(self.keys.len().checked_sub(1)?)
    }

    /// How wide the scrollbar is, in px. Over things to press it lies in the space that they leave at the side.
    fn bar_width(&self) -> f32 {
        match self.controls {
            Some(_) => OVER_WIDTH,
            None => BAR_WIDTH,
        }
    }
}

impl<K: Key, Message> Widget<Message, Theme, Renderer> for VirtualList<'_, K, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State<K>>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::<K>::default())
    }

    fn diff(&self, _tree: &mut Tree) {
        // The rows are not known before `layout`; what stands here by default would forget them all.
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fill, Length::Fill)
    }

    fn layout(&mut self, tree: &mut Tree, renderer: &Renderer, limits: &Limits) -> Node {
        self.lay_out(tree, renderer, limits)
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        renderer: &Renderer,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        viewport: &Rectangle,
    ) {
        let Some(clip) = layout.bounds().intersection(viewport) else {
            return;
        };
        let inner = inside(cursor, clip);
        let rows = self.live.iter_mut().zip(&mut tree.children);
        for ((row, tree), layout) in rows.zip(layout.children()) {
            let row = row.as_widget_mut();
            row.update(
                tree, event, layout, inner, renderer, clipboard, shell, &clip,
            );
        }
        if let Event::Mouse(mouse::Event::ButtonPressed(_)) = event {
            self.focus_by_press(tree, layout, renderer);
        }
        let mut surroundings = input::Surroundings {
            layout,
            cursor,
            over: cursor.position_over(clip),
            renderer,
            clipboard,
            shell,
        };
        self.react(tree, event, &mut surroundings);
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
        renderer: &Renderer,
    ) -> mouse::Interaction {
        let Some(clip) = layout.bounds().intersection(viewport) else {
            return mouse::Interaction::None;
        };
        let state = tree.state.downcast_ref::<State<K>>();
        match state.drag {
            Some(state::Drag::Text) => return mouse::Interaction::Text,
            Some(state::Drag::Bar { .. }) => return mouse::Interaction::Grabbing,
            None => {}
        }
        if !cursor.is_over(clip) || state.over_bar {
            return mouse::Interaction::None;
        }
        let rows = self.live.iter().zip(&tree.children).zip(layout.children());
        let wished = rows.map(|((row, tree), layout)| {
            let row = row.as_widget();
            row.mouse_interaction(tree, layout, cursor, &clip, renderer)
        });
        wished.max().unwrap_or_default()
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        operation.container(self.id.as_ref(), layout.bounds());
        if self.controls.is_some() {
            self.operate_on_controls(tree, layout, renderer, operation);
            return;
        }
        let state = tree.state.downcast_mut::<State<K>>();
        operation.focusable(self.id.as_ref(), layout.bounds(), &mut state.focus);
        let open = self.row_to_enter(state, layout);
        let walks = self.stops.is_some();
        operation.traverse(&mut |operation| {
            let rows = self.live.iter_mut().zip(&self.live_keys);
            let rows = rows.zip(&mut tree.children).zip(layout.children());
            for (((row, key), tree), layout) in rows {
                let row = row.as_widget_mut();
                if !walks || open == Some(*key) {
                    row.operate(tree, layout, renderer, operation);
                } else {
                    let mut seen = 0;
                    let mut closed = Only::nothing(operation, &mut seen);
                    row.operate(tree, layout, renderer, &mut closed);
                }
            }
        });
        self.look_inside(tree, layout, renderer);
    }

    fn overlay<'b>(
        &'b mut self,
        tree: &'b mut Tree,
        layout: Layout<'b>,
        renderer: &Renderer,
        viewport: &Rectangle,
        translation: Vector,
    ) -> Option<overlay::Element<'b, Message, Theme, Renderer>> {
        overlay::from_children(
            &mut self.live,
            tree,
            layout,
            renderer,
            viewport,
            translation,
        )
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        defaults: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        if let Some(clip) = layout.bounds().intersection(viewport) {
            let cursor = inside(cursor, clip);
            self.draw_list(tree, renderer, theme, defaults, layout, cursor, clip);
        }
    }
}

/// The pointer as the rows see it: those that are cut off must not feel it.
fn inside(cursor: mouse::Cursor, clip: Rectangle) -> mouse::Cursor {
    if cursor.is_over(clip) {
        cursor
    } else {
        mouse::Cursor::Unavailable
    }
}

impl<'a, K: Key, Message: 'a> From<VirtualList<'a, K, Message>> for Element<'a, Message> {
    fn from(list: VirtualList<'a, K, Message>) -> Self {
        Element::new(list)
    }
}
