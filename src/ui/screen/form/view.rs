//! How a form looks: its words, and a control for each field.

use std::fmt;

use iced::{
    Element, Fill, Theme,
    widget::{
        Column, button, checkbox, column, container, image, pick_list, row, scrollable, text,
        text::Wrapping, text_editor, text_input,
    },
};
use oriole_core::{
    engine::command::Password,
    model::form::{Choice, Field, FieldKind, Media},
};

use super::{Filling, Message, Problem, WANTED, problem};
use crate::{
    i18n::Words,
    plain_text,
    style::{
        self, controls,
        icons::{self, icon},
        surfaces,
        tokens::{size, space},
    },
    widget::{
        field::{Hint, field as labelled},
        focus::{Control, press},
    },
};

/// The most of a text that is shown.
const MOST_TEXT: usize = 2_000;
/// The most lines of it.
const MOST_LINES: usize = 40;
/// From this many on, choices are scrolled through.
const MANY: usize = 8;

/// Draws the form; Enter in a line sends this.
#[must_use]
pub fn view<'a, M: Clone + 'a>(
    filling: &'a Filling,
    free: bool,
    words: &Words,
    message: fn(Message) -> M,
    submit: M,
) -> Element<'a, M> {
    let form = &filling.form;
    let mut all = Column::new().spacing(space::L).width(Fill);
    if !form.title.is_empty() {
        let title = plain_text::line(&form.title, 200);
        all = all.push(text(title).size(size::TITLE).font(style::BOLD));
    }
    if !form.instructions.is_empty() {
        all = all.push(paragraph(&form.instructions));
    }
    let wanted = filling.wanted();
    for (place, field) in form.fields.iter().enumerate() {
        if !field.is_seen() {
            continue;
        }
        let wanted = wanted == Some(place);
        let one = One {
            filling,
            place,
            field,
            free,
            wanted,
        };
        all = all.push(one.view(words, message, submit.clone()));
    }
    all.into()
}

/// One field, to be drawn.
struct One<'a> {
    filling: &'a Filling,
    place: usize,
    field: &'a Field,
    free: bool,
    wanted: bool,
}

impl<'a> One<'a> {
    fn view<M: Clone + 'a>(
        &self,
        words: &Words,
        message: fn(Message) -> M,
        submit: M,
    ) -> Element<'a, M> {
        let place = self.place;
        let mut lines = Column::new().spacing(space::S).width(Fill);
        for (at, media) in self.field.media.iter().enumerate() {
            lines = lines.push(self.medium(at, media, words).map(message));
        }
        let control: Element<'a, M> = match &self.field.kind {
            FieldKind::Hidden => return lines.into(),
            FieldKind::Fixed => paragraph(self.field.value()),
            FieldKind::Text | FieldKind::Private | FieldKind::Address => {
                self.line(words, message, submit)
            }
            FieldKind::Lines | FieldKind::Addresses => self.lines(words).map(message),
            FieldKind::Flag => {
                let label = label(self.field, words);
                let turn = Message::Turn(place, 0);
                let on = self.field.is_on();
                let switch = self.check(label, on, turn).map(message);
                column![switch]
                    .push(self.below(words))
                    .spacing(space::XS)
                    .into()
            }
            FieldKind::One(choices) => self.one(choices, words).map(message),
            FieldKind::Many(choices) => self.many(choices, words).map(message),
        };
        lines.push(control).into()
    }

    fn hint(&self, words: &Words) -> Hint {
        let problem = problem(self.field).filter(|_| self.filling.checked);
        match problem {
            Some(Problem::Missing) => Hint::Wrong(words.get("form-missing")),
            Some(Problem::NoAddress) => Hint::Wrong(words.get("address-wrong")),
            None if self.field.description.is_empty() => Hint::None,
            None => Hint::Help(plain_text::line(&self.field.description, 500)),
        }
    }

    /// The hint of what is no line.
    fn below<M: 'a>(&self, words: &Words) -> Option<Element<'a, M>> {
        let (said, look): (String, fn(&Theme) -> text::Style) = match self.hint(words) {
            Hint::Wrong(said) => (said, surfaces::danger),
            Hint::Help(said) => (said, surfaces::sub),
            _ => return None,
        };
        let said = text(said).size(size::SMALL).wrapping(Wrapping::WordOrGlyph);
        Some(said.style(look).into())
    }

    fn line<M: Clone + 'a>(
        &self,
        words: &Words,
        message: fn(Message) -> M,
        submit: M,
    ) -> Element<'a, M> {
        let place = self.place;
        let typed = move |text: String| message(Message::Text(place, Password::new(text)));
        let mut input = text_input("", self.field.value())
            .secure(self.field.kind == FieldKind::Private)
            .on_input_maybe(self.free.then_some(typed))
            .on_submit(submit);
        if self.wanted {
            input = input.id(WANTED);
        }
        labelled(label(self.field, words), input, self.hint(words))
    }

    fn lines(&self, words: &Words) -> Element<'a, Message> {
        let place = self.place;
        let mut block = column![heading(label(self.field, words))].spacing(space::XS);
        let mut texts = self.filling.texts.iter();
        if let Some((_, content)) = texts.find(|(at, _)| *at == place) {
            let mut editor = text_editor(content)
                .size(size::BODY)
                .padding([10.0, space::M])
                .height(92)
                .style(several);
            if self.free {
                editor = editor.on_action(move |edit| Message::Edit(place, edit));
            }
            if self.wanted {
                editor = editor.id(WANTED);
            }
            block = block.push(editor);
        }
        block.push(self.below(words)).into()
    }

    fn one(&self, choices: &'a [Choice], words: &Words) -> Element<'a, Message> {
        let place = self.place;
        let options: Vec<Named> = choices.iter().enumerate().map(Named::of).collect();
        let now = choices
            .iter()
            .position(|choice| choice.value == self.field.value() && !self.field.values.is_empty());
        let picked = now.and_then(|at| options.get(at).cloned());
        let last = choices.len().saturating_sub(1);
        let less = now.and_then(|at| at.checked_sub(1));
        let more = now.map_or((!choices.is_empty()).then_some(0), |at| {
            (at < last).then_some(at + 1)
        });
        let list = pick_list(options, picked, move |picked| {
            Message::Pick(place, picked.place)
        })
        .text_size(size::BODY)
        .padding([10.0, space::M])
        .width(Fill)
        .style(controls::pick)
        .menu_style(controls::menu);
        let choose = |at: Option<usize>| at.map(|at| Message::Pick(place, at));
        let list = press(list, None)
            .choose(choose(less), choose(more))
            .id_maybe(self.wanted.then_some(WANTED));
        column![heading(label(self.field, words)), list]
            .push(self.below(words))
            .spacing(space::XS)
            .into()
    }

    fn many(&self, choices: &'a [Choice], words: &Words) -> Element<'a, Message> {
        let lines = choices.iter().enumerate().map(|(at, choice)| {
            let on = self.field.values.contains(&choice.value);
            let named = Named::of((at, choice)).label;
            self.check(named, on, Message::Turn(self.place, at))
        });
        let lines = Column::with_children(lines).spacing(space::S).width(Fill);
        let lines: Element<'a, Message> = if choices.len() > MANY {
            let room = container(lines).padding(space::XS);
            scrollable(room).height(220).style(controls::scroll).into()
        } else {
            lines.into()
        };
        column![heading(label(self.field, words)), lines]
            .push(self.below(words))
            .spacing(space::S)
            .into()
    }

    fn check(&self, label: String, on: bool, turn: Message) -> Element<'a, Message> {
        let turned = turn.clone();
        let mut check = checkbox(on)
            .label(label)
            .size(18)
            .text_size(size::BODY)
            .style(controls::check);
        if self.free {
            check = check.on_toggle(move |_| turned.clone());
        }
        let free = self.free.then_some(turn);
        let first = self.wanted && matches!(self.field.kind, FieldKind::Flag);
        let control: Control<'a, Message> = press(check, free);
        control.id_maybe(first.then_some(WANTED)).into()
    }

    fn medium(&self, at: usize, media: &'a Media, words: &Words) -> Element<'a, Message> {
        match media {
            Media::Picture(_) => {
                let mut pictures = self.filling.pictures.iter();
                let found =
                    pictures.find(|(place, within, _)| (*place, *within) == (self.place, at));
                match found {
                    Some((_, _, handle)) => container(image(handle.clone()))
                        .padding(space::S)
                        .style(surfaces::card)
                        .into(),
                    None => unseen(words),
                }
            }
            Media::Link(link) => web_link(link, words),
            Media::Data(_) | Media::Unseen => unseen(words),
        }
    }
}

