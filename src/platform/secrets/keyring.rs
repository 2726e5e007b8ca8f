//! Passwords in the system's keyring: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.
//!
//! A keyring that is missing or locked is an error of that one call: the next asks anew, because the person may have unlocked it meanwhile.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use keyring_core::{CredentialStore, Entry, Error as KeyringError};
use oriole_core::{
    engine::{
        command::Password,
        secrets::{SecretName, Secrets},
    },
    error::{Error, ErrorKind},
};

/// The service under which all of Oriole's items stand.
const SERVICE: &str = "im.oriole.Oriole";

type Connect = Box<dyn Fn() -> keyring_core::Result<Arc<CredentialStore>> + Send + Sync>;

/// The system's keyring, with one item a password.
pub(super) struct SystemKeyring {
    connect: Connect,
    store: Mutex<Option<Arc<CredentialStore>>>,
    /// Tells the items of profiles apart; none for the usual profile.
    profile: Option<String>,
}

impl SystemKeyring {
    /// The keyring, not asked for anything yet. `profile` is the profile's folder, where it is not the usual one.
    pub(super) fn new(profile: Option<&Path>) -> Self {
        Self::with(Box::new(connect), profile)
    }

    fn with(connect: Connect, profile: Option<&Path>) -> Self {
        let profile = profile.map(|path| {
            let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            whole.display().to_string()
        });
        Self {
            connect,
            store: Mutex::new(None),
            profile,
        }
    }

    /// The name of an item, readable for the person who looks into the keyring.
    fn user(&self, name: &SecretName) -> String {
        match &self.profile {
            Some(profile) => format!("{name} ({profile})"),
            None => name.to_string(),
        }
    }

    /// Does something with an item; none where there is no such item.
    ///
    /// A connection to the keyring that went stale, because its service was restarted, is made anew once.
    fn with_entry<T>(
        &self,
        name: &SecretName,
        work: impl Fn(&Entry) -> keyring_core::Result<T>,
    ) -> Result<Option<T>, Error> {
        let user = self.user(name);
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let (used, fresh) = match store.take() {
                Some(used) => (used, false),
                None => ((self.connect)().map_err(explain)?, true),
            };
            match used
                .build(SERVICE, &user, None)
                .and_then(|entry| work(&entry))
            {
                Ok(value) => {
                    *store = Some(used);
                    return Ok(Some(value));
                }
                Err(KeyringError::NoEntry) => {
                    *store = Some(used);
                    return Ok(None);
                }
                Err(KeyringError::PlatformFailure(_)) if !fresh => {}
                Err(error) => return Err(explain(error)),
            }
        }
    }
}

impl Secrets for SystemKeyring {
    fn get(&self, name: &SecretName) -> Result<Option<Password>, Error> {
        self.with_entry(name, |entry| entry.get_password().map(Password::new))
    }

    fn set(&self, name: &SecretName, password: &Password) -> Result<(), Error> {
        match self.with_entry(name, |entry| entry.set_password(password.reveal()))? {
            Some(()) => Ok(()),
            None => Err(explain(KeyringError::NoEntry)),
        }
    }

    fn remove(&self, name: &SecretName) -> Result<(), Error> {
        self.with_entry(name, Entry::delete_credential).map(|_| ())
    }
}

/// Says what a person can do. Never repeats what was read, which may be a secret.
fn explain(error: KeyringError) -> Error {
    let detail = match error {
        KeyringError::NoStorageAccess(error) => format!(
            "The system's keyring is locked, or did not let Oriole in ({error}). Unlock it and try again."
        ),
        KeyringError::PlatformFailure(error) => format!(
            "The system's keyring could not be used ({error}). Check that a keyring service is running, or start Oriole with --keyring file."
        ),
        KeyringError::NoEntry => "The system's keyring did not keep the password.".to_owned(),
        KeyringError::BadEncoding(_) | KeyringError::BadDataFormat(..) => {
            "What the system's keyring has for this account is not a password.".to_owned()
        }
        KeyringError::TooLong(..) => {
            "The password or the profile's path is too long for the system's keyring.".to_owned()
        }
        KeyringError::Ambiguous(_) => {
            "The system's keyring has more than one password for this account. Remove all but one.".to_owned()
        }
        KeyringError::NotSupportedByStore(reason) | KeyringError::BadStoreFormat(reason) => {
            format!("The system's keyring could not be used ({reason}).")
        }
        _ => "The system's keyring could not be used.".to_owned(),
    };
    Error::new(ErrorKind::Storage, detail)
}

