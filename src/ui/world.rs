//! What the window knows of the engine's world: accounts, connections, the chat list, contacts.
//!
//! Events say what changed; the world asks for it, and puts the answers in place. A question is under way at most
//! once: where something changes meanwhile, it is asked again when the answer is there, so what is shown at the end is
//! never older than the last event.

mod chats;
mod people;

use std::collections::{BTreeSet, HashMap, HashSet};

use jid::BareJid;
use oriole_core::{
    engine::{
        command::Command,
        event::{ConnectionState, Event},
        query::{AccountStatus, ContactStatus},
    },
    error::Error,
    model::{
        account::Account,
        certificate::CertificateFacts,
        chat::{Anchor, ChatSummary, Page},
        contact::ContactRequest,
        ids::{AccountId, ChatId, MessageId},
        message::Message,
        presence::Presence,
        server::ServerFacts,
    },
};

pub use self::{
    chats::Chats,
    people::{Number, People},
};
use crate::{
    action::{Action, Actions, Purpose},
    time_format::Zone,
};

/// From this many changed chats on, the whole chat list is asked for.
const MANY_CHATS: usize = 20;

/// What can be asked of the engine.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Question {
    /// All accounts.
    Accounts,
    /// The whole chat list.
    Chats,
    /// One line of it.
    Chat(ChatId),
    /// An account's contacts.
    Contacts(AccountId),
    /// Everybody who asks to be a contact.
    Requests,
    /// What is known of an account's connection and server.
    Server(AccountId),
    /// The removed accounts whose chats are still here.
    Kept,
    /// A setting of the program.
    Setting(&'static str),
    /// A page of a chat's history.
    History {
        /// Which chat.
        chat: ChatId,
        /// Which opening of it; answers to earlier ones are stale.
        generation: u64,
        /// Where it starts.
        anchor: Anchor,
        /// How many at most.
        limit: u32,
    },
    /// These messages of a chat.
    Messages {
        /// Which chat.
        chat: ChatId,
        /// Which opening of it.
        generation: u64,
        /// Which messages.
        ids: Vec<MessageId>,
    },
}

/// A setting of the program that the window keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Setting {
    /// The emoji used last, parted by spaces, the newest first.
    EmojiRecent,
    /// The number of the tone of hands and faces.
    EmojiTone,
}

impl Setting {
    /// Every setting.
    pub const ALL: [Self; 2] = [Self::EmojiRecent, Self::EmojiTone];

    /// Its name in the database.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::EmojiRecent => "emoji.recent",
            Self::EmojiTone => "emoji.tone",
        }
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// All accounts.
    Accounts(Vec<AccountStatus>),
    /// The whole chat list.
    Chats(Vec<ChatSummary>),
    /// One line of it; none where it is gone.
    Chat(Option<ChatSummary>),
    /// An account's contacts.
    Contacts(Vec<ContactStatus>),
    /// Everybody who asks to be a contact.
    Requests(Vec<ContactRequest>),
    /// What is known of an account's connection and server; none while it is not signed in.
    Server(Option<Box<ServerFacts>>),
    /// The removed accounts whose chats are still here.
    Kept(Vec<BareJid>),
    /// A setting of the program; none where it was never set.
    Setting(Option<String>),
    /// A page of a chat's history.
    History(Page),
    /// Messages of a chat.
    Messages(Vec<Message>),
}

/// Where an account's connection stands, and why.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Link {
    /// Where it stands.
    pub state: ConnectionState,
    /// What failed.
    pub error: Option<Error>,
    /// The certificate that was not trusted.
    pub certificate: Option<Box<CertificateFacts>>,
}

impl Link {
    /// Whether the account is signed in.
    #[must_use]
    pub fn signed_in(&self) -> bool {
        matches!(
            self.state,
            ConnectionState::Syncing | ConnectionState::Online
        )
    }
}