/// A page on the web that a person may open.
#[must_use]
pub fn web_link<'a>(link: &str, words: &Words) -> Element<'a, Message> {
    let shown = plain_text::line(link, 80);
    let said = words.with("open-link", &[("link", shown.into())]);
    let open = Message::Open(link.to_owned());
    let label = row![icon(icons::LINK, 14.0), text(said).size(size::PREVIEW)].spacing(space::XS);
    let deed = button(label)
        .padding([space::XS, space::XS])
        .style(controls::link)
        .on_press(open.clone());
    press(deed, Some(open)).into()
}

fn unseen<'a>(words: &Words) -> Element<'a, Message> {
    let said = text(words.get("form-unseen")).size(size::SMALL);
    said.style(surfaces::sub).into()
}

/// A field of several lines, on the ground of the others.
fn several(theme: &Theme, status: text_editor::Status) -> text_editor::Style {
    text_editor::Style {
        background: style::tokens(theme).panel.into(),
        ..controls::composer(theme, status)
    }
}

fn heading<'a, M: 'a>(label: String) -> Element<'a, M> {
    text(label).size(size::PREVIEW).font(style::BOLD).into()
}

fn paragraph<'a, M: 'a>(said: &str) -> Element<'a, M> {
    text(plain_text::body(said, MOST_TEXT, MOST_LINES).text)
        .size(size::PREVIEW)
        .line_height(text::LineHeight::Absolute(20.into()))
        .wrapping(Wrapping::WordOrGlyph)
        .style(surfaces::sub)
        .into()
}

/// A choice with its words.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Named {
    place: usize,
    label: String,
}

impl Named {
    fn of((place, choice): (usize, &Choice)) -> Self {
        let label = match choice.label.as_str() {
            "" => &choice.value,
            label => label,
        };
        Self {
            place,
            label: plain_text::line(label, 80),
        }
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label)
    }
}

/// What a field is called: as its form says, and else as XEP-0077 §14.1 has it.
fn label(field: &Field, words: &Words) -> String {
    let name = if field.label.is_empty() {
        match field.name.as_str() {
            "email" => words.get("form-email"),
            "name" => words.get("form-name"),
            "nick" => words.get("form-nick"),
            "first" => words.get("form-first"),
            "last" => words.get("form-last"),
            "address" => words.get("form-street"),
            "city" => words.get("form-city"),
            "state" => words.get("form-state"),
            "zip" => words.get("form-zip"),
            "phone" => words.get("form-phone"),
            "url" => words.get("form-url"),
            "date" => words.get("form-date"),
            name => plain_text::line(name, 80),
        }
    } else {
        plain_text::line(&field.label, 200)
    };
    if field.required || field.kind == FieldKind::Flag {
        name
    } else {
        words.with("form-optional", &[("label", name.into())])
    }
}
