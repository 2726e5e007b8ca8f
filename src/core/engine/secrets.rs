//! Where passwords are kept: declared here, given by the program (the system's keyring, or a file), faked in tests.

use jid::BareJid;

use crate::{engine::command::Password, error::Error};

/// Keeps one password per account, under the account's address.
///
/// All calls may block for long (the system may ask the person to unlock the keyring), so the engine makes them on
/// threads for blocking work only. Errors have the kind [`Storage`](crate::error::ErrorKind::Storage), and no secret in them.
pub trait Secrets: Send + Sync + 'static {
    /// The account's password, if one is kept.
    fn get(&self, address: &BareJid) -> Result<Option<Password>, Error>;
    /// Keeps a password in place of the one before.
    fn set(&self, address: &BareJid, password: &Password) -> Result<(), Error>;
    /// Forgets the password, if one is kept.
    fn remove(&self, address: &BareJid) -> Result<(), Error>;
}
