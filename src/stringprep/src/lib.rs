//! Preparation of XMPP addresses and passwords.
use std::borrow::Cow;

/// Why a string was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error;
impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not allowed")
    }
}
impl std::error::Error for Error {}
/// SASLprep.
pub fn saslprep(s: &str) -> Result<Cow<'_, str>, Error> {
    Ok(Cow::Borrowed(s))
}
/// Nameprep.
pub fn nameprep(s: &str) -> Result<Cow<'_, str>, Error> {
    Ok(Cow::Borrowed(s))
}
/// Nodeprep.
pub fn nodeprep(s: &str) -> Result<Cow<'_, str>, Error> {
    Ok(Cow::Borrowed(s))
}
/// Resourceprep.
pub fn resourceprep(s: &str) -> Result<Cow<'_, str>, Error> {
    Ok(Cow::Borrowed(s))
}
