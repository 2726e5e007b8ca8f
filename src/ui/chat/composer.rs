//! The field where messages are written, and the draft that is kept of it.

use std::time::Duration;

use iced::widget::text_editor::{self, Content};
use oriole_core::{engine::command::Command, model::ids::ChatId};

use crate::action::{Action, Actions, Purpose, Timer};

/// The field where messages are written.
pub const FIELD: &str = "composer";
/// How long after typing a draft is kept at the latest.
const DRAFT_AFTER: Duration = Duration::from_secs(1);

/// The state of the field.
#[derive(Debug, Default)]
pub struct Composer {
    content: Content,
    saved: String,
    timer: bool,
}

impl Composer {
    /// The field with the draft that was kept, and the cursor after it.
    #[must_use]
    pub fn with_draft(draft: &str) -> Self {
        Self {
            content: filled(draft),
            saved: draft.to_owned(),
            timer: false,
        }
    }

    /// What the editor shows.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// What was typed.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.content.text();
        text.truncate(text.trim_end().len());
        text
    }

    /// Whether there is something to send.
    #[must_use]
    pub fn can_send(&self) -> bool {
        self.content
            .lines()
            .any(|line| !line.text.trim().is_empty())
    }

    /// The person typed, or moved the cursor.
    pub fn edit(&mut self, chat: ChatId, action: text_editor::Action, actions: &mut Actions) {
        let typed = action.is_edit();
        self.content.perform(action);
        if typed && !self.timer {
            self.timer = true;
            actions.push(Action::Later(DRAFT_AFTER, Timer::Draft(chat)));
        }
    }

    /// It is time to keep what was typed.
    pub fn timer(&mut self, chat: ChatId, actions: &mut Actions) {
        self.timer = false;
        if let Some(command) = self.draft(chat) {
            actions.push(Action::Send(command, Purpose::Quiet));
        }
    }

    /// What keeps the draft, where it is another than the one that is kept.
    pub fn draft(&mut self, chat: ChatId) -> Option<Command> {
        let text = self.text();
        if text == self.saved {
            return None;
        }
        self.saved.clone_from(&text);
        Some(Command::SetDraft { chat, text })
    }

    /// The draft that is kept, as far as is known here.
    #[must_use]
    pub fn saved(&self) -> &str {
        &self.saved
    }

    /// Takes what was typed, to be sent; none where there is nothing.
    pub fn take(&mut self) -> Option<String> {
        let text = self.text();
        if text.trim().is_empty() {
            return None;
        }
        self.content = Content::new();
        Some(text)
    }

    /// Puts a text back that could not be sent, unless something else was typed meanwhile.
    pub fn put_back(&mut self, text: &str) {
        if !self.can_send() {
            self.content = filled(text);
        }
    }
}

fn filled(text: &str) -> Content {
    let mut content = Content::with_text(text);
    content.perform(text_editor::Action::Move(text_editor::Motion::DocumentEnd));
    content
}
