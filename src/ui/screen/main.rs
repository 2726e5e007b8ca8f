//! The main screen: chats and contacts on the left, the open conversation on the right.

mod accounts;
pub mod view;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use jid::BareJid;
use oriole_core::{
    engine::{
        command::{Command, Done},
        event::Event,
    },
    error::Error,
    model::ids::{AccountId, ChatId},
    text::uri::{self, XmppUri},
};

use crate::{
    action::{Action, Actions, Purpose},
    chat::{
        composer,
        conversation::{self, Conversation},
        timeline::RowKey,
    },
    i18n::Words,
    message::Shortcut,
    preferences::Change,
    sidebar::{
        self, Menu, Tab,
        ask::{self, Ask},
        manage::{self, Manage},
        new_chat::{self, NewChat},
    },
    widget::virtual_list::Position,
    world::{Answer, Question, World},
};

/// How much can be said of an account, in characters.
const LONGEST_STATUS: usize = 200;
/// How many errors are shown at once.
const MOST_NOTICES: usize = 3;

/// What the person does here.
#[derive(Debug, Clone)]
pub enum Message {
    /// In the pane on the left.
    Sidebar(sidebar::Message),
    /// In the dialog for a new chat.
    NewChat(new_chat::Message),
    /// In the dialog of an account.
    Manage(manage::Message),
    /// In the question for a password.
    Ask(ask::Message),
    /// In the open conversation.
    Conversation(conversation::Message),
    /// Leaves the conversation, where there is room for one pane only.
    CloseChat,
    /// Has seen the error at this place.
    Dismiss(usize),
}

/// What only the root can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Show the screen to sign in.
    AddAccount,
    /// Show it for this account.
    Repair(AccountId),
    /// Show it to change something about this account.
    Change(AccountId),
    /// Look at this account's connection.
    Diagnose(AccountId),
    /// Change something about the program itself.
    Prefer(Change),
}

/// Something to be told.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// Something failed.
    Failed {
        /// Whom it was about.
        about: Option<BareJid>,
        /// What went wrong.
        error: Error,
    },
    /// A link leads to this group chat, and there are none in Oriole yet.
    Room(BareJid),
}

/// The state of the screen.
#[derive(Debug, Default)]
pub struct Main {
    tab: Tab,
    places: sidebar::Places,
    dialog: Option<NewChat>,
    manage: Option<Manage>,
    /// The question for a password, and whose was left open.
    ask: Option<Ask>,
    left_open: HashSet<AccountId>,
    menu: Option<Menu>,
    /// What is typed to be said of an account, while its menu is open.
    status: String,
    /// Whose chats are to be erased once that is said twice.
    erasing: Option<BareJid>,
    conversation: Option<Conversation>,
    notices: Vec<Notice>,
    /// Chats to be opened as soon as their line of the chat list is there.
    opening: Option<ChatId>,
    /// Where the person was in each chat.
    positions: HashMap<ChatId, Position<RowKey>>,
    generation: u64,
}

impl Main {
    /// The open conversation.
    #[must_use]
    pub fn conversation(&self) -> Option<&Conversation> {
        self.conversation.as_ref()
    }

    /// What is to be told.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The dialog for a new chat, where it is open.
    #[must_use]
    pub fn dialog(&self) -> Option<&NewChat> {
        self.dialog.as_ref()
    }

    /// The dialog of an account, where it is open.
    #[must_use]
    pub fn manage(&self) -> Option<&Manage> {
        self.manage.as_ref()
    }

    /// The question for a password, where it is asked.
    #[must_use]
    pub fn ask(&self) -> Option<&Ask> {
        self.ask.as_ref()
    }

    /// The menu that is open.
    #[must_use]
    pub fn menu(&self) -> Option<Menu> {
        self.menu
    }

    /// Takes in what the person did.
    pub fn update(
        &mut self,
        message: Message,
        words: &Words,
        world: &mut World,
        actions: &mut Actions,
    ) -> Option<Request> {
        match message {
            Message::Sidebar(message) => return self.in_sidebar(message, world, actions),
            Message::NewChat(message) => self.in_dialog(message, world, actions),
            Message::Manage(message) => return self.in_manage(message, world, actions),
            Message::Ask(message) => self.in_ask(message, world, actions),
            Message::Conversation(message) => {
                if let Some(conversation) = &mut self.conversation {
                    conversation.update(message, words, world, actions);
                }
            }
            Message::CloseChat => self.close_chat(world, actions),
            Message::Dismiss(place) => {
                if place < self.notices.len() {
                    self.notices.remove(place);
                }
            }
        }
        None
    }

