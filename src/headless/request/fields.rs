//! The fields of a request, each taken out with the type it must have.
//!
//! What stands in a field is repeated in errors only where it cannot be a secret.

use std::net::Ipv6Addr;

use jid::BareJid;
use oriole_core::{
    engine::command::Password,
    error::{Error, ErrorKind},
    model::{
        account::{Fingerprint, Proxy, Security, ServerAddress},
        address,
        ids::{AccountId, MessageId},
        presence::Show,
    },
};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{bad, AccountRef};

/// The fields that were not looked at yet.
pub(super) struct Fields(Map<String, Value>);

/// The beginning of a text, enough to recognise it in an error.
pub(super) fn shorten(text: &str) -> String {
    text.chars().take(64).collect()
}

fn missing(field: &str) -> Error {
    bad(format!("Field `{field}` is missing."))
}

fn wrong(field: &str, expected: &str) -> Error {
    bad(format!("Field `{field}` must be {expected}."))
}

impl Fields {
    pub(super) fn new(map: Map<String, Value>) -> Self {
        Self(map)
    }

    /// Where null is as good as nothing.
    fn take(&mut self, field: &str) -> Option<Value> {
        self.0.remove(field).filter(|value| !value.is_null())
    }

    /// A field of a later version: better refused than ignored.
    pub(super) fn refuse(&mut self, field: &str, kind: ErrorKind) -> Result<(), Error> {
        match self.take(field) {
            Some(_) => Err(Error::new(
                kind,
                format!("Field `{field}` is not in this version yet."),
            )),
            None => Ok(()),
        }
    }

