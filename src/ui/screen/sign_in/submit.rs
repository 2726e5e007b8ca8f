//! What becomes of the form: commands that store and connect an account, and what the doctor is to look at.

use jid::BareJid;
use oriole_core::{
    engine::{
        command::{Command, Password},
        diagnose::Diagnose,
    },
    model::{
        account::{AccountSettings, AccountUpdate, Fingerprint, ServerAddress},
        ids::AccountId,
    },
};

use super::{ADDRESS, Outcome, PASSWORD, PORT, Phase, SERVER, SignIn, taken_back};
use crate::{
    action::{Action, Actions, Purpose},
    screen::{certificate::Past, doctor::Doctor},
    typed::{self, Wrong},
    world::{Link, World},
};

impl SignIn {
    /// The doctor for what is typed, as far as it is an account's settings; the password that is kept is used where none is typed.
    #[must_use]
    pub fn doctor(&self) -> Option<Doctor> {
        let address = typed::address(&self.address).ok()?;
        let server = self.typed_server(&address).ok()?;
        let stored = self.stored.as_ref().filter(|s| s.address == address);
        let kept = self.kept.clone().filter(|kept| kept.address == address);
        let kept = kept.unwrap_or_else(|| AccountSettings::new(address));
        // An account that is yet to be made cannot be signed in to.
        let usable = !self.password.is_empty() && !self.creates();
        let typed = usable.then(|| Password::new(self.password.as_str()));
        let settings = AccountSettings {
            server,
            security: self.security,
            pin: self.trusted.or(kept.pin),
            ..kept
        };
        let request = Diagnose {
            password: typed,
            ..Diagnose::of(settings)
        };
        let past = stored.map_or(Past::Unknown, |_| self.past);
        Some(Doctor::typed(stored.map(|s| s.id), request, past))
    }

    /// Trusts this certificate for what is typed, and signs in with it.
    pub fn trust_this(
        &mut self,
        sha256: Fingerprint,
        world: &mut World,
        actions: &mut Actions,
    ) -> Outcome {
        self.trusted = Some(sha256);
        if self.creates() {
            self.make(actions);
            return Outcome::Stay;
        }
        self.submit(world, actions)
    }

    pub(super) fn submit(&mut self, world: &mut World, actions: &mut Actions) -> Outcome {
        if self.busy() {
            return Outcome::Stay;
        }
        self.submitted = true;
        let Ok(address) = typed::address(&self.address) else {
            actions.push(Action::Focus(ADDRESS));
            return Outcome::Stay;
        };
        let server = match self.typed_server(&address) {
            Ok(server) => server,
            Err(wrong) => {
                self.advanced = true;
                let port = matches!(wrong, Wrong::Port);
                actions.push(Action::Focus(if port { PORT } else { SERVER }));
                return Outcome::Stay;
            }
        };
        if self.password_problem().is_some() {
            actions.push(Action::Focus(PASSWORD));
            return Outcome::Stay;
        }
        if let Some(old) = self.stored.take_if(|stored| stored.address != address) {
            actions.push(Action::Send(taken_back(old.id), Purpose::Quiet));
        }
        let command = match self.unchanged(server.as_ref(), world) {
            Some(id) if world.link(id).is_some_and(Link::signed_in) => return Outcome::Left,
            Some(id) => {
                world.trying(id);
                Command::ConnectNow(id)
            }
            None => self.command(address, server, world),
        };
        self.send(command, actions);
        Outcome::Stay
    }

    /// The server that is typed. A port alone is that of the machine with the name after the @.
    pub(super) fn typed_server(&self, address: &BareJid) -> Result<Option<ServerAddress>, Wrong> {
        let server = typed::server(&self.server)?;
        let port = typed::port(&self.port)?;
        Ok(match (server, port) {
            (None, Some(port)) => Some(ServerAddress {
                host: address.domain().to_string(),
                port: Some(port),
            }),
            (Some(server), port) => Some(ServerAddress {
                port: port.or(server.port),
                ..server
            }),
            (None, None) => None,
        })
    }

    /// The stored account, where nothing about it is to be changed: the engine would not sign in anew.
    fn unchanged(&self, server: Option<&ServerAddress>, world: &World) -> Option<AccountId> {
        let account = world.account(self.stored.as_ref()?.id)?;
        let settings = &account.settings;
        let trusted = self.trusted.is_none() || self.trusted == settings.pin;
        let same = settings.server.as_ref() == server && settings.security == self.security;
        let still = account.enabled && same && trusted && self.password.is_empty();
        still.then_some(account.id)
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
                    pin: self.trusted,
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
                pin: self.trusted.map(Some),
                enabled: Some(true),
                ..AccountUpdate::default()
            },
            password: (!self.password.is_empty()).then_some(password),
            proxy_password: None,
        }
    }

    pub(super) fn trust(&mut self, world: &mut World, actions: &mut Actions) {
        if let Phase::Asking(certificate) = &self.phase
            && self.creates()
        {
            self.trusted = Some(certificate.sha256);
            self.make(actions);
            return;
        }
        let (Phase::Asking(certificate), Some(stored)) = (&self.phase, &self.stored) else {
            return;
        };
        let trusted = certificate.sha256;
        let command = Command::UpdateAccount {
            account: stored.id,
            update: AccountUpdate {
                pin: Some(Some(trusted)),
                ..AccountUpdate::default()
            },
            password: None,
            proxy_password: None,
        };
        world.trying(stored.id);
        self.trusted = Some(trusted);
        self.send(command, actions);
    }

    fn send(&mut self, command: Command, actions: &mut Actions) {
        self.attempt += 1;
        self.phase = Phase::Storing;
        actions.push(Action::Send(command, Purpose::SignIn(self.attempt)));
    }
}
