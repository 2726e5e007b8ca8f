//! Addresses as they are compared and stored.

use jid::BareJid;

/// What IDNA takes for a dot beside the dot itself (RFC 3490 §3.1).
const OTHER_DOTS: [char; 3] = ['\u{3002}', '\u{FF0E}', '\u{FF61}'];

/// The address with the domain that it means: with plain dots, and none at the end (RFC 7622 §3.2). So an address is one account and one
/// chat, however it was typed.
#[must_use]
pub fn tidy(address: BareJid) -> BareJid {
    let domain = address.domain().as_str();
    if !domain.ends_with('.') && !domain.contains(OTHER_DOTS) {
        return address;
    }
    let dotted = domain.replace(OTHER_DOTS, ".");
    let domain = dotted.strip_suffix('.').unwrap_or(&dotted);
    let text = match address.node() {
        Some(node) => format!("{node}@{domain}"),
        None => domain.to_owned(),
    };
    BareJid::new(&text).unwrap_or(address)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_address_however_it_was_typed() {
        for typed in [
            "me@chat.example",
            "me@chat.example.",
            "me@chat\u{3002}example",
            "me@chat\u{FF0E}example",
            "ME@CHAT.EXAMPLE.",
        ] {
            let address = tidy(BareJid::new(typed).unwrap());
            assert_eq!(address.as_str(), "me@chat.example", "{typed}");
        }
        let server = tidy(BareJid::new("chat.example.").unwrap());
        assert_eq!(server.as_str(), "chat.example");
        let odd = BareJid::new("me@chat.example..");
        assert!(
            odd.is_err()
                || tidy(odd.unwrap())
                    .domain()
                    .as_str()
                    .starts_with("chat.example")
        );
    }
}
