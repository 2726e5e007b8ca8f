//! The stanzas that the demo's server and friends send.

use jid::{BareJid, FullJid, Jid};
use oriole_core::{
    model::{
        contact::{RosterItem, Subscription},
        presence::Show,
    },
    xmpp::{ns, stanza::iq},
};
use tokio_xmpp::minidom::{
    rxml::{xml_ncname, Namespace},
    Element, ElementBuilder,
};

/// Chat states (XEP-0085 §5.5).
pub(super) const CHAT_STATES: &str = "http://jabber.org/protocol/chatstates";

/// A child with this text.
pub(super) fn text(name: &str, namespace: &str, text: &str) -> Element {
    Element::builder(name, namespace).append(text).build()
}

fn set(element: &mut Element, name: tokio_xmpp::minidom::rxml::NcName, value: &str) {
    element.set_attr(Namespace::none().clone(), name, value);
}

/// Says who sends a stanza.
pub(super) fn sent_by(mut stanza: Element, from: &str) -> Element {
    set(&mut stanza, xml_ncname!("from").to_owned(), from);
    stanza
}

/// The answer to a request goes out in the name of whom it went to (RFC 6120 §8.1.2.1); one to nobody, in nobody's.
pub(super) fn answer(request: &Element, answer: Element) -> Element {
    match request.attr("to") {
        Some(to) => sent_by(answer, to),
        None => answer,
    }
}

/// A `<message/>` or `<presence/>` of this type, or of none.
fn stanza(name: &str, kind: Option<&str>, from: &str, to: &BareJid) -> ElementBuilder {
    let builder = Element::builder(name, ns::CLIENT)
        .attr(xml_ncname!("from").to_owned(), from)
        .attr(xml_ncname!("to").to_owned(), to.as_str());
    match kind {
        Some(kind) => builder.attr(xml_ncname!("type").to_owned(), kind),
        None => builder,
    }
}

/// A message that says this.
pub(super) fn message(from: &FullJid, to: &BareJid, id: &str, body: &str) -> Element {
    stanza("message", Some("chat"), from.as_str(), to)
        .attr(xml_ncname!("id").to_owned(), id)
        .append(text("body", ns::CLIENT, body))
        .append(Element::bare("active", CHAT_STATES))
        .build()
}

/// A message that our server kept since this time (XEP-0160, XEP-0203).
pub(super) fn kept_message(
    from: &FullJid,
    to: &BareJid,
    id: &str,
    body: &str,
    stamp: &str,
) -> Element {
    let delay = Element::builder("delay", ns::DELAY)
        .attr(xml_ncname!("from").to_owned(), to.domain().as_str())
        .attr(xml_ncname!("stamp").to_owned(), stamp)
        .build();
    stanza("message", Some("chat"), from.as_str(), to)
        .attr(xml_ncname!("id").to_owned(), id)
        .append(text("body", ns::CLIENT, body))
        .append(delay)
        .build()
}

/// Tells that somebody types, or has stopped (XEP-0085): `state` is the name of the state.
pub(super) fn chat_state(from: &FullJid, to: &BareJid, state: &str) -> Element {
    stanza("message", Some("chat"), from.as_str(), to)
        .append(Element::bare(state, CHAT_STATES))
        .build()
}

/// A message or presence that did not get there goes back (RFC 6120 §8.3), without what was in it.
pub(super) fn bounce(sent: &Element, to: &BareJid, condition: &str) -> Element {
    let error = Element::builder("error", ns::CLIENT)
        .attr(xml_ncname!("type").to_owned(), "cancel")
        .append(Element::bare(condition, ns::STANZAS))
        .build();
    let from = sent.attr("to").unwrap_or_default();
    let mut builder = stanza(sent.name(), Some("error"), from, to);
    if let Some(id) = sent.attr("id") {
        builder = builder.attr(xml_ncname!("id").to_owned(), id);
    }
    builder.append(error).build()
}

