//! Passwords in a file of the profile that only its owner can read, for machines without a keyring. Nothing in it is encrypted.
//!
//! `{"passwords": {"NAME": "PASSWORD"}}`, an account's name being its address. Written anew as a whole beside the old one and then put in its place, so that it is never
//! half there. A file that cannot be understood is left alone.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use oriole_core::{
    engine::{
        command::Password,
        secrets::{SecretName, Secrets},
    },
    error::{Error, ErrorKind},
};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::platform::folder;

const NAME: &str = "secrets.json";
const FIELD: &str = "passwords";

/// More than any number of passwords needs, in bytes.
const LIMIT: u64 = 1024 * 1024;

/// The file.
pub(super) struct SecretsFile {
    path: PathBuf,
    /// One change at a time; other processes are kept away by the profile's lock.
    access: Mutex<()>,
}

impl SecretsFile {
    /// The file in this folder, which must be there before the first password is kept.
    pub(super) fn new(directory: &Path) -> Self {
        Self {
            path: directory.join(NAME),
            access: Mutex::new(()),
        }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn read(&self) -> Result<BTreeMap<String, Password>, Error> {
        let mut text = Zeroizing::new(Vec::new());
        match File::open(&self.path) {
            Ok(file) => {
                keep_private(&file).map_err(|error| self.explain(&error))?;
                file.take(LIMIT)
                    .read_to_end(&mut text)
                    .map_err(|error| self.explain(&error))?
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(self.explain(&error)),
        };
        parse(&text).ok_or_else(|| {
            let path = self.path.display();
            Error::new(
                ErrorKind::Storage,
                format!("The file {path} is damaged. Repair it, or remove it and enter the passwords anew."),
            )
        })
    }

    fn write(&self, passwords: &BTreeMap<String, Password>) -> Result<(), Error> {
        let write = || {
            let new = self.path.with_extension("json.new");
            match fs::remove_file(&new) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = folder::private_file()
                .write(true)
                .create_new(true)
                .open(&new)?;
            file.write_all(&format(passwords)?)?;
            file.sync_all()?;
            drop(file);
            fs::rename(&new, &self.path)?;
            sync_folder(&self.path)
        };
        write().map_err(|error: io::Error| self.explain(&error))
    }

    /// Only the system's words for it: `error` must come from the disk, not from reading what is in the file.
    fn explain(&self, error: &io::Error) -> Error {
        let path = self.path.display();
        Error::new(
            ErrorKind::Storage,
            format!("The passwords in {path} could not be read or written: {error}."),
        )
    }
}

impl Secrets for SecretsFile {
    fn get(&self, name: &SecretName) -> Result<Option<Password>, Error> {
        let _access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(self.read()?.remove(name.as_str()))
    }

    fn set(&self, name: &SecretName, password: &Password) -> Result<(), Error> {
        let _access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        let mut passwords = self.read()?;
        passwords.insert(name.to_string(), password.clone());
        self.write(&passwords)
    }

    fn remove(&self, name: &SecretName) -> Result<(), Error> {
        let _access = self.access.lock().unwrap_or_else(PoisonError::into_inner);
        let mut passwords = self.read()?;
        match passwords.remove(name.as_str()) {
            Some(_) => self.write(&passwords),
            None => Ok(()),
        }
    }
}

/// None where the text is not one of ours.
fn parse(text: &[u8]) -> Option<BTreeMap<String, Password>> {
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(text) else {
        return None;
    };
    let Some(Value::Object(passwords)) = fields.remove(FIELD) else {
        return None;
    };
    passwords
        .into_iter()
        .map(|(address, password)| match password {
            Value::String(password) => Some((address, Password::new(password))),
            _ => None,
        })
        .collect()
}

fn format(passwords: &BTreeMap<String, Password>) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut inner = BTreeMap::new();
    for (address, password) in passwords {
        inner.insert(address.as_str(), password.reveal());
    }
    let mut text = Zeroizing::new(Vec::new());
    serde_json::to_writer(&mut *text, &BTreeMap::from([(FIELD, inner)]))?;
    text.push(b'\n');
    Ok(text)
}

/// Takes away what others may do with the file, if somebody gave it to them.
#[cfg(unix)]
fn keep_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = file.metadata()?.permissions();
    if permissions.mode() & 0o077 != 0 {
        permissions.set_mode(0o600);
        file.set_permissions(permissions)?;
    }
    Ok(())
}

/// Elsewhere the person's own folders are closed to others by themselves.
#[cfg(not(unix))]
fn keep_private(_file: &File) -> io::Result<()> {
    Ok(())
}

/// Makes the new name last through a power cut.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent()
        .map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// Elsewhere folders cannot be opened for that.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn address(text: &str) -> SecretName {
        SecretName::account(&text.parse().unwrap())
    }

    #[test]
    fn passwords_outlive_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let (romeo, juliet) = (address("romeo@example.org"), address("juliet@example.org"));
        let file = SecretsFile::new(folder.path());
        assert_eq!(file.get(&romeo).unwrap(), None);
        file.remove(&romeo).unwrap();
        assert!(!file.path().exists());
        file.set(&romeo, &Password::new("one")).unwrap();
        file.set(&juliet, &Password::new("\"zwei\" 密码 🔑"))
            .unwrap();
        file.set(&romeo, &Password::new("three")).unwrap();

        let again = SecretsFile::new(folder.path());
        assert_eq!(again.get(&romeo).unwrap(), Some(Password::new("three")));
        again.remove(&romeo).unwrap();
        assert_eq!(again.get(&romeo).unwrap(), None);
        let kept = file.get(&juliet).unwrap();
        assert_eq!(kept, Some(Password::new("\"zwei\" 密码 🔑")));
        let names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, [NAME]);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = SecretsFile::new(folder.path());
        let mode = || fs::metadata(file.path()).unwrap().permissions().mode() & 0o777;
        file.set(&address("a@b"), &Password::new("x")).unwrap();
        assert_eq!(mode(), 0o600);
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).unwrap();
        file.get(&address("a@b")).unwrap();
        assert_eq!(mode(), 0o600);
    }

    #[test]
    fn a_damaged_file_is_left_alone_and_not_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let file = SecretsFile::new(folder.path());
        for damaged in [
            "",
            "hunter2",
            "[]",
            "{}",
            r#"{"passwords":["hunter2"]}"#,
            r#"{"passwords":{"a@b":7}}"#,
            r#"{"passwords":{"a@b":"hunter2"#,
        ] {
            fs::write(file.path(), damaged).unwrap();
            let error = file
                .set(&address("a@b"), &Password::new("new"))
                .unwrap_err();
            assert_eq!(error.kind, ErrorKind::Storage);
            assert!(error.detail.contains("damaged"), "{error}");
            assert!(!error.to_string().contains("hunter2"));
            assert_eq!(fs::read_to_string(file.path()).unwrap(), damaged);
        }
    }

    #[test]
    fn what_a_crash_left_behind_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let file = SecretsFile::new(folder.path());
        fs::write(folder.path().join("secrets.json.new"), "half").unwrap();
        file.set(&address("a@b"), &Password::new("x")).unwrap();
        assert_eq!(file.get(&address("a@b")).unwrap(), Some(Password::new("x")));
    }

    #[test]
    fn a_folder_that_is_gone_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = SecretsFile::new(&folder.path().join("gone"));
        let error = file
            .set(&address("a@b"), &Password::new("hunter2"))
            .unwrap_err();
        assert_eq!(error.kind, ErrorKind::Storage);
        assert!(!error.to_string().contains("hunter2"));
    }
}
