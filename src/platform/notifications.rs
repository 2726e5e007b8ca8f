//! Notifications on the desktop: over D-Bus on Linux, as toasts on Windows, in the notification centre on macOS.
//!
//! A desktop that shows none is told of once in the log; nothing else changes for the person.

use std::{
    collections::HashMap,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc, Mutex, PoisonError,
    },
};

use notify_rust::Notification as Words;
use oriole_core::model::ids::ChatId;
use oriole_ui::desktop::notify::{Notification, Notifier};
use tokio::{
    runtime,
    sync::Semaphore,
    task::{AbortHandle, JoinHandle},
};

use system::{follow, prepare};

/// How many notifications are waited for to be pressed; more are shown only.
const FOLLOWED: usize = 32;

/// The desktop.
pub(crate) struct Desktop {
    runtime: runtime::Handle,
    shared: Arc<Shared>,
    /// Who looks after the notification of each chat.
    shown: Mutex<HashMap<ChatId, AbortHandle>>,
}

struct Shared {
    pressed: Box<dyn Fn(ChatId) + Send + Sync>,
    /// The desktop's numbers of what is shown.
    numbers: Mutex<HashMap<ChatId, u32>>,
    followed: Semaphore,
    complained: AtomicBool,
}

impl Desktop {
    /// The desktop; `pressed` is called with the chat whose notification was pressed, on other threads.
    pub(crate) fn new(
        runtime: runtime::Handle,
        pressed: impl Fn(ChatId) + Send + Sync + 'static,
    ) -> Self {
        let shared = Shared {
            pressed: Box::new(pressed),
            numbers: Mutex::default(),
            followed: Semaphore::new(FOLLOWED),
            complained: AtomicBool::new(false),
        };
        Self {
            runtime,
            shared: Arc::new(shared),
            shown: Mutex::default(),
        }
    }

    fn replace(&self, chat: ChatId, task: Option<JoinHandle<()>>) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.retain(|_, task| !task.is_finished());
        let before = match task {
            Some(task) => shown.insert(chat, task.abort_handle()),
            None => shown.remove(&chat),
        };
        if let Some(before) = before {
            before.abort();
        }
    }
}

impl Notifier for Desktop {
    fn show(&self, notification: Notification) {
        let chat = notification.chat;
        let shared = Arc::clone(&self.shared);
        let task = self.runtime.spawn(async move {
            if let Err(error) = follow(&shared, notification).await {
                shared.complain(&error);
            }
        });
        self.replace(chat, Some(task));
    }

    fn withdraw(&self, chat: ChatId) {
        self.replace(chat, None);
        let number = self.shared.numbers().remove(&chat);
        if let Some(number) = number {
            self.runtime.spawn(system::close(number));
        }
    }
}

impl Shared {
    fn numbers(&self) -> std::sync::MutexGuard<'_, HashMap<ChatId, u32>> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn complain(&self, error: &notify_rust::error::Error) {
        if !self.complained.swap(true, Ordering::Relaxed) {
            tracing::warn!("the desktop shows no notifications: {error}");
        }
    }
}

/// What all desktops are told.
fn words(notification: &Notification) -> Words {
    let mut words = Words::new();
    words
        .appname("Oriole")
        .summary(&notification.title)
        .body(&notification.body);
    prepare(&mut words);
    words
}

#[cfg(target_os = "linux")]
mod system {
    //! The desktop's notification service (freedesktop.org, Desktop Notifications 1.2).

    use notify_rust::{Hint, Notification as Words, NotificationResponse};
    use oriole_ui::{app::APPLICATION_ID, desktop::notify::Notification};

    use super::{words, Shared};

    pub(super) fn prepare(words: &mut Words) {
        words
            .icon(APPLICATION_ID)
            .action("default", "")
            .hint(Hint::DesktopEntry(APPLICATION_ID.to_owned()))
            .hint(Hint::Category("im.received".to_owned()));
    }

    /// Shows it, in the place of the chat's last one, until it is pressed or gone.
    pub(super) async fn follow(
        shared: &Shared,
        notification: Notification,
    ) -> Result<(), notify_rust::error::Error> {
        let mut words = words(&notification);
        // Many services read marks of HTML in the body, and only there.
        words.body(&escaped(&notification.body));
        let chat = notification.chat;
        let before = shared.numbers().get(&chat).copied();
        if let Some(number) = before {
            words.id(number);
        }
        let handle = words.show_async().await?;
        shared.numbers().insert(chat, handle.id());
        let Ok(_followed) = shared.followed.try_acquire() else {
            return Ok(());
        };
        let mut pressed = false;
        handle
            .wait_for_action_async(|response: &NotificationResponse| {
                pressed = match response {
                    NotificationResponse::Default => true,
                    NotificationResponse::Action(key) => key == "default",
                    _ => false,
                };
            })
            .await;
        {
            let mut numbers = shared.numbers();
            if numbers.get(&chat) == Some(&handle.id()) {
                numbers.remove(&chat);
            }
        }
        if pressed {
            (shared.pressed)(chat);
            close(handle.id()).await;
        }
        Ok(())
    }

    /// Takes it from the screen.
    pub(super) async fn close(number: u32) {
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
        if let Err(error) = closed.await {
            tracing::debug!("a notification stays: {error}");
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
}

#[cfg(not(target_os = "linux"))]
mod system {
    //! Toasts and the notification centre. The library can only wait on a thread for what becomes of one, and cannot take one back.

    use notify_rust::{Notification as Words, NotificationResponse};
    use oriole_ui::{app::APPLICATION_ID, desktop::notify::Notification};

    use super::{words, Shared};

    pub(super) fn prepare(words: &mut Words) {
        #[cfg(windows)]
        words.app_id(APPLICATION_ID);
        #[cfg(not(windows))]
        let _ = (words, APPLICATION_ID);
    }

    /// Shows it, until it is pressed or gone.
    pub(super) async fn follow(
        shared: &Shared,
        notification: Notification,
    ) -> Result<(), notify_rust::error::Error> {
        let words = words(&notification);
        let followed = shared.followed.try_acquire();
        let wait = followed.is_ok();
        let shown = tokio::task::spawn_blocking(move || {
            let handle = words.show()?;
            let mut pressed = false;
            if wait {
                handle.wait_for_response(|response: &NotificationResponse| {
                    pressed = matches!(response, NotificationResponse::Default);
                })?;
            }
            Ok::<_, notify_rust::error::Error>(pressed)
        });
        let pressed = shown.await.unwrap_or(Ok(false))?;
        if pressed {
            (shared.pressed)(notification.chat);
        }
        Ok(())
    }

    pub(super) async fn close(_number: u32) {}
}
