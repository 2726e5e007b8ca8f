//! Signing in: a new account, or one that could not sign in and needs another password, server or certificate.
//!
//! The account is stored at once and signs in; what comes of it is told by the connection's events.

pub mod view;

use jid::BareJid;
use oriole_core::{
    engine::{
        command::{Command, Done, Password},
        event::ConnectionState,
    },
    error::Error,
    model::{
        account::{Account, AccountSettings, AccountUpdate, Security, ServerAddress},
        certificate::CertificateFacts,
        ids::AccountId,
    },
};
use zeroize::Zeroizing;

use crate::{
    action::{Action, Actions, Purpose},
    typed::{self, Wrong},
    world::{Link, World},
};

/// The field of the address.
pub const ADDRESS: &str = "sign-in-address";
/// The field of the password.
pub const PASSWORD: &str = "sign-in-password";
/// The field of the server.
pub const SERVER: &str = "sign-in-server";
/// The field of the port.
pub const PORT: &str = "sign-in-port";

/// What the person does here.
#[derive(Debug, Clone)]
pub enum Message {
    /// Types the address.
    Address(String),
    /// Types the password.
    Password(Password),
    /// Types the server.
    Server(String),
    /// Types the port.
    Port(String),
    /// Picks how to secure the connection.
    Security(Security),
    /// Unfolds or folds the rare settings.
    Advanced,
    /// Signs in.
    Submit,
    /// Trusts the certificate for this account.
    Trust,
    /// Goes back to the form.
    Back,
    /// Goes back to the main screen without signing in.
    Leave,
}

/// How far it got.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// The person types; what failed before, if anything did.
    Editing(Option<Error>),
    /// The account is being stored.
    Storing,
    /// It signs in.
    Connecting,
    /// The server's certificate is not trusted: the person is asked.
    Asking(Box<CertificateFacts>),
}

/// What comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing yet.
    Stay,
    /// The account signed in.
    SignedIn,
    /// The person left.
    Left,
}

/// An account that is stored already.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stored {
    id: AccountId,
    address: BareJid,
    /// Whether it was stored from here, so that giving up removes it again.
    fresh: bool,
}

/// The state of the screen.
#[derive(Debug)]
pub struct SignIn {
    address: String,
    password: Zeroizing<String>,
    server: String,
    port: String,
    security: Security,
    advanced: bool,
    phase: Phase,
    stored: Option<Stored>,
    submitted: bool,
    attempt: u64,
    can_leave: bool,
}

impl SignIn {
    /// An empty form; it can be left where there are other accounts.
    #[must_use]
    pub fn new(can_leave: bool) -> Self {
        Self {
            address: String::new(),
            password: Zeroizing::default(),
            server: String::new(),
            port: String::new(),
            security: Security::Auto,
            advanced: false,
            phase: Phase::Editing(None),
            stored: None,
            submitted: false,
            attempt: 0,
            can_leave,
        }
    }

    /// The form of an account that could not sign in.
    #[must_use]
    pub fn repair(account: &Account, link: Option<&Link>) -> Self {
        let settings = &account.settings;
        let mut screen = Self {
            address: settings.address.to_string(),
            server: settings
                .server
                .as_ref()
                .map(|server| server.host.clone())
                .unwrap_or_default(),
            port: settings
                .server
                .as_ref()
                .and_then(|server| server.port)
                .map(|port| port.to_string())
                .unwrap_or_default(),
            security: settings.security,
            advanced: settings.server.is_some() || settings.security != Security::Auto,
            stored: Some(Stored {
                id: account.id,
                address: settings.address.clone(),
                fresh: false,
            }),
            ..Self::new(true)
        };
        if let Some(link) = link {
            screen.failed(link);
        }
        screen
    }

