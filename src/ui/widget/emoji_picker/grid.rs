//! The scrolled table of emoji. One widget for all of them: it draws the lines that are to be seen and no others, and
//! scrolls without a message to the program.

use iced::{
    Border, Element, Event, Font, Length, Pixels, Point, Rectangle, Size, Theme,
    advanced::{
        Clipboard, Layout, Renderer as _, Shell, Widget, layout, mouse, renderer,
        text::{self, Renderer as _},
        widget::{Operation, Tree, tree},
    },
    alignment::Vertical,
    keyboard, window,
};

use super::table::{CELL, COLUMNS, Content, HEADING, Line, Table};
use crate::style::{self, tokens::size};

/// The size of an emoji, in px.
const GLYPH: f32 = 24.0;
/// The width of the handle at the right, in px.
const HANDLE: f32 = 6.0;
/// The shortest handle, in px.
const SHORTEST: f32 = 24.0;
/// How far a notch of the wheel goes, in px.
const NOTCH: f32 = 2.0 * CELL;
/// The width of the whole, in px.
pub const WIDTH: f32 = COLUMNS as f32 * CELL + 2.0 + HANDLE;

/// What is to be brought into view: a new number brings another height to the top.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Jump {
    /// Goes up with each jump.
    pub number: u64,
    /// Where to, in px from the top of the table.
    pub to: f32,
}

/// The scrolled table.
pub struct Grid<'a, Message> {
    /// What is in it.
    pub table: &'a Table,
    /// The emoji that the keyboard is at.
    pub selected: Option<usize>,
    /// Where to scroll.
    pub jump: Jump,
    /// How tall it is, in px.
    pub height: f32,
    /// Somebody clicked on an emoji, with Shift held or not.
    pub on_pick: fn(usize, bool) -> Message,
    /// Another section is at the top.
    pub on_section: fn(usize) -> Message,
}

#[derive(Debug, Default)]
struct State {
    offset: f32,
    jumped: u64,
    shown: Option<usize>,
    section: Option<usize>,
    shift: bool,
    /// Where in the handle it is held, in px from its top.
    held: Option<f32>,
}

