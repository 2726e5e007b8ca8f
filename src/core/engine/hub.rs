//! Where events wait for whoever watches: all of them, or merged, as [`Delivery`] says.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use jid::BareJid;
use tokio::sync::Notify;

use super::{
    event::{Event, TimelineChange},
    handle::Delivery,
};
use crate::model::ids::{AccountId, ChatId};

/// With complete delivery: how many events may wait before less is read from the servers.
const MOST_COMPLETE: usize = 1_000;
/// With merged delivery: how many changes of messages may wait before a chat's become one reset.
const MOST_MERGED: usize = 10_000;

/// Events on their way from the engine to whoever watches.
#[derive(Debug)]
pub(super) struct Hub {
    delivery: Delivery,
    queue: Mutex<Queue>,
    filled: Notify,
    emptied: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: BTreeMap<u64, Event>,
    /// The newest waiting event of each kind that later ones merge into.
    mergeable: HashMap<Key, u64>,
    last: u64,
    messages: usize,
    closed: bool,
}

/// What makes two events mergeable.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(AccountId),
    Chat(ChatId),
    Timeline(ChatId),
    Contacts(AccountId),
    Contact(AccountId, BareJid),
    Presence(AccountId, BareJid),
}

impl Key {
    fn of(event: &Event) -> Option<Self> {
        Some(match event {
            Event::AccountsChanged(account) => Self::Account(*account),
            Event::ChatChanged { chat, .. } => Self::Chat(*chat),
            Event::Timeline { chat, .. } => Self::Timeline(*chat),
            Event::ContactsReset(account) => Self::Contacts(*account),
            Event::ContactChanged { account, address } => Self::Contact(*account, address.clone()),
            Event::Presence {
                account, address, ..
            } => Self::Presence(*account, address.clone()),
            _ => return None,
        })
    }
}

