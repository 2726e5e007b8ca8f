//! The dialog of one account: where it stands, whether it is used, how it connects, what its server can do, and how to be rid of it.
//!
//! Each page is a file of its own; this one turns them, and waits for what the engine answers.

pub mod connection;
pub mod offers;
mod overview;
pub mod password;
mod pieces;
pub mod removal;
pub mod tag;

use iced::Element;
use oriole_core::{
    engine::command::Command,
    error::Error,
    model::{
        account::{Account, AccountUpdate},
        ids::AccountId,
        presence::{OwnPresence, Show},
    },
};

use crate::{
    action::{Action, Actions, Purpose},
    screen::Context,
    world::{Link, World},
};

/// How wide the dialog gets, in px.
pub const WIDTH: f32 = 560.0;

/// A page of the dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Where the account stands.
    Overview,
    /// How it reaches its server.
    Connection,
    /// Another password.
    Password,
    /// What its server can do.
    Offers,
    /// How it is told from others.
    Tag,
    /// How to be rid of it.
    Removal,
}

/// What the person does here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Turns to a page.
    Open(Page),
    /// Has the account used, or not.
    Enable(bool),
    /// Connects it at once.
    Connect,
    /// Signs it out.
    Disconnect,
    /// Goes to the form to sign in, to enter the password again.
    Change,
    /// Looks at its connection step by step.
    Check,
    /// Leaves the judgement of certificates to the computer again.
    ForgetPin,
    /// Moves it up among the accounts, or down.
    Move(bool),
    /// On the page about the connection.
    Connection(connection::Message),
    /// On the page about the password.
    Password(password::Message),
    /// On the page about name and colour.
    Tag(tag::Message),
    /// On the page to be rid of it.
    Removal(removal::Message),
    /// Leaves.
    Close,
}

/// What is to be done beyond the dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing.
    Stay,
    /// Close it.
    Close,
    /// Close it, and show the account's form.
    Change(AccountId),
    /// Close it, and look at the account's connection.
    Check(AccountId),
}

/// The page that is open, with what is typed on it.
#[derive(Debug)]
enum Open {
    Overview,
    Connection(Box<connection::Form>),
    Password(password::Form),
    Offers,
    Tag(tag::Form),
    Removal(removal::Form),
}

/// The state of the dialog.
#[derive(Debug)]
pub struct Manage {
    account: AccountId,
    open: Open,
    /// Tells what was asked of the engine apart.
    asked: u64,
}

impl Manage {
    /// The dialog of this account.
    #[must_use]
    pub fn open(account: AccountId) -> Self {
        Self {
            account,
            open: Open::Overview,
            asked: 0,
        }
    }

