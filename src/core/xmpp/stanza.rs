//! Reading and writing stanzas leniently: what is lawful on the wire and refused by strict types is understood here.

use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, Utc};
use jid::{BareJid, Jid};
use minidom::Element;
use rxml::xml_ncname;
use xso::exports::rxml;

use super::ns;

/// An address in an attribute; none where it is missing or no address.
#[must_use]
pub fn address(stanza: &Element, attribute: &str) -> Option<Jid> {
    stanza
        .attr(attribute)
        .and_then(|text| Jid::from_str(text).ok())
}

/// Who sent a stanza.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    /// Nobody is named: our own server, for our account (RFC 6120 §8.1.2.1).
    Server,
    /// This address.
    Address(Jid),
    /// Something that is no address.
    Invalid,
}

impl Sender {
    /// The sender of this stanza.
    #[must_use]
    pub fn of(stanza: &Element) -> Self {
        match stanza.attr("from") {
            None | Some("") => Self::Server,
            Some(text) => Jid::from_str(text).map_or(Self::Invalid, Self::Address),
        }
    }

    /// Whether our own account says this: nobody is named, or our bare address (RFC 6121 §2.1.6).
    #[must_use]
    pub fn is_own_account(&self, own: &BareJid) -> bool {
        match self {
            Self::Server => true,
            Self::Address(jid) => jid.is_bare() && jid.to_bare() == *own,
            Self::Invalid => false,
        }
    }
}

/// The text of the first child of this name; none where there is no such child.
#[must_use]
pub fn child_text(parent: &Element, name: &str, namespace: &str) -> Option<String> {
    parent.get_child(name, namespace).map(Element::text)
}

/// When a stanza was sent first, where it was delayed by our server or by its sender (XEP-0203, and XEP-0091 of old).
///
/// Times in the future or without meaning are left out by the caller, who knows the clock.
#[must_use]
pub fn delay(stanza: &Element) -> Option<DateTime<Utc>> {
    if let Some(stamp) = stanza
        .get_child("delay", ns::DELAY)
        .and_then(|delay| delay.attr("stamp"))
    {
        return time(stamp);
    }
    stanza
        .get_child("x", ns::OLD_DELAY)
        .and_then(|delay| delay.attr("stamp"))
        .and_then(|stamp| NaiveDateTime::parse_from_str(stamp, "%Y%m%dT%H:%M:%S").ok())
        .map(|time| time.and_utc())
}

/// A time as XEP-0082 writes it; one without a zone is taken as UTC.
#[must_use]
pub fn time(stamp: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(stamp)
        .map(|time| time.to_utc())
        .ok()
        .or_else(|| {
            NaiveDateTime::parse_from_str(stamp, "%Y-%m-%dT%H:%M:%S%.f")
                .ok()
                .map(|time| time.and_utc())
        })
}

/// A stanza's error (RFC 6120 §8.3): its condition and its text, cut to 500 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StanzaError {
    /// The name of the defined condition; `undefined-condition` where there is none.
    pub condition: String,
    /// What the other side says about it; may be empty.
    pub text: String,
}

impl StanzaError {
    /// The error of a stanza of type `error`.
    #[must_use]
    pub fn of(stanza: &Element) -> Self {
        let error = stanza.children().find(|child| child.name() == "error");
        let children = || error.into_iter().flat_map(Element::children);
        let condition = children()
            .find(|child| child.ns() == ns::STANZAS && child.name() != "text")
            .map_or_else(
                || "undefined-condition".to_owned(),
                |child| child.name().to_owned(),
            );
        let text = children()
            .find(|child| child.is("text", ns::STANZAS))
            .map(|child| cut(&child.text(), 500))
            .unwrap_or_default();
        Self { condition, text }
    }
}

impl std::fmt::Display for StanzaError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.text.as_str() {
            "" => f.write_str(&self.condition),
            text => write!(f, "{text} ({})", self.condition),
        }
    }
}

