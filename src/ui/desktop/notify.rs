//! Notifications: words on the desktop that something came while nobody looked.

use oriole_core::model::ids::ChatId;

/// Words about the newest message of a chat. Plain text: whoever shows it must not read marks into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Which chat. A later notification about it takes this one's place.
    pub chat: ChatId,
    /// From whom.
    pub title: String,
    /// What; empty where the person does not want that to be seen.
    pub body: String,
}

/// What shows notifications. A press on one comes back as [`crate::Wake::Chat`].
pub trait Notifier: Send + Sync {
    /// Shows it, as soon as the desktop does.
    fn show(&self, notification: Notification);
    /// The chat was read: what is shown of it goes.
    fn withdraw(&self, chat: ChatId);
}
