//! The open conversation: which messages are on the screen, and what the person does there.

use iced::widget::text_editor;
use oriole_core::{
    engine::{command::Command, event::TimelineChange},
    error::Error,
    model::{
        chat::{Anchor, ChatSummary},
        ids::{AccountId, ChatId, MessageId, Place},
        message::MessageState,
    },
};

use jid::BareJid;

use super::{
    composer::{self, Composer},
    emoji,
    menu::{Choice, Menu},
    timeline::{self, Part, RowKey, Timeline},
};
use crate::{
    action::{Action, Actions, Purpose},
    emoji::Tone,
    i18n::Words,
    widget::{
        emoji_picker::{self, Outcome, Picker},
        rich_body::Link,
        virtual_list::{Align, Context, Edge, Jump, Position, Target, Visible},
    },
    world::{Answer, Question, World},
};

/// How far below the top edge the line before what is unread stands when a chat is opened, in px.
const UNREAD_OFFSET: f32 = 80.0;
/// How many jumps fit between those of two openings.
const JUMPS: u64 = 1 << 20;

/// What the person does here.
#[derive(Debug, Clone)]
pub enum Message {
    /// Types or moves the cursor.
    Edit(text_editor::Action),
    /// Does something else in the field.
    Write(composer::Message),
    /// Wants to pick an emoji, or not any more.
    OpenPicker,
    /// Picks an emoji.
    Picker(emoji_picker::Message),
    /// Sends what was typed.
    Send,
    /// Comes near the end of the messages that are held.
    Edge(Edge),
    /// Sees these messages.
    Seen(Visible<RowKey>),
    /// Wants the newest messages.
    Newest,
    /// Clicked on a link.
    Link(Link),
    /// Wants to open the link that leads elsewhere than it seems.
    OpenDoubtful,
    /// Does not want to open it.
    CloseDoubtful,
    /// Clicked with the right button.
    Context(Context<RowKey>),
    /// Chose something in the menu of a message.
    Menu(super::menu::Choice),
    /// Closed that menu.
    CloseMenu,
    /// Sends a failed message again.
    Retry(MessageId),
    /// Unfolds or folds a long message.
    Unfold(MessageId),
    /// Goes through the messages with the keyboard, or does not any more.
    Reading(bool),
}

/// A link that leads elsewhere than its text may make believe, and waits for the person's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubtful {
    link: Link,
    /// The host that it leads to.
    pub host: String,
}

/// The open conversation.
#[derive(Debug)]
pub struct Conversation {
    chat: ChatId,
    account: AccountId,
    with: BareJid,
    generation: u64,
    timeline: Timeline,
    /// The page that is on its way.
    paging: Option<Anchor>,
    position: Option<Position<RowKey>>,
    jump: Option<Jump<RowKey>>,
    last_jump: u64,
    at_end: bool,
    /// How many messages came below what is seen.
    fresh: u32,
    menu: Option<Menu>,
    doubtful: Option<Doubtful>,
    composer: Composer,
    picker: Option<Picker>,
    /// Whether the keyboard is in the messages.
    reading: bool,
    /// The message that is being taken back to be written anew, and its text.
    taking_back: Option<(MessageId, String)>,
}

