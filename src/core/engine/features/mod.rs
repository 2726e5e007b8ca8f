//! The features: one file per part of the protocol.

pub mod archive;
pub mod blocking;
pub mod carbons;
mod care;
pub mod discovery;
pub mod messages;
pub mod older;
pub mod ping;
pub mod presence;
pub mod roster;
pub mod time;
pub mod version;

use super::feature::Feature;

/// All features of a session, in the order in which they see a stanza.
#[must_use]
pub fn all() -> Vec<Box<dyn Feature>> {
    let mut features: Vec<Box<dyn Feature>> = vec![
        Box::new(roster::Roster::default()),
        Box::new(presence::Presence::default()),
        Box::new(carbons::Carbons),
        Box::new(older::Older::default()),
        Box::new(archive::Archive::default()),
        Box::new(messages::Messages),
        Box::new(blocking::Blocking::default()),
        Box::new(ping::Ping),
        Box::new(version::Version),
        Box::new(time::Time),
    ];
    let namespaces = features
        .iter()
        .flat_map(|feature| feature.namespaces())
        .copied()
        .collect();
    features.push(Box::new(discovery::Discovery::new(namespaces)));
    features
}
