//! Signing in: a new account, or one that could not sign in and needs another password, server or certificate.
//!
//! The account is stored at once and signs in; what comes of it is told by the connection's events.

pub mod create;
mod create_view;
mod invited;
mod look_up;
mod submit;
pub mod view;

pub use invited::invites;

use jid::BareJid;
use oriole_core::{
    engine::{
        command::{Command, Done, Password},
        event::ConnectionState,
    },
    error::Error,
    model::{
        account::{Account, AccountSettings, Fingerprint, Security},
        certificate::CertificateFacts,
        ids::AccountId,
        presence::Show,
    },
};
use zeroize::Zeroizing;

use self::{create::Create, look_up::LookUp};
use super::{certificate::Past, doctor::Field};
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
    /// Takes the address that may have been meant.
    Meant,
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
    /// Wants to know what keeps it from signing in.
    Diagnose,
    /// Has an account, or wants a new one.
    Tab(Tab),
    /// About a new account.
    Create(create::Message),
}

/// What the person comes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// Signing in with an account there is.
    #[default]
    SignIn,
    /// A new account.
    Create,
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
    /// The person left, or what they changed is kept and there is nothing to wait for.
    Left,
    /// The person wants to know what is wrong with the connection.
    Diagnose,
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
    tab: Tab,
    create: Create,
    look_up: LookUp,
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
    /// Whether the person came to change something, not to be signed in.
    editing: bool,
    /// What was known of the server's certificate before.
    past: Past,
    /// The settings of the account as they are stored, for what the form has no field for.
    kept: Option<AccountSettings>,
    /// A certificate that was trusted for what is typed, to be stored with it.
    trusted: Option<Fingerprint>,
}

impl SignIn {
    /// An empty form; it can be left where there are other accounts.
    #[must_use]
    pub fn new(can_leave: bool) -> Self {
        Self {
            tab: Tab::SignIn,
            create: Create::default(),
            look_up: LookUp::default(),
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
            editing: false,
            past: Past::Unknown,
            kept: None,
            trusted: None,
        }
    }

    /// The form of an account that could not sign in.
    #[must_use]
    pub fn repair(account: &Account, link: Option<&Link>) -> Self {
        let mut screen = Self::of(account);
        if let Some(link) = link {
            screen.failed(link);
        }
        screen
    }

    /// The form of an account that is to be changed, whether or not it is signed in.
    #[must_use]
    pub fn change(account: &Account) -> Self {
        Self {
            editing: true,
            ..Self::of(account)
        }
    }

    fn of(account: &Account) -> Self {
        let settings = &account.settings;
        Self {
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
            past: Past::of(account),
            kept: Some(settings.clone()),
            ..Self::new(true)
        }
    }

    /// How far it got.
    #[must_use]
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Unfolds what has this field, and says where the cursor belongs then.
    pub fn reveal(&mut self, field: Field) -> &'static str {
        match field {
            Field::Server => {
                self.advanced = true;
                SERVER
            }
            Field::Password => PASSWORD,
        }
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
            Message::Address(text) => self.address_typed(text, actions),
            Message::Meant => {
                if let Some(meant) = self.meant() {
                    self.address_typed(meant, actions);
                    actions.push(Action::Focus(PASSWORD));
                }
            }
            Message::Password(password) => {
                self.password = Zeroizing::new(password.reveal().to_owned());
            }
            Message::Server(text) => {
                self.server = text;
                self.typing(actions);
            }
            Message::Port(text) => {
                self.port = text;
                self.typing(actions);
            }
            Message::Security(security) => {
                self.security = security;
                self.typing(actions);
            }
            Message::Advanced => self.advanced = !self.advanced,
            Message::Submit if self.creates() => self.make(actions),
            Message::Submit => return self.submit(world, actions),
            Message::Trust => self.trust(world, actions),
            Message::Back if self.asks() => self.stop_creating(actions),
            Message::Back => self.phase = Phase::Editing(None),
            Message::Leave => return self.leave(actions),
            Message::Diagnose => return Outcome::Diagnose,
            Message::Tab(tab) => self.turn_to(tab, actions),
            Message::Create(message) => self.in_create(message, actions),
        }
        Outcome::Stay
    }

    fn address_typed(&mut self, text: String, actions: &mut Actions) {
        if self.pasted(&text, actions) {
            return;
        }
        self.address = text;
        self.trusted = None;
        self.typing(actions);
    }

    /// Shows the other form; what was typed into both stays. Nothing under way is left behind.
    fn turn_to(&mut self, tab: Tab, actions: &mut Actions) {
        if self.busy() || self.stored.is_some() || tab == self.tab {
            return;
        }
        self.stop_creating(actions);
        self.tab = tab;
        self.phase = Phase::Editing(None);
        self.submitted = false;
        let next = if self.address.is_empty() {
            ADDRESS
        } else {
            PASSWORD
        };
        actions.push(Action::Focus(next));
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
                let stored = self.stored.as_ref().and_then(|s| world.account(s.id));
                // Somebody who is signed out stays so; what was changed is kept.
                if stored.is_some_and(|account| account.presence.show == Show::Offline) {
                    return Outcome::Left;
                }
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
        let waits = self.phase == Phase::Connecting || !self.editing;
        if link.signed_in() && waits && self.phase != Phase::Storing {
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
            // An invitation names the server, and the name before it is the person's.
            _ if !self.submitted && self.address.starts_with('@') => None,
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
            || self.create.stage != create::Stage::Idle
    }

    /// The server as the person knows it: what follows the @ of the address.
    fn server_name(&self) -> String {
        let typed = self.address.rsplit('@').next().unwrap_or_default();
        crate::plain_text::line(typed.trim(), 80)
    }

    /// Leaves, and takes back what was stored from here. Not while it is being stored: its id is not known yet.
    pub fn leave(&mut self, actions: &mut Actions) -> Outcome {
        if !self.can_leave || self.phase == Phase::Storing {
            return Outcome::Stay;
        }
        self.stop_creating(actions);
        self.stop_looking(actions);
        if let Some(stored) = self.stored.take_if(|stored| stored.fresh) {
            actions.push(Action::Send(taken_back(stored.id), Purpose::Quiet));
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
            Phase::Editing(_) if self.asks() => {
                self.stop_creating(actions);
                Outcome::Stay
            }
            // What is at the server already is waited for.
            Phase::Editing(_) if self.busy() => Outcome::Stay,
            Phase::Editing(_) => self.leave(actions),
        }
    }
}

/// Takes an account back that was stored from here. Chats of it that were kept from an earlier time stay kept.
fn taken_back(account: AccountId) -> Command {
    Command::SetAside {
        account,
        on_server: false,
    }
}
