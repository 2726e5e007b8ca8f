//! Where passwords are kept: the system's keyring, or, for machines without one, a file, where the person said so; those of the demo
//! in memory only.

mod file;
mod keyring;
mod memory;
mod system;

use std::{path::Path, sync::Arc};

use oriole_core::engine::secrets::Secrets;

use crate::{cli::Keyring, logging};

/// The place for a profile's passwords. Tells the person where that place is not as safe as it should be.
///
/// `usual` says whether the folder is the one that is used when none is named.
pub(crate) fn open(keyring: Keyring, directory: &Path, usual: bool) -> Arc<dyn Secrets> {
    match keyring {
        Keyring::System => Arc::new(system::System::new(
            keyring::SystemKeyring::new((!usual).then_some(directory)),
            file::SecretsFile::new(directory),
        )),
        Keyring::File => {
            let file = file::SecretsFile::new(directory);
            logging::say(&format!(
                "Warning: passwords are kept unencrypted in {}, readable by your user only.",
                file.path().display()
            ));
            Arc::new(file)
        }
    }
}

/// A place for passwords that are to be gone with the process.
pub(crate) fn memory() -> Arc<dyn Secrets> {
    Arc::<memory::Memory>::default()
}
