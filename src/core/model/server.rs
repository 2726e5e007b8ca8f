//! What is known of an account's connection, and of what its server can do for it. As the server says: nothing is tried out.

use std::{collections::BTreeSet, fmt};

use chrono::{DateTime, Utc};

/// How a connection is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TlsVersion {
    /// TLS 1.2 (RFC 5246).
    Tls12,
    /// TLS 1.3 (RFC 8446).
    Tls13,
}

impl fmt::Display for TlsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        })
    }
}

/// The way to the server that a session took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The place that was connected to, as `host:port`; beyond the proxy, where there is one.
    pub place: String,
    /// How it is encrypted; none on this very machine only.
    pub tls: Option<TlsVersion>,
    /// Whether the certificate is the one that the person accepted, rather than one that this computer could verify.
    pub pinned: bool,
    /// The name of the SASL mechanism that was signed in with (RFC 6120 §6).
    pub mechanism: String,
    /// What the server offers at the start of the stream, of what has an [`Offer`].
    pub offers: BTreeSet<Offer>,
}

/// Something that a server can do for an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Offer {
    /// It keeps the history (XEP-0313).
    Archive,
    /// What is said on one device comes to the others too (XEP-0280).
    Carbons,
    /// A session that broke off goes on (XEP-0198 §5).
    Resumption,
    /// It keeps files to be shared (XEP-0363).
    Upload,
    /// It has group chats (XEP-0045).
    GroupChats,
    /// It tells contacts of another profile picture and the like by itself (XEP-0163).
    Profile,
    /// It lets nothing of somebody through (XEP-0191).
    Blocking,
    /// It keeps what is written to somebody who is offline (XEP-0160).
    Offline,
    /// It lets what can wait wait while nobody looks (XEP-0352).
    Quiet,
    /// It sends only what changed of the contact list (RFC 6121 §2.6).
    RosterVersions,
    /// The password can be changed, and the account deleted, from here (XEP-0077).
    Registration,
    /// It helps two devices to send each other a file directly (XEP-0065).
    Relay,
}

impl Offer {
    /// All of them, the most important first.
    pub const ALL: [Self; 12] = [
        Self::Archive,
        Self::Carbons,
        Self::Resumption,
        Self::Upload,
        Self::GroupChats,
        Self::Profile,
        Self::Blocking,
        Self::Offline,
        Self::Registration,
        Self::Relay,
        Self::Quiet,
        Self::RosterVersions,
    ];

    /// The stable word of the headless protocol.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Carbons => "carbons",
            Self::Resumption => "resumption",
            Self::Upload => "upload",
            Self::GroupChats => "group-chats",
            Self::Profile => "profile",
            Self::Blocking => "blocking",
            Self::Offline => "offline",
            Self::Quiet => "quiet",
            Self::RosterVersions => "contact-versions",
            Self::Registration => "registration",
            Self::Relay => "relay",
        }
    }

    /// Whether it is another machine of the server that has it, so that the server is to be asked for its machines first.
    #[must_use]
    pub fn is_elsewhere(self) -> bool {
        matches!(self, Self::Upload | Self::GroupChats | Self::Relay)
    }
}

/// What a server says it can do (XEP-0030).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Offers {
    /// What it can do.
    pub has: BTreeSet<Offer>,
    /// How large a shared file may be, in bytes, where the server says so.
    pub upload_limit: Option<u64>,
    /// Whether its other machines were asked too: only then is it known that something [elsewhere](Offer::is_elsewhere) is missing.
    pub complete: bool,
}

/// An account's connection, while there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerFacts {
    /// Since when the session is there.
    pub since: DateTime<Utc>,
    /// When it last went on after having been interrupted.
    pub resumed: Option<DateTime<Utc>>,
    /// How the server was reached.
    pub route: Route,
    /// What it can do; none while it has not said so yet.
    pub offers: Option<Offers>,
}

impl ServerFacts {
    /// Whether the server can do this; none where that is not known (yet).
    #[must_use]
    pub fn can(&self, offer: Offer) -> Option<bool> {
        if self.route.offers.contains(&offer) {
            return Some(true);
        }
        if matches!(
            offer,
            Offer::Resumption | Offer::Quiet | Offer::RosterVersions
        ) {
            return Some(false);
        }
        let offers = self.offers.as_ref()?;
        let has = offers.has.contains(&offer);
        (has || offers.complete || !offer.is_elsewhere()).then_some(has)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_asked_for_is_not_missing() {
        let mut facts = ServerFacts {
            since: DateTime::UNIX_EPOCH,
            resumed: None,
            route: Route {
                place: "chat.example:5222".to_owned(),
                tls: Some(TlsVersion::Tls13),
                pinned: false,
                mechanism: "SCRAM-SHA-256".to_owned(),
                offers: BTreeSet::from([Offer::Resumption]),
            },
            offers: None,
        };
        let can = |facts: &ServerFacts| {
            [
                Offer::Resumption,
                Offer::Quiet,
                Offer::Carbons,
                Offer::Upload,
            ]
            .map(|offer| facts.can(offer))
        };
        assert_eq!(can(&facts), [Some(true), Some(false), None, None]);
        facts.offers = Some(Offers {
            has: BTreeSet::from([Offer::Carbons]),
            ..Offers::default()
        });
        assert_eq!(can(&facts), [Some(true), Some(false), Some(true), None]);
        facts.offers = Some(Offers {
            complete: true,
            ..Offers::default()
        });
        let missing = Some(false);
        assert_eq!(can(&facts), [Some(true), missing, missing, missing]);
    }
}
