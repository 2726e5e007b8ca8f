//! Presence: whether somebody is there.

/// How available somebody is (RFC 6121 §4.7.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Show {
    /// There, or eager to chat.
    Online,
    /// Away for a moment.
    Away,
    /// Away for long.
    Xa,
    /// Does not want to be disturbed.
    Dnd,
    /// Not there.
    #[default]
    Offline,
}

impl Show {
    /// The stable word of the headless protocol and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Away => "away",
            Self::Xa => "xa",
            Self::Dnd => "dnd",
            Self::Offline => "offline",
        }
    }

    /// The availability that a stable word names.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Online, Self::Away, Self::Xa, Self::Dnd, Self::Offline]
            .into_iter()
            .find(|show| show.as_str() == word)
    }
}

/// What a contact's best device says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Presence {
    /// How available.
    pub show: Show,
    /// In their own words; may be empty.
    pub status: String,
}

/// What we tell others, kept over restarts. `Offline` means: do not connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPresence {
    /// How available.
    pub show: Show,
    /// In one's own words; may be empty.
    pub status: String,
}

impl Default for OwnPresence {
    fn default() -> Self {
        Self {
            show: Show::Online,
            status: String::new(),
        }
    }
}