/// Somebody's presence (RFC 6121 §4).
pub(super) fn presence(from: &FullJid, to: &BareJid, show: Show, status: &str) -> Element {
    if show == Show::Offline {
        return stanza("presence", Some("unavailable"), from.as_str(), to).build();
    }
    let mut builder = stanza("presence", None, from.as_str(), to);
    if show != Show::Online {
        builder = builder.append(text("show", ns::CLIENT, show.as_str()));
    }
    if !status.is_empty() {
        builder = builder.append(text("status", ns::CLIENT, status));
    }
    builder.build()
}

/// A presence about who may see whom (RFC 6121 §3): `kind` is `subscribe`, `subscribed` and so on.
pub(super) fn subscription(kind: &str, from: &BareJid, to: &BareJid) -> Element {
    stanza("presence", Some(kind), from.as_str(), to).build()
}

/// Somebody asks to be a contact, with a nickname (XEP-0172) and some words.
pub(super) fn request(from: &BareJid, to: &BareJid, nick: &str, words: &str) -> Element {
    let mut presence = subscription("subscribe", from, to);
    presence.append_child(text("status", ns::CLIENT, words));
    presence.append_child(text("nick", ns::NICK, nick));
    presence
}

/// An entry of the contact list (RFC 6121 §2.1.2).
pub(super) fn roster_item(item: &RosterItem) -> Element {
    let mut builder = Element::builder("item", ns::ROSTER)
        .attr(xml_ncname!("jid").to_owned(), item.address.as_str())
        .attr(
            xml_ncname!("subscription").to_owned(),
            item.subscription.as_str(),
        );
    if let Some(name) = &item.name {
        builder = builder.attr(xml_ncname!("name").to_owned(), name.as_str());
    }
    if item.ask {
        builder = builder.attr(xml_ncname!("ask").to_owned(), "subscribe");
    }
    let groups = item.groups.iter();
    builder
        .append_all(groups.map(|group| text("group", ns::ROSTER, group)))
        .build()
}

/// An entry that is no more.
pub(super) fn roster_removal(address: &BareJid) -> Element {
    let mut item = roster_item(&RosterItem {
        address: address.clone(),
        name: None,
        groups: Vec::new(),
        subscription: Subscription::None,
        ask: false,
    });
    set(&mut item, xml_ncname!("subscription").to_owned(), "remove");
    item
}

/// The whole contact list.
pub(super) fn roster<'a>(items: impl Iterator<Item = &'a RosterItem>) -> Element {
    Element::builder("query", ns::ROSTER)
        .append_all(items.map(roster_item))
        .build()
}

/// A change that our server tells us of (RFC 6121 §2.1.6).
pub(super) fn push(to: &FullJid, id: &str, payload: Element) -> Element {
    iq("set", Some(&Jid::from(to.clone())), id, Some(payload))
}

/// What the server, or the account on it, can do (XEP-0030 §3.1).
pub(super) fn disco(category: &str, kind: &str, name: &str, features: &[&str]) -> Element {
    let identity = Element::builder("identity", ns::DISCO_INFO)
        .attr(xml_ncname!("category").to_owned(), category)
        .attr(xml_ncname!("type").to_owned(), kind)
        .attr(xml_ncname!("name").to_owned(), name)
        .build();
    let features = features.iter().map(|feature| {
        Element::builder("feature", ns::DISCO_INFO)
            .attr(xml_ncname!("var").to_owned(), *feature)
            .build()
    });
    Element::builder("query", ns::DISCO_INFO)
        .append(identity)
        .append_all(features)
        .build()
}

/// A list of blocked addresses (XEP-0191): `name` is `blocklist`, `block` or `unblock`.
pub(super) fn blocked<'a>(name: &str, addresses: impl Iterator<Item = &'a BareJid>) -> Element {
    let items = addresses.map(|address| {
        Element::builder("item", ns::BLOCKING)
            .attr(xml_ncname!("jid").to_owned(), address.as_str())
            .build()
    });
    Element::builder(name, ns::BLOCKING)
        .append_all(items)
        .build()
}

/// The address of a session (RFC 6120 §7).
pub(super) fn bound(own: &FullJid) -> Element {
    Element::builder("bind", ns::BIND)
        .append(text("jid", ns::BIND, own.as_str()))
        .build()
}