    pub(super) fn optional_text(&mut self, field: &str) -> Result<Option<String>, Error> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(field, "a string")),
        }
    }

    pub(super) fn text(&mut self, field: &str) -> Result<String, Error> {
        self.optional_text(field)?.ok_or_else(|| missing(field))
    }

    /// A field that must be there, though it may say null.
    pub(super) fn text_or_null(&mut self, field: &str) -> Result<Option<String>, Error> {
        if self.0.contains_key(field) {
            self.optional_text(field)
        } else {
            Err(missing(field))
        }
    }

    pub(super) fn optional_flag(&mut self, field: &str) -> Result<Option<bool>, Error> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(wrong(field, "true or false")),
        }
    }

    pub(super) fn address(&mut self, field: &str) -> Result<BareJid, Error> {
        let text = self.text(field)?;
        BareJid::new(&text).map(address::tidy).map_err(|error| {
            let text = shorten(&text);
            bad(format!(
                "Field `{field}` is not an address: `{text}` ({error})."
            ))
        })
    }

    /// An address to sign in with.
    pub(super) fn own_address(&mut self) -> Result<BareJid, Error> {
        let address = self.address("address")?;
        match address.node() {
            Some(_) => Ok(address),
            None => Err(wrong("address", "of the form name@server")),
        }
    }

    pub(super) fn optional_account(&mut self) -> Result<Option<AccountRef>, Error> {
        let Some(text) = self.optional_text("account")? else {
            return Ok(None);
        };
        if let Ok(id) = text.parse::<AccountId>() {
            return Ok(Some(AccountRef::Id(id)));
        }
        match BareJid::new(&text).map(address::tidy) {
            Ok(address) if address.node().is_some() => Ok(Some(AccountRef::Address(address))),
            _ => Err(Error::new(
                ErrorKind::NotFound,
                format!("No account `{}`.", shorten(&text)),
            )),
        }
    }

    pub(super) fn account(&mut self) -> Result<AccountRef, Error> {
        self.optional_account()?.ok_or_else(|| missing("account"))
    }

    pub(super) fn optional_message(&mut self, field: &str) -> Result<Option<MessageId>, Error> {
        let Some(text) = self.optional_text(field)? else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|_| {
            let text = shorten(&text);
            Error::new(ErrorKind::NotFound, format!("No message `{text}`."))
        })
    }

    pub(super) fn message(&mut self, field: &str) -> Result<MessageId, Error> {
        self.optional_message(field)?.ok_or_else(|| missing(field))
    }

    pub(super) fn optional_password(&mut self) -> Result<Option<Password>, Error> {
        match self.optional_text("password")? {
            Some(text) if text.is_empty() => Err(bad("Field `password` is empty.")),
            text => Ok(text.map(Password::new)),
        }
    }

    pub(super) fn password(&mut self) -> Result<Password, Error> {
        self.optional_password()?.ok_or_else(|| missing("password"))
    }

    /// `host`, `host:port`, an IPv6 address with or without brackets, or null for what the DNS says.
    pub(super) fn server(&mut self) -> Result<Option<Option<ServerAddress>>, Error> {
        if !self.0.contains_key("server") {
            return Ok(None);
        }
        let Some(text) = self.optional_text("server")? else {
            return Ok(Some(None));
        };
        match parse_server(&text) {
            Some(server) => Ok(Some(Some(server))),
            None => Err(wrong("server", "`host` or `host:port`")),
        }
    }

    /// A proxy, and its password where there is one in it, or null for none.
    #[allow(clippy::type_complexity)]
    pub(super) fn proxy(&mut self) -> Result<Option<Option<(Proxy, Option<Password>)>>, Error> {
        if !self.0.contains_key("proxy") {
            return Ok(None);
        }
        let Some(text) = self.optional_text("proxy")? else {
            return Ok(Some(None));
        };
        let text = Zeroizing::new(text);
        match Proxy::with_password(&text) {
            Ok((proxy, password)) => {
                let password = password.map(|password| Password::new(password.as_str()));
                Ok(Some(Some((proxy, password))))
            }
            Err(error) => Err(bad(format!("Field `proxy` is not a proxy: {error}."))),
        }
    }

    pub(super) fn security(&mut self) -> Result<Option<Security>, Error> {
        let Some(word) = self.optional_text("security")? else {
            return Ok(None);
        };
        match Security::from_word(&word) {
            Some(security) => Ok(Some(security)),
            None => Err(wrong(
                "security",
                "`auto`, `starttls`, `direct-tls` or `plain`",
            )),
        }
    }

    /// A certificate's SHA-256, or null for none.
    pub(super) fn pin(&mut self) -> Result<Option<Option<Fingerprint>>, Error> {
        if !self.0.contains_key("pin") {
            return Ok(None);
        }
        let Some(text) = self.optional_text("pin")? else {
            return Ok(Some(None));
        };
        match text.parse() {
            Ok(pin) => Ok(Some(Some(pin))),
            Err(_) => Err(wrong(
                "pin",
                "the SHA-256 of a certificate, 64 hexadecimal digits",
            )),
        }
    }

    pub(super) fn show(&mut self) -> Result<Show, Error> {
        let word = self.text("show")?;
        Show::from_word(&word)
            .ok_or_else(|| wrong("show", "`online`, `away`, `xa`, `dnd` or `offline`"))
    }

    pub(super) fn groups(&mut self) -> Result<Option<Vec<String>>, Error> {
        let strings = |values: Vec<Value>| -> Option<Vec<String>> {
            let text = |value| match value {
                Value::String(text) => Some(text),
                _ => None,
            };
            values.into_iter().map(text).collect()
        };
        match self.take("groups") {
            None => Ok(None),
            Some(Value::Array(values)) => match strings(values) {
                Some(groups) => Ok(Some(groups)),
                None => Err(wrong("groups", "a list of strings")),
            },
            Some(_) => Err(wrong("groups", "a list of strings")),
        }
    }

    /// How many, at most.
    pub(super) fn limit(&mut self, usual: u32, most: u32) -> Result<u32, Error> {
        let Some(value) = self.take("limit") else {
            return Ok(usual);
        };
        value
            .as_u64()
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| *number <= most)
            .ok_or_else(|| wrong("limit", &format!("a number from 0 to {most}")))
    }
}

fn parse_server(text: &str) -> Option<ServerAddress> {
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        match rest.strip_prefix(':') {
            Some(port) => (host, Some(port)),
            None if rest.is_empty() => (host, None),
            None => return None,
        }
    } else if text.parse::<Ipv6Addr>().is_ok() {
        (text, None)
    } else {
        match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        }
    };
    let unusual = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | '@' | '\\');
    if host.is_empty() || host.len() > 255 || host.contains(unusual) {
        return None;
    }
    let port = match port {
        Some(digits) if digits.starts_with(|c: char| c.is_ascii_digit()) => {
            Some(digits.parse().ok().filter(|port: &u16| *port > 0)?)
        }
        Some(_) => return None,
        None => None,
    };
    Some(ServerAddress {
        host: host.to_owned(),
        port,
    })
}
