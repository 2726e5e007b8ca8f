//! How the field where messages are written looks, with its buttons, and what its keys mean.

use std::ops::Range;

use iced::{
    Center, Element, Fill, Length, Padding, Theme,
    advanced::text::highlighter::{Format, Highlighter},
    keyboard::{Key, key::Named},
    widget::{
        Column, button, column, container, row, text,
        text_editor::{self, Binding, KeyPress},
        tooltip,
    },
};

use super::{Composer, FIELD, MOST_CHARS, Message, complete::Offer};
use crate::{
    chat::conversation,
    emoji,
    i18n::Words,
    style::{
        self, controls,
        icons::{self, icon},
        surfaces,
        tokens::{size, space},
    },
    widget::{
        focus::{Control, press},
        keys::keys,
    },
};

/// The height of a line, in px.
const LINE: f32 = 20.0;
/// The room above and below the lines, in px.
const ROOM: f32 = 9.0;
/// How many lines are to be seen at most.
const MOST_LINES: f32 = 8.0;
/// The width and height of a button beside the field, in px.
const BUTTON: f32 = 38.0;

/// Draws the field and its buttons.
#[must_use]
pub fn view<'a>(
    composer: &'a Composer,
    placeholder: String,
    words: &Words,
) -> Element<'a, conversation::Message> {
    let offering = composer.offer().is_some();
    let editor = iced::widget::text_editor(composer.content())
        .id(FIELD)
        .placeholder(placeholder)
        .on_action(conversation::Message::Edit)
        .key_binding(move |press| key(press, offering))
        .highlight_with::<Emoji>((), |(), _: &Theme| Format {
            color: None,
            font: Some(style::EMOJI),
        })
        .size(size::BODY)
        .line_height(text::LineHeight::Absolute(LINE.into()))
        .padding([ROOM, space::M])
        .min_height(LINE)
        .height(Length::Shrink)
        .style(controls::composer);
    let editor = keys(editor, |_, _| None).max_height(MOST_LINES * LINE + 2.0 * ROOM);
    let picker = button(container(icon(icons::SMILE, 20.0).style(surfaces::sub)).center(BUTTON))
        .padding(0)
        .style(controls::row(false))
        .on_press(conversation::Message::OpenPicker);
    let send = button(container(icon(icons::SEND, 18.0)).center(BUTTON))
        .padding(0)
        .style(controls::primary)
        .on_press(conversation::Message::Send);
    let line = row![
        editor,
        named(
            press(picker, Some(conversation::Message::OpenPicker)),
            words.get("emoji-open")
        ),
        named(
            press(send, Some(conversation::Message::Send)),
            words.get("send")
        ),
    ]
    .spacing(space::S)
    .align_y(iced::Bottom);
    container(line)
        .padding(Padding::new(space::L).vertical(10))
        .width(Fill)
        .style(surfaces::panel)
        .into()
}

fn named<'a>(
    button: Control<'a, conversation::Message>,
    name: String,
) -> Element<'a, conversation::Message> {
    let name = container(text(name).size(size::SMALL))
        .padding([space::XS, space::S])
        .style(surfaces::card);
    tooltip(button, name, tooltip::Position::Top)
        .gap(space::XS)
        .into()
}

/// Draws what floats above the field: the emoji on offer, and a word where something was left out.
#[must_use]
pub fn above<'a>(
    composer: &'a Composer,
    words: &Words,
) -> Option<Element<'a, conversation::Message>> {
    let offer = composer.offer();
    if offer.is_none() && !composer.cut() {
        return None;
    }
    let mut all = Column::new().spacing(space::S);
    if composer.cut() {
        let most = words.with("composer-cut", &[("count", MOST_CHARS.into())]);
        all = all.push(
            container(text(most).size(size::PREVIEW).style(surfaces::amber))
                .padding([space::S, space::M])
                .style(surfaces::card),
        );
    }
    if let Some(offer) = offer {
        all = all.push(offered(offer));
    }
    Some(all.into())
}

fn offered<'a>(offer: &Offer) -> Element<'a, conversation::Message> {
    let lines = offer.found.iter().enumerate().map(|(place, found)| {
        let line = row![
            text(found.emoji).size(18).font(style::EMOJI),
            text(format!(":{}:", found.name)).size(size::BODY),
        ]
        .spacing(space::S)
        .align_y(Center);
        button(line)
            .padding([space::XS, space::S])
            .width(Fill)
            .style(controls::row(place == offer.selected))
            .on_press(conversation::Message::Write(Message::TakeAt(place)))
            .into()
    });
    container(column(lines).width(280))
        .padding(space::XS)
        .style(surfaces::card)
        .into()
}

/// What a key does in the field: Enter sends, Shift+Enter breaks the line, and shortcuts are left to the window.
fn key(press: KeyPress, offering: bool) -> Option<Binding<conversation::Message>> {
    if !matches!(press.status, text_editor::Status::Focused { .. }) {
        return None;
    }
    let custom = |message| Some(Binding::Custom(message));
    let write = |message| custom(conversation::Message::Write(message));
    let modifiers = press.modifiers;
    let plain = modifiers.is_empty();
    if modifiers.command() && !modifiers.alt() {
        match press.key.to_latin(press.physical_key) {
            Some('z') if modifiers.shift() => return write(Message::Redo),
            Some('z') => return write(Message::Undo),
            Some('y') => return write(Message::Redo),
            Some('e') => return custom(conversation::Message::OpenPicker),
            Some('n') => return None,
            _ => {}
        }
    }
    match &press.key {
        Key::Named(Named::Enter | Named::Tab) if offering && plain => write(Message::Take),
        Key::Named(Named::ArrowUp) if offering && plain => write(Message::Step(false)),
        Key::Named(Named::ArrowDown) if offering && plain => write(Message::Step(true)),
        Key::Named(Named::Enter) if !modifiers.shift() => custom(conversation::Message::Send),
        // The window closes what is open; the cursor stays in the field.
        Key::Named(Named::Escape) => None,
        Key::Named(Named::ArrowUp | Named::ArrowDown) if modifiers.alt() => None,
        _ => Binding::from_key_press(press),
    }
}

/// Gives emoji their own face while they are written.
struct Emoji {
    line: usize,
}

impl Highlighter for Emoji {
    type Settings = ();
    type Highlight = ();
    type Iterator<'a> = std::vec::IntoIter<(Range<usize>, ())>;

    fn new(_settings: &()) -> Self {
        Self { line: 0 }
    }

    fn update(&mut self, _settings: &()) {}

    fn change_line(&mut self, line: usize) {
        self.line = self.line.min(line);
    }

    fn highlight_line(&mut self, line: &str) -> Self::Iterator<'_> {
        self.line += 1;
        let runs: Vec<_> = emoji::runs(line).into_iter().map(|run| (run, ())).collect();
        runs.into_iter()
    }

    fn current_line(&self) -> usize {
        self.line
    }
}