    fn in_sidebar(
        &mut self,
        message: sidebar::Message,
        world: &mut World,
        actions: &mut Actions,
    ) -> Option<Request> {
        use sidebar::Message as M;
        match message {
            M::Tab(tab) => self.tab = tab,
            M::Seen(place) => self.places.keep(place),
            M::Open(chat) => self.open(chat, world, actions),
            M::OpenContact(account, with) => {
                let command = Command::OpenChat { account, with };
                actions.push(Action::Send(command, Purpose::OpenChat));
            }
            M::Accept(account, address) => {
                quiet(Command::AcceptContact { account, address }, actions)
            }
            M::Decline(account, address) => {
                quiet(Command::DeclineContact { account, address }, actions)
            }
            M::NewChat => {
                let contact = self.tab == Tab::Contacts;
                self.open_dialog(contact, world);
            }
            M::AddContact => self.open_dialog(true, world),
            M::OpenMenu(menu) => self.open_menu(menu, world, actions),
            M::Erase(address) => self.erasing = Some(address),
            M::EraseNow(address) => self.erase(address, world, actions),
            M::CloseMenu => self.menu = None,
            M::Presence(show) => {
                self.menu = None;
                accounts::set_presence(show, world, actions);
            }
            M::PresenceOf(account, show) => self.say_presence(account, show, world, actions),
            M::Status(text) => self.status = text.chars().take(LONGEST_STATUS).collect(),
            M::SayStatus(account) => self.say_status(account, world, actions),
            M::Prefer(change) => return Some(Request::Prefer(change)),
            M::Connect(account) => manage::connect(account, world, actions),
            M::AcceptDowngrade(account) => {
                world.trying(account);
                quiet(Command::AcceptDowngrade(account), actions);
            }
            M::AddAccount => {
                self.menu = None;
                return Some(Request::AddAccount);
            }
            M::Repair(account) => {
                self.menu = None;
                return Some(Request::Repair(account));
            }
            M::Manage(account) => {
                self.menu = None;
                self.manage = Some(Manage::open(account));
                world.ask(Question::Server(account), actions);
            }
            M::Ask(account) => {
                self.menu = None;
                self.ask = Some(Ask::open(account));
            }
            M::Diagnose(account) => {
                self.menu = None;
                return Some(Request::Diagnose(account));
            }
        }
        None
    }

    fn in_dialog(&mut self, message: new_chat::Message, world: &World, actions: &mut Actions) {
        if let Some(dialog) = &mut self.dialog
            && dialog.update(message, world, actions)
        {
            self.dialog = None;
        }
    }

    fn in_manage(
        &mut self,
        message: manage::Message,
        world: &mut World,
        actions: &mut Actions,
    ) -> Option<Request> {
        use manage::Next;
        let request = match self.manage.as_mut()?.update(message, world, actions) {
            Next::Stay => return None,
            Next::Close => None,
            Next::Change(account) => Some(Request::Change(account)),
            Next::Check(account) => Some(Request::Diagnose(account)),
        };
        self.manage = None;
        request
    }

    /// Opens the dialog for a new chat, or for a new contact. Its first field takes the focus by itself.
    fn open_dialog(&mut self, contact: bool, world: &World) {
        let preferred = self.conversation.as_ref().map(Conversation::account);
        if let Some(dialog) = NewChat::open(world, preferred, contact) {
            self.menu = None;
            if let Some(open) = &mut self.conversation {
                open.close_menu();
            }
            self.dialog = Some(dialog);
        }
    }

    /// Shows what a link leads to: a dialog, filled in, that does nothing by itself. A group chat's too, as long as there are none.
    pub fn follow(&mut self, link: &XmppUri, world: &World) {
        let accounts = world.accounts().iter();
        let meant = accounts
            .filter(|account| Some(&account.settings.address) == link.account.as_ref())
            .map(|account| account.id)
            .next();
        let preferred = meant.or_else(|| self.conversation.as_ref().map(Conversation::account));
        if link.purpose == uri::Purpose::Room {
            self.tell(Notice::Room(link.address.clone()));
            return;
        }
        let contact = link.purpose == uri::Purpose::Contact;
        if let Some(dialog) = NewChat::open(world, preferred, contact) {
            self.menu = None;
            if let Some(open) = &mut self.conversation {
                open.close_menu();
            }
            self.dialog = Some(dialog.with(&link.address).invited(link));
        }
    }