/// At most this many characters of a text, without control characters: fit for a line on the screen, and for XML.
#[must_use]
pub fn cut(text: &str, characters: usize) -> String {
    text.chars()
        .map(|c| match c {
            '\u{FFFE}' | '\u{FFFF}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .take(characters)
        .collect()
}

/// Whether this character can stand in XML 1.0 (§2.2).
#[must_use]
pub fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

/// Whether an element of ours can be written as XML: its texts and attributes hold nothing that XML cannot carry.
#[must_use]
pub fn is_writable(element: &Element) -> bool {
    let mut elements = vec![element];
    while let Some(element) = elements.pop() {
        let attributes = element.attrs().into_iter();
        if !attributes.flat_map(|(_, value)| value.chars()).all(is_xml)
            || !element.texts().flat_map(str::chars).all(is_xml)
        {
            return false;
        }
        elements.extend(element.children());
    }
    true
}

/// An `<iq/>` of this kind with this payload.
#[must_use]
pub fn iq(kind: &str, to: Option<&Jid>, id: &str, payload: Option<Element>) -> Element {
    let mut builder = Element::builder("iq", ns::CLIENT)
        .attr(xml_ncname!("type").to_owned(), kind)
        .attr(xml_ncname!("id").to_owned(), id);
    if let Some(to) = to {
        builder = builder.attr(xml_ncname!("to").to_owned(), to.to_string());
    }
    builder.append_all(payload).build()
}

/// The answer to a request: its `to` and `id` are those of the request.
#[must_use]
pub fn iq_result(request: &Element, payload: Option<Element>) -> Element {
    let mut reply = iq(
        "result",
        None,
        request.attr("id").unwrap_or_default(),
        payload,
    );
    set_to(&mut reply, request);
    reply
}

/// The refusal of a request (RFC 6120 §8.3), without the payload it came with.
#[must_use]
pub fn iq_error(request: &Element, kind: &str, condition: &str) -> Element {
    let error = Element::builder("error", ns::CLIENT)
        .attr(xml_ncname!("type").to_owned(), kind)
        .append(Element::bare(condition, ns::STANZAS))
        .build();
    let mut reply = iq(
        "error",
        None,
        request.attr("id").unwrap_or_default(),
        Some(error),
    );
    set_to(&mut reply, request);
    reply
}

fn set_to(reply: &mut Element, request: &Element) {
    if let Some(from) = request.attr("from") {
        reply.set_attr(
            rxml::Namespace::none().clone(),
            xml_ncname!("to").to_owned(),
            from.to_owned(),
        );
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parse(xml: &str) -> Element {
        xml.parse().unwrap()
    }

    #[test]
    fn only_our_account_is_our_account() {
        let own = BareJid::from_str("me@here").unwrap();
        for (from, is_own) in [
            ("", true),
            ("from='me@here'", true),
            ("from='ME@here'", true),
            ("from='me@here/phone'", false),
            ("from='here'", false),
            ("from='me@there'", false),
            ("from='@@@'", false),
        ] {
            let stanza = parse(&format!("<iq xmlns='jabber:client' {from}/>"));
            assert_eq!(Sender::of(&stanza).is_own_account(&own), is_own, "{from}");
        }
    }

    #[test]
    fn delays_old_and_new() {
        for delay_xml in [
            "<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z'/>",
            "<delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25'/>",
            "<delay xmlns='urn:xmpp:delay' stamp='2002-09-11T01:08:25.000+02:00'/>",
            "<x xmlns='jabber:x:delay' stamp='20020910T23:08:25'/>",
        ] {
            let stanza = parse(&format!(
                "<message xmlns='jabber:client'>{delay_xml}</message>"
            ));
            assert_eq!(
                delay(&stanza).unwrap().to_rfc3339(),
                "2002-09-10T23:08:25+00:00",
                "{delay_xml}"
            );
        }
        assert_eq!(
            delay(&parse(
                "<m xmlns='jabber:client'><delay xmlns='urn:xmpp:delay' stamp='soon'/></m>"
            )),
            None
        );
    }

    #[test]
    fn errors_of_every_shape() {
        let full = parse(
            "<message xmlns='jabber:client' type='error'><error type='cancel'><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>No\u{9}one</text><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        );
        assert_eq!(
            StanzaError::of(&full).to_string(),
            "No one (item-not-found)"
        );
        let bare = parse("<message xmlns='jabber:client' type='error'/>");
        assert_eq!(StanzaError::of(&bare).to_string(), "undefined-condition");
    }

    #[test]
    fn a_refusal_goes_back_to_who_asked() {
        let request = parse(
            "<iq xmlns='jabber:client' type='get' id='7' from='a@b/c'><query xmlns='x'/></iq>",
        );
        assert_eq!(
            iq_error(&request, "cancel", "service-unavailable"),
            parse(
                "<iq xmlns='jabber:client' type='error' id='7' to='a@b/c'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
            )
        );
    }
}
