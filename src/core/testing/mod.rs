//! Test doubles for the engine's surroundings, for the tests of all packages (feature `testing`).

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::{
    engine::{
        command::Password,
        secrets::{SecretName, Secrets},
    },
    error::Error,
};

/// Keeps passwords in memory.
#[derive(Default)]
pub struct MemorySecrets(Mutex<HashMap<SecretName, Password>>);

impl MemorySecrets {
    fn with<T>(&self, work: impl FnOnce(&mut HashMap<SecretName, Password>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Secrets for MemorySecrets {
    fn get(&self, name: &SecretName) -> Result<Option<Password>, Error> {
        Ok(self.with(|kept| kept.get(name).cloned()))
    }

    fn set(&self, name: &SecretName, password: &Password) -> Result<(), Error> {
        self.with(|kept| kept.insert(name.clone(), password.clone()));
        Ok(())
    }

    fn remove(&self, name: &SecretName) -> Result<(), Error> {
        self.with(|kept| kept.remove(name));
        Ok(())
    }
}
