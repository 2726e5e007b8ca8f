//! The menu of a message: what can be done with it.

use iced::Point;
use oriole_core::{
    engine::command::Command,
    model::{ids::MessageId, message::MessageState},
};

use super::timeline::{RowKey, Timeline};
use crate::{
    action::{Action, Actions, Purpose},
    widget::{rich_body::Link, virtual_list::Context},
};

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Copy what is selected.
    CopySelection,
    /// Copy the whole message.
    CopyMessage,
    /// Copy where the link leads.
    CopyLink,
    /// Send the failed message again.
    Retry,
}

/// The open menu of a message.
#[derive(Clone, PartialEq)]
pub struct Menu {
    message: MessageId,
    point: Point,
    text: String,
    selection: Option<String>,
    link: Option<Link>,
    failed: bool,
}

// Holds somebody's words, which must not end up in a log.
impl std::fmt::Debug for Menu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Menu")
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl Menu {
    /// The menu for what was clicked; none where the message is gone.
    #[must_use]
    pub fn open(timeline: &Timeline, context: Context<RowKey>) -> Option<Self> {
        let (_, bubble, _) = timeline.around(context.key.message)?;
        Some(Self {
            message: bubble.id,
            point: context.point,
            text: bubble.shown().text.clone(),
            selection: context.selection.filter(|text| !text.is_empty()),
            link: context.link,
            failed: bubble.outgoing && bubble.state == MessageState::Failed,
        })
    }

    /// Where in the window it opens, in px.
    #[must_use]
    pub fn point(&self) -> Point {
        self.point
    }

    /// What it offers, in order.
    pub fn choices(&self) -> impl Iterator<Item = Choice> {
        [
            self.selection.is_some().then_some(Choice::CopySelection),
            self.link.is_some().then_some(Choice::CopyLink),
            Some(Choice::CopyMessage),
            self.failed.then_some(Choice::Retry),
        ]
        .into_iter()
        .flatten()
    }

    /// Does what was chosen.
    pub fn choose(self, choice: Choice, actions: &mut Actions) {
        match choice {
            Choice::CopySelection => actions.extend(self.selection.map(Action::Copy)),
            Choice::CopyMessage => actions.push(Action::Copy(self.text)),
            Choice::CopyLink => {
                actions.extend(self.link.map(|link| Action::Copy(link.0.to_string())));
            }
            Choice::Retry => actions.push(Action::Send(
                Command::RetryMessage(self.message),
                Purpose::Retry(self.message),
            )),
        }
    }
}
