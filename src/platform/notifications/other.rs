//! Toasts on Windows and the notification centre of macOS. The library can only wait on a thread for what becomes of one, and cannot take one
//! back; on macOS it does not hear of presses.

use std::sync::Arc;

use notify_rust::{Notification as Words, NotificationResponse};
use oriole_core::model::ids::ChatId;
use oriole_ui::{app::APPLICATION_ID, desktop::notify::Notification};
use tokio::sync::Semaphore;

use super::Pressed;

/// How many are waited for to be pressed; more are shown only.
const FOLLOWED: usize = 32;

/// What shows them.
pub(super) struct Service {
    pressed: Pressed,
    followed: Arc<Semaphore>,
}

impl Service {
    pub(super) fn new(pressed: Pressed) -> Self {
        #[cfg(target_os = "macos")]
        if let Err(error) = notify_rust::set_application(APPLICATION_ID) {
            tracing::info!("notifications do not come from Oriole: {error}");
        }
        Self {
            pressed,
            followed: Arc::new(Semaphore::new(FOLLOWED)),
        }
    }

    /// Shows it.
    pub(super) async fn show(&mut self, notification: Notification) -> Result<(), String> {
        let mut words = Words::new();
        words
            .appname("Oriole")
            .summary(&notification.title)
            .body(&notification.body);
        #[cfg(windows)]
        words.app_id(APPLICATION_ID);
        let shown = tokio::task::spawn_blocking(move || words.show());
        let handle = match shown.await {
            Ok(shown) => shown.map_err(|error| error.to_string())?,
            Err(error) => return Err(error.to_string()),
        };
        if let Ok(followed) = Arc::clone(&self.followed).try_acquire_owned() {
            let (pressed, chat) = (self.pressed.clone(), notification.chat);
            tokio::task::spawn_blocking(move || {
                let waited = handle.wait_for_response(|response: &NotificationResponse| {
                    if matches!(response, NotificationResponse::Default) {
                        pressed(chat);
                    }
                });
                if let Err(error) = waited {
                    tracing::debug!("nobody knows what became of a notification: {error}");
                }
                drop(followed);
            });
        }
        Ok(())
    }

    /// Cannot be done here.
    pub(super) async fn withdraw(&mut self, _chat: ChatId) -> Result<(), String> {
        Ok(())
    }
}
