//! The main screen's part in the accounts: their menus, how available they are, chats that were kept, and the question for a password.

use jid::BareJid;
use oriole_core::{
    engine::command::Command,
    model::{
        ids::AccountId,
        presence::{OwnPresence, Show},
    },
};

use super::{Main, quiet};
use crate::{
    action::Actions,
    sidebar::{
        Menu,
        ask::{self, Ask},
        manage,
    },
    world::{Question, World},
};

impl Main {
    pub(super) fn open_menu(&mut self, menu: Menu, world: &mut World, actions: &mut Actions) {
        self.erasing = None;
        if menu == Menu::Account {
            world.ask(Question::Kept, actions);
        }
        if let Menu::Presence(account) = menu {
            let account = world.account(account);
            self.status = account.map_or_else(String::new, |a| a.presence.status.clone());
        }
        self.menu = Some(menu);
    }

    /// Whose chats are to be erased once that is said twice.
    #[must_use]
    pub fn erasing(&self) -> Option<&BareJid> {
        self.erasing.as_ref()
    }

    /// What is typed to be said of an account.
    #[must_use]
    pub fn status(&self) -> &str {
        &self.status
    }

    pub(super) fn in_ask(
        &mut self,
        message: ask::Message,
        world: &mut World,
        actions: &mut Actions,
    ) {
        let Some(ask) = &mut self.ask else {
            return;
        };
        let account = ask.account();
        if ask.update(message, world, actions) {
            self.ask = None;
            self.left_open.insert(account);
            self.ask_next(world);
        }
    }

    /// Asks for the password of an account that needs it, unless the person is doing something else or left that open.
    pub(super) fn ask_next(&mut self, world: &World) {
        if self
            .ask
            .as_ref()
            .is_some_and(|ask| !ask::is_needed(ask.account(), world))
        {
            self.ask = None;
        }
        self.left_open.retain(|id| ask::is_needed(*id, world));
        let busy = self.ask.is_some() || self.dialog.is_some() || self.manage.is_some();
        if busy || self.menu.is_some() {
            return;
        }
        let needed = world.accounts().iter().map(|account| account.id);
        let mut needed = needed.filter(|id| ask::is_needed(*id, world));
        let next = needed.find(|id| !self.left_open.contains(id));
        self.ask = next.map(Ask::open);
    }

    /// Says how available one account is.
    pub(super) fn say_presence(
        &mut self,
        account: AccountId,
        show: Show,
        world: &World,
        actions: &mut Actions,
    ) {
        self.menu = None;
        if let Some(account) = world.account(account) {
            manage::set_presence(account, show, actions);
        }
    }

    /// Says what is typed about one account.
    pub(super) fn say_status(&mut self, account: AccountId, world: &World, actions: &mut Actions) {
        self.menu = None;
        if let Some(account) = world.account(account) {
            let presence = OwnPresence {
                show: account.presence.show,
                status: self.status.trim().to_owned(),
            };
            let account = Some(account.id);
            quiet(Command::SetPresence { account, presence }, actions);
        }
    }

    /// Erases the chats of a removed account, where that was said before.
    pub(super) fn erase(&mut self, address: BareJid, world: &mut World, actions: &mut Actions) {
        if self.erasing.take_if(|said| *said == address).is_some() {
            world.erased(&address);
            quiet(Command::EraseHistory(address), actions);
        }
    }
}

/// Says to everybody, from every account, how available we are. What each of them says in words stays.
pub(super) fn set_presence(show: Show, world: &World, actions: &mut Actions) {
    let mut said = world
        .accounts()
        .iter()
        .map(|account| &account.presence.status);
    let first = said.next().cloned().unwrap_or_default();
    if said.all(|status| *status == first) {
        let presence = OwnPresence {
            show,
            status: first,
        };
        let account = None;
        quiet(Command::SetPresence { account, presence }, actions);
        return;
    }
    for account in world.accounts() {
        manage::set_presence(account, show, actions);
    }
}
