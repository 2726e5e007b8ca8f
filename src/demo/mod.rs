//! `oriole --demo`: Oriole without an account and without a network.
//!
//! The ordinary client, over ordinary TCP to 127.0.0.1, signs in with a random password to a small server in this process, where friends
//! answer, type, come and go, and one asks to be a contact. Its profile is a folder that goes away with the demo, its passwords are in memory
//! only: the person's own profile and keyring are never touched. A doorway, and a test double for scripts; never a server for anybody.

mod friends;
mod scram;
mod script;
mod server;
mod stanza;

use std::{
    io,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use chrono::Utc;
use oriole_core::{
    engine::{
        command::{Command, Done, Password},
        handle::Handle,
    },
    error::{Error, ErrorKind},
    model::{
        account::{AccountSettings, Security, ServerAddress},
        ids::AccountId,
        presence::{OwnPresence, Show},
    },
    xmpp::stream::random_id,
};
use oriole_ui::i18n::Language;
use tempfile::TempDir;
use tokio::net::TcpListener;

use friends::{Clock, Friends};
use server::Stage;

/// How much time the friends take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// As much as people: to be looked at.
    Natural,
    /// None: for scripts and tests.
    AtOnce,
}

impl Pace {
    fn of(self, time: Duration) -> Duration {
        match self {
            Self::Natural => time,
            Self::AtOnce => Duration::ZERO,
        }
    }
}

/// The folder of a demo's profile; removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Profile(TempDir);

impl Profile {
    /// Makes the folder, with access for its owner only.
    ///
    /// # Errors
    /// Where the system's folder for such things cannot be written.
    pub(crate) fn new() -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("oriole-demo-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o700));
        }
        builder.tempdir().map(Self)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Removes it, and says where that is not possible.
    pub(crate) fn remove(self) {
        let path: PathBuf = self.path().to_owned();
        if let Err(error) = self.0.close() {
            tracing::warn!("the demo's folder {} stays behind: {error}", path.display());
        }
    }
}

/// What a demo depends on.
pub(crate) struct Demo {
    /// What the friends speak.
    pub(crate) language: Language,
    /// How much time they take.
    pub(crate) pace: Pace,
    /// The time of day.
    pub(crate) clock: Clock,
}

impl Demo {
    /// A demo in this language, now.
    pub(crate) fn new(language: Language, pace: Pace) -> Self {
        Self {
            language,
            pace,
            clock: Arc::new(Utc::now),
        }
    }

    /// Opens the server and lets the engine sign in to it. The server lasts as long as the runtime.
    ///
    /// # Errors
    /// Where nothing can listen on 127.0.0.1, or the account cannot be stored.
    pub(crate) async fn begin(self, handle: &Handle) -> Result<AccountId, Error> {
        let status = script::script(self.language).own_status.to_owned();
        let password = random_id();
        let port = self.open(&password).await?;
        let account = sign_in(handle, port, &password).await?;
        let presence = OwnPresence {
            show: Show::Online,
            status,
        };
        let account_only = Some(account);
        handle
            .send(Command::SetPresence {
                account: account_only,
                presence,
            })
            .await?;
        Ok(account)
    }

    /// Opens the server for who knows this password, and gives its port.
    async fn open(self, password: &str) -> Result<u16, Error> {
        let refused =
            |error: io::Error| Error::new(ErrorKind::ConnectionRefused, error.to_string());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(refused)?;
        let port = listener.local_addr().map_err(refused)?.port();
        let own = friends::own_address().ok_or(ErrorKind::BadRequest)?;
        let stage = Stage::new(Friends::new(own, self.language, self.clock), self.pace);
        let password = zeroize::Zeroizing::new(password.to_owned());
        tokio::spawn(async move { server::serve(listener, &password, stage).await });
        Ok(port)
    }
}

/// Adds the demo's account to the engine.
async fn sign_in(handle: &Handle, port: u16, password: &str) -> Result<AccountId, Error> {
    let address = friends::own_address().ok_or(ErrorKind::BadRequest)?;
    let settings = AccountSettings {
        server: Some(ServerAddress {
            host: Ipv4Addr::LOCALHOST.to_string(),
            port: Some(port),
        }),
        security: Security::Plain,
        ..AccountSettings::new(address)
    };
    let password = Password::new(password);
    match handle
        .send(Command::AddAccount {
            settings,
            password,
            proxy_password: None,
            register: false,
        })
        .await?
    {
        Done::Account(account) => Ok(account),
        _ => Err(ErrorKind::Storage.into()),
    }
}

#[cfg(test)]
mod tests;