impl<Message> Grid<'_, Message> {
    fn farthest(&self) -> f32 {
        (self.table.height() - self.height).max(0.0)
    }

    /// Puts the table where it is to be, before anything is drawn.
    fn settle(&self, state: &mut State) {
        if state.jumped != self.jump.number {
            state.jumped = self.jump.number;
            state.offset = self.jump.to;
        }
        if state.shown != self.selected {
            state.shown = self.selected;
            if let Some(place) = self.selected.and_then(|number| self.table.place(number)) {
                let lowest = place.y + place.height - self.height;
                // The heading above is to be seen as well.
                state.offset = state.offset.clamp(lowest, (place.y - HEADING).max(lowest));
            }
        }
        state.offset = state.offset.clamp(0.0, self.farthest());
    }

    fn scroll_to(&self, state: &mut State, offset: f32, shell: &mut Shell<'_, Message>) {
        let offset = offset.clamp(0.0, self.farthest());
        if (offset - state.offset).abs() > f32::EPSILON {
            state.offset = offset;
            shell.request_redraw();
        }
    }

    /// The upper edge and the height of the handle; none where all is to be seen.
    fn handle(&self, offset: f32) -> Option<(f32, f32)> {
        let farthest = self.farthest();
        if farthest <= 0.0 {
            return None;
        }
        let height = (self.height * self.height / self.table.height()).max(SHORTEST);
        Some((offset / farthest * (self.height - height), height))
    }

    fn hovered(&self, state: &State, bounds: Rectangle, cursor: mouse::Cursor) -> Option<usize> {
        let point = cursor.position_in(bounds)?;
        self.table.at(Point::new(point.x, point.y + state.offset))
    }

    /// Takes the handle with the pointer, moves it, or leaves it.
    fn drag(
        &self,
        state: &mut State,
        event: &Event,
        bounds: Rectangle,
        cursor: mouse::Cursor,
        shell: &mut Shell<'_, Message>,
    ) {
        let Some((top, height)) = self.handle(state.offset) else {
            state.held = None;
            return;
        };
        match event {
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)) => {
                if let Some(point) = cursor.position_in(bounds)
                    && point.x >= bounds.width - HANDLE - 2.0
                {
                    let inside = (point.y - top).clamp(0.0, height);
                    state.held = Some(inside);
                    self.drag_to(state, point.y - inside, height, shell);
                    shell.capture_event();
                }
            }
            Event::Mouse(mouse::Event::CursorMoved { position }) => {
                if let Some(inside) = state.held {
                    self.drag_to(state, position.y - bounds.y - inside, height, shell);
                }
            }
            Event::Mouse(mouse::Event::ButtonReleased(_)) => state.held = None,
            _ => {}
        }
    }

    fn drag_to(&self, state: &mut State, top: f32, height: f32, shell: &mut Shell<'_, Message>) {
        let room = (self.height - height).max(1.0);
        self.scroll_to(state, top / room * self.farthest(), shell);
    }

    fn write(
        &self,
        renderer: &mut iced::Renderer,
        theme: &Theme,
        line: &Line,
        origin: Point,
        clip: Rectangle,
    ) {
        let t = style::tokens(theme);
        match &line.content {
            Content::Heading(_, heading) => renderer.fill_text(
                words(heading, size::SMALL, style::BOLD, text::Alignment::Left),
                Point::new(origin.x + 2.0, origin.y + HEADING / 2.0),
                t.sub,
                clip,
            ),
            Content::Emoji(range) => {
                for (column, number) in range.clone().enumerate() {
                    let Some(emoji) = self.table.emoji(number) else {
                        continue;
                    };
                    let x = origin.x + (column as f32 + 0.5) * CELL;
                    renderer.fill_text(
                        words(emoji, GLYPH, style::EMOJI, text::Alignment::Center),
                        Point::new(x, origin.y + CELL / 2.0),
                        t.text,
                        clip,
                    );
                }
            }
        }
    }
}

fn words(content: &str, size: f32, font: Font, align_x: text::Alignment) -> text::Text {
    text::Text {
        content: content.to_owned(),
        bounds: Size::new(WIDTH, CELL),
        size: Pixels(size),
        line_height: text::LineHeight::Relative(1.2),
        font,
        align_x,
        align_y: Vertical::Center,
        shaping: text::Shaping::Advanced,
        wrapping: text::Wrapping::None,
    }
}

