//! The system's keyring, and beside it the file for what the person said is to be kept there because there is no keyring.
//!
//! Nothing comes into the file by itself. As soon as the keyring takes a password, the file has it no longer.

use oriole_core::{
    engine::{
        command::Password,
        secrets::{SecretName, Secrets},
    },
    error::Error,
};

use super::{file::SecretsFile, keyring::SystemKeyring};

/// The keyring, and the file beside it.
pub(super) struct System<K = SystemKeyring> {
    keyring: K,
    file: SecretsFile,
}

impl<K: Secrets> System<K> {
    pub(super) fn new(keyring: K, file: SecretsFile) -> Self {
        Self { keyring, file }
    }
}

impl<K: Secrets> Secrets for System<K> {
    fn get(&self, name: &SecretName) -> Result<Option<Password>, Error> {
        match self.file.get(name) {
            Ok(None) => self.keyring.get(name),
            Ok(kept) => Ok(kept),
            // A damaged file is in nobody's way who has a keyring.
            Err(error) => self.keyring.get(name).map_err(|_| error),
        }
    }

    fn set(&self, name: &SecretName, password: &Password) -> Result<(), Error> {
        match self.keyring.set(name, password) {
            Ok(()) => self.file.remove(name),
            Err(error) => match self.file.get(name) {
                Ok(Some(_)) => self.file.set(name, password),
                _ => Err(error),
            },
        }
    }

    fn set_in_file(&self, name: &SecretName, password: &Password) -> Result<(), Error> {
        self.file.set(name, password)
    }

    fn remove(&self, name: &SecretName) -> Result<(), Error> {
        let in_file = matches!(self.file.get(name), Ok(Some(_)));
        let removed = self.file.remove(name);
        match self.keyring.remove(name) {
            // There was no keyring to keep it in.
            Err(_) if in_file => removed,
            result => result.and(removed),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use oriole_core::testing::MemorySecrets;

    use super::*;

    fn on_a_machine(folder: &Path, missing: bool) -> System<MemorySecrets> {
        let keyring = MemorySecrets::default();
        keyring.set_missing(missing);
        System::new(keyring, SecretsFile::new(folder))
    }

    fn romeo() -> SecretName {
        SecretName::account(&"romeo@example.org".parse().unwrap())
    }

    #[test]
    fn nothing_is_written_to_the_file_unless_the_person_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let system = on_a_machine(folder.path(), true);
        system.set(&romeo(), &Password::new("one")).unwrap_err();
        system.get(&romeo()).unwrap_err();
        system.remove(&romeo()).unwrap_err();
        assert!(!system.file.path().exists());

        system.set_in_file(&romeo(), &Password::new("one")).unwrap();
        assert_eq!(system.get(&romeo()).unwrap(), Some(Password::new("one")));
        // What they said holds for the next password too.
        system.set(&romeo(), &Password::new("two")).unwrap();
        assert_eq!(system.get(&romeo()).unwrap(), Some(Password::new("two")));
        system.remove(&romeo()).unwrap();
        system.get(&romeo()).unwrap_err();
    }

    #[test]
    fn a_keyring_that_is_there_again_takes_over() {
        let folder = tempfile::tempdir().unwrap();
        let system = on_a_machine(folder.path(), false);
        system.set_in_file(&romeo(), &Password::new("one")).unwrap();
        assert_eq!(system.get(&romeo()).unwrap(), Some(Password::new("one")));
        system.set(&romeo(), &Password::new("two")).unwrap();
        assert_eq!(system.file.get(&romeo()).unwrap(), None);
        assert_eq!(system.get(&romeo()).unwrap(), Some(Password::new("two")));
        std::fs::write(system.file.path(), "half").unwrap();
        assert_eq!(system.get(&romeo()).unwrap(), Some(Password::new("two")));
    }
}
