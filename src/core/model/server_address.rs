//! A server's address as people type it.

use std::{fmt, net::Ipv6Addr, str::FromStr};

/// A server typed by hand, instead of the one that the address's domain announces.
///
/// It changes only where we connect to; the certificate is still checked against the address's domain (RFC 6120 §13.7).
/// Written as `host`, `host:port`, `[2001:db8::1]:5222` or a bare IPv6 address.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ServerAddress {
    /// A host name (in whatever script it was typed) or an IP address, IPv6 without brackets. Never empty.
    pub host: String,
    /// The TCP port, never 0; `None` means the usual ones.
    pub port: Option<u16>,
}

/// Why a typed server was not understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ServerAddressError {
    /// No host was given.
    #[error("the server's name is missing")]
    NoHost,
    /// The host has characters that no host name or IP address has, or is too long.
    #[error("this is not a host name or an IP address")]
    BadHost,
    /// The part after the colon is not a port number from 1 to 65535.
    #[error("the port must be a number from 1 to 65535")]
    BadPort,
}

/// RFC 1035 §2.3.4 gives 255 octets; typed in another script a name may need more bytes than its DNS form, but not more characters.
const LONGEST_HOST: usize = 253;

impl FromStr for ServerAddress {
    type Err = ServerAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix('[') {
            let (inside, after) = rest.split_once(']').ok_or(ServerAddressError::BadHost)?;
            let host = ipv6(inside).ok_or(ServerAddressError::BadHost)?;
            let port = match after.strip_prefix(':') {
                Some(digits) => Some(port(digits)?),
                None if after.is_empty() => None,
                None => return Err(ServerAddressError::BadPort),
            };
            return Ok(ServerAddress { host, port });
        }
        if let Some(host) = ipv6(text) {
            return Ok(ServerAddress { host, port: None });
        }
        let (name, port) = match text.split_once(':') {
            Some((name, digits)) => (name, Some(port(digits)?)),
            None => (text, None),
        };
        Ok(ServerAddress {
            host: host_name(name)?,
            port,
        })
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.host.contains(':'), self.port) {
            (true, Some(port)) => write!(f, "[{}]:{port}", self.host),
            (false, Some(port)) => write!(f, "{}:{port}", self.host),
            (_, None) => f.write_str(&self.host),
        }
    }
}

fn ipv6(text: &str) -> Option<String> {
    text.parse::<Ipv6Addr>()
        .ok()
        .map(|address| address.to_string())
}

fn port(digits: &str) -> Result<u16, ServerAddressError> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ServerAddressError::BadPort);
    }
    match digits.parse() {
        Ok(0) | Err(_) => Err(ServerAddressError::BadPort),
        Ok(port) => Ok(port),
    }
}

fn host_name(name: &str) -> Result<String, ServerAddressError> {
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.is_empty() {
        return Err(ServerAddressError::NoHost);
    }
    let odd = |c: char| {
        c.is_control()
            || c.is_whitespace()
            || (c.is_ascii_punctuation() && !matches!(c, '.' | '-' | '_'))
    };
    if name.chars().count() > LONGEST_HOST
        || name.starts_with('.')
        || name.ends_with('.')
        || name.contains("..")
        || name.contains(odd)
    {
        return Err(ServerAddressError::BadHost);
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parsed(text: &str) -> (String, Option<u16>) {
        let address: ServerAddress = text.parse().unwrap();
        (address.host, address.port)
    }

    #[test]
    fn every_written_form_is_understood() {
        assert_eq!(parsed("chat.example"), ("chat.example".into(), None));
        assert_eq!(
            parsed(" chat.example:5223 "),
            ("chat.example".into(), Some(5223))
        );
        assert_eq!(
            parsed("chat.example.:80"),
            ("chat.example".into(), Some(80))
        );
        assert_eq!(parsed("127.0.0.1:5222"), ("127.0.0.1".into(), Some(5222)));
        assert_eq!(parsed("[::1]:5222"), ("::1".into(), Some(5222)));
        assert_eq!(parsed("[2001:DB8::0:1]"), ("2001:db8::1".into(), None));
        assert_eq!(parsed("::1"), ("::1".into(), None));
        assert_eq!(
            parsed("bücher.example:1"),
            ("bücher.example".into(), Some(1))
        );
    }

    #[test]
    fn what_is_not_a_server_is_refused() {
        for (text, error) in [
            ("", ServerAddressError::NoHost),
            (":5222", ServerAddressError::NoHost),
            ("a:", ServerAddressError::BadPort),
            ("a:0", ServerAddressError::BadPort),
            ("a:65536", ServerAddressError::BadPort),
            ("a:+1", ServerAddressError::BadPort),
            ("[::1]5222", ServerAddressError::BadPort),
            ("[::1", ServerAddressError::BadHost),
            ("[nonsense]:1", ServerAddressError::BadHost),
            ("a b", ServerAddressError::BadHost),
            ("me@a", ServerAddressError::BadHost),
            ("a/b", ServerAddressError::BadHost),
            ("a\u{7}", ServerAddressError::BadHost),
            (".a", ServerAddressError::BadHost),
            ("a..b", ServerAddressError::BadHost),
            ("a..:1", ServerAddressError::BadHost),
        ] {
            assert_eq!(text.parse::<ServerAddress>(), Err(error), "{text:?}");
        }
        let long = "ä".repeat(LONGEST_HOST + 1);
        assert_eq!(
            long.parse::<ServerAddress>(),
            Err(ServerAddressError::BadHost)
        );
    }

    #[test]
    fn written_and_read_again_it_is_the_same() {
        for text in [
            "chat.example",
            "chat.example:5223",
            "[::1]:5222",
            "::1",
            "10.0.0.1:1",
        ] {
            let address: ServerAddress = text.parse().unwrap();
            assert_eq!(address.to_string(), text);
        }
    }
}
