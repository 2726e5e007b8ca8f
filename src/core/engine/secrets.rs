//! Where passwords are kept: declared here, given by the program (the system's keyring, or a file), faked in tests.

use std::fmt;

use jid::BareJid;

use crate::{engine::command::Password, error::Error};

/// What a password is kept under: readable for the person who looks into their keyring, and never a secret itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretName(String);

impl SecretName {
    /// The password an account signs in with: the address itself.
    #[must_use]
    pub fn account(address: &BareJid) -> Self {
        Self(address.to_string())
    }

    /// The password of an account's proxy. No address has spaces in it, so it is no account's name.
    #[must_use]
    pub fn proxy(address: &BareJid) -> Self {
        Self(format!("proxy of {address}"))
    }

    /// The name as a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Keeps passwords, each under its name.
///
/// All calls may block for long (the system may ask the person to unlock the keyring), so the engine makes them on
/// threads for blocking work only. Errors have the kind [`Storage`](crate::error::ErrorKind::Storage), and no secret in them.
pub trait Secrets: Send + Sync + 'static {
    /// The password of this name, if one is kept.
    fn get(&self, name: &SecretName) -> Result<Option<Password>, Error>;
    /// Keeps a password in place of the one before.
    fn set(&self, name: &SecretName, password: &Password) -> Result<(), Error>;
    /// Keeps a password in a file of the profile, where whoever can read the person's files can read it: only because the person
    /// said so, where there is no keyring. The same as [`set`](Self::set) for those who have no such choice.
    fn set_in_file(&self, name: &SecretName, password: &Password) -> Result<(), Error> {
        self.set(name, password)
    }
    /// Forgets the password, if one is kept.
    fn remove(&self, name: &SecretName) -> Result<(), Error>;
}
