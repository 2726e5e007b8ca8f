//! `xmpp:` links: whom they lead to, from which account, and what for (RFC 5122; XEP-0147 §8), invitations among them (XEP-0379,
//! XEP-0401).
//!
//! A link comes from strangers and only ever fills in a dialog: nothing is done because a link says so.

use std::{fmt, str::FromStr};

use jid::BareJid;
use percent_encoding::percent_decode_str;

/// The longest link that is read, in bytes.
pub const MOST_BYTES: usize = 3_000;

/// The longest token of an invitation, in bytes.
const LONGEST_TOKEN: usize = 512;
/// How many parts of a link are looked at.
const MOST_PARTS: usize = 32;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Talking to somebody, or nothing that we know of.
    Chat,
    /// Adding somebody to the contacts (`roster`, `subscribe`).
    Contact,
    /// Going into a group chat (`join`).
    Room,
    /// Making an account (`register`); the address is that of a server, or the one that is to be had.
    Account,
}

/// What proves that somebody was invited. Whoever has it can use it, so it is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// What proves it (`preauth`).
    pub token: Token,
    /// Whether an account can be made with it at the server of the one who invites (`ibr=y`, or `register`).
    pub account: bool,
}

/// A link, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct XmppUri {
    /// The account it is meant for; none where it does not say.
    pub account: Option<BareJid>,
    /// Whom it leads to. A resource is left out: people are meant, not devices.
    pub address: BareJid,
    /// What for.
    pub purpose: Purpose,
    /// The invitation that it brings, if it brings one.
    pub invitation: Option<Invitation>,
}

/// Reads a link; none where it is no `xmpp:` link, is too long, or leads nowhere.
#[must_use]
pub fn parse(link: &str) -> Option<XmppUri> {
    if link.len() > MOST_BYTES || link.chars().any(char::is_control) {
        return None;
    }
    let (scheme, rest) = link.split_once(':')?;
    if !scheme.eq_ignore_ascii_case("xmpp") {
        return None;
    }
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (account, path) = match path.strip_prefix("//") {
        // With an account and nobody to talk to, it is about the account's owner.
        Some(authority) => match authority.split_once('/') {
            Some((account, path)) => (Some(account), path),
            None => (None, authority),
        },
        None => (None, path),
    };
    let account = match account {
        Some(account) => Some(address(account)?),
        None => None,
    };
    let mut parts = query.split(';').take(MOST_PARTS);
    let purpose = match parts.next().unwrap_or_default() {
        "roster" | "subscribe" => Purpose::Contact,
        "join" => Purpose::Room,
        "register" => Purpose::Account,
        _ => Purpose::Chat,
    };
    Some(XmppUri {
        account,
        address: address(path)?,
        purpose,
        invitation: invitation(purpose, parts),
    })
}

/// The invitation in these parts of a link.
fn invitation<'a>(purpose: Purpose, parts: impl Iterator<Item = &'a str>) -> Option<Invitation> {
    let (mut token, mut account) = (None, purpose == Purpose::Account);
    for part in parts {
        match part.split_once('=') {
            Some(("preauth", value)) if token.is_none() => token = decode(value),
            Some(("ibr", "y")) => account = true,
            _ => {}
        }
    }
    let token = token.filter(|token| !token.is_empty() && token.len() <= LONGEST_TOKEN)?;
    let invites = matches!(purpose, Purpose::Contact | Purpose::Account);
    invites.then_some(Invitation {
        token: Token(token),
        account,
    })
}

/// An address as links write it: what is special in a link is escaped, part by part (RFC 5122 §2.7).
fn address(text: &str) -> Option<BareJid> {
    let (bare, _) = text.split_once('/').unwrap_or((text, ""));
    BareJid::from_str(&decode(bare)?).ok()
}

