//! A Unix socket: in the profile's folder, or, where that path is too long for one, in a folder for such sockets that only its owner can enter.

use std::{
    fs::{self, Permissions},
    io::{self, Read, Write},
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    time::Duration,
};

use crate::platform::folder;

/// The longest path a socket can have on any system, in bytes, with some room.
const LONGEST: usize = 100;

/// How long the other end may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where a profile's socket is.
#[derive(Debug, Clone)]
pub(crate) struct Address(PathBuf);

impl Address {
    /// The one for a profile, given by its whole path.
    pub(crate) fn of(directory: &Path) -> io::Result<Self> {
        let inside = directory.join("oriole.sock");
        if inside.as_os_str().len() <= LONGEST {
            return Ok(Self(inside));
        }
        let owner = directory.metadata()?.uid();
        let base = match std::env::var_os("XDG_RUNTIME_DIR") {
            Some(runtime) if Path::new(&runtime).is_absolute() => PathBuf::from(runtime),
            _ => std::env::temp_dir(),
        };
        let shared = base.join(format!("oriole-{owner}"));
        folder::make_private(&shared)?;
        // The temporary folder is everybody's: somebody else may have been there first.
        let found = fs::symlink_metadata(&shared)?;
        if !found.is_dir() || found.uid() != owner || found.mode() & 0o077 != 0 {
            let message = format!("{} is not ours alone", shared.display());
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
        }
        Ok(Self(
            shared.join(format!("{}.sock", super::short_name(directory))),
        ))
    }

    /// Removes what is left of the socket.
    pub(crate) fn forget(&self) {
        // Where it cannot be removed now, the next one does it.
        let _ = fs::remove_file(&self.0);
    }
}

/// The end that is asked.
pub(crate) struct Listener(UnixListener);

impl Listener {
    /// Takes the address over. Only for the one who has the profile's lock: whatever socket is there is a dead one's.
    pub(crate) fn bind(address: &Address) -> io::Result<Self> {
        match fs::remove_file(&address.0) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(&address.0)?;
        fs::set_permissions(&address.0, Permissions::from_mode(0o600))?;
        Ok(Self(listener))
    }

    /// Waits for somebody who asks.
    pub(crate) fn accept(&self) -> io::Result<UnixStream> {
        let (connection, _) = self.0.accept()?;
        connection.set_write_timeout(Some(PATIENCE))?;
        connection.set_read_timeout(Some(PATIENCE))?;
        Ok(connection)
    }
}

/// The end that asks.
pub(crate) fn connect(address: &Address) -> io::Result<impl Read + Write> {
    let connection = UnixStream::connect(&address.0)?;
    connection.set_write_timeout(Some(PATIENCE))?;
    connection.set_read_timeout(Some(PATIENCE))?;
    Ok(connection)
}
