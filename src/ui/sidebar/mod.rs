//! The pane on the left: the accounts, the chat list, the contacts.

pub mod account_menu;
pub mod accounts;
pub mod ask;
pub mod chat_list;
pub mod contacts;
pub mod invitation;
pub mod manage;
pub mod new_chat;
mod pane;
pub mod person;
pub mod settings_menu;

use jid::BareJid;
use oriole_core::model::{
    ids::{AccountId, ChatId},
    presence::Show,
};

use crate::{preferences::Change, widget::virtual_list::Position};

pub use pane::view;
pub use person::{mark, plain_portrait, portrait, presence_words};

/// What the person does here.
#[derive(Debug, Clone)]
pub enum Message {
    /// Looks at the other list.
    Tab(Tab),
    /// Scrolled there.
    Seen(Place),
    /// Opens a chat.
    Open(ChatId),
    /// Opens the chat with a contact.
    OpenContact(AccountId, BareJid),
    /// Lets somebody be a contact.
    Accept(AccountId, BareJid),
    /// Does not.
    Decline(AccountId, BareJid),
    /// Opens the dialog for a new chat.
    NewChat,
    /// Opens the dialog for a new contact.
    AddContact,
    /// Opens a menu.
    OpenMenu(Menu),
    /// Closes it.
    CloseMenu,
    /// Says how available we are, to everybody.
    Presence(Show),
    /// Says how available one account is.
    PresenceOf(AccountId, Show),
    /// Types what one account says of itself.
    Status(String),
    /// Says it.
    SayStatus(AccountId),
    /// Changes something about the program itself.
    Prefer(Change),
    /// Connects an account at once.
    Connect(AccountId),
    /// Lets an account sign in although the server offers less protection.
    AcceptDowngrade(AccountId),
    /// Adds another account.
    AddAccount,
    /// Changes how an account signs in.
    Repair(AccountId),
    /// Opens the dialog of an account.
    Manage(AccountId),
    /// Enters the password of an account.
    Ask(AccountId),
    /// Wants the chats of a removed account erased, and is asked again.
    Erase(BareJid),
    /// Has said so twice.
    EraseNow(BareJid),
    /// Wants to know what is wrong with an account's connection.
    Diagnose(AccountId),
}

/// What can be opened at the foot of the pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Menu {
    /// The accounts, and how available we are.
    Account,
    /// How available one account is, and what it says of itself.
    Presence(AccountId),
    /// The chats that were kept of removed accounts.
    Kept,
    /// The program's settings.
    Settings,
}

/// Which list is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tab {
    /// The chats.
    #[default]
    Chats,
    /// The contacts.
    Contacts,
}

/// Where the person is in the lists.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Places {
    chats: Option<Position<ChatId>>,
    contacts: Option<Position<contacts::Row>>,
}

impl Places {
    /// Keeps a place.
    pub fn keep(&mut self, place: Place) {
        match place {
            Place::Chats(position) => self.chats = Some(position),
            Place::Contacts(position) => self.contacts = Some(position),
        }
    }
}

/// A place in a list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place {
    /// Among the chats.
    Chats(Position<ChatId>),
    /// Among the contacts.
    Contacts(Position<contacts::Row>),
}