fn decode(text: &str) -> Option<String> {
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    (!decoded.chars().any(char::is_control)).then(|| decoded.into_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn jid(text: &str) -> BareJid {
        BareJid::from_str(text).unwrap()
    }

    #[test]
    fn links_are_read() {
        for (link, account, address, purpose) in [
            (
                "xmpp:mei@example.org",
                None,
                "mei@example.org",
                Purpose::Chat,
            ),
            (
                "XMPP:mei@example.org?message;body=hi",
                None,
                "mei@example.org",
                Purpose::Chat,
            ),
            (
                "xmpp://me@example.com/mei@example.org/phone?roster;name=Mei%20Lin;group=Friends",
                Some("me@example.com"),
                "mei@example.org",
                Purpose::Contact,
            ),
            (
                "xmpp:mei@example.org?subscribe#top",
                None,
                "mei@example.org",
                Purpose::Contact,
            ),
            (
                "xmpp:room@muc.example.org?join",
                None,
                "room@muc.example.org",
                Purpose::Room,
            ),
            (
                "xmpp:mei%2Bwork@example.org",
                None,
                "mei+work@example.org",
                Purpose::Chat,
            ),
            (
                "xmpp:%E7%8E%8B@example.org?roster;name=%E7%8E%8B",
                None,
                "王@example.org",
                Purpose::Contact,
            ),
            (
                "xmpp://mei@example.org",
                None,
                "mei@example.org",
                Purpose::Chat,
            ),
            (
                "xmpp:example.org?unknown;name=",
                None,
                "example.org",
                Purpose::Chat,
            ),
        ] {
            let expected = XmppUri {
                account: account.map(jid),
                address: jid(address),
                purpose,
                invitation: None,
            };
            assert_eq!(parse(link), Some(expected), "{link}");
        }
    }

    #[test]
    fn invitations_are_read_and_not_told() {
        let invited = |link: &str| {
            let read = parse(link).unwrap();
            assert!(!format!("{read:?}").contains("t0ken"));
            let invitation = read.invitation?;
            Some((read.purpose, invitation.token.0, invitation.account))
        };
        let token = || "t0ken".to_owned();
        for (link, expected) in [
            (
                "xmpp:example.org?register;preauth=t0ken",
                Some((Purpose::Account, token(), true)),
            ),
            (
                "xmpp:mei@example.org?register;preauth=t0k%65n;x=y",
                Some((Purpose::Account, token(), true)),
            ),
            (
                "xmpp:mei@example.org?roster;preauth=t0ken;ibr=y",
                Some((Purpose::Contact, token(), true)),
            ),
            (
                "xmpp:mei@example.org?subscribe;name=Mei;preauth=t0ken;preauth=other",
                Some((Purpose::Contact, token(), false)),
            ),
            ("xmpp:example.org?register", None),
            ("xmpp:mei@example.org?message;preauth=t0ken", None),
            ("xmpp:mei@example.org?roster;preauth=", None),
            ("xmpp:mei@example.org?roster;preauth=%00", None),
        ] {
            assert_eq!(invited(link), expected, "{link}");
        }
        let long = "x".repeat(LONGEST_TOKEN + 1);
        assert_eq!(
            invited(&format!("xmpp:example.org?register;preauth={long}")),
            None
        );
    }

    #[test]
    fn what_leads_nowhere_is_no_link() {
        let long = format!("xmpp:{}@example.org", "x".repeat(MOST_BYTES));
        for link in [
            "",
            "xmpp",
            "xmpp:",
            "xmpp:?roster",
            "mailto:mei@example.org",
            "xmpp:@example.org",
            "xmpp:mei@",
            "xmpp://@/mei@example.org",
            "xmpp:mei@example.org\n",
            "xmpp:mei%0A@example.org",
            "xmpp:mei%FF@example.org",
            "xmpp:mei%2Fx@example.org%2Fy",
            long.as_str(),
        ] {
            assert_eq!(parse(link), None, "{link:?}");
        }
    }
}
