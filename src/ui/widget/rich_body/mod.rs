//! Text that can be selected and carries links.
//!
//! Stock text can be neither selected nor, where it has links, be found by tests. This one draws the part of itself that
//! is selected and answers which byte lies under a point; what is selected is decided by the list around it
//! ([`super::virtual_list`]), which reaches the [`state::State`] of every body in a row through a widget operation.
//!
//! Every link can have the focus; Enter and the space bar follow it.
//!
//! The caller normalises the text: lines end with `\n` alone, and there is no `\r`, U+0085, U+2028 or U+2029. It also
//! folds what is long: the software renderer rasterises every line of a body that is partly on the screen. Colours of
//! spans are part of the shaped text, so after a change of theme the spans must carry the new ones.
//!
//! It parses nothing and knows nothing of messages.

mod draw;
pub mod state;

use std::sync::Arc;

use iced::{
    Color, Element, Event, Font, Length, Pixels, Rectangle, Renderer, Size, Theme, Vector,
    advanced::{
        Clipboard, Layout, Shell, Widget, layout, mouse, overlay, renderer, text,
        widget::{Operation, Tree, tree},
    },
    keyboard::{self, Key, key::Named},
    window,
};

use state::State;

/// Where a link leads, in the words of the caller: an address, or anything that tells him what was clicked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Link(pub Arc<str>);

impl From<&str> for Link {
    fn from(target: &str) -> Self {
        Self(target.into())
    }
}

/// A run of text with its face, colour, link and background.
pub type Span<'a> = text::Span<'a, Link, Font>;

/// What a body is drawn with, besides the colours of its spans.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// Spans that name no colour; that of the surroundings where `None`.
    pub text: Option<Color>,
    /// Behind the selected part.
    pub selection: Color,
    /// The ring around a link that has the focus.
    pub focus: Color,
}

/// Text that can be selected, one part of a row.
pub struct RichBody<'a, Message> {
    part: usize,
    spans: Vec<Span<'a>>,
    text: String,
    size: f32,
    line_height: f32,
    font: Font,
    style: fn(&Theme) -> Style,
    on_link: Option<Box<dyn Fn(Link) -> Message + 'a>>,
}

/// A body of these spans.
#[must_use]
pub fn rich_body<'a, Message>(spans: Vec<Span<'a>>) -> RichBody<'a, Message> {
    RichBody {
        part: 0,
        text: spans.iter().map(|span| span.text.as_ref()).collect(),
        spans,
        size: 14.0,
        line_height: 20.0,
        font: Font::DEFAULT,
        style: |theme| Style {
            text: None,
            selection: theme.palette().primary.scale_alpha(0.28),
            focus: theme.palette().primary,
        },
        on_link: None,
    }
}

impl<'a, Message> RichBody<'a, Message> {
    /// Which part of its row this is, counted from the top: the quote 0, the text 1, the caption 2. The list copies the
    /// parts in this order.
    #[must_use]
    pub fn part(mut self, part: usize) -> Self {
        self.part = part;
        self
    }

    /// The size of type and the height of a line, in px. Whole heights keep the letters still while they scroll.
    #[must_use]
    pub fn size(mut self, size: f32, line_height: f32) -> Self {
        self.size = size;
        self.line_height = line_height;
        self
    }

    /// The face of spans that name none.
    #[must_use]
    pub fn font(mut self, font: Font) -> Self {
        self.font = font;
        self
    }

    /// How it looks.
    #[must_use]
    pub fn style(mut self, style: fn(&Theme) -> Style) -> Self {
        self.style = style;
        self
    }

    /// What a click on a link sends.
    #[must_use]
    pub fn on_link(mut self, message: impl Fn(Link) -> Message + 'a) -> Self {
        self.on_link = Some(Box::new(message));
        self
    }

    fn format<C>(&self, width: f32, content: C) -> text::Text<C, Font> {
        text::Text {
            content,
            // Lines below a finite height would not be laid out at all.
            bounds: Size::new(width, f32::INFINITY),
            size: Pixels(self.size),
            line_height: text::LineHeight::Absolute(Pixels(self.line_height)),
            font: self.font,
            align_x: text::Alignment::Default,
            align_y: iced::alignment::Vertical::Top,
            shaping: text::Shaping::Advanced,
            wrapping: text::Wrapping::WordOrGlyph,
        }
    }

    /// Enter and the space bar follow the link that has the focus.
    fn press_link(&self, state: &mut State, event: &Event, shell: &mut Shell<'_, Message>) {
        let focused = state.links.iter_mut().find(|stop| stop.focused);
        let Some(stop) = focused else { return };
        match event {
            Event::Mouse(mouse::Event::ButtonPressed(_)) => {
                stop.focused = false;
                shell.request_redraw();
            }
            Event::Keyboard(keyboard::Event::KeyPressed {
                key,
                modifiers,
                repeat: false,
                ..
            }) if modifiers.is_empty() && !shell.is_event_captured() => {
                let pressed = match key {
                    Key::Named(Named::Enter | Named::Space) => true,
                    Key::Character(c) => c == " ",
                    _ => false,
                };
                let link = self.link(stop.spans.start).filter(|_| pressed);
                if let (Some(link), Some(on_link)) = (link, &self.on_link) {
                    shell.publish(on_link(link.clone()));
                    shell.capture_event();
                }
            }
            _ => {}
        }
    }

