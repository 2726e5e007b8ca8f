//! Input as nobody means it: arbitrary bytes, well-formed things with a few bytes changed, and elements put together from
//! the words of the protocol in any way at all. Made by proptest, so that what fails is made small and can be repeated.

use minidom::Element;
use proptest::{collection::vec, option, prelude::*, sample::select};
use xso::exports::rxml::Namespace;

/// What is likely to matter to somebody who reads XML, SASL or an address.
const TOKENS: &[&[u8]] = &[
    b"<",
    b">",
    b"/>",
    b"</",
    b"'",
    b"\"",
    b"&",
    b"&amp;",
    b"&#0;",
    b"&#x1F600;",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"<!DOCTYPE x>",
    b"<?xml version='1.0'?>",
    b"</stream:stream>",
    b"<stream:error/>",
    b"<stream:stream>",
    b"<r xmlns='urn:xmpp:sm:3'/>",
    b"<a xmlns='urn:xmpp:sm:3' h='1'/>",
    b" xmlns='",
    b" xmlns:x=''",
    b"x:",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x90\xa6",
    b"\xef\xbf\xbf",
    b"\n",
    b"=",
    b",",
    b",m=",
    b"i=4294967296",
    b"%",
    b"%00",
    b"@",
    b"/",
    b":",
    b"[",
    b"]",
    b".",
    b"?",
    b"#",
    b";",
    b"-1",
    b"99999999999999999999",
];

/// One change to a text of bytes. Places are parts of its length, so that they fit whatever came before.
#[derive(Debug, Clone)]
enum Mutation {
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize, usize),
    Flip(prop::sample::Index, u8),
    Cut(prop::sample::Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let place = any::<prop::sample::Index>;
    prop_oneof![
        4 => (place(), select(TOKENS)).prop_map(|(place, token)| Mutation::Insert(place, token.to_vec())),
        1 => (place(), vec(any::<u8>(), 1..5)).prop_map(|(place, bytes)| Mutation::Insert(place, bytes)),
        3 => (place(), 1_usize..20).prop_map(|(place, length)| Mutation::Remove(place, length)),
        1 => (place(), 1_usize..40, 1_usize..200).prop_map(|(place, length, times)| Mutation::Repeat(place, length, times)),
        2 => (place(), 0_u8..8).prop_map(|(place, bit)| Mutation::Flip(place, bit)),
        1 => place().prop_map(Mutation::Cut),
    ]
}

fn mutated(mut bytes: Vec<u8>, mutations: &[Mutation]) -> Vec<u8> {
    for mutation in mutations {
        let at = |place: &prop::sample::Index| place.index(bytes.len() + 1);
        match mutation {
            Mutation::Insert(place, inserted) => {
                let at = at(place);
                bytes.splice(at..at, inserted.iter().copied());
            }
            Mutation::Remove(place, length) => {
                let at = at(place);
                bytes.drain(at..(at + length).min(bytes.len()));
            }
            Mutation::Repeat(place, length, times) => {
                let at = at(place);
                let end = (at + length).min(bytes.len());
                let repeated = bytes[at..end].repeat(*times);
                bytes.splice(at..at, repeated);
            }
            Mutation::Flip(place, bit) => {
                let at = at(place);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << bit;
                }
            }
            Mutation::Cut(place) => bytes.truncate(at(place)),
        }
    }
    bytes
}

/// One of these, or a few of them after each other, with a few changes.
pub(crate) fn almost(well_formed: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    (vec(select(well_formed), 1..4), vec(mutation(), 0..6))
        .prop_map(|(parts, mutations)| mutated(parts.concat().into_bytes(), &mutations))
}

/// The same as text; bytes that are none become a replacement character.
pub(crate) fn almost_text(well_formed: &'static [&'static str]) -> impl Strategy<Value = String> {
    almost(well_formed).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// Any bytes.
pub(crate) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..2_000)
}

const NAMES: &[&str] = &[
    "message",
    "presence",
    "iq",
    "body",
    "subject",
    "thread",
    "show",
    "status",
    "priority",
    "query",
    "item",
    "group",
    "error",
    "text",
    "x",
    "field",
    "value",
    "option",
    "required",
    "instructions",
    "username",
    "password",
    "key",
    "registered",
    "url",
    "delay",
    "stanza-id",
    "origin-id",
    "result",
    "forwarded",
    "fin",
    "set",
    "first",
    "last",
    "count",
    "feature",
    "identity",
    "c",
    "block",
    "blocklist",
    "ping",
    "time",
    "version",
    "conflict",
    "not-authorized",
    "see-other-host",
    "mechanisms",
    "mechanism",
    "session",
    "optional",
    "sm",
    "sent",
    "received",
    "nick",
];

