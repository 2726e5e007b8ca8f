//! The open conversation: which messages are on the screen, and what the person does there.

use iced::widget::text_editor;
use oriole_core::{
    engine::{command::Command, event::TimelineChange},
    error::Error,
    model::{
        chat::ChatSummary,
        ids::{AccountId, ChatId, MessageId},
        message::MessageState,
    },
};

use jid::BareJid;

use super::{
    composer::{self, Composer},
    timeline::{self, Timeline},
};
use crate::{
    action::{Action, Actions, Purpose},
    world::{Answer, Question, World},
};

/// What the person does here.
#[derive(Debug, Clone)]
pub enum Message {
    /// Types or moves the cursor.
    Edit(text_editor::Action),
    /// Sends what was typed.
    Send,
    /// Wants earlier messages.
    Earlier,
    /// Wants the newest messages.
    Newest,
    /// Sends a failed message again.
    Retry(MessageId),
    /// Unfolds or folds a long message.
    Unfold(MessageId),
}

/// The open conversation.
#[derive(Debug)]
pub struct Conversation {
    chat: ChatId,
    account: AccountId,
    with: BareJid,
    generation: u64,
    timeline: Timeline,
    paging: Option<MessageId>,
    composer: Composer,
}

impl Conversation {
    /// Opens a chat and asks for its newest messages. The generation tells this opening from all others.
    #[must_use]
    pub fn open(
        summary: &ChatSummary,
        generation: u64,
        world: &mut World,
        actions: &mut Actions,
    ) -> Self {
        let conversation = Self {
            chat: summary.id,
            account: summary.account,
            with: summary.with.clone(),
            generation,
            timeline: Timeline::default(),
            paging: None,
            composer: Composer::with_draft(&summary.draft),
        };
        conversation.ask_newest(world, actions);
        actions.push(Action::Focus(composer::FIELD));
        conversation
    }

    /// Which chat.
    #[must_use]
    pub fn chat(&self) -> ChatId {
        self.chat
    }

    /// Whose chat.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// With whom.
    #[must_use]
    pub fn with(&self) -> &BareJid {
        &self.with
    }

    /// Which opening of it.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The messages.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Whether an earlier page is on its way.
    #[must_use]
    pub fn paging(&self) -> bool {
        self.paging.is_some()
    }

    /// The field where messages are written.
    #[must_use]
    pub fn composer(&self) -> &Composer {
        &self.composer
    }

    /// The same, to change it.
    pub fn composer_mut(&mut self) -> &mut Composer {
        &mut self.composer
    }

    /// Takes in what the person did.
    pub fn update(&mut self, message: Message, world: &mut World, actions: &mut Actions) {
        match message {
            Message::Edit(action) => self.composer.edit(self.chat, action, actions),
            Message::Send => self.send(world, actions),
            Message::Earlier => self.ask_earlier(world, actions),
            Message::Newest => {
                self.paging = None;
                self.timeline = Timeline::default();
                self.ask_newest(world, actions);
            }
            Message::Retry(id) => {
                self.timeline.state(id, MessageState::Queued, None);
                actions.push(Action::Send(Command::RetryMessage(id), Purpose::Retry(id)));
            }
            Message::Unfold(id) => self.timeline.toggle(id),
        }
    }

    fn send(&mut self, world: &mut World, actions: &mut Actions) {
        let Some(body) = self.composer.take() else {
            return;
        };
        actions.push(Action::Send(
            Command::SendMessage {
                account: self.account,
                to: self.with.clone(),
                body: body.clone(),
            },
            Purpose::SendMessage {
                chat: self.chat,
                body,
            },
        ));
        self.keep_draft(world, actions);
        actions.push(Action::Focus(composer::FIELD));
    }

    /// Keeps what was typed, where it is not kept yet.
    pub fn keep_draft(&mut self, world: &mut World, actions: &mut Actions) {
        if let Some(command) = self.composer.draft(self.chat) {
            if let Some(summary) = world.chat_mut(self.chat) {
                summary.draft = self.composer.saved().to_owned();
            }
            actions.push(Action::Send(command, Purpose::Quiet));
        }
    }

    /// Asks for the newest messages.
    pub fn ask_newest(&self, world: &mut World, actions: &mut Actions) {
        world.ask(self.page(None), actions);
    }

    fn ask_earlier(&mut self, world: &mut World, actions: &mut Actions) {
        let Some(oldest) = self.timeline.oldest().filter(|_| self.paging.is_none()) else {
            return;
        };
        if self.timeline.earlier() {
            self.paging = Some(oldest);
            world.ask(self.page(Some(oldest)), actions);
        }
    }

    fn page(&self, before: Option<MessageId>) -> Question {
        Question::History {
            chat: self.chat,
            generation: self.generation,
            before,
            limit: timeline::PAGE,
        }
    }

    /// Whether a question is about this opening of this chat; if not, its answer is stale.
    #[must_use]
    pub fn asked(&self, question: &Question) -> bool {
        match question {
            Question::History {
                chat, generation, ..
            }
            | Question::Messages {
                chat, generation, ..
            } => *chat == self.chat && *generation == self.generation,
            _ => false,
        }
    }

    /// Puts messages in place that were asked for from here.
    pub fn accept(&mut self, question: &Question, answer: &Answer) {
        match (question, answer) {
            (Question::History { before: None, .. }, Answer::History(page)) => {
                self.timeline.newest_page(&page.messages, page.more);
            }
            (
                Question::History {
                    before: Some(before),
                    ..
                },
                Answer::History(page),
            ) => {
                self.timeline
                    .earlier_page(*before, &page.messages, page.more);
                self.paged(*before);
            }
            (Question::Messages { ids, .. }, Answer::Messages(messages)) => {
                self.timeline.messages(ids, messages);
            }
            _ => {}
        }
    }

    /// A question of this conversation failed.
    pub fn refused(&mut self, question: &Question) {
        if let Question::History {
            before: Some(before),
            ..
        } = question
        {
            self.paged(*before);
        }
    }

    /// A failed message could not be sent again.
    pub fn not_retried(&mut self, message: MessageId, error: &Error) {
        self.timeline
            .state(message, MessageState::Failed, Some(error));
    }

    fn paged(&mut self, before: MessageId) {
        if self.paging == Some(before) {
            self.paging = None;
        }
    }

    /// The chat's history changed.
    pub fn changed(&mut self, change: &TimelineChange, world: &mut World, actions: &mut Actions) {
        match change {
            TimelineChange::Inserted(ids) if !self.timeline.later() => {
                world.ask_pages_again(self.chat);
                self.ask_messages(ids.clone(), world, actions);
            }
            TimelineChange::Inserted(ids) | TimelineChange::Changed(ids) => {
                world.ask_messages_again(self.chat);
                let known = ids.iter().copied().filter(|id| self.timeline.has(*id));
                self.ask_messages(known.collect(), world, actions);
            }
            TimelineChange::State {
                message,
                state,
                error,
            } => {
                self.timeline.state(*message, *state, error.as_ref());
                world.ask_messages_again(self.chat);
            }
            TimelineChange::Removed(ids) => {
                self.timeline.removed(ids);
                world.ask_messages_again(self.chat);
            }
            TimelineChange::Reset => self.ask_newest(world, actions),
        }
    }

    fn ask_messages(&self, ids: Vec<MessageId>, world: &mut World, actions: &mut Actions) {
        if ids.len() > timeline::MOST {
            self.ask_newest(world, actions);
        } else if !ids.is_empty() {
            world.ask(
                Question::Messages {
                    chat: self.chat,
                    generation: self.generation,
                    ids,
                },
                actions,
            );
        }
    }
}
