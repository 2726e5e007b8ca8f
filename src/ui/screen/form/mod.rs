//! A form of somebody else's, being filled in: any fields of XEP-0004, with pictures and links. Generic: whoever shows it knows what it is
//! for, and decides when it is sent.

pub mod view;

use std::str::FromStr;

use iced::widget::{image, text_editor};
use jid::Jid;
use oriole_core::{
    engine::command::Password,
    model::form::{Field, FieldKind, Form, Media},
};

/// What has the cursor when the form appears, and where something is missing.
pub const WANTED: &str = "form-wanted";

/// How many characters one answer holds.
const MOST_CHARS: usize = 4_000;

/// What the person does here, in the field at this place.
#[derive(Debug, Clone)]
pub enum Message {
    /// Types a line; it may be a secret.
    Text(usize, Password),
    /// Edits several lines.
    Edit(usize, text_editor::Action),
    /// Turns a switch, or one of several choices.
    Turn(usize, usize),
    /// Picks one of several choices.
    Pick(usize, usize),
    /// Opens a page.
    Open(String),
}

/// The form and what only the screen needs of it.
#[derive(Debug)]
pub struct Filling {
    form: Form,
    /// The texts of fields with several lines, by their places.
    texts: Vec<(usize, text_editor::Content)>,
    /// The pictures, as they are drawn: field, place within it.
    pictures: Vec<(usize, usize, image::Handle)>,
    checked: bool,
}

impl Filling {
    /// This form, with what is filled in already.
    #[must_use]
    pub fn new(mut form: Form) -> Self {
        let mut texts = Vec::new();
        let mut pictures = Vec::new();
        for (place, field) in form.fields.iter_mut().enumerate() {
            match &field.kind {
                FieldKind::Lines | FieldKind::Addresses => {
                    let text = field.values.join("\n");
                    texts.push((place, text_editor::Content::with_text(&text)));
                }
                // Something is always picked where one has to be.
                FieldKind::One(choices) if field.required && field.values.is_empty() => {
                    field.values = choices
                        .first()
                        .map(|c| c.value.clone())
                        .into_iter()
                        .collect();
                }
                _ => {}
            }
            for (at, media) in field.media.iter().enumerate() {
                if let Media::Picture(picture) = media {
                    let pixels = picture.rgba.to_vec();
                    let handle = image::Handle::from_rgba(picture.width, picture.height, pixels);
                    pictures.push((place, at, handle));
                }
            }
        }
        Self {
            form,
            texts,
            pictures,
            checked: false,
        }
    }

    /// The form as it is filled in now.
    #[must_use]
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// Takes in what the person did; gives the page they want to see.
    pub fn update(&mut self, message: Message) -> Option<String> {
        match message {
            Message::Text(place, text) => {
                if let Some(field) = self.form.fields.get_mut(place) {
                    let text: String = text.reveal().chars().take(MOST_CHARS).collect();
                    field.values = vec![text];
                }
            }
            Message::Edit(place, edit) => self.edit(place, edit),
            Message::Turn(place, choice) => self.turn(place, choice),
            Message::Pick(place, choice) => {
                if let Some(field) = self.form.fields.get_mut(place)
                    && let FieldKind::One(choices) = &field.kind
                    && let Some(choice) = choices.get(choice)
                {
                    field.values = vec![choice.value.clone()];
                }
            }
            Message::Open(link) => return Some(link),
        }
        None
    }

    fn edit(&mut self, place: usize, edit: text_editor::Action) {
        let mut texts = self.texts.iter_mut();
        let text = texts.find(|(at, _)| *at == place).map(|(_, text)| text);
        if let (Some(text), Some(field)) = (text, self.form.fields.get_mut(place)) {
            text.perform(edit);
            let all: String = text.text().chars().take(MOST_CHARS).collect();
            field.values = all.lines().map(str::to_owned).collect();
        }
    }

    fn turn(&mut self, place: usize, choice: usize) {
        let Some(field) = self.form.fields.get_mut(place) else {
            return;
        };
        match &field.kind {
            FieldKind::Flag => {
                let turned = if field.is_on() { "0" } else { "1" };
                field.values = vec![turned.to_owned()];
            }
            FieldKind::Many(choices) => {
                if let Some(value) = choices.get(choice).map(|choice| &choice.value) {
                    match field.values.iter().position(|picked| picked == value) {
                        Some(at) => {
                            field.values.remove(at);
                        }
                        None => field.values.push(value.clone()),
                    }
                }
            }
            _ => {}
        }
    }

    /// Says what is missing or wrong from now on; whether anything is.
    pub fn check(&mut self) -> bool {
        self.checked = true;
        self.form
            .fields
            .iter()
            .any(|field| problem(field).is_some())
    }

    /// The field that the cursor belongs to: what is missing, and else what is first.
    fn wanted(&self) -> Option<usize> {
        let fields = self.form.fields.iter();
        let wrong = fields.clone().position(|field| problem(field).is_some());
        let wrong = wrong.filter(|_| self.checked);
        wrong.or_else(|| fields.clone().position(Field::is_asked))
    }
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    Missing,
    NoAddress,
}

fn problem(field: &Field) -> Option<Problem> {
    if field.is_missing() {
        return Some(Problem::Missing);
    }
    let addresses = matches!(field.kind, FieldKind::Address | FieldKind::Addresses);
    let mut typed = field.values.iter().map(|value| value.trim());
    let wrong = typed.any(|value| !value.is_empty() && Jid::from_str(value).is_err());
    (addresses && wrong).then_some(Problem::NoAddress)
}