    /// How far it got.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Where the cursor belongs when the screen opens.
    #[must_use]
    pub fn first_field(&self) -> &'static str {
        if self.stored.is_some() {
            PASSWORD
        } else {
            ADDRESS
        }
    }

    /// Takes in what the person did.
    pub fn update(
        &mut self,
        message: Message,
        world: &mut World,
        actions: &mut Actions,
    ) -> Outcome {
        match message {
            Message::Address(text) => self.address = text,
            Message::Password(password) => {
                self.password = Zeroizing::new(password.reveal().to_owned());
            }
            Message::Server(text) => self.server = text,
            Message::Port(text) => self.port = text,
            Message::Security(security) => self.security = security,
            Message::Advanced => self.advanced = !self.advanced,
            Message::Submit => self.submit(world, actions),
            Message::Trust => self.trust(world, actions),
            Message::Back => self.phase = Phase::Editing(None),
            Message::Leave => return self.leave(actions),
        }
        Outcome::Stay
    }

    /// Takes in the answer to a command of this screen.
    pub fn done(&mut self, attempt: u64, result: Result<Done, Error>, world: &World) -> Outcome {
        if attempt != self.attempt || self.phase != Phase::Storing {
            return Outcome::Stay;
        }
        match result {
            Ok(done) => {
                if let (Done::Account(id), Ok(address)) = (done, typed::address(&self.address)) {
                    self.stored = Some(Stored {
                        id,
                        address,
                        fresh: true,
                    });
                }
                self.phase = Phase::Connecting;
                self.observe(world)
            }
            Err(error) => {
                self.phase = Phase::Editing(Some(error));
                Outcome::Stay
            }
        }
    }

    /// Looks at what became of the account's connection.
    pub fn observe(&mut self, world: &World) -> Outcome {
        let Some(link) = self.stored.as_ref().and_then(|s| world.link(s.id)) else {
            return Outcome::Stay;
        };
        if link.signed_in() && self.phase != Phase::Storing {
            return Outcome::SignedIn;
        }
        if self.phase == Phase::Connecting {
            self.failed(link);
        }
        Outcome::Stay
    }

    fn failed(&mut self, link: &Link) {
        if !matches!(
            link.state,
            ConnectionState::Waiting | ConnectionState::Offline
        ) {
            return;
        }
        self.phase = match (&link.certificate, &link.error) {
            (Some(certificate), _) => Phase::Asking(certificate.clone()),
            (None, Some(error)) => Phase::Editing(Some(error.clone())),
            (None, None) => return,
        };
    }

    /// What is wrong with the address, said while it is typed only once it could be complete.
    fn address_problem(&self) -> Option<Wrong> {
        let wrong = typed::address(&self.address).err()?;
        let begun = !self.address.trim().is_empty();
        match wrong {
            Wrong::Missing | Wrong::NoAt => self.submitted.then_some(wrong),
            // "mei@" and "mei@example." are on their way.
            _ if !self.submitted && self.address.ends_with(['@', '.']) => None,
            _ => begun.then_some(wrong),
        }
    }

    fn server_problem(&self) -> Option<Wrong> {
        typed::server(&self.server).err()
    }

    fn port_problem(&self) -> Option<Wrong> {
        typed::port(&self.port).err()
    }

    fn password_problem(&self) -> Option<Wrong> {
        let needed = self.stored.is_none() || self.readdressed();
        (self.submitted && needed && self.password.is_empty()).then_some(Wrong::Password)
    }

    /// Whether another address was typed than the one that is stored.
    fn readdressed(&self) -> bool {
        match (&self.stored, typed::address(&self.address)) {
            (Some(stored), Ok(address)) => stored.address != address,
            _ => false,
        }
    }

    fn busy(&self) -> bool {
        matches!(self.phase, Phase::Storing | Phase::Connecting)
    }

    fn submit(&mut self, world: &mut World, actions: &mut Actions) {
        if self.busy() {
            return;
        }
        self.submitted = true;
        let Ok(address) = typed::address(&self.address) else {
            actions.push(Action::Focus(ADDRESS));
            return;
        };
        let Ok(server) = typed::server(&self.server) else {
            self.advanced = true;
            actions.push(Action::Focus(SERVER));
            return;
        };
        let Ok(port) = typed::port(&self.port) else {
            self.advanced = true;
            actions.push(Action::Focus(PORT));
            return;
        };
        // A port alone is that of the machine with the name after the @.
        let server = match (server, port) {
            (None, Some(port)) => Some(ServerAddress {
                host: address.domain().to_string(),
                port: Some(port),
            }),
            (Some(server), port) => Some(ServerAddress {
                port: port.or(server.port),
                ..server
            }),
            (None, None) => None,
        };
        if self.password_problem().is_some() {
            actions.push(Action::Focus(PASSWORD));
            return;
        }
        if let Some(old) = self.stored.take_if(|stored| stored.address != address) {
            actions.push(Action::Send(Command::RemoveAccount(old.id), Purpose::Quiet));
        }
        let command = self.command(address, server, world);
        self.send(command, actions);
    }

    fn command(
        &self,
        address: BareJid,
        server: Option<ServerAddress>,
        world: &mut World,
    ) -> Command {
        let password = Password::new(self.password.as_str());
        let Some(stored) = &self.stored else {
            return Command::AddAccount {
                settings: AccountSettings {
                    server,
                    security: self.security,
                    ..AccountSettings::new(address)
                },
                password,
                proxy_password: None,
                register: false,
            };
        };
        world.trying(stored.id);
        Command::UpdateAccount {
            account: stored.id,
            update: AccountUpdate {
                server: Some(server),
                security: Some(self.security),
                pin: None,
                enabled: Some(true),
                ..AccountUpdate::default()
            },
            password: (!self.password.is_empty()).then_some(password),
            proxy_password: None,
        }
    }

    fn trust(&mut self, world: &mut World, actions: &mut Actions) {
        let (Phase::Asking(certificate), Some(stored)) = (&self.phase, &self.stored) else {
            return;
        };
        let command = Command::UpdateAccount {
            account: stored.id,
            update: AccountUpdate {
                pin: Some(Some(certificate.sha256)),
                ..AccountUpdate::default()
            },
            password: None,
            proxy_password: None,
        };
        world.trying(stored.id);
        self.send(command, actions);
    }

    fn send(&mut self, command: Command, actions: &mut Actions) {
        self.attempt += 1;
        self.phase = Phase::Storing;
        actions.push(Action::Send(command, Purpose::SignIn(self.attempt)));
    }

    /// Leaves, and takes back what was stored from here. Not while it is being stored: its id is not known yet.
    pub fn leave(&mut self, actions: &mut Actions) -> Outcome {
        if !self.can_leave || self.phase == Phase::Storing {
            return Outcome::Stay;
        }
        if let Some(stored) = self.stored.take_if(|stored| stored.fresh) {
            actions.push(Action::Send(
                Command::RemoveAccount(stored.id),
                Purpose::Quiet,
            ));
        }
        Outcome::Left
    }

    /// Closes the topmost thing, on Escape.
    pub fn close(&mut self, actions: &mut Actions) -> Outcome {
        match self.phase {
            Phase::Asking(_) | Phase::Connecting => {
                self.phase = Phase::Editing(None);
                Outcome::Stay
            }
            Phase::Storing => Outcome::Stay,
            Phase::Editing(_) => self.leave(actions),
        }
    }
}
