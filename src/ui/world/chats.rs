//! The chat list in its order, kept so that a change of one chat costs the same however many there are.

use std::{cmp::Reverse, collections::HashMap};

use oriole_core::model::{chat::ChatSummary, ids::ChatId};

/// The lines of the chat list, the one with the newest message first.
#[derive(Debug, Default)]
pub struct Chats {
    summaries: HashMap<ChatId, ChatSummary>,
    order: Vec<ChatId>,
}

/// What a line's place follows from; the smallest comes first.
fn rank(chat: &ChatSummary) -> impl Ord + use<> {
    let last = chat.last.as_ref();
    Reverse((
        last.map(|last| last.time),
        last.map(|last| last.place),
        chat.id,
    ))
}

impl Chats {
    /// The chats, the one with the newest message first.
    #[must_use]
    pub fn ids(&self) -> &[ChatId] {
        &self.order
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The lines, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &ChatSummary> {
        self.order.iter().filter_map(|id| self.summaries.get(id))
    }

    /// A line.
    #[must_use]
    pub fn get(&self, id: ChatId) -> Option<&ChatSummary> {
        self.summaries.get(&id)
    }

    /// A line, to change anything but its last message.
    pub fn get_mut(&mut self, id: ChatId) -> Option<&mut ChatSummary> {
        self.summaries.get_mut(&id)
    }

    /// Puts these in place of all there are.
    pub fn replace(&mut self, chats: Vec<ChatSummary>) {
        self.summaries = chats.into_iter().map(|chat| (chat.id, chat)).collect();
        let mut order: Vec<&ChatSummary> = self.summaries.values().collect();
        order.sort_by_cached_key(|chat| rank(chat));
        self.order = order.into_iter().map(|chat| chat.id).collect();
    }

    /// Keeps only the lines of which this is true.
    pub fn retain(&mut self, keep: impl Fn(&ChatSummary) -> bool) {
        self.summaries.retain(|_, chat| keep(chat));
        self.order.retain(|id| self.summaries.contains_key(id));
    }

    /// Puts a line in its place; takes it away where it is gone. Says whether it was there and stays where it was.
    pub fn put(&mut self, id: ChatId, chat: Option<ChatSummary>) -> bool {
        let before = self.summaries.get(&id);
        let before = before.and_then(|old| self.place(old).ok());
        if let Some(place) = before {
            self.order.remove(place);
        }
        self.summaries.remove(&id);
        let chat = chat.filter(|chat| chat.id == id);
        let after = chat.map(|chat| {
            let place = self.place(&chat).unwrap_or_else(|place| place);
            self.order.insert(place, id);
            self.summaries.insert(id, chat);
            place
        });
        before.is_some() && before == after
    }

    /// Where a line stands, else where it would.
    fn place(&self, chat: &ChatSummary) -> Result<usize, usize> {
        let wanted = rank(chat);
        self.order.binary_search_by(|id| {
            let here = self.summaries.get(id).map(rank);
            here.map_or(std::cmp::Ordering::Less, |here| here.cmp(&wanted))
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that fails may stop")]

    use chrono::DateTime;
    use oriole_core::model::{
        chat::Preview,
        ids::{AccountId, MessageId, Place},
        message::MessageState,
    };

    use super::*;

    fn chat(id: i64, time: Option<i64>) -> ChatSummary {
        ChatSummary {
            id: ChatId(id),
            account: AccountId(1),
            with: format!("friend{id}@example.org").parse().unwrap(),
            name: None,
            unread: 0,
            last: time.map(|time| Preview {
                message: MessageId(time),
                place: Place(time),
                text: String::new(),
                time: DateTime::from_timestamp(time, 0).unwrap(),
                outgoing: false,
                state: MessageState::Delivered,
            }),
            draft: String::new(),
            stranger: false,
        }
    }

    fn order(chats: &Chats) -> Vec<i64> {
        assert_eq!(chats.iter().count(), chats.ids().len());
        chats.iter().map(|chat| chat.id.0).collect()
    }

    #[test]
    fn one_line_after_the_other_gives_the_same_order_as_all_at_once() {
        let lines = [
            chat(1, Some(30)),
            chat(2, None),
            chat(3, Some(50)),
            chat(4, Some(40)),
            chat(5, None),
        ];
        let mut all = Chats::default();
        all.replace(lines.to_vec());
        assert_eq!(order(&all), [3, 4, 1, 5, 2]);
        let mut one_by_one = Chats::default();
        for line in lines {
            one_by_one.put(line.id, Some(line));
        }
        assert_eq!(order(&one_by_one), order(&all));
        // Up, in place, down, away, and one that was never there.
        all.put(ChatId(2), Some(chat(2, Some(60))));
        all.put(ChatId(4), Some(chat(4, Some(41))));
        assert_eq!(order(&all), [2, 3, 4, 1, 5]);
        all.put(ChatId(2), Some(chat(2, Some(10))));
        assert_eq!(order(&all), [3, 4, 1, 2, 5]);
        all.put(ChatId(4), None);
        all.put(ChatId(9), None);
        assert_eq!(order(&all), [3, 1, 2, 5]);
        all.retain(|chat| chat.id.0 != 1);
        assert_eq!(order(&all), [3, 2, 5]);
    }
}