const NAMESPACES: &[&str] = &[
    "jabber:client",
    "jabber:iq:roster",
    "jabber:iq:register",
    "jabber:iq:version",
    "jabber:x:data",
    "jabber:x:oob",
    "jabber:x:delay",
    "urn:xmpp:delay",
    "urn:xmpp:sid:0",
    "urn:xmpp:mam:2",
    "urn:xmpp:forward:0",
    "urn:xmpp:carbons:2",
    "urn:xmpp:blocking",
    "urn:xmpp:ping",
    "urn:xmpp:time",
    "http://jabber.org/protocol/disco#info",
    "http://jabber.org/protocol/disco#items",
    "http://jabber.org/protocol/caps",
    "http://jabber.org/protocol/rsm",
    "http://jabber.org/protocol/nick",
    "urn:ietf:params:xml:ns:xmpp-stanzas",
    "urn:ietf:params:xml:ns:xmpp-streams",
    "urn:ietf:params:xml:ns:xmpp-sasl",
    "urn:ietf:params:xml:ns:xmpp-session",
    "urn:xmpp:sm:3",
];

const ATTRIBUTES: &[&str] = &[
    "type",
    "id",
    "to",
    "from",
    "jid",
    "name",
    "subscription",
    "ask",
    "ver",
    "var",
    "label",
    "stamp",
    "by",
    "queryid",
    "complete",
    "node",
    "hash",
    "h",
    "xmlns-like",
    "category",
];

const VALUES: &[&str] = &[
    "",
    " ",
    "get",
    "set",
    "result",
    "error",
    "chat",
    "headline",
    "normal",
    "groupchat",
    "form",
    "submit",
    "hidden",
    "subscribe",
    "subscribed",
    "unsubscribe",
    "unavailable",
    "probe",
    "both",
    "remove",
    "to",
    "juliet@chat.example",
    "juliet@chat.example/desk",
    "romeo@montague.example",
    "romeo@montague.example/garden",
    "chat.example",
    "@",
    "a@b@c",
    "/",
    "ROMEO@Montague.Example./Garden",
    "2026-11-22T22:16:15Z",
    "20261122T22:16:15",
    "-99999-99-99T99:99:99Z",
    "+262142-12-31T23:59:60Z",
    "-1",
    "4294967295",
    "4294967296",
    "dnd",
    "FORM_TYPE",
    "username",
    "password",
    "challenge",
    "https://example.org/",
    "javascript:alert(1)",
    "🐦 黄鹂",
    "\u{202e}dlrow",
    "\n\t",
];

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(VALUES).prop_map(str::to_owned),
        1 => "[ -~äß黄🐦]{0,30}",
        1 => (select(VALUES), 1_usize..100).prop_map(|(value, times)| value.repeat(times)),
    ]
}

fn with(
    mut element: Element,
    attributes: Vec<(&'static str, String)>,
    words: Option<String>,
) -> Element {
    for (name, value) in attributes {
        element.set_attr(Namespace::NONE, name.try_into().unwrap(), value);
    }
    if let Some(words) = words {
        element.append_text(words);
    }
    element
}

/// An element out of the words of the protocol, with as many inside of each other as anything reads.
pub(crate) fn element() -> impl Strategy<Value = Element> {
    let attributes = || vec((select(ATTRIBUTES), text()), 0..4);
    let bare = move || {
        (
            select(NAMES),
            select(NAMESPACES),
            attributes(),
            option::of(text()),
        )
            .prop_map(|(name, namespace, attributes, words)| {
                with(Element::bare(name, namespace), attributes, words)
            })
    };
    bare().prop_recursive(4, 24, 5, move |inner| {
        (bare(), vec(inner, 0..5)).prop_map(|(mut element, children)| {
            for child in children {
                element.append_child(child);
            }
            element
        })
    })
}

/// A stanza with such elements inside, mostly from somebody who may send it.
pub(crate) fn stanza() -> impl Strategy<Value = Element> {
    let name = select(&["message", "presence", "iq"][..]);
    let kind = option::of(text());
    let sender = prop_oneof![
        3 => Just(Some("romeo@montague.example/garden".to_owned())),
        2 => Just(None),
        1 => option::of(text()),
    ];
    (name, kind, sender, option::of(text()), vec(element(), 0..4)).prop_map(
        |(name, kind, from, id, children)| {
            let attributes = [("type", kind), ("from", from), ("id", id)];
            let given = attributes
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)));
            let mut stanza = with(Element::bare(name, "jabber:client"), given.collect(), None);
            for child in children {
                stanza.append_child(child);
            }
            stanza
        },
    )
}