    /// Opens a chat, or asks for its line of the chat list first.
    pub fn open(&mut self, chat: ChatId, world: &mut World, actions: &mut Actions) {
        if self.conversation.as_ref().is_some_and(|c| c.chat() == chat) {
            actions.push(Action::Focus(composer::FIELD));
            return;
        }
        let Some(summary) = world.chat(chat).cloned() else {
            self.opening = Some(chat);
            world.ask(Question::Chat(chat), actions);
            return;
        };
        self.opening = None;
        self.leave(world, actions);
        self.generation += 1;
        self.conversation = Some(Conversation::open(
            &summary,
            self.generation,
            self.positions.get(&chat).copied(),
            world,
            actions,
        ));
    }

    fn close_chat(&mut self, world: &mut World, actions: &mut Actions) {
        self.leave(world, actions);
        self.conversation = None;
    }

    /// Keeps what was typed in the open chat, and where the person is in it.
    fn leave(&mut self, world: &mut World, actions: &mut Actions) {
        if let Some(conversation) = &mut self.conversation {
            conversation.keep_draft(world, actions);
            if let Some(position) = conversation.position() {
                self.positions.insert(conversation.chat(), position);
            }
        }
    }

    /// What time it is.
    pub fn clock(&mut self, now: DateTime<Utc>) {
        if let Some(conversation) = &mut self.conversation {
            conversation.composer_mut().clock(now);
        }
    }

    /// It is time to keep what was typed.
    pub fn draft_timer(&mut self, chat: ChatId, actions: &mut Actions) {
        if let Some(conversation) = self.conversation.as_mut().filter(|c| c.chat() == chat) {
            conversation.composer_mut().timer(chat, actions);
        }
    }

    /// What is to be told to the engine before it shuts down.
    pub fn last_words(&mut self) -> Vec<Command> {
        let conversation = self.conversation.as_mut();
        conversation
            .and_then(|c| {
                let chat = c.chat();
                c.composer_mut().draft(chat)
            })
            .into_iter()
            .collect()
    }

    /// Takes in what happened.
    pub fn events(&mut self, events: &[Event], world: &mut World, actions: &mut Actions) {
        for event in events {
            match event {
                Event::Timeline { chat, change, .. } => {
                    if let Some(open) = self.conversation.as_mut().filter(|c| c.chat() == *chat) {
                        open.changed(change, world, actions);
                    }
                }
                Event::Connection { account, .. } | Event::Offers { account, .. } => {
                    let managed = self.manage.as_ref().map(Manage::account);
                    if managed == Some(*account) {
                        world.ask(Question::Server(*account), actions);
                    }
                }
                Event::Failed { address, error, .. } => self.tell(Notice::Failed {
                    about: address.clone(),
                    error: error.clone(),
                }),
                _ => {}
            }
        }
        self.ask_next(world);
    }

    /// Takes in the answer to a command.
    pub fn done(
        &mut self,
        purpose: Purpose,
        result: Result<Done, Error>,
        world: &mut World,
        actions: &mut Actions,
    ) {
        match (purpose, result) {
            (Purpose::OpenChat, Ok(Done::Chat(chat))) => self.open(chat, world, actions),
            (Purpose::Manage(asked), result) => {
                let result = result.map(|_| ());
                let left = match &mut self.manage {
                    Some(manage) => manage.done(asked, result),
                    None => result,
                };
                if let Err(error) = left {
                    self.tell(Notice::Failed { about: None, error });
                }
            }
            (_, Ok(_)) => {}
            (purpose, Err(error)) => {
                let open = self.conversation.as_mut();
                match purpose {
                    Purpose::SendMessage { chat, body } => {
                        if let Some(open) = open.filter(|c| c.chat() == chat) {
                            open.composer_mut().put_back(&body);
                        }
                    }
                    Purpose::Retry(message) => {
                        if let Some(open) = open {
                            open.not_retried(message, &error);
                        }
                    }
                    Purpose::SignIn(_)
                    | Purpose::OpenChat
                    | Purpose::Manage(_)
                    | Purpose::Quiet => {}
                }
                self.tell(Notice::Failed { about: None, error });
            }
        }
    }

    /// Whether somebody waits for the answer to this question.
    #[must_use]
    pub fn wants(&self, question: &Question) -> bool {
        match question {
            Question::History { .. } | Question::Messages { .. } => self
                .conversation
                .as_ref()
                .is_some_and(|open| open.asked(question)),
            _ => true,
        }
    }