impl Conversation {
    /// Opens a chat and asks for the messages where the person was before, else for the newest. The generation tells
    /// this opening from all others.
    #[must_use]
    pub fn open(
        summary: &ChatSummary,
        generation: u64,
        position: Option<Position<RowKey>>,
        world: &mut World,
        actions: &mut Actions,
    ) -> Self {
        let position = position.filter(|_| summary.unread == 0);
        let mut conversation = Self {
            chat: summary.id,
            account: summary.account,
            with: summary.with.clone(),
            generation,
            timeline: Timeline::new(world.zone(), summary.unread),
            paging: None,
            position,
            jump: None,
            last_jump: generation.saturating_mul(JUMPS),
            at_end: !matches!(position, Some(Position::At { .. }))
                && summary.unread < timeline::PAGE,
            fresh: 0,
            menu: None,
            doubtful: None,
            composer: Composer::with_draft(&summary.draft),
            picker: None,
            reading: false,
            taking_back: None,
        };
        match position {
            Some(Position::At { key, .. }) => {
                let before = Place(key.place.0.saturating_sub(1));
                conversation.ask_page(Anchor::After(before), world, actions);
            }
            _ => conversation.ask_newest(world, actions),
        }
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

    /// Where the person is in it.
    #[must_use]
    pub fn position(&self) -> Option<Position<RowKey>> {
        self.position
    }

    /// Where the list is to go.
    #[must_use]
    pub fn jump(&self) -> Option<Jump<RowKey>> {
        self.jump
    }

    /// Whether the newest message is seen.
    #[must_use]
    pub fn at_end(&self) -> bool {
        self.at_end
    }

    /// How many messages came below what is seen.
    #[must_use]
    pub fn fresh(&self) -> u32 {
        self.fresh
    }

    /// The menu of a message, where it is open.
    #[must_use]
    pub fn menu(&self) -> Option<&Menu> {
        self.menu.as_ref()
    }

    /// The link that waits for the person's word, if there is one.
    #[must_use]
    pub fn doubtful(&self) -> Option<&Doubtful> {
        self.doubtful.as_ref()
    }

    /// Closes the menu or the question about a link, if one is open.
    pub fn close_menu(&mut self) -> bool {
        self.menu.take().is_some() || self.doubtful.take().is_some()
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

    /// The picker of emoji, where it is open.
    #[must_use]
    pub fn picker(&self) -> Option<&Picker> {
        self.picker.as_ref()
    }

    /// Takes in what the person did.
    pub fn update(
        &mut self,
        message: Message,
        words: &Words,
        world: &mut World,
        actions: &mut Actions,
    ) {
        match message {
            Message::Edit(action) => {
                let tone = emoji::tone(world);
                self.composer.edit(self.chat, action, tone, actions);
            }
            Message::Write(message) => {
                let tone = emoji::tone(world);
                let taken = self.composer.update(self.chat, &message, tone, actions);
                if let Some(emoji) = taken {
                    emoji::used(emoji, world, actions);
                    actions.push(Action::Focus(composer::FIELD));
                }
            }
            Message::OpenPicker if self.picker.is_some() => self.close_picker(actions),
            Message::OpenPicker => {
                self.composer.dismiss();
                self.picker = Some(Picker::new(emoji::sections(words, world, "")));
                actions.push(Action::Focus(emoji_picker::SEARCH));
            }
            Message::Picker(message) => self.pick(message, words, world, actions),
            Message::Send => self.send(world, actions),
            Message::Edge(Edge::Start) => self.ask_earlier(world, actions),
            Message::Edge(Edge::End) => self.ask_later(world, actions),
            Message::Seen(visible) => self.seen(&visible),
            Message::Newest => {
                self.go_to_end(world, actions);
                self.write(actions);
            }
            Message::Link(link) => self.follow(link, actions),
            Message::OpenDoubtful => {
                if let Some(Doubtful { link, .. }) = self.doubtful.take() {
                    actions.push(Action::OpenLink(link.0.to_string()));
                }
            }
            Message::CloseDoubtful => self.doubtful = None,
            Message::Context(context) => {
                if context.key.part.row().is_some() {
                    let empty = self.composer.text().is_empty();
                    self.menu = Menu::open(&self.timeline, context, empty);
                }
            }
            Message::Menu(choice) => {
                if let Some(menu) = self.menu.take() {
                    self.choose(menu, choice, actions);
                }
            }
            Message::CloseMenu => self.menu = None,
            Message::Retry(id) => self.retry(id, actions),
            Message::Unfold(id) => self.unfold(id),
            Message::Reading(reading) => self.reading = reading,
        }
    }

    /// Does what was chosen in the menu of a message.
    fn choose(&mut self, menu: Menu, choice: Choice, actions: &mut Actions) {
        match choice {
            Choice::OpenLink(place) => {
                if let Some(link) = menu.link(place).cloned() {
                    self.follow(link, actions);
                }
            }
            Choice::Retry => self.retry(menu.message(), actions),
            Choice::Edit => {
                let written = menu.written().map(str::to_owned);
                self.taking_back = written.map(|text| (menu.message(), text));
                self.take_back(menu.message(), actions);
            }
            Choice::Remove => {
                self.taking_back = None;
                self.take_back(menu.message(), actions);
            }
            Choice::Unfold => self.unfold(menu.message()),
            Choice::CopySelection | Choice::CopyMessage | Choice::CopyLink => {
                actions.extend(menu.copied(choice).map(Action::Copy));
            }
        }
    }

    /// Opens a link, or asks first where it leads elsewhere than it seems.
    fn follow(&mut self, link: Link, actions: &mut Actions) {
        match self.timeline.true_host(&link.0) {
            Some(host) => {
                let host = host.to_owned();
                self.doubtful = Some(Doubtful { link, host });
            }
            None => actions.push(Action::OpenLink(link.0.to_string())),
        }
    }

    fn retry(&mut self, id: MessageId, actions: &mut Actions) {
        self.timeline.state(id, MessageState::Queued, None);
        actions.push(Action::Send(Command::RetryMessage(id), Purpose::Retry(id)));
    }

    fn take_back(&self, message: MessageId, actions: &mut Actions) {
        let command = Command::CancelMessage {
            account: self.account,
            with: self.with.clone(),
            message,
        };
        actions.push(Action::Send(command, Purpose::Quiet));
    }

    /// Messages went: puts the text of the one that was taken back to be written anew into the field.
    fn gone(&mut self, ids: Option<&[MessageId]>, world: &World, actions: &mut Actions) {
        let taken_back = self
            .taking_back
            .take_if(|(id, _)| ids.is_none_or(|ids| ids.contains(id)));
        if let Some((_, text)) = taken_back {
            let tone = emoji::tone(world);
            self.composer.insert(self.chat, &text, tone, actions);
            self.write(actions);
        }
    }

    fn unfold(&mut self, id: MessageId) {
        self.timeline.toggle(id);
        let folded = self.timeline.bubble(id).filter(|bubble| !bubble.is_open());
        if let Some(place) = folded.map(|bubble| bubble.place) {
            // The reader may have been far below its beginning.
            self.last_jump += 1;
            self.jump = Some(Jump {
                serial: self.last_jump,
                to: Target::Key(RowKey {
                    place,
                    part: Part::Bubble,
                }),
                align: Align::Nearest,
                highlight: false,
            });
        }
    }

    /// Puts the cursor into the field.
    fn write(&mut self, actions: &mut Actions) {
        self.reading = false;
        actions.push(Action::Focus(composer::FIELD));
    }

    /// Goes back from the messages to the field, where the keyboard is in them.
    pub fn stop_reading(&mut self, actions: &mut Actions) -> bool {
        let reading = self.reading;
        if reading {
            self.write(actions);
        }
        reading
    }

    fn pick(
        &mut self,
        message: emoji_picker::Message,
        words: &Words,
        world: &mut World,
        actions: &mut Actions,
    ) {
        let Some(picker) = &mut self.picker else {
            return;
        };
        let tone = emoji::tone(world);
        match picker.update(message, tone.number(), Tone::ALL.len() - 1) {
            Outcome::None => {}
            Outcome::Search(query) => picker.show(emoji::sections(words, world, &query)),
            Outcome::Tone(number) => {
                emoji::keep_tone(number, world, actions);
                let query = picker.query().to_owned();
                picker.show(emoji::sections(words, world, &query));
                actions.push(Action::Focus(emoji_picker::SEARCH));
            }
            Outcome::Picked(emoji, stays) => {
                self.composer.insert(self.chat, emoji, tone, actions);
                emoji::used(emoji, world, actions);
                if !stays {
                    self.close_picker(actions);
                }
            }
            Outcome::Close => self.close_picker(actions),
        }
    }

    fn close_picker(&mut self, actions: &mut Actions) {
        self.picker = None;
        actions.push(Action::Focus(composer::FIELD));
    }

    /// Closes the topmost thing here, where something is open.
    pub fn close_topmost(&mut self, actions: &mut Actions) -> bool {
        if self.picker.is_some() {
            self.close_picker(actions);
            return true;
        }
        self.composer.dismiss()
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
        self.go_to_end(world, actions);
        actions.push(Action::Focus(composer::FIELD));
    }

    fn seen(&mut self, visible: &Visible<RowKey>) {
        self.position = Some(visible.position);
        self.at_end = visible.at_end && !self.timeline.later();
        if self.at_end {
            self.fresh = 0;
        }
        if self.jump.is_some_and(|jump| jump.serial <= visible.jumped) {
            self.jump = None;
        }
    }

    /// Shows the newest message.
    fn go_to_end(&mut self, world: &mut World, actions: &mut Actions) {
        if self.timeline.later() {
            self.timeline.clear();
            self.paging = None;
            self.ask_newest(world, actions);
        }
        self.last_jump += 1;
        self.jump = Some(Jump::to_end(self.last_jump));
    }

    /// Keeps what was typed, where it is not kept yet.
    pub fn keep_draft(&mut self, world: &mut World, actions: &mut Actions) {
        // It may be gone from where it stood before anybody hears of that.
        if let Some((_, text)) = self.taking_back.take() {
            self.composer.put_back(&text);
        }
        if let Some(command) = self.composer.draft(self.chat) {
            if let Some(summary) = world.chat_mut(self.chat) {
                summary.draft = self.composer.saved().to_owned();
            }
            actions.push(Action::Send(command, Purpose::Quiet));
        }
    }

    /// Asks for the newest messages.
    pub fn ask_newest(&self, world: &mut World, actions: &mut Actions) {
        world.ask(self.page(Anchor::Newest), actions);
    }

    fn ask_earlier(&mut self, world: &mut World, actions: &mut Actions) {
        if let Some(oldest) = self.timeline.oldest().filter(|_| self.timeline.earlier()) {
            self.ask_page(Anchor::Before(oldest), world, actions);
        }
    }

    fn ask_later(&mut self, world: &mut World, actions: &mut Actions) {
        if let Some(newest) = self.timeline.newest().filter(|_| self.timeline.later()) {
            self.ask_page(Anchor::After(newest), world, actions);
        }
    }

    fn ask_page(&mut self, anchor: Anchor, world: &mut World, actions: &mut Actions) {
        if self.paging.is_none() {
            self.paging = Some(anchor);
            world.ask(self.page(anchor), actions);
        }
    }

    fn page(&self, anchor: Anchor) -> Question {
        Question::History {
            chat: self.chat,
            generation: self.generation,
            anchor,
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
            (Question::History { anchor, .. }, Answer::History(page)) => {
                match anchor {
                    Anchor::Newest => self.newest_came(&page.messages, page.more),
                    Anchor::Before(before) => {
                        self.timeline
                            .earlier_page(*before, &page.messages, page.more);
                    }
                    Anchor::After(after) => {
                        self.timeline.later_page(*after, &page.messages, page.more);
                    }
                }
                self.paged(*anchor);
            }
            (Question::Messages { ids, .. }, Answer::Messages(messages)) => {
                self.timeline.messages(ids, messages);
            }
            _ => {}
        }
    }

    fn newest_came(&mut self, messages: &[oriole_core::model::message::Message], more: bool) {
        let first_time = !self.timeline.loaded();
        self.timeline.newest_page(messages, more);
        if let Some(key) = self.timeline.unread_row().filter(|_| first_time) {
            self.position = Some(Position::At {
                key,
                offset: UNREAD_OFFSET,
            });
        }
    }

    /// A question of this conversation failed.
    pub fn refused(&mut self, question: &Question) {
        if let Question::History { anchor, .. } = question {
            self.paged(*anchor);
        }
    }

    /// A failed message could not be sent again.
    pub fn not_retried(&mut self, message: MessageId, error: &Error) {
        self.timeline
            .state(message, MessageState::Failed, Some(error));
    }

    fn paged(&mut self, anchor: Anchor) {
        if self.paging == Some(anchor) {
            self.paging = None;
        }
    }

    /// The chat's history changed.
    pub fn changed(&mut self, change: &TimelineChange, world: &mut World, actions: &mut Actions) {
        if let (TimelineChange::Inserted(ids), false) = (change, self.at_end) {
            // What an archive has of earlier days comes above. A new message has its id from its place.
            let newest = self.timeline.newest();
            let below = ids.iter().filter(|id| Some(Place(id.0)) > newest).count();
            let came = u32::try_from(below).unwrap_or(u32::MAX);
            self.fresh = self.fresh.saturating_add(came);
        }
        match change {
            TimelineChange::Inserted(ids) if !self.timeline.later() => {
                world.ask_pages_again(self.chat);
                self.ask_messages(ids.clone(), world, actions);
            }
            TimelineChange::Inserted(ids) => {
                world.ask_messages_again(self.chat);
                let known = ids.iter().copied().filter(|id| self.timeline.has(*id));
                self.ask_messages(known.collect(), world, actions);
            }
            // One that is not here may have been moved here.
            TimelineChange::Changed(ids) => {
                world.ask_messages_again(self.chat);
                self.ask_messages(ids.clone(), world, actions);
            }
            TimelineChange::State {
                message,
                state,
                error,
            } => {
                self.taking_back.take_if(|(id, _)| id == message);
                self.timeline.state(*message, *state, error.as_ref());
                world.ask_messages_again(self.chat);
            }
            TimelineChange::Removed(ids) => {
                self.timeline.removed(ids);
                world.ask_messages_again(self.chat);
                self.gone(Some(ids), world, actions);
            }
            TimelineChange::Reset => {
                self.ask_newest(world, actions);
                self.gone(None, world, actions);
            }
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
