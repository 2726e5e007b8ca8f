//! What is read out of elements, links and addresses.

use oriole_core::{
    model::account::{Proxy, ServerAddress},
    text::uri,
    xmpp::{
        dns::ascii_name,
        failure::stream_error,
        features::Features,
        stanza::{Sender, StanzaError, delay, is_writable, time},
    },
};
use proptest::prelude::*;

use super::often;
use crate::support::wild;

const LINKS: &[&str] = &[
    "xmpp:mei@example.org",
    "xmpp://me@example.com/mei@example.org/phone?roster;name=Mei%20Lin;group=Friends",
    "xmpp:%E7%8E%8B@example.org?message;body=hi#top",
    "xmpp:room@muc.example.org?join;password=%00",
    "XMPP:example.org?",
];

const SERVERS: &[&str] = &[
    "chat.example:5222",
    "[2001:db8::1]:5222",
    "::1",
    "127.0.0.1:443",
    "bücher.example.",
    "xn--bcher-kva.example",
];

const PROXIES: &[&str] = &[
    "socks5://user@host:1080",
    "http://host:8080",
    "socks5://[::1]:9050",
    "http://%40user@bücher.example:1",
];

const TIMES: &[&str] = &[
    "2026-11-22T22:16:15Z",
    "2026-11-22T22:16:15.123+05:30",
    "2026-11-22T22:16:15",
    "0000-01-01T00:00:00Z",
];

proptest! {
    #![proptest_config(often(1_000))]

    #[test]
    fn elements_are_read_leniently_and_with_bounds(element in wild::element()) {
        let error = StanzaError::of(&element);
        prop_assert!(error.text.chars().count() <= 500);
        let failure = stream_error(&element);
        prop_assert!(failure.error.detail.chars().count() < 1_000, "{}", failure);
        prop_assert!(!failure.error.detail.chars().any(char::is_control));
        let features = Features::read(&element);
        prop_assert!(features.mechanisms.len() <= 64);
        let _ = delay(&element);
        prop_assert!(is_writable(&element), "what came as XML can be written as XML");
    }

    #[test]
    fn stanzas_have_one_sender(stanza in wild::stanza()) {
        match Sender::of(&stanza) {
            Sender::Address(address) => prop_assert_eq!(address.to_string().parse(), Ok(address)),
            Sender::Server => prop_assert!(stanza.attr("from").is_none_or(str::is_empty)),
            Sender::Invalid => prop_assert!(stanza.attr("from").is_some()),
        }
    }

    #[test]
    fn a_link_leads_to_an_address_or_nowhere(link in wild::almost_text(LINKS)) {
        if let Some(read) = uri::parse(&link) {
            let address = read.address.to_string();
            prop_assert_eq!(address.parse(), Ok(read.address), "{}", link);
            prop_assert!(link.len() <= uri::MOST_BYTES);
        }
    }

    #[test]
    fn a_server_that_was_typed_is_written_as_it_is_read(text in wild::almost_text(SERVERS)) {
        if let Ok(server) = text.parse::<ServerAddress>() {
            prop_assert!(!server.host.is_empty() && server.port != Some(0));
            prop_assert_eq!(server.to_string().parse(), Ok(server));
        }
    }

    #[test]
    fn a_proxy_is_written_as_it_is_read(text in wild::almost_text(PROXIES)) {
        if let Ok(proxy) = text.parse::<Proxy>() {
            prop_assert_eq!(proxy.to_string().parse(), Ok(proxy));
        }
    }

    #[test]
    fn a_host_is_ascii_or_none(text in wild::almost_text(SERVERS)) {
        if let Ok(name) = ascii_name(&text) {
            prop_assert!(name.is_ascii() && name.len() <= 253 && !name.ends_with('.'), "{}", name);
            prop_assert_eq!(ascii_name(&name), Ok(name.clone()), "{}", text);
        }
    }

    #[test]
    fn a_time_is_a_time_or_none(text in wild::almost_text(TIMES)) {
        let _ = time(&text);
    }
}