    /// Whose it is.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.account
    }

    /// Which page is shown.
    #[must_use]
    pub fn page(&self) -> Page {
        match &self.open {
            Open::Overview => Page::Overview,
            Open::Connection(_) => Page::Connection,
            Open::Password(_) => Page::Password,
            Open::Offers => Page::Offers,
            Open::Tag(_) => Page::Tag,
            Open::Removal(_) => Page::Removal,
        }
    }

    /// The page about the password, where it is shown.
    #[must_use]
    pub fn password(&self) -> Option<&password::Form> {
        match &self.open {
            Open::Password(form) => Some(form),
            _ => None,
        }
    }

    /// The name of the page that is shown, so that the focus begins anew on each.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match &self.open {
            Open::Overview => "manage",
            Open::Connection(_) => "manage-connection",
            Open::Password(form) if *form.phase() == password::Phase::Changed => {
                "manage-password-changed"
            }
            Open::Password(_) => "manage-password",
            Open::Offers => "manage-offers",
            Open::Tag(_) => "manage-tag",
            Open::Removal(form) if form.asking() => "manage-delete",
            Open::Removal(_) => "manage-remove",
        }
    }

    /// What a click beside the dialog means, and Escape.
    #[must_use]
    pub fn away(&self) -> Message {
        match &self.open {
            Open::Overview => Message::Close,
            Open::Removal(form) if form.asking() => Message::Removal(removal::Message::Back),
            _ => Message::Open(Page::Overview),
        }
    }

    /// Takes in what the person did.
    pub fn update(&mut self, message: Message, world: &mut World, actions: &mut Actions) -> Next {
        let id = self.account;
        match message {
            Message::Open(page) => self.turn(page, world, actions),
            Message::Enable(enabled) => change(
                id,
                AccountUpdate {
                    enabled: Some(enabled),
                    ..AccountUpdate::default()
                },
                actions,
            ),
            Message::ForgetPin => change(
                id,
                AccountUpdate {
                    pin: Some(None),
                    ..AccountUpdate::default()
                },
                actions,
            ),
            Message::Connect => connect(id, world, actions),
            Message::Disconnect => {
                if let Some(account) = world.account(id) {
                    set_presence(account, Show::Offline, actions);
                }
            }
            Message::Change => return Next::Change(id),
            Message::Check => return Next::Check(id),
            Message::Move(up) => quiet(Command::MoveAccount { account: id, up }, actions),
            Message::Connection(message) => self.in_connection(message, world, actions),
            Message::Password(message) => {
                if let Open::Password(form) = &mut self.open {
                    match form.update(message, id) {
                        Ok(Some(command)) => self.ask(command, actions),
                        Ok(None) => {}
                        Err(field) => actions.push(Action::Focus(field)),
                    }
                }
            }
            Message::Tag(message) => self.in_tag(message, actions),
            Message::Removal(message) => {
                if let Open::Removal(form) = &mut self.open {
                    match form.update(message, id) {
                        removal::Next::Stay => {}
                        removal::Next::Close(command) => {
                            quiet(command, actions);
                            return Next::Close;
                        }
                        removal::Next::Wait(command) => self.ask(command, actions),
                    }
                }
            }
            Message::Close => return Next::Close,
        }
        Next::Stay
    }

    /// Turns to a page, as it is now.
    fn turn(&mut self, page: Page, world: &World, actions: &mut Actions) {
        let Some(account) = world.account(self.account) else {
            return;
        };
        // What is under way for another page is nobody's any more.
        self.asked += 1;
        self.open = match page {
            Page::Overview => Open::Overview,
            Page::Connection => Open::Connection(Box::new(connection::Form::of(account))),
            Page::Password => Open::Password(password::Form::default()),
            Page::Offers => {
                if world.link(account.id).is_some_and(Link::signed_in) {
                    quiet(Command::ExploreServer(account.id), actions);
                }
                Open::Offers
            }
            Page::Tag => Open::Tag(tag::Form::of(account)),
            Page::Removal => Open::Removal(removal::Form::default()),
        };
    }

    fn in_connection(
        &mut self,
        message: connection::Message,
        world: &mut World,
        actions: &mut Actions,
    ) {
        let Open::Connection(form) = &mut self.open else {
            return;
        };
        if message != connection::Message::Save {
            form.update(message);
            return;
        }
        let Some(account) = world.account(self.account).filter(|_| !form.busy) else {
            return;
        };
        match form.save(account) {
            connection::Saved::Wrong(field) => actions.push(Action::Focus(field)),
            connection::Saved::Nothing => self.open = Open::Overview,
            connection::Saved::Change(update, proxy_password) => {
                form.busy = true;
                form.error = None;
                self.ask(
                    Command::UpdateAccount {
                        account: self.account,
                        update: *update,
                        password: None,
                        proxy_password,
                    },
                    actions,
                );
            }
        }
    }

    fn in_tag(&mut self, message: tag::Message, actions: &mut Actions) {
        let Open::Tag(form) = &mut self.open else {
            return;
        };
        if message != tag::Message::Save {
            form.update(message);
            return;
        }
        let update = AccountUpdate {
            tag: Some(form.tag()),
            ..AccountUpdate::default()
        };
        change(self.account, update, actions);
        self.open = Open::Overview;
    }

    /// Asks the engine, and waits for its answer.
    fn ask(&mut self, command: Command, actions: &mut Actions) {
        self.asked += 1;
        actions.push(Action::Send(command, Purpose::Manage(self.asked)));
    }

    /// Takes in the answer to what was asked. Gives back what nobody waits for any more.
    ///
    /// # Errors
    /// What is to be told elsewhere.
    pub fn done(&mut self, asked: u64, result: Result<(), Error>) -> Result<(), Error> {
        if asked != self.asked {
            return result;
        }
        match (&mut self.open, result) {
            (Open::Password(form), result) => form.done(result),
            (Open::Connection(_), Ok(())) => self.open = Open::Overview,
            (Open::Connection(form), Err(error)) => {
                form.busy = false;
                form.error = Some(error);
            }
            (Open::Removal(form), Err(error)) => {
                form.busy = false;
                form.error = Some(error);
            }
            // The dialog goes with its account.
            (_, result) => return result,
        }
        Ok(())
    }

    /// Draws the dialog; nothing where the account is gone.
    #[must_use]
    pub fn view<'a>(&'a self, world: &'a World, context: Context<'a>) -> Element<'a, Message> {
        let Some(account) = world.account(self.account) else {
            return iced::widget::Space::new().into();
        };
        let words = context.words;
        match &self.open {
            Open::Overview => overview::view(account, world, context),
            Open::Connection(form) => form.view(account, context),
            Open::Password(form) => form.view(account, words),
            Open::Offers => offers::view(account, world.server(account.id), words),
            Open::Tag(form) => form.view(account.id, world, words),
            Open::Removal(form) => form.view(account, words),
        }
    }
}

/// Connects an account at once, also where the person had signed out or switched it off.
pub fn connect(id: AccountId, world: &World, actions: &mut Actions) {
    let Some(account) = world.account(id) else {
        return;
    };
    if !account.enabled {
        let update = AccountUpdate {
            enabled: Some(true),
            ..AccountUpdate::default()
        };
        change(id, update, actions);
    }
    if account.presence.show == Show::Offline {
        set_presence(account, Show::Online, actions);
    } else if account.enabled {
        quiet(Command::ConnectNow(id), actions);
    }
}

/// Changes something about an account that needs no word when it is done.
pub fn change(account: AccountId, update: AccountUpdate, actions: &mut Actions) {
    let command = Command::UpdateAccount {
        account,
        update,
        password: None,
        proxy_password: None,
    };
    quiet(command, actions);
}

/// Says how available one account is. What was said in words stays.
pub fn set_presence(account: &Account, show: Show, actions: &mut Actions) {
    let presence = OwnPresence {
        show,
        status: account.presence.status.clone(),
    };
    let command = Command::SetPresence {
        account: Some(account.id),
        presence,
    };
    quiet(command, actions);
}

fn quiet(command: Command, actions: &mut Actions) {
    actions.push(Action::Send(command, Purpose::Quiet));
}
