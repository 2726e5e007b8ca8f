//! From SQLite's errors to ours. A detail names what went wrong, never what was to be stored.

use rusqlite::ErrorCode;

use crate::error::{Error, ErrorKind};

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let code = error.sqlite_error_code();
        let start = match code {
            Some(ErrorCode::DiskFull) => "The disk is full",
            Some(ErrorCode::DatabaseCorrupt) => "The database is damaged",
            Some(ErrorCode::NotADatabase) => "The file is damaged or not a database",
            Some(ErrorCode::ReadOnly) => "The database cannot be written",
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                "The database cannot be opened"
            }
            Some(ErrorCode::SystemIoFailure) => "The disk cannot be read or written",
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                "Another program keeps the database locked"
            }
            _ => "The database refused",
        };
        Self::new(ErrorKind::Storage, format!("{start} ({error})."))
    }
}

/// What everything answers once the database was closed.
pub(super) fn closed() -> Error {
    Error::new(ErrorKind::Storage, "The database is closed.")
}

/// That there is no such thing.
pub(super) fn not_found(what: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("There is no such {what}."))
}

/// That no more messages of one moment can be stored.
pub(super) fn full() -> Error {
    Error::new(
        ErrorKind::Storage,
        "Too many messages were written at the same moment.",
    )
}
