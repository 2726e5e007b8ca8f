//! The pane on the left: the accounts, the chat list, the contacts.

pub mod account_menu;
pub mod accounts;
pub mod chat_list;
pub mod contacts;
pub mod new_chat;
mod pane;
mod person;
pub mod settings_menu;

use jid::BareJid;
use oriole_core::model::{
    ids::{AccountId, ChatId},
    presence::Show,
};

use crate::preferences::Change;

pub use pane::view;
pub use person::{mark, plain_portrait, portrait, presence_words};

/// What the person does here.
#[derive(Debug, Clone)]
pub enum Message {
    /// Looks at the other list.
    Tab(Tab),
    /// Wants to see more rows.
    MoreRows,
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
}

/// What can be opened at the foot of the pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Menu {
    /// The accounts, and how available we are.
    Account,
    /// The program's settings.
    Settings,
}

/// Which list is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// The chats.
    #[default]
    Chats,
    /// The contacts.
    Contacts,
}

/// How many rows are drawn: each costs a layout for everything that happens, so not all at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rows(usize);

impl Default for Rows {
    fn default() -> Self {
        Self(100)
    }
}

impl Rows {
    /// How many.
    #[must_use]
    pub fn count(self) -> usize {
        self.0
    }

    /// A hundred more.
    pub fn more(&mut self) {
        self.0 = self.0.saturating_add(100);
    }
}
