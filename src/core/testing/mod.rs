//! Test doubles for the engine's surroundings, for the tests of all packages (feature `testing`).

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jid::BareJid;

use crate::{
    engine::{command::Password, secrets::Secrets},
    error::Error,
};

/// Keeps passwords in memory.
#[derive(Default)]
pub struct MemorySecrets(Mutex<HashMap<BareJid, Password>>);

impl MemorySecrets {
    fn with<T>(&self, work: impl FnOnce(&mut HashMap<BareJid, Password>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Secrets for MemorySecrets {
    fn get(&self, address: &BareJid) -> Result<Option<Password>, Error> {
        Ok(self.with(|kept| kept.get(address).cloned()))
    }

    fn set(&self, address: &BareJid, password: &Password) -> Result<(), Error> {
        self.with(|kept| kept.insert(address.clone(), password.clone()));
        Ok(())
    }

    fn remove(&self, address: &BareJid) -> Result<(), Error> {
        self.with(|kept| kept.remove(address));
        Ok(())
    }
}