impl<Message> Widget<Message, Theme, iced::Renderer> for Grid<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Fixed(WIDTH), Length::Fixed(self.height))
    }

    fn layout(
        &mut self,
        tree: &mut Tree,
        _renderer: &iced::Renderer,
        limits: &layout::Limits,
    ) -> layout::Node {
        self.height = self.height.min(limits.max().height);
        self.settle(tree.state.downcast_mut());
        layout::atomic(limits, WIDTH, self.height)
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _renderer: &iced::Renderer,
        _clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        _viewport: &Rectangle,
    ) {
        let state = tree.state.downcast_mut::<State>();
        let bounds = layout.bounds();
        self.drag(state, event, bounds, cursor, shell);
        match event {
            Event::Mouse(mouse::Event::WheelScrolled { delta }) if cursor.is_over(bounds) => {
                let by = match delta {
                    mouse::ScrollDelta::Lines { y, .. } => y * NOTCH,
                    mouse::ScrollDelta::Pixels { y, .. } => *y,
                };
                self.scroll_to(state, state.offset - by, shell);
                shell.capture_event();
            }
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)) => {
                if let Some(number) = self.hovered(state, bounds, cursor) {
                    shell.publish((self.on_pick)(number, state.shift));
                    shell.capture_event();
                }
            }
            Event::Mouse(mouse::Event::CursorMoved { .. }) if cursor.is_over(bounds) => {
                shell.request_redraw();
            }
            Event::Keyboard(keyboard::Event::ModifiersChanged(modifiers)) => {
                state.shift = modifiers.shift();
            }
            Event::Window(window::Event::RedrawRequested(_)) => {
                let section = self.table.section_at(state.offset + 1.0);
                if state.section != Some(section) {
                    state.section = Some(section);
                    shell.publish((self.on_section)(section));
                }
            }
            _ => {}
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut iced::Renderer,
        theme: &Theme,
        _style: &renderer::Style,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        let state = tree.state.downcast_ref::<State>();
        let bounds = layout.bounds();
        let Some(clip) = bounds.intersection(viewport) else {
            return;
        };
        let t = style::tokens(theme);
        let at = |y: f32| Point::new(bounds.x, bounds.y - state.offset + y);
        renderer.with_layer(clip, |renderer| {
            let hovered = self.hovered(state, bounds, cursor);
            for (number, selected) in [(hovered, false), (self.selected, true)] {
                let Some(place) = number.and_then(|number| self.table.place(number)) else {
                    continue;
                };
                let origin = at(place.y);
                renderer.fill_quad(
                    renderer::Quad {
                        bounds: Rectangle::new(
                            Point::new(origin.x + place.x + 1.0, origin.y + 1.0),
                            Size::new(CELL - 2.0, CELL - 2.0),
                        ),
                        border: Border {
                            color: t.accent,
                            width: if selected { 2.0 } else { 0.0 },
                            radius: style::tokens::radius::CONTROL.into(),
                        },
                        ..renderer::Quad::default()
                    },
                    if selected { t.selected } else { t.hover },
                );
            }
            for line in self.table.visible(state.offset, state.offset + self.height) {
                self.write(renderer, theme, line, at(line.top), clip);
            }
            if let Some((top, height)) = self.handle(state.offset) {
                renderer.fill_quad(
                    renderer::Quad {
                        bounds: Rectangle::new(
                            Point::new(bounds.x + bounds.width - HANDLE, bounds.y + top),
                            Size::new(HANDLE, height),
                        ),
                        border: Border {
                            radius: (HANDLE / 2.0).into(),
                            ..Border::default()
                        },
                        ..renderer::Quad::default()
                    },
                    if state.held.is_some() { t.off } else { t.line },
                );
            }
        });
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _viewport: &Rectangle,
        _renderer: &iced::Renderer,
    ) -> mouse::Interaction {
        let state = tree.state.downcast_ref::<State>();
        match self.hovered(state, layout.bounds(), cursor) {
            Some(_) => mouse::Interaction::Pointer,
            None => mouse::Interaction::default(),
        }
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        _renderer: &iced::Renderer,
        operation: &mut dyn Operation,
    ) {
        let state = tree.state.downcast_ref::<State>();
        let origin = layout.bounds().position();
        let seen = self.table.visible(state.offset, state.offset + self.height);
        for line in seen {
            let y = origin.y + line.top - state.offset;
            match &line.content {
                Content::Heading(_, heading) => {
                    let place = Rectangle::new(Point::new(origin.x, y), Size::new(WIDTH, HEADING));
                    operation.text(None, place, heading);
                }
                Content::Emoji(range) => {
                    for (column, number) in range.clone().enumerate() {
                        let x = origin.x + column as f32 * CELL;
                        let place = Rectangle::new(Point::new(x, y), Size::new(CELL, CELL));
                        operation.text(None, place, self.table.emoji(number).unwrap_or_default());
                    }
                }
            }
        }
    }
}

impl<'a, Message: 'a> From<Grid<'a, Message>> for Element<'a, Message> {
    fn from(grid: Grid<'a, Message>) -> Self {
        Element::new(grid)
    }
}
