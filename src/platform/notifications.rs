//! Notifications on the desktop: over D-Bus on Linux, as toasts on Windows, in the notification centre on macOS.
//!
//! One task talks to the desktop, so that nothing overtakes what it takes the place of; and at most once a second, the newest of each chat, so
//! that nobody can flood the screen. A desktop that shows none is told of once in the log; nothing else changes for the person.

#[cfg(target_os = "linux")]
#[path = "notifications/linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "notifications/other.rs"]
mod system;

use std::{collections::HashMap, sync::Arc, time::Duration};

use oriole_core::model::ids::ChatId;
use oriole_ui::desktop::notify::{Notification, Notifier};
use tokio::{
    runtime,
    sync::mpsc::{unbounded_channel, UnboundedReceiver, UnboundedSender},
    time::{sleep, timeout},
};

use system::Service;

/// How long is waited after each talk with the desktop.
const PAUSE: Duration = Duration::from_secs(1);
/// How long the desktop may take for one.
const PATIENCE: Duration = Duration::from_secs(10);

/// Called with the chat whose notification was pressed.
type Pressed = Arc<dyn Fn(ChatId) + Send + Sync>;

/// What shall be seen of a chat: this, or nothing any more.
type Wanted = (ChatId, Option<Notification>);

/// The desktop.
pub(crate) struct Desktop {
    wanted: UnboundedSender<Wanted>,
}

impl Desktop {
    /// The desktop; `pressed` is called with the chat whose notification was pressed, on other threads.
    pub(crate) fn new(
        runtime: &runtime::Handle,
        pressed: impl Fn(ChatId) + Send + Sync + 'static,
    ) -> Self {
        let (wanted, orders) = unbounded_channel();
        runtime.spawn(serve(orders, Service::new(Arc::new(pressed))));
        Self { wanted }
    }

    fn want(&self, wanted: Wanted) {
        // The task ends with the program only.
        let _ = self.wanted.send(wanted);
    }
}

impl Notifier for Desktop {
    fn show(&self, notification: Notification) {
        self.want((notification.chat, Some(notification)));
    }

    fn withdraw(&self, chat: ChatId) {
        self.want((chat, None));
    }
}

async fn serve(mut orders: UnboundedReceiver<Wanted>, mut service: Service) {
    let mut complained = false;
    while let Some(first) = orders.recv().await {
        for (chat, wanted) in newest(first, &mut orders) {
            let done = async {
                match wanted {
                    Some(notification) => service.show(notification).await,
                    None => service.withdraw(chat).await,
                }
            };
            let done = timeout(PATIENCE, done).await;
            let problem = match done {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => error,
                Err(_) => "the desktop does not answer".to_owned(),
            };
            if !std::mem::replace(&mut complained, true) {
                tracing::warn!("the desktop shows no notifications: {problem}");
            }
        }
        sleep(PAUSE).await;
    }
}

/// What is wanted last of each chat.
fn newest(
    first: Wanted,
    orders: &mut UnboundedReceiver<Wanted>,
) -> HashMap<ChatId, Option<Notification>> {
    let mut wanted = HashMap::from([first]);
    while let Ok((chat, order)) = orders.try_recv() {
        wanted.insert(chat, order);
    }
    wanted
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn only_the_newest_of_each_chat_is_shown() {
        let said = |chat, body: &str| {
            let notification = Notification {
                chat: ChatId(chat),
                title: "Mei".to_owned(),
                body: body.to_owned(),
            };
            (ChatId(chat), Some(notification))
        };
        let (sender, mut orders) = unbounded_channel();
        for order in [said(2, "a"), said(1, "b"), (ChatId(2), None), said(1, "c")] {
            sender.send(order).unwrap();
        }
        let expected = HashMap::from([said(1, "c"), (ChatId(2), None)]);
        assert_eq!(newest(said(1, "first"), &mut orders), expected);
    }
}
