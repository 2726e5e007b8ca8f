//! Passwords in memory only, for the demo: gone with the process.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jid::BareJid;
use oriole_core::{
    engine::{command::Password, secrets::Secrets},
    error::Error,
};

/// Passwords by address.
#[derive(Default)]
pub(super) struct Memory(Mutex<HashMap<BareJid, Password>>);

impl Memory {
    fn with<T>(&self, work: impl FnOnce(&mut HashMap<BareJid, Password>) -> T) -> Result<T, Error> {
        Ok(work(
            &mut self.0.lock().unwrap_or_else(PoisonError::into_inner),
        ))
    }
}

impl Secrets for Memory {
    fn get(&self, address: &BareJid) -> Result<Option<Password>, Error> {
        self.with(|kept| kept.get(address).cloned())
    }

    fn set(&self, address: &BareJid, password: &Password) -> Result<(), Error> {
        self.with(|kept| {
            kept.insert(address.clone(), password.clone());
        })
    }

    fn remove(&self, address: &BareJid) -> Result<(), Error> {
        self.with(|kept| {
            kept.remove(address);
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_was_kept_is_there_until_it_is_removed() {
        let memory = Memory::default();
        let address = BareJid::new("you@oriole.example").unwrap();
        assert!(memory.get(&address).unwrap().is_none());
        memory.set(&address, &Password::new("secret")).unwrap();
        assert_eq!(memory.get(&address).unwrap().unwrap().reveal(), "secret");
        memory.remove(&address).unwrap();
        assert!(memory.get(&address).unwrap().is_none());
    }
}
