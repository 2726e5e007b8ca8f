//! The desktop's notification service (freedesktop.org, Desktop Notifications 1.2).

use std::collections::HashMap;

use notify_rust::{Hint, Notification as Words, NotificationHandle, NotificationResponse};
use oriole_core::model::ids::ChatId;
use oriole_ui::{app::APPLICATION_ID, desktop::notify::Notification};
use tokio::task::AbortHandle;

use super::Pressed;

/// The service, and what it was asked to show.
pub(super) struct Service {
    pressed: Pressed,
    shown: HashMap<ChatId, Shown>,
    /// Whether it reads marks of HTML in the body; none until it was asked.
    marks: Option<bool>,
}

/// What is shown of a chat, or was: some desktops keep what has left the screen.
struct Shown {
    number: u32,
    /// Who waits for it to be pressed.
    waiting: AbortHandle,
}

impl Service {
    pub(super) fn new(pressed: Pressed) -> Self {
        Self {
            pressed,
            shown: HashMap::new(),
            marks: None,
        }
    }

    /// Shows it, in the place of the chat's last one.
    pub(super) async fn show(&mut self, notification: Notification) -> Result<(), String> {
        let mut words = Words::new();
        words
            .appname("Oriole")
            .icon(APPLICATION_ID)
            .summary(&notification.title)
            .body(&self.body(&notification.body).await)
            .action("default", "")
            .hint(Hint::DesktopEntry(APPLICATION_ID.to_owned()))
            .hint(Hint::Category("im.received".to_owned()));
        let before = self.shown.remove(&notification.chat);
        if let Some(before) = before {
            before.waiting.abort();
            words.id(before.number);
        }
        let handle = words.show_async().await.map_err(|e| e.to_string())?;
        let number = handle.id();
        let pressed = self.pressed.clone();
        let waiting = tokio::spawn(wait(handle, notification.chat, pressed)).abort_handle();
        let shown = Shown { number, waiting };
        self.shown.insert(notification.chat, shown);
        Ok(())
    }

    /// Takes what is shown of this chat from the screen.
    pub(super) async fn withdraw(&mut self, chat: ChatId) -> Result<(), String> {
        match self.shown.remove(&chat) {
            Some(shown) => {
                shown.waiting.abort();
                close(shown.number).await
            }
            None => Ok(()),
        }
    }

    /// The text as the service takes it; one that does not say what it can is taken for one that reads marks.
    async fn body(&mut self, text: &str) -> String {
        if self.marks.is_none() {
            let asked = tokio::task::spawn_blocking(notify_rust::get_capabilities).await;
            self.marks = match asked {
                Ok(Ok(known)) => Some(known.iter().any(|known| known == "body-markup")),
                _ => None,
            };
        }
        match self.marks {
            Some(false) => text.to_owned(),
            _ => escaped(text),
        }
    }
}

/// Waits until it is pressed or gone.
async fn wait(handle: NotificationHandle, chat: ChatId, pressed: Pressed) {
    let mut was_pressed = false;
    handle
        .wait_for_action_async(|response: &NotificationResponse| {
            was_pressed = match response {
                NotificationResponse::Default => true,
                NotificationResponse::Action(key) => key == "default",
                _ => false,
            };
        })
        .await;
    if was_pressed {
        // Opening the chat withdraws it, too, where it is still there.
        pressed(chat);
    }
}

async fn close(number: u32) -> Result<(), String> {
    let closed = async {
        let connection = zbus::Connection::session().await?;
        connection
            .call_method(
                Some("org.freedesktop.Notifications"),
                "/org/freedesktop/Notifications",
                Some("org.freedesktop.Notifications"),
                "CloseNotification",
                &number,
            )
            .await
    };
    match closed.await {
        // What is gone already is no problem.
        Ok(_) | Err(zbus::Error::MethodError(..)) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    #[test]
    fn marks_are_only_text() {
        assert_eq!(
            super::escaped("<b>a & b</b>"),
            "&lt;b&gt;a &amp; b&lt;/b&gt;"
        );
    }
}