impl Hub {
    pub(super) fn new(delivery: Delivery) -> Self {
        Self {
            delivery,
            queue: Mutex::default(),
            filled: Notify::new(),
            emptied: Notify::new(),
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an event. Never waits.
    pub(super) fn push(&self, event: Event) {
        let mut queue = self.queue();
        match self.delivery {
            Delivery::Complete => {
                queue.add(event);
            }
            Delivery::Merged => queue.merge(event),
        }
        drop(queue);
        self.filled.notify_one();
    }

    /// Whether the servers may be read at full speed.
    pub(super) fn has_room(&self) -> bool {
        self.delivery == Delivery::Merged || self.queue().waiting.len() < MOST_COMPLETE
    }

    /// Waits until there is room.
    pub(super) async fn room(&self) {
        loop {
            let emptied = self.emptied.notified();
            tokio::pin!(emptied);
            emptied.as_mut().enable();
            if self.has_room() {
                return;
            }
            emptied.await;
        }
    }

    /// The next events, at most this many and at least one; none once closed and empty.
    pub(super) async fn take(&self, most: usize) -> Option<Vec<Event>> {
        loop {
            let filled = self.filled.notified();
            {
                let mut queue = self.queue();
                let events = queue.take(most);
                let closed = queue.closed;
                drop(queue);
                if !events.is_empty() {
                    self.emptied.notify_waiters();
                    return Some(events);
                }
                if closed {
                    return None;
                }
            }
            filled.await;
        }
    }

    /// No more events will come.
    pub(super) fn close(&self) {
        self.queue().closed = true;
        self.filled.notify_one();
    }
}

impl Queue {
    fn add(&mut self, event: Event) -> u64 {
        self.last += 1;
        self.waiting.insert(self.last, event);
        self.last
    }

    fn merge(&mut self, event: Event) {
        let Some(key) = Key::of(&event) else {
            self.add(event);
            return;
        };
        let messages = match &event {
            Event::Timeline { change, .. } => count(change),
            _ => 0,
        };
        let merged = self
            .mergeable
            .get(&key)
            .and_then(|position| self.waiting.get_mut(position))
            .is_some_and(|waiting| merge_into(waiting, &event));
        // What merges into a reset takes no room.
        let reset = self
            .mergeable
            .get(&key)
            .and_then(|position| self.waiting.get(position));
        if !(merged
            && matches!(
                reset,
                Some(Event::Timeline {
                    change: TimelineChange::Reset,
                    ..
                })
            ))
        {
            self.messages += messages;
        }
        if !merged {
            let position = self.add(event);
            self.mergeable.insert(key.clone(), position);
        }
        if let Key::Timeline(chat) = key
            && self.messages > MOST_MERGED
        {
            self.reset(chat);
        }
    }

    /// Replaces all that waits of a chat's messages by one reset.
    fn reset(&mut self, chat: ChatId) {
        let mut account = None;
        let mut dropped = 0;
        self.waiting.retain(|_, event| match event {
            Event::Timeline {
                account: whose,
                chat: of,
                change,
            } if *of == chat => {
                account = Some(*whose);
                dropped += count(change);
                false
            }
            _ => true,
        });
        self.messages = self.messages.saturating_sub(dropped);
        if let Some(account) = account {
            let change = TimelineChange::Reset;
            let position = self.add(Event::Timeline {
                account,
                chat,
                change,
            });
            self.mergeable.insert(Key::Timeline(chat), position);
        }
    }

    fn take(&mut self, most: usize) -> Vec<Event> {
        let mut events = Vec::new();
        while events.len() < most
            && let Some((position, event)) = self.waiting.pop_first()
        {
            if let Some(key) = Key::of(&event) {
                if let Event::Timeline { change, .. } = &event {
                    self.messages = self.messages.saturating_sub(count(change));
                }
                if self.mergeable.get(&key) == Some(&position) {
                    self.mergeable.remove(&key);
                }
            }
            events.push(event);
        }
        events
    }
}

fn count(change: &TimelineChange) -> usize {
    match change {
        TimelineChange::Inserted(ids)
        | TimelineChange::Changed(ids)
        | TimelineChange::Removed(ids) => ids.len(),
        TimelineChange::State { .. } => 1,
        TimelineChange::Reset => 0,
    }
}

/// Makes `waiting` tell of `event` too, where that is possible.
fn merge_into(waiting: &mut Event, event: &Event) -> bool {
    match (waiting, event) {
        (
            Event::Timeline {
                change: TimelineChange::Inserted(waiting),
                ..
            },
            Event::Timeline {
                change: TimelineChange::Inserted(new),
                ..
            },
        ) => {
            waiting.extend(new);
            true
        }
        (
            Event::Timeline {
                change: TimelineChange::Reset,
                ..
            },
            Event::Timeline { .. },
        ) => true,
        (Event::Timeline { .. }, _) => false,
        (waiting @ Event::Presence { .. }, event) => {
            *waiting = event.clone();
            true
        }
        // The rest only says that something is to be read anew.
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::ids::MessageId;

    const ACCOUNT: AccountId = AccountId(1);

    fn inserted(chat: i64, message: i64) -> Event {
        Event::Timeline {
            account: ACCOUNT,
            chat: ChatId(chat),
            change: TimelineChange::Inserted(vec![MessageId(message)]),
        }
    }

    #[tokio::test]
    async fn complete_delivery_keeps_everything_and_asks_for_patience() {
        let hub = Hub::new(Delivery::Complete);
        for message in 0..1_000 {
            assert!(hub.has_room());
            hub.push(inserted(1, message));
        }
        assert!(!hub.has_room());
        let events = hub.take(usize::MAX).await.unwrap();
        assert_eq!(events.len(), 1_000);
        hub.room().await;
    }

    #[tokio::test]
    async fn merged_delivery_merges_per_chat() {
        let hub = Hub::new(Delivery::Merged);
        let changed = Event::ChatChanged {
            account: ACCOUNT,
            chat: ChatId(1),
        };
        for message in 0..3 {
            hub.push(inserted(1, message));
            hub.push(changed.clone());
            hub.push(inserted(2, 10 + message));
        }
        let ids = |ids: [i64; 3]| TimelineChange::Inserted(ids.map(MessageId).to_vec());
        let timeline = |chat, change| Event::Timeline {
            account: ACCOUNT,
            chat: ChatId(chat),
            change,
        };
        assert_eq!(
            hub.take(usize::MAX).await.unwrap(),
            [
                timeline(1, ids([0, 1, 2])),
                changed,
                timeline(2, ids([10, 11, 12]))
            ]
        );
    }

    #[tokio::test]
    async fn too_much_becomes_a_reset_and_other_chats_stay() {
        let hub = Hub::new(Delivery::Merged);
        hub.push(inserted(2, 1));
        for message in 0..20_000 {
            hub.push(inserted(1, message));
        }
        let events = hub.take(usize::MAX).await.unwrap();
        assert_eq!(events.len(), 2);
        assert_eq!(events.first(), Some(&inserted(2, 1)));
        assert!(matches!(
            events.last(),
            Some(Event::Timeline {
                change: TimelineChange::Reset,
                ..
            })
        ));
        hub.push(inserted(1, 1));
        assert_eq!(hub.take(1).await.unwrap(), [inserted(1, 1)]);
    }

    #[tokio::test]
    async fn a_closed_hub_gives_the_rest_and_then_nothing() {
        let hub = Hub::new(Delivery::Merged);
        hub.push(inserted(1, 1));
        hub.close();
        assert!(hub.take(9).await.is_some());
        assert!(hub.take(9).await.is_none());
    }
}
