//! Identifiers of stored things: numbers of the database that stay the same over restarts.

use std::{fmt, num::ParseIntError, str::FromStr};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id! {
    /// One signed-in identity.
    AccountId
}
id! {
    /// One conversation: an account and who it talks with.
    ChatId
}
id! {
    /// One message. It is drawn from the place that the message has when it comes, which may be another later: see
    /// [`Place`].
    MessageId
}
id! {
    /// Where a message stands: later messages of a chat have greater places. A message keeps its place unless its archive
    /// has it elsewhere (XEP-0313).
    Place
}
