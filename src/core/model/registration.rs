//! A new account on a server (XEP-0077), as a person sees it: what the server wants to know, and why it refuses.

use super::form::Form;

/// What a server wants to know of those who want an account on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it wants beyond the name and the password, which are not in here; with what is filled in.
    pub form: Form,
    /// Whether it asks for a name and a password at all; if not, nothing can be done from here.
    pub open: bool,
    /// Where an account can be made on the web (XEP-0066); `https` only.
    pub web: Option<String>,
    /// How the answer is written.
    pub shape: Shape,
}

/// How answers to a server are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// An element for each field (XEP-0077 §3.1.1).
    Plain,
    /// A data form (XEP-0077 §4).
    Form,
}

impl Offer {
    /// Whether a person has to look at it before it can be answered.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        self.form.is_seen() || !self.open
    }

    /// Whether answers to another offer answer this one too: the questions are the same, and there is no riddle among them.
    #[must_use]
    pub fn asks_the_same(&self, other: &Self) -> bool {
        let asked = |offer: &Self| {
            let fields = offer.form.fields.iter().filter(|field| field.is_asked());
            let asked = fields.map(|field| (field.name.clone(), field.kind.clone()));
            asked.collect::<Vec<_>>()
        };
        self.open == other.open
            && self.shape == other.shape
            && !self.form.has_riddle()
            && asked(self) == asked(other)
    }
}

/// A server's refusal to make an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub why: Why,
    /// What the server says about it, in a language of its choice; may be empty.
    pub said: String,
}

/// Why a server makes no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The address is somebody's already.
    Taken,
    /// Something that was filled in is missing or not good enough.
    NotAcceptable,
    /// The answer to the riddle was wrong, or came too late.
    Riddle,
    /// It makes no accounts for us.
    NotAllowed,
    /// Not now: too many were made, perhaps by others at this place.
    Wait,
    /// The invitation is used up, expired, or was never one.
    Invitation,
    /// Something else.
    Other,
}