    /// Puts an answer in place that the open conversation waits for.
    pub fn accept(&mut self, question: &Question, answer: &Answer) {
        if let Some(open) = &mut self.conversation {
            open.accept(question, answer);
        }
    }

    /// A question failed.
    pub fn refused(&mut self, question: &Question, error: Error) {
        if !self.wants(question) {
            return;
        }
        if let Some(open) = &mut self.conversation {
            open.refused(question);
        }
        self.tell(Notice::Failed { about: None, error });
    }

    /// After the world changed: opens what waits to be opened, closes what is gone.
    pub fn settle(&mut self, world: &mut World, actions: &mut Actions) {
        if let Some(chat) = self.opening
            && world.chat(chat).is_some()
        {
            self.open(chat, world, actions);
        }
        let gone = |open: &Conversation| world.ready() && world.account(open.account()).is_none();
        if self.conversation.as_ref().is_some_and(gone) {
            self.conversation = None;
        }
        self.ask_next(world);
        let managed = self.manage.as_ref().map(Manage::account);
        if managed.is_some_and(|id| world.ready() && world.account(id).is_none()) {
            self.manage = None;
        }
    }

    /// Tells the engine that the open chat was read, where that is news.
    pub fn mark_read(&self, world: &mut World, actions: &mut Actions) {
        let Some(open) = &self.conversation else {
            return;
        };
        if !open.timeline().loaded() || !open.at_end() {
            return;
        }
        let chat = open.chat();
        if world.chat(chat).is_some_and(|summary| summary.unread > 0)
            && let Some(summary) = world.chat_mut(chat)
        {
            summary.unread = 0;
            quiet(Command::MarkRead(chat), actions);
            actions.push(Action::Withdraw(chat));
        }
    }

    /// Takes in a key that means something everywhere.
    pub fn shortcut(
        &mut self,
        shortcut: Shortcut,
        narrow: bool,
        world: &mut World,
        actions: &mut Actions,
    ) {
        let open = self.conversation.as_ref();
        let asked = open.is_some_and(|open| open.menu().is_some() || open.doubtful().is_some());
        let dialog = self.dialog.is_some() || self.manage.is_some() || self.ask.is_some();
        let covered = dialog || self.menu.is_some() || asked;
        match shortcut {
            Shortcut::Close => self.close_topmost(narrow, world, actions),
            Shortcut::NewChat if !dialog => self.open_dialog(false, world),
            Shortcut::Settings if !dialog => self.menu = Some(Menu::Settings),
            Shortcut::PreviousChat if !covered => self.step(false, world, actions),
            Shortcut::NextChat if !covered => self.step(true, world, actions),
            _ => {}
        }
    }

    /// Closes what lies on top of everything else.
    fn close_topmost(&mut self, narrow: bool, world: &mut World, actions: &mut Actions) {
        if let Some(manage) = &mut self.manage {
            let away = manage.away();
            self.in_manage(away, world, actions);
            return;
        }
        if self.menu.take().is_some() || self.dialog.take().is_some() {
            return;
        }
        if self.ask.is_some() {
            self.in_ask(ask::Message::Later, world, actions);
            return;
        }
        let open = self.conversation.as_mut();
        if open.is_some_and(|open| {
            open.close_menu() || open.close_topmost(actions) || open.stop_reading(actions)
        }) {
            return;
        }
        if self.notices.pop().is_some() {
            return;
        }
        if narrow {
            self.close_chat(world, actions);
        } else if self.conversation.is_some() {
            actions.push(Action::Focus(composer::FIELD));
        }
    }

    /// Opens the chat below or above the open one in the chat list.
    fn step(&mut self, down: bool, world: &mut World, actions: &mut Actions) {
        let open = self.conversation.as_ref().map(Conversation::chat);
        let ids = world.chats().ids();
        let at = |open| ids.iter().position(|id| *id == open);
        let next = match (open, down) {
            (None, true) => ids.first(),
            (None, false) => ids.last(),
            (Some(open), true) => at(open).and_then(|at| ids.get(at + 1)),
            (Some(open), false) => at(open).and_then(|at| ids.get(at.checked_sub(1)?)),
        }
        .copied();
        if let Some(next) = next {
            self.open(next, world, actions);
        }
    }

    fn tell(&mut self, notice: Notice) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
            if self.notices.len() > MOST_NOTICES {
                self.notices.remove(0);
            }
        }
    }
}

fn quiet(command: Command, actions: &mut Actions) {
    actions.push(Action::Send(command, Purpose::Quiet));
}