/// What the window knows.
#[derive(Debug, Default)]
pub struct World {
    zone: Zone,
    accounts: Option<Vec<Account>>,
    /// The removed accounts whose chats are still here, where somebody asked.
    kept: Vec<BareJid>,
    links: HashMap<AccountId, Link>,
    /// What is known of connections, where somebody asked.
    servers: HashMap<AccountId, ServerFacts>,
    chats: Chats,
    /// Whether the chat list is known.
    listed: bool,
    /// Chats in which contacts wrote something that was not read yet.
    news: Vec<ChatId>,
    people: People,
    /// The accounts whose contacts were asked for.
    met: HashSet<AccountId>,
    presence: HashMap<(AccountId, BareJid), Presence>,
    /// Whose presence came while the contacts were being asked for: it is as new as the answer, or newer.
    came: HashSet<(AccountId, BareJid)>,
    settings: HashMap<Setting, String>,
    asked: HashMap<Question, bool>,
    /// See [`Self::version`].
    version: u64,
}

impl World {
    /// A world with the clocks of a place.
    #[must_use]
    pub fn in_zone(zone: Zone) -> Self {
        Self {
            zone,
            ..Self::default()
        }
    }

    /// Another number whenever more may have changed of what is shown than words and times in their places.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Where the person is, as far as clocks are concerned.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// All accounts; empty until they are known.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        self.accounts.as_deref().unwrap_or_default()
    }

    /// Whether the accounts are known.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.accounts.is_some()
    }

    /// An account.
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<&Account> {
        self.accounts().iter().find(|account| account.id == id)
    }

    /// Where an account's connection stands.
    #[must_use]
    pub fn link(&self, account: AccountId) -> Option<&Link> {
        self.links.get(&account)
    }

    /// The removed accounts whose chats are still here, where somebody asked.
    #[must_use]
    pub fn kept(&self) -> &[BareJid] {
        &self.kept
    }

    /// The chats of a removed account are being erased.
    pub fn erased(&mut self, address: &BareJid) {
        self.kept.retain(|kept| kept != address);
    }

    /// What is known of an account's connection and server, where somebody asked; none while it is not signed in.
    #[must_use]
    pub fn server(&self, account: AccountId) -> Option<&ServerFacts> {
        let signed_in = self.link(account).is_some_and(Link::signed_in);
        self.servers.get(&account).filter(|_| signed_in)
    }

    /// Forgets what failed, because it is being tried anew.
    pub fn trying(&mut self, account: AccountId) {
        self.version += 1;
        self.links.insert(
            account,
            Link {
                state: ConnectionState::Connecting,
                ..Link::default()
            },
        );
    }

    /// The chat list, newest first.
    #[must_use]
    pub fn chats(&self) -> &Chats {
        &self.chats
    }

    /// A line of the chat list.
    #[must_use]
    pub fn chat(&self, id: ChatId) -> Option<&ChatSummary> {
        self.chats.get(id)
    }

    /// A line of the chat list, to change what was just told to the engine; never its last message.
    pub fn chat_mut(&mut self, id: ChatId) -> Option<&mut ChatSummary> {
        self.version += 1;
        self.chats.get_mut(id)
    }

    /// The contacts of all accounts, and those who ask to be one.
    #[must_use]
    pub fn people(&self) -> &People {
        &self.people
    }

    /// What somebody's best device says; nobody is there as long as we are not.
    #[must_use]
    pub fn presence(&self, account: AccountId, address: &BareJid) -> Presence {
        if !self.link(account).is_some_and(Link::signed_in) {
            return Presence::default();
        }
        self.presence
            .get(&(account, address.clone()))
            .cloned()
            .unwrap_or_default()
    }

    /// A setting of the program; empty where it was never set.
    #[must_use]
    pub fn setting(&self, setting: Setting) -> &str {
        self.settings.get(&setting).map_or("", String::as_str)
    }

    /// Keeps a setting of the program.
    pub fn set(&mut self, setting: Setting, value: String, actions: &mut Actions) {
        if self.setting(setting) == value {
            return;
        }
        let command = Command::SetSetting {
            key: setting.key().to_owned(),
            value: Some(value.clone()),
        };
        self.settings.insert(setting, value);
        actions.push(Action::Send(command, Purpose::Quiet));
    }

    /// Asks for everything, at the start.
    pub fn ask_all(&mut self, actions: &mut Actions) {
        for question in [Question::Accounts, Question::Chats, Question::Requests] {
            self.ask(question, actions);
        }
        for setting in Setting::ALL {
            self.ask(Question::Setting(setting.key()), actions);
        }
    }

    /// Asks the engine, or has it asked again where it is being asked already.
    pub fn ask(&mut self, question: Question, actions: &mut Actions) {
        if let Some(again) = self.asked.get_mut(&question) {
            *again = true;
        } else {
            if let Question::Contacts(account) = &question {
                self.came.retain(|(of, _)| of != account);
            }
            self.begin(question, actions);
        }
    }

    fn begin(&mut self, question: Question, actions: &mut Actions) {
        self.asked.insert(question.clone(), false);
        actions.push(Action::Ask(question));
    }

    /// Has everything asked again that is being asked about this chat's messages: they changed meanwhile.
    pub fn ask_messages_again(&mut self, chat: ChatId) {
        self.ask_pages_again(chat);
        for (question, again) in &mut self.asked {
            *again |= matches!(question, Question::Messages { chat: of, .. } if *of == chat);
        }
    }

    /// Has the pages of this chat asked again that are being asked for: messages came meanwhile.
    pub fn ask_pages_again(&mut self, chat: ChatId) {
        for (question, again) in &mut self.asked {
            *again |= matches!(question, Question::History { chat: of, .. } if *of == chat);
        }
    }

    /// That a question was answered. Asks again where something changed meanwhile, unless nobody waits any more.
    pub fn answered(&mut self, question: &Question, wanted: bool, actions: &mut Actions) {
        if self.asked.remove(question) == Some(true) && wanted {
            self.begin(question.clone(), actions);
        }
    }

    /// Puts an answer in place. Those about messages belong to the open conversation and are not for the world.
    pub fn accept(&mut self, question: &Question, answer: Answer, actions: &mut Actions) {
        if !matches!(
            answer,
            Answer::Chat(_) | Answer::History(_) | Answer::Messages(_)
        ) {
            self.version += 1;
        }
        match (question, answer) {
            (_, Answer::Accounts(accounts)) => self.accept_accounts(accounts, actions),
            (_, Answer::Chats(chats)) => {
                chats.iter().for_each(|chat| self.note(chat));
                self.listed = true;
                self.chats.replace(chats);
            }
            (Question::Setting(key), Answer::Setting(Some(value))) => {
                if let Some(setting) = Setting::ALL.into_iter().find(|known| known.key() == *key) {
                    // What was set meanwhile is newer.
                    self.settings.entry(setting).or_insert(value);
                }
            }
            (Question::Chat(id), Answer::Chat(chat)) => {
                chat.iter().for_each(|chat| self.note(chat));
                let shape = |chat: &ChatSummary| (chat.unread > 0, chat.last.is_some());
                let same = self.chat(*id).map(shape) == chat.as_ref().map(shape);
                self.version += u64::from(!(self.chats.put(*id, chat) && same));
            }
            (Question::Contacts(account), Answer::Contacts(contacts)) => {
                self.accept_contacts(*account, contacts);
            }
            (_, Answer::Requests(requests)) => self.people.set_requests(requests),
            (_, Answer::Kept(kept)) => self.kept = kept,
            (Question::Server(account), Answer::Server(Some(facts))) => {
                self.servers.insert(*account, *facts);
            }
            (Question::Server(account), Answer::Server(None)) => {
                self.servers.remove(account);
            }
            (
                _,
                Answer::Chat(_)
                | Answer::Contacts(_)
                | Answer::Server(_)
                | Answer::Setting(_)
                | Answer::History(_)
                | Answer::Messages(_),
            ) => {}
        }
    }

    /// Notes a chat where a contact wrote something that was not there before. What was there at the start is no news.
    fn note(&mut self, chat: &ChatSummary) {
        let known = self.chat(chat.id);
        let more = chat.unread > known.map_or(0, |known| known.unread);
        let incoming = chat.last.as_ref().is_some_and(|last| !last.outgoing);
        if self.listed && more && incoming && !chat.stranger {
            self.news.push(chat.id);
        }
    }

    /// Chats in which contacts wrote something since this was asked last.
    pub fn take_news(&mut self) -> Vec<ChatId> {
        std::mem::take(&mut self.news)
    }

    fn accept_accounts(&mut self, accounts: Vec<AccountStatus>, actions: &mut Actions) {
        let ids: Vec<AccountId> = accounts.iter().map(|status| status.account.id).collect();
        self.links.retain(|id, _| ids.contains(id));
        self.servers.retain(|id, _| ids.contains(id));
        self.met.retain(|id| ids.contains(id));
        self.presence.retain(|(id, _), _| ids.contains(id));
        self.came.retain(|(id, _)| ids.contains(id));
        self.chats.retain(|chat| ids.contains(&chat.account));
        self.people.keep_accounts(&ids);
        for status in &accounts {
            // What events said is newer, and says why.
            self.links.entry(status.account.id).or_insert_with(|| Link {
                state: status.connection,
                ..Link::default()
            });
        }
        self.accounts = Some(accounts.into_iter().map(|status| status.account).collect());
        for account in ids {
            if !self.met.contains(&account) {
                self.ask(Question::Contacts(account), actions);
            }
        }
    }

    fn accept_contacts(&mut self, account: AccountId, mut contacts: Vec<ContactStatus>) {
        contacts.sort_by_cached_key(|status| {
            let item = &status.contact.item;
            (
                item.name
                    .as_deref()
                    .unwrap_or(item.address.as_str())
                    .to_lowercase(),
                item.address.to_string(),
            )
        });
        let came = &self.came;
        self.presence
            .retain(|who, _| who.0 != account || came.contains(who));
        for status in &contacts {
            let who = (account, status.contact.item.address.clone());
            if !came.contains(&who) {
                self.presence.insert(who, status.presence.clone());
            }
        }
        self.came.retain(|(of, _)| *of != account);
        self.met.insert(account);
        let accounts: Vec<AccountId> = self.accounts().iter().map(|account| account.id).collect();
        self.people.set_contacts(
            account,
            contacts.into_iter().map(|status| status.contact).collect(),
            &accounts,
        );
    }

    /// Takes in what happened, and asks for what is to be read anew.
    pub fn events(&mut self, events: &[Event], actions: &mut Actions) {
        // What is said of chats is asked for first.
        let asks =
            |event: &Event| matches!(event, Event::ChatChanged { .. } | Event::Timeline { .. });
        self.version += u64::from(!events.iter().all(asks));
        let mut chats = BTreeSet::new();
        for event in events {
            match event {
                Event::Connection {
                    account,
                    state,
                    error,
                    certificate,
                    ..
                } => {
                    self.links.insert(
                        *account,
                        Link {
                            state: *state,
                            error: error.clone(),
                            certificate: certificate.clone(),
                        },
                    );
                    if *state == ConnectionState::Online {
                        self.ask(Question::Contacts(*account), actions);
                    }
                }
                Event::AccountsChanged(_) => self.ask(Question::Accounts, actions),
                Event::ChatChanged { chat, .. } | Event::Timeline { chat, .. } => {
                    chats.insert(*chat);
                }
                Event::ContactsReset(account)
                | Event::ContactChanged { account, .. }
                | Event::ContactRemoved { account, .. } => {
                    self.ask(Question::Contacts(*account), actions);
                }
                Event::ContactRequested(_) | Event::ContactRequestGone { .. } => {
                    self.ask(Question::Requests, actions);
                }
                Event::Presence {
                    account,
                    address,
                    presence,
                } => {
                    let who = (*account, address.clone());
                    if self.asked.contains_key(&Question::Contacts(*account)) {
                        self.came.insert(who.clone());
                    }
                    self.presence.insert(who, presence.clone());
                }
                Event::Offers { .. } | Event::CaughtUp { .. } | Event::Failed { .. } => {}
            }
        }
        if chats.len() > MANY_CHATS {
            self.ask(Question::Chats, actions);
        } else {
            for chat in chats {
                self.ask(Question::Chat(chat), actions);
            }
        }
    }
}
