//! Reading columns leniently: a row that makes no sense is left out and reported, never a reason to fail.

use chrono::{DateTime, Utc};
use jid::BareJid;
use rusqlite::{Row, types::ValueRef};

/// A text column as it stands, bytes that are no UTF-8 replaced.
pub(super) fn text(row: &Row<'_>, index: usize) -> rusqlite::Result<String> {
    Ok(optional_text(row, index)?.unwrap_or_default())
}

/// A text column that may be empty (NULL).
pub(super) fn optional_text(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<String>> {
    Ok(match row.get_ref(index)? {
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    })
}

/// An address; none where it is not one.
pub(super) fn address(text: &str, table: &'static str) -> Option<BareJid> {
    known(BareJid::new(text).ok(), table)
}

/// Passes on what could be understood, and reports what could not.
pub(super) fn known<T>(value: Option<T>, table: &'static str) -> Option<T> {
    if value.is_none() {
        tracing::warn!(
            table,
            "a row of the database makes no sense and is left out"
        );
    }
    value
}

/// A time; the beginning of 1970 where it is out of all bounds.
pub(super) fn time(milliseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(milliseconds).unwrap_or(DateTime::UNIX_EPOCH)
}
