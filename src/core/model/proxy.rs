//! A proxy as people type it: what stands between an account and everything it connects to.

use std::{fmt, str::FromStr};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use zeroize::Zeroizing;

use super::server_address::ServerAddress;

/// What is written as it is in the part before the `@`.
const IN_USER: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// RFC 1929 §2 has one byte for the length of a name and of a password.
const LONGEST_PART: usize = 255;

/// The language a proxy speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProxyKind {
    /// SOCKS version 5 (RFC 1928).
    Socks5,
    /// HTTP with the method CONNECT (RFC 9110 §9.3.6).
    Http,
}

impl ProxyKind {
    /// The scheme of its addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Socks5 => "socks5",
            Self::Http => "http",
        }
    }
}

/// A proxy, without its password, which is a secret and kept elsewhere.
///
/// Written as `socks5://user@host:port` or `http://host:port`; `socks5h` is understood as `socks5`, for names are never looked up here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Proxy {
    /// The language it speaks.
    pub kind: ProxyKind,
    /// A host name or an IP address, IPv6 without brackets. Never empty.
    pub host: String,
    /// The TCP port, never 0.
    pub port: u16,
    /// The name it knows us by, 1 to 255 bytes.
    pub user: Option<String>,
}

/// Why a typed proxy was not understood. Never repeats what was typed: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyError {
    /// Neither `socks5://` nor `http://`.
    #[error("a proxy begins with socks5:// or http://")]
    BadScheme,
    /// No host, or none that could be one.
    #[error("the proxy's host is not a host name or an IP address")]
    BadHost,
    /// No port, or none that could be one.
    #[error("the proxy needs a port, a number from 1 to 65535")]
    BadPort,
    /// The name is empty, too long, or cannot be sent.
    #[error(
        "the proxy's user or password is empty, too long, or has characters that cannot be sent"
    )]
    BadUser,
    /// There is a password, where none may stand.
    #[error("a proxy's password does not belong here")]
    Password,
}

impl Proxy {
    /// Reads a proxy's address that may have a password in it.
    ///
    /// # Errors
    /// [`ProxyError`].
    pub fn with_password(text: &str) -> Result<(Self, Option<Zeroizing<String>>), ProxyError> {
        let (scheme, rest) = text.trim().split_once("://").ok_or(ProxyError::BadScheme)?;
        let kind = match scheme.to_ascii_lowercase().as_str() {
            "socks5" | "socks5h" => ProxyKind::Socks5,
            "http" => ProxyKind::Http,
            _ => return Err(ProxyError::BadScheme),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (who, place) = match rest.rsplit_once('@') {
            Some((who, place)) => (Some(who), place),
            None => (None, rest),
        };
        let server: ServerAddress = place.parse().map_err(|error| match error {
            super::server_address::ServerAddressError::BadPort => ProxyError::BadPort,
            _ => ProxyError::BadHost,
        })?;
        let (user, password) = match who.map(|who| who.split_once(':').unwrap_or((who, ""))) {
            None => (None, None),
            Some((user, "")) => (Some(part(user)?), None),
            Some((user, password)) => (Some(part(user)?), Some(part(password)?)),
        };
        // RFC 7617 §2: the name ends at the first colon.
        if kind == ProxyKind::Http && user.as_ref().is_some_and(|user| user.contains(':')) {
            return Err(ProxyError::BadUser);
        }
        let proxy = Self {
            kind,
            host: server.host,
            port: server.port.ok_or(ProxyError::BadPort)?,
            user: user.map(|user| (*user).clone()),
        };
        Ok((proxy, password))
    }
}

/// A name or password as it was before it was made part of an address.
fn part(text: &str) -> Result<Zeroizing<String>, ProxyError> {
    let decoded = percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| ProxyError::BadUser)?;
    let sendable =
        !decoded.is_empty() && decoded.len() <= LONGEST_PART && !decoded.contains(char::is_control);
    if sendable {
        Ok(Zeroizing::new(decoded.into_owned()))
    } else {
        Err(ProxyError::BadUser)
    }
}

impl FromStr for Proxy {
    type Err = ProxyError;

    /// Reads a proxy's address without a password.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match Self::with_password(text)? {
            (proxy, None) => Ok(proxy),
            (_, Some(_)) => Err(ProxyError::Password),
        }
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.kind.as_str())?;
        if let Some(user) = &self.user {
            write!(f, "{}@", utf8_percent_encode(user, IN_USER))?;
        }
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn written_and_read_again_it_is_the_same() {
        for text in [
            "socks5://127.0.0.1:1080",
            "socks5://me@proxy.example:9050",
            "http://[2001:db8::1]:3128",
            "http://m%C3%A9%20%40x@proxy.example:8080",
            "socks5://a%3Ab@proxy.example:8080",
        ] {
            let proxy: Proxy = text.parse().unwrap();
            assert_eq!(proxy.to_string(), text);
        }
        let proxy: Proxy = " SOCKS5H://localhost:9050/ ".parse().unwrap();
        assert_eq!(proxy.to_string(), "socks5://localhost:9050");
    }

    #[test]
    fn a_password_is_taken_out() {
        let (proxy, password) = Proxy::with_password("socks5://me:p%40ss:%2F@h:1").unwrap();
        assert_eq!(proxy.to_string(), "socks5://me@h:1");
        assert_eq!(password.unwrap().as_str(), "p@ss:/");
        let (proxy, password) = Proxy::with_password("http://me:@h:1").unwrap();
        assert_eq!((proxy.user.as_deref(), password), (Some("me"), None));
        assert_eq!(
            "socks5://me:secret@h:1".parse::<Proxy>(),
            Err(ProxyError::Password)
        );
    }

    #[test]
    fn what_is_not_a_proxy_is_refused_without_being_repeated() {
        for (text, expected) in [
            ("", ProxyError::BadScheme),
            ("proxy.example:1080", ProxyError::BadScheme),
            ("https://proxy.example:1080", ProxyError::BadScheme),
            ("socks4://proxy.example:1080", ProxyError::BadScheme),
            ("socks5://proxy.example", ProxyError::BadPort),
            ("socks5://proxy.example:0", ProxyError::BadPort),
            ("http://proxy.example:80/path", ProxyError::BadPort),
            ("http://:80", ProxyError::BadHost),
            ("http://a b:80", ProxyError::BadHost),
            ("http://@h:80", ProxyError::BadUser),
            ("http://:secret@h:80", ProxyError::BadUser),
            ("http://a%3Ab@h:80", ProxyError::BadUser),
            ("http://a%0D%0Ab@h:80", ProxyError::BadUser),
            ("http://a:%00secret@h:80", ProxyError::BadUser),
            ("http://%ff@h:80", ProxyError::BadUser),
        ] {
            let error = Proxy::with_password(text).unwrap_err();
            assert_eq!(error, expected, "{text}");
            assert!(!error.to_string().contains("secret"));
        }
        let long = "x".repeat(LONGEST_PART + 1);
        let error = Proxy::with_password(&format!("socks5://{long}@h:1")).unwrap_err();
        assert_eq!(error, ProxyError::BadUser);
    }
}