#[cfg(target_os = "linux")]
fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(target_os = "windows")]
fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", target_os = "windows")))]
fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    Err(KeyringError::NotSupportedByStore(
        "none is known for this system; use --keyring file".to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::atomic::{AtomicUsize, Ordering};

    use keyring_core::mock;

    use super::*;

    fn address(text: &str) -> SecretName {
        SecretName::account(&text.parse().unwrap())
    }

    fn password(text: &str) -> Password {
        Password::new(text)
    }

    fn failure() -> KeyringError {
        KeyringError::PlatformFailure("no such bus".into())
    }

    /// A keyring whose connections lead to one store, and the count of connections made.
    fn keyring(
        store: &Arc<mock::Store>,
        profile: Option<&Path>,
    ) -> (SystemKeyring, Arc<AtomicUsize>) {
        let made = Arc::new(AtomicUsize::new(0));
        let (store, count) = (Arc::clone(store), Arc::clone(&made));
        let connect = move || -> keyring_core::Result<Arc<CredentialStore>> {
            count.fetch_add(1, Ordering::SeqCst);
            Ok(store.clone())
        };
        (SystemKeyring::with(Box::new(connect), profile), made)
    }

    fn fail_next(store: &Arc<mock::Store>, user: &str, error: KeyringError) {
        let store: Arc<CredentialStore> = store.clone();
        let entry = store.build(SERVICE, user, None).unwrap();
        let item: &mock::Cred = entry.as_any().downcast_ref().unwrap();
        item.set_error(error);
    }

    #[test]
    fn passwords_are_kept_replaced_and_forgotten() {
        let (keyring, made) = keyring(&mock::Store::new().unwrap(), None);
        let romeo = address("romeo@example.org");
        assert_eq!(keyring.get(&romeo).unwrap(), None);
        keyring.remove(&romeo).unwrap();
        keyring.set(&romeo, &password("one")).unwrap();
        keyring.set(&romeo, &password("zwei 密码 🔑")).unwrap();
        assert_eq!(keyring.get(&romeo).unwrap(), Some(password("zwei 密码 🔑")));
        assert_eq!(keyring.get(&address("juliet@example.org")).unwrap(), None);
        keyring.remove(&romeo).unwrap();
        assert_eq!(keyring.get(&romeo).unwrap(), None);
        assert_eq!(made.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn profiles_do_not_share_an_accounts_password() {
        let store = mock::Store::new().unwrap();
        let romeo = address("romeo@example.org");
        let keyrings = [
            keyring(&store, None).0,
            keyring(&store, Some(Path::new("/profiles/a"))).0,
            keyring(&store, Some(Path::new("/profiles/b"))).0,
        ];
        for (number, keyring) in keyrings.iter().enumerate() {
            keyring.set(&romeo, &password(&number.to_string())).unwrap();
        }
        for (number, keyring) in keyrings.iter().enumerate() {
            let kept = keyring.get(&romeo).unwrap();
            assert_eq!(kept, Some(password(&number.to_string())));
        }
    }

    #[test]
    fn a_missing_keyring_is_asked_again_at_the_next_call() {
        let tries = Arc::new(AtomicUsize::new(0));
        let (store, count) = (mock::Store::new().unwrap(), Arc::clone(&tries));
        let connect = move || -> keyring_core::Result<Arc<CredentialStore>> {
            match count.fetch_add(1, Ordering::SeqCst) {
                0 => Err(failure()),
                _ => Ok(store.clone()),
            }
        };
        let keyring = SystemKeyring::with(Box::new(connect), None);
        let romeo = address("romeo@example.org");
        let error = keyring.set(&romeo, &password("hidden")).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Storage);
        assert!(error.detail.contains("no such bus"), "{error}");
        assert!(!error.to_string().contains("hidden"));
        keyring.set(&romeo, &password("hidden")).unwrap();
        assert_eq!(keyring.get(&romeo).unwrap(), Some(password("hidden")));
    }

    #[test]
    fn a_stale_connection_is_made_anew_but_a_refusal_is_not_asked_twice() {
        let store = mock::Store::new().unwrap();
        let (keyring, made) = keyring(&store, None);
        let romeo = address("romeo@example.org");
        keyring.set(&romeo, &password("kept")).unwrap();
        fail_next(&store, "romeo@example.org", failure());
        assert_eq!(keyring.get(&romeo).unwrap(), Some(password("kept")));
        assert_eq!(made.load(Ordering::SeqCst), 2);

        let locked = KeyringError::NoStorageAccess("dismissed".into());
        fail_next(&store, "romeo@example.org", locked);
        let error = keyring.get(&romeo).unwrap_err();
        assert!(error.detail.contains("locked"), "{error}");
        assert_eq!(made.load(Ordering::SeqCst), 2);
        assert_eq!(keyring.get(&romeo).unwrap(), Some(password("kept")));
    }

    #[test]
    fn what_is_not_a_password_is_not_shown() {
        let error = explain(KeyringError::BadEncoding(b"hunter2\xff".to_vec()));
        assert!(!error.to_string().contains("hunter2"));
    }
}
