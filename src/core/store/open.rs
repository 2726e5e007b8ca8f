//! The file: where it lies, who may read it, and the connections to it.
//!
//! The file itself is only ever opened through SQLite: closing any other handle to it would drop SQLite's locks (POSIX).

use std::{
    fs::{self, OpenOptions},
    io,
    path::{Path, PathBuf},
    sync::Mutex,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::{Options, migrate};
use crate::error::{Error, ErrorKind};

/// The name of the database in its folder.
pub const FILE_NAME: &str = "oriole.db";

/// How long to wait for another program's lock.
const BUSY: Duration = Duration::from_secs(10);

/// One opening at a time in this process, so that nobody creates a file that somebody else has just opened.
static OPENING: Mutex<()> = Mutex::new(());

/// The connection that writes, and those that read.
pub(super) fn open(
    directory: &Path,
    options: &Options,
) -> Result<(Connection, Vec<Connection>), Error> {
    let _guard = OPENING
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let path = directory.join(FILE_NAME);
    prepare_folder(directory).map_err(|error| refused(directory, &error))?;
    prepare_file(&path).map_err(|error| refused(&path, &error))?;
    let writer = open_writer(&path, options)?;
    let readers = (0..options.readers.max(1))
        .map(|_| open_reader(&path))
        .collect::<Result<_, _>>()?;
    Ok((writer, readers))
}

fn refused(path: &Path, error: &io::Error) -> Error {
    Error::new(
        ErrorKind::Storage,
        format!("{} cannot be used: {error}.", path.display()),
    )
}

fn prepare_folder(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)?;
    restrict(directory, 0o700);
    Ok(())
}

/// Creates the file if it is not there, so that it never is readable to others, not even for a moment.
fn prepare_file(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            return Err(io::Error::other("it is not a file"));
        }
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(path) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        Err(error) => return Err(error),
    }
    restrict(path, 0o600);
    for companion in [with_suffix(path, "-wal"), with_suffix(path, "-shm")] {
        if companion.exists() {
            restrict(&companion, 0o600);
        }
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Takes everybody else's rights away. Where that is not possible (a file system without them), a warning has to do.
#[cfg(unix)]
fn restrict(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let result = fs::metadata(path).and_then(|metadata| {
        if metadata.permissions().mode() & 0o777 == mode {
            return Ok(());
        }
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
    });
    if let Err(error) = result {
        tracing::warn!(path = %path.display(), %error, "others may be able to read this");
    }
}

/// The folder of a person's profile is closed to others from the start here.
#[cfg(not(unix))]
fn restrict(_: &Path, _: u32) {}

/// Opens, and looks before it touches: what is not ours, or too new for us, stays as it is to the last byte.
fn open_writer(path: &Path, options: &Options) -> Result<Connection, Error> {
    let unfinished = fs::metadata(with_suffix(path, "-wal")).is_ok_and(|wal| wal.len() > 0);
    let mut connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    // Closing after a mere look would otherwise move what the log holds into the file.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, unfinished)?;
    common(&connection)?;
    migrate::check(&connection)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;

    if connection.is_readonly("main")? {
        return Err(Error::new(
            ErrorKind::Storage,
            format!("{} may only be read, not written.", path.display()),
        ));
    }
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        return Err(Error::new(
            ErrorKind::Storage,
            format!("The disk does not allow a write-ahead log (the journal is \"{mode}\")."),
        ));
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    // On macOS, fsync alone leaves the data in the disk's own cache.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "journal_size_limit", 16 * 1024 * 1024)?;
    connection.pragma_update(None, "cache_size", -8 * 1024)?;
    if let Some(pages) = options.max_pages {
        connection.pragma_update(None, "max_page_count", pages)?;
    }
    connection.pragma_update(None, "foreign_keys", false)?;
    migrate::run(&mut connection)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

fn open_reader(path: &Path) -> Result<Connection, Error> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    common(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -4 * 1024)?;
    Ok(connection)
}

fn common(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")
}
