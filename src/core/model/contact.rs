//! Contacts: the people of an account's contact list (RFC 6121 §2), and those who ask to be on it.

use jid::BareJid;

use super::ids::AccountId;

/// Who sees whose presence (RFC 6121 §2.1.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Subscription {
    /// Neither.
    #[default]
    None,
    /// We see theirs.
    To,
    /// They see ours.
    From,
    /// Both.
    Both,
}

impl Subscription {
    /// The word of RFC 6121, the headless protocol and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::To => "to",
            Self::From => "from",
            Self::Both => "both",
        }
    }

    /// The state that a word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::None, Self::To, Self::From, Self::Both]
            .into_iter()
            .find(|subscription| subscription.as_str() == word)
    }

    /// Whether they see our presence.
    #[must_use]
    pub fn sees_us(self) -> bool {
        matches!(self, Self::From | Self::Both)
    }
}

/// An entry of the contact list as the server has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterItem {
    /// Whom it is about.
    pub address: BareJid,
    /// The name we gave them.
    pub name: Option<String>,
    /// The groups we put them in, sorted, without repetition.
    pub groups: Vec<String>,
    /// Who sees whose presence.
    pub subscription: Subscription,
    /// Whether we asked to see their presence and wait for the answer.
    pub ask: bool,
}

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Whose contact list.
    pub account: AccountId,
    /// The entry.
    pub item: RosterItem,
    /// Whether we blocked them.
    pub blocked: bool,
}

/// Somebody who asks to see our presence (RFC 6121 §3.1.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRequest {
    /// Whom they ask.
    pub account: AccountId,
    /// Who asks.
    pub address: BareJid,
    /// The nickname they gave (XEP-0172), if any.
    pub name: Option<String>,
    /// What they wrote with it; may be empty.
    pub text: String,
}
