//! An account's contact list in memory: what features need of it while they handle a stanza.

use std::collections::{HashMap, HashSet};

use jid::BareJid;

use crate::model::contact::{RosterItem, Subscription};

/// A contact list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Book {
    /// Its version (RFC 6121 §2.6), where the server keeps versions.
    pub version: Option<String>,
    items: HashMap<BareJid, RosterItem>,
    blocked: HashSet<BareJid>,
}

impl Book {
    /// The contact list as it is stored.
    #[must_use]
    pub fn new(
        version: Option<String>,
        items: impl IntoIterator<Item = RosterItem>,
        blocked: impl IntoIterator<Item = BareJid>,
    ) -> Self {
        let mut book = Self {
            version,
            blocked: blocked.into_iter().collect(),
            ..Self::default()
        };
        book.replace(items);
        book
    }

    /// All of it is another.
    pub fn replace(&mut self, items: impl IntoIterator<Item = RosterItem>) {
        self.items = items
            .into_iter()
            .map(|item| (item.address.clone(), item))
            .collect();
    }

    /// A contact came or changed.
    pub fn put(&mut self, item: RosterItem) {
        self.items.insert(item.address.clone(), item);
    }

    /// A contact went.
    pub fn remove(&mut self, address: &BareJid) {
        self.items.remove(address);
    }

    /// A contact.
    #[must_use]
    pub fn get(&self, address: &BareJid) -> Option<&RosterItem> {
        self.items.get(address)
    }

    /// Whether somebody is a contact.
    #[must_use]
    pub fn has(&self, address: &BareJid) -> bool {
        self.items.contains_key(address)
    }

    /// Whether somebody may see our presence, and so may ask this program about itself.
    #[must_use]
    pub fn sees_us(&self, address: &BareJid) -> bool {
        self.get(address)
            .is_some_and(|item| item.subscription.sees_us())
    }

    /// Whether we see somebody's presence.
    #[must_use]
    pub fn is_seen(&self, address: &BareJid) -> bool {
        self.get(address)
            .is_some_and(|item| matches!(item.subscription, Subscription::To | Subscription::Both))
    }

    /// The addresses that are blocked are these.
    pub fn set_all_blocked(&mut self, addresses: impl IntoIterator<Item = BareJid>) {
        self.blocked = addresses.into_iter().collect();
    }

    /// Somebody was blocked, or is no longer.
    pub fn set_blocked(&mut self, address: &BareJid, blocked: bool) {
        if blocked {
            self.blocked.insert(address.clone());
        } else {
            self.blocked.remove(address);
        }
    }

    /// Whether somebody is blocked.
    #[must_use]
    pub fn is_blocked(&self, address: &BareJid) -> bool {
        self.blocked.contains(address)
    }

    /// All who are blocked.
    pub fn blocked(&self) -> impl Iterator<Item = &BareJid> {
        self.blocked.iter()
    }
}
