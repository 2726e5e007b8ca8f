//! Passwords in memory only, for the demo: gone with the process.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use oriole_core::{
    engine::{
        command::Password,
        secrets::{SecretName, Secrets},
    },
    error::Error,
};

/// Passwords by name.
#[derive(Default)]
pub(super) struct Memory(Mutex<HashMap<SecretName, Password>>);

impl Memory {
    fn with<T>(
        &self,
        work: impl FnOnce(&mut HashMap<SecretName, Password>) -> T,
    ) -> Result<T, Error> {
        Ok(work(
            &mut self.0.lock().unwrap_or_else(PoisonError::into_inner),
        ))
    }
}

impl Secrets for Memory {
    fn get(&self, name: &SecretName) -> Result<Option<Password>, Error> {
        self.with(|kept| kept.get(name).cloned())
    }

    fn set(&self, name: &SecretName, password: &Password) -> Result<(), Error> {
        self.with(|kept| {
            kept.insert(name.clone(), password.clone());
        })
    }

    fn remove(&self, name: &SecretName) -> Result<(), Error> {
        self.with(|kept| {
            kept.remove(name);
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
        let address = SecretName::account(&"you@oriole.example".parse().unwrap());
        assert!(memory.get(&address).unwrap().is_none());
        memory.set(&address, &Password::new("secret")).unwrap();
        assert_eq!(memory.get(&address).unwrap().unwrap().reveal(), "secret");
        memory.remove(&address).unwrap();
        assert!(memory.get(&address).unwrap().is_none());
    }
}
