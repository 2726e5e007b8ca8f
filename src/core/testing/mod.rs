//! Test doubles for the engine's surroundings, for the tests of all packages (feature `testing`).

use std::{
    collections::HashMap,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    engine::{
        command::Password,
        secrets::{SecretName, Secrets},
    },
    error::{Error, ErrorKind},
};

/// Keeps passwords in memory.
#[derive(Default)]
pub struct MemorySecrets {
    kept: Mutex<HashMap<SecretName, Password>>,
    file: Mutex<HashMap<SecretName, Password>>,
    missing: AtomicBool,
}

impl MemorySecrets {
    /// From now on there is no keyring, or there is one again; the file is always there.
    pub fn set_missing(&self, missing: bool) {
        self.missing.store(missing, Ordering::Relaxed);
    }

    /// What the file has.
    #[must_use]
    pub fn in_file(&self, name: &SecretName) -> Option<Password> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.get(name).cloned()
    }

    fn there(&self) -> Result<(), Error> {
        if self.missing.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::Storage, "There is no keyring."));
        }
        Ok(())
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<SecretName, Password>) -> T) -> T {
        work(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Secrets for MemorySecrets {
    fn get(&self, name: &SecretName) -> Result<Option<Password>, Error> {
        if let Some(password) = self.in_file(name) {
            return Ok(Some(password));
        }
        self.there()?;
        Ok(self.with(|kept| kept.get(name).cloned()))
    }

    fn set(&self, name: &SecretName, password: &Password) -> Result<(), Error> {
        self.there()?;
        self.with(|kept| kept.insert(name.clone(), password.clone()));
        Ok(())
    }

    fn set_in_file(&self, name: &SecretName, password: &Password) -> Result<(), Error> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.insert(name.clone(), password.clone());
        Ok(())
    }

    fn remove(&self, name: &SecretName) -> Result<(), Error> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if file.remove(name).is_some() {
            return Ok(());
        }
        self.there()?;
        self.with(|kept| kept.remove(name));
        Ok(())
    }
}
