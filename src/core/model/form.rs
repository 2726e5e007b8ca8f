//! A form that somebody else wants filled in (XEP-0004), as a person sees it: fields of any kind with their pictures and choices.
//!
//! Registration uses it today; nothing here knows what a form is for. It is read from the wire, shown, filled in and sent back as one value.

use std::{fmt, sync::Arc};

/// A form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    /// Its title; may be empty.
    pub title: String,
    /// What to know before filling it in, in paragraphs; may be empty.
    pub instructions: String,
    /// Its fields, in their order.
    pub fields: Vec<Field>,
}

/// A field of a form, with what is filled in.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    /// What it is called on the wire; empty for a field that is only text.
    pub name: String,
    /// Which kind.
    pub kind: FieldKind,
    /// What it is called on the screen; may be empty.
    pub label: String,
    /// What explains it; may be empty.
    pub description: String,
    /// Whether the form is incomplete without it.
    pub required: bool,
    /// What belongs to it: the picture of a riddle (XEP-0158), say.
    pub media: Vec<Media>,
    /// What is filled in: one line each where there can be several; `1` and `0` for a switch.
    pub values: Vec<String>,
}

/// A kind of field (XEP-0004 §3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// Nothing to fill in: its values are text to read.
    Fixed,
    /// Nothing to see: it goes back as it came.
    Hidden,
    /// A line.
    Text,
    /// A line that nobody is to read over the shoulder.
    Private,
    /// Several lines.
    Lines,
    /// A switch.
    Flag,
    /// One of several.
    One(Vec<Choice>),
    /// Any number of several.
    Many(Vec<Choice>),
    /// An address.
    Address,
    /// Several addresses, a line each.
    Addresses,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What it is called on the screen; may be empty.
    pub label: String,
    /// What goes back.
    pub value: String,
}

/// What belongs to a field (XEP-0221).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Media {
    /// A picture as it came with the form, not looked at yet.
    Data(Arc<[u8]>),
    /// A picture.
    Picture(Picture),
    /// Something on the web, `https` only, that a person may open.
    Link(String),
    /// Something that cannot be shown.
    Unseen,
}

/// A picture that is ready to be drawn.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// Red, green, blue, alpha of each pixel, row by row.
    pub rgba: Arc<[u8]>,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({} × {})", self.width, self.height)
    }
}

/// Without what is filled in, which may be secret.
impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Field")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("required", &self.required)
            .field("media", &self.media)
            .finish_non_exhaustive()
    }
}

impl Field {
    /// Whether a person fills it in.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        !matches!(self.kind, FieldKind::Fixed | FieldKind::Hidden)
    }

    /// Whether a person sees it.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.kind != FieldKind::Hidden
    }

    /// The first value; empty where there is none.
    #[must_use]
    pub fn value(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    /// Whether a switch is on.
    #[must_use]
    pub fn is_on(&self) -> bool {
        matches!(self.value(), "1" | "true")
    }

    /// Whether something is to be filled in that is not.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        let empty = self.values.iter().all(|value| value.trim().is_empty());
        // A switch always says one or the other.
        self.required && self.is_asked() && self.kind != FieldKind::Flag && empty
    }

    /// Whether it is the answer to a riddle, which holds once.
    #[must_use]
    pub fn is_riddle(&self) -> bool {
        const NAMES: [&str; 7] = [
            "ocr",
            "qa",
            "SHA-256",
            "audio_recog",
            "picture_q",
            "picture_recog",
            "video_q",
        ];
        self.is_asked() && (!self.media.is_empty() || NAMES.contains(&self.name.as_str()))
    }
}

impl Form {
    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The same, to fill it in.
    pub fn field_mut(&mut self, name: &str) -> Option<&mut Field> {
        self.fields.iter_mut().find(|field| field.name == name)
    }

    /// Whether there is anything for a person to see or fill in.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.fields.iter().any(Field::is_seen)
    }

    /// Whether there is a riddle in it (XEP-0158), so that what was answered before does not hold again.
    #[must_use]
    pub fn has_riddle(&self) -> bool {
        let challenge = |field: &Field| field.name == "challenge" && !field.is_asked();
        self.fields
            .iter()
            .any(|field| field.is_riddle() || challenge(field))
    }

    /// Takes over what was filled into another form, where the fields are the same; answers to riddles are not.
    pub fn keep(&mut self, filled: &Self) {
        for field in &mut self.fields {
            if !field.is_asked() || field.is_riddle() {
                continue;
            }
            let same = filled.fields.iter().find(|other| {
                !other.name.is_empty() && other.name == field.name && other.kind == field.kind
            });
            if let Some(same) = same {
                field.values.clone_from(&same.values);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn field(name: &str, kind: FieldKind, value: &str) -> Field {
        Field {
            name: name.into(),
            kind,
            label: String::new(),
            description: String::new(),
            required: true,
            media: Vec::new(),
            values: vec![value.into()],
        }
    }

    #[test]
    fn what_is_typed_is_kept_and_what_was_guessed_is_not() {
        let form = |values: [&str; 4]| Form {
            fields: vec![
                field("email", FieldKind::Text, values[0]),
                field("ocr", FieldKind::Text, values[1]),
                field("sid", FieldKind::Hidden, values[2]),
                field("about", FieldKind::Lines, values[3]),
            ],
            ..Form::default()
        };
        let mut anew = form(["", "", "2", ""]);
        let mut old = form(["me@example.org", "7nHL3", "1", "text"]);
        old.field_mut("about").unwrap().kind = FieldKind::Text;
        anew.keep(&old);
        assert_eq!(anew, form(["me@example.org", "", "2", ""]));
        assert!(anew.has_riddle());
    }

    #[test]
    fn what_is_missing_is_found() {
        assert!(field("email", FieldKind::Text, " ").is_missing());
        assert!(!field("email", FieldKind::Text, "x").is_missing());
        assert!(!field("agree", FieldKind::Flag, "").is_missing());
        assert!(!field("id", FieldKind::Hidden, "").is_missing());
    }

    #[test]
    fn what_is_filled_in_is_not_told() {
        let said = format!("{:?}", field("pin", FieldKind::Private, "hunter2"));
        assert!(!said.contains("hunter2"), "{said}");
    }
}
