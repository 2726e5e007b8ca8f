//! What the person typed, read: addresses and servers. No state, no drawing.

use std::str::FromStr;

use jid::BareJid;
use oriole_core::model::account::ServerAddress;

use crate::i18n::Words;

/// What is wrong with something typed; each has its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// Nothing was typed.
    Missing,
    /// An address without a name before an @.
    NoAt,
    /// An address that cannot be one.
    Address,
    /// A server that cannot be one.
    Server,
    /// A port that cannot be one.
    Port,
    /// No password.
    Password,
    /// A proxy that cannot be one.
    ProxyHost,
    /// A proxy's port that cannot be one.
    ProxyPort,
    /// A name for a proxy that cannot be sent to it.
    ProxyUser,
}

/// Reads an address, as in `mei@example.org`. A leading `xmpp:` is forgiven.
///
/// # Errors
/// What is wrong with it.
pub fn address(text: &str) -> Result<BareJid, Wrong> {
    let text = text.trim();
    let text = text.strip_prefix("xmpp:").unwrap_or(text);
    if text.is_empty() {
        return Err(Wrong::Missing);
    }
    if !text.contains('@') {
        return Err(Wrong::NoAt);
    }
    let address = BareJid::from_str(text).map_err(|_| Wrong::Address)?;
    let host = address.domain().as_str();
    let labels = host.split('.').all(|label| !label.is_empty());
    let odd = |c: char| c.is_whitespace() || c.is_control();
    if text.contains(odd) || address.node().is_none() || !(labels || host.starts_with('[')) {
        return Err(Wrong::Address);
    }
    Ok(address)
}

/// Reads a server, as in `host`, `host:5222` or `[::1]:5222`; none where nothing was typed.
///
/// # Errors
/// [`Wrong::Server`].
pub fn server(text: &str) -> Result<Option<ServerAddress>, Wrong> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']').ok_or(Wrong::Server)?;
        match rest {
            "" => (host, None),
            rest => (host, Some(rest.strip_prefix(':').ok_or(Wrong::Server)?)),
        }
    } else if text.matches(':').count() > 1 {
        (text, None)
    } else {
        match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        }
    };
    let fit = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    if host.is_empty() || host.len() > 255 || !host.chars().all(fit) {
        return Err(Wrong::Server);
    }
    let port = port
        .map(|port| port.parse::<u16>().ok().filter(|port| *port != 0))
        .map(|port| port.ok_or(Wrong::Server))
        .transpose()?;
    Ok(Some(ServerAddress {
        host: host.to_owned(),
        port,
    }))
}

/// Reads a port; none where nothing was typed.
///
/// # Errors
/// [`Wrong::Port`].
pub fn port(text: &str) -> Result<Option<u16>, Wrong> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse::<u16>() {
            Ok(0) | Err(_) => Err(Wrong::Port),
            Ok(port) => Ok(Some(port)),
        },
    }
}

/// Reads a server and its port from two fields; none where nothing was typed. A port alone is that of the machine with the name of
/// this domain.
///
/// # Errors
/// [`Wrong::Server`] and [`Wrong::Port`].
pub fn server_and_port(
    server: &str,
    port: &str,
    domain: &str,
) -> Result<Option<ServerAddress>, Wrong> {
    let (server, port) = (self::server(server)?, self::port(port)?);
    Ok(match (server, port) {
        (None, None) => None,
        (None, port) => Some(ServerAddress {
            host: domain.to_owned(),
            port,
        }),
        (Some(server), port) => Some(ServerAddress {
            port: port.or(server.port),
            ..server
        }),
    })
}

/// What is wrong with something typed, in words.
#[must_use]
pub fn wrong_words(words: &Words, wrong: Wrong) -> String {
    match wrong {
        Wrong::Missing => words.get("address-missing"),
        Wrong::NoAt => words.get("address-no-at"),
        Wrong::Address => words.get("address-wrong"),
        Wrong::Server => words.get("server-wrong"),
        Wrong::Port => words.get("port-wrong"),
        Wrong::Password => words.get("password-missing"),
        Wrong::ProxyHost => words.get("proxy-host-wrong"),
        Wrong::ProxyPort => words.get("proxy-port-wrong"),
        Wrong::ProxyUser => words.get("proxy-user-wrong"),
    }
}