    /// The link of a span.
    fn link(&self, span: usize) -> Option<&Link> {
        self.spans.get(span)?.link.as_ref()
    }
}

impl<Message> Widget<Message, Theme, Renderer> for RichBody<'_, Message> {
    fn tag(&self) -> tree::Tag {
        tree::Tag::of::<State>()
    }

    fn state(&self) -> tree::State {
        tree::State::new(State::default())
    }

    fn size(&self) -> Size<Length> {
        Size::new(Length::Shrink, Length::Shrink)
    }

    fn layout(
        &mut self,
        tree: &mut Tree,
        _renderer: &Renderer,
        limits: &layout::Limits,
    ) -> layout::Node {
        let state = tree.state.downcast_mut::<State>();
        layout::sized(limits, Length::Shrink, Length::Shrink, |limits| {
            let width = limits.max().width;
            state.lay_out(
                self.part,
                &self.text,
                &self.spans,
                self.format(width, self.spans.as_slice()),
            )
        })
    }

    fn operate(
        &mut self,
        tree: &mut Tree,
        layout: Layout<'_>,
        _renderer: &Renderer,
        operation: &mut dyn Operation,
    ) {
        // `text` lets tests find it; `custom` is the door for the list.
        operation.text(None, layout.bounds(), &self.text);
        let state = tree.state.downcast_mut::<State>();
        operation.custom(None, layout.bounds(), state as &mut dyn std::any::Any);
        if self.on_link.is_some() {
            let corner = layout.position();
            for stop in &mut state.links {
                let bounds = stop.bounds + Vector::new(corner.x, corner.y);
                operation.focusable(None, bounds, stop);
            }
        }
    }

    fn update(
        &mut self,
        tree: &mut Tree,
        event: &Event,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _renderer: &Renderer,
        _clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, Message>,
        _viewport: &Rectangle,
    ) {
        // A redraw may have moved the row below a resting pointer.
        let redraw = matches!(event, Event::Window(window::Event::RedrawRequested(_)));
        let state = tree.state.downcast_mut::<State>();
        self.press_link(state, event, shell);
        if !state.has_links() || !(redraw || matches!(event, Event::Mouse(_))) {
            return;
        }
        let over = cursor
            .position_in(layout.bounds())
            .and_then(|point| state.span_at(point))
            .filter(|span| self.link(*span).is_some());
        if over != state.hovered {
            state.hovered = over;
            shell.request_redraw();
        }
        match event {
            // The press itself is left to the list: a selection may start on a link.
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left)) => state.pressed = over,
            Event::Mouse(mouse::Event::ButtonReleased(mouse::Button::Left)) => {
                let pressed = state.pressed.take().and_then(|span| self.link(span));
                let released = over.and_then(|span| self.link(span));
                if let (Some(pressed), Some(on_link)) = (pressed, &self.on_link)
                    && Some(pressed) == released
                    && !state.has_selection()
                {
                    shell.publish(on_link(pressed.clone()));
                }
            }
            _ => {}
        }
    }

    fn mouse_interaction(
        &self,
        tree: &Tree,
        layout: Layout<'_>,
        cursor: mouse::Cursor,
        _viewport: &Rectangle,
        _renderer: &Renderer,
    ) -> mouse::Interaction {
        if !cursor.is_over(layout.bounds()) {
            mouse::Interaction::None
        } else if tree.state.downcast_ref::<State>().hovered.is_some() {
            mouse::Interaction::Pointer
        } else {
            mouse::Interaction::Text
        }
    }

    fn draw(
        &self,
        tree: &Tree,
        renderer: &mut Renderer,
        theme: &Theme,
        defaults: &renderer::Style,
        layout: Layout<'_>,
        _cursor: mouse::Cursor,
        viewport: &Rectangle,
    ) {
        if layout.bounds().intersects(viewport) {
            let style = (self.style)(theme);
            let state = tree.state.downcast_ref::<State>();
            self.draw_body(renderer, state, style, defaults, layout.bounds(), viewport);
        }
    }

    fn overlay<'b>(
        &'b mut self,
        _tree: &'b mut Tree,
        _layout: Layout<'b>,
        _renderer: &Renderer,
        _viewport: &Rectangle,
        _translation: Vector,
    ) -> Option<overlay::Element<'b, Message, Theme, Renderer>> {
        None
    }
}

impl<'a, Message: 'a> From<RichBody<'a, Message>> for Element<'a, Message> {
    fn from(body: RichBody<'a, Message>) -> Self {
        Element::new(body)
    }
}
