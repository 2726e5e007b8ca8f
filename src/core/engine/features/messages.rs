//! One-to-one messages (RFC 6121 §5): takes in what was written to us, and bounces of what we wrote.

use chrono::{DateTime, TimeDelta, Utc};
use jid::{BareJid, Jid};
use minidom::Element;
use xso::exports::rxml::xml_ncname;

use crate::{
    engine::feature::{Context, Feature},
    error::{Error, ErrorKind},
    model::message::{IncomingMessage, MessageIds, Origin, QueuedMessage},
    store::write::Write,
    xmpp::{
        ns,
        stanza::{Sender, StanzaError, address, delay},
    },
};

/// How long an id may be to be remembered, in bytes.
const LONGEST_ID: usize = 1_024;
/// Features of a server that assigns `<stanza-id/>`, and so removes forged ones (XEP-0359 §6, XEP-0313 §5.1.1).
const ASSIGNS_IDS: [&str; 2] = [ns::SID, ns::MAM];

/// Takes in messages.
pub struct Messages;

/// An own message as a stanza: to the bare address, so that all their devices get it.
#[must_use]
pub fn outgoing(message: &QueuedMessage, retried: bool) -> Element {
    let mut builder = Element::builder("message", ns::CLIENT)
        .attr(xml_ncname!("type").to_owned(), "chat")
        .attr(xml_ncname!("to").to_owned(), message.to.to_string())
        .attr(xml_ncname!("id").to_owned(), message.stanza_id.as_str())
        .append(
            Element::builder("body", ns::CLIENT)
                .append(message.body.as_str())
                .build(),
        )
        .append(
            Element::builder("origin-id", ns::SID)
                .attr(xml_ncname!("id").to_owned(), message.stanza_id.as_str())
                .build(),
        );
    if retried {
        let stamp = message.time.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        builder = builder.append(
            Element::builder("delay", ns::DELAY)
                .attr(xml_ncname!("stamp").to_owned(), stamp)
                .build(),
        );
    }
    builder.build()
}

/// The text of a message: the body without a language, else the first.
pub(super) fn body(stanza: &Element) -> Option<String> {
    let bodies = || {
        stanza
            .children()
            .filter(|child| child.is("body", ns::CLIENT))
    };
    bodies()
        .find(|body| body.attr_ns(XML, "lang").is_none())
        .or_else(|| bodies().next())
        .map(Element::text)
        .filter(|text| !text.is_empty())
}

const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// An id that is fit to be remembered.
pub(super) fn usable(id: &str) -> Option<String> {
    (!id.is_empty() && id.len() <= LONGEST_ID).then(|| id.to_owned())
}

/// The ids that the sender chose.
pub(super) fn sender_ids(stanza: &Element) -> MessageIds {
    MessageIds {
        stanza: stanza.attr("id").and_then(usable),
        origin: stanza
            .get_child("origin-id", ns::SID)
            .and_then(|child| child.attr("id"))
            .and_then(usable),
        archive: None,
    }
}

/// All ids of a message that came as it was sent, or as a copy of that: with the one that our server gave it, where it gives any.
pub(super) fn ids(context: &Context<'_>, stanza: &Element) -> MessageIds {
    let own = context.own_bare();
    let assigned = || {
        stanza
            .children()
            .filter(|child| child.is("stanza-id", ns::SID))
            .find(|child| {
                child
                    .attr("by")
                    .and_then(|by| BareJid::new(by).ok())
                    .is_some_and(|by| by == own)
            })
            .and_then(|child| child.attr("id"))
    };
    let trusted = ASSIGNS_IDS
        .iter()
        .any(|feature| context.server.contains(*feature));
    MessageIds {
        archive: if trusted {
            assigned().and_then(usable)
        } else {
            None
        },
        ..sender_ids(stanza)
    }
}

/// A message that was forwarded to us (XEP-0297), by our own account: from us to somebody or to us; none where it is no message to show,
/// or none of ours.
pub(super) fn forwarded(
    context: &Context<'_>,
    message: &Element,
    time: DateTime<Utc>,
    origin: Origin,
    ids: MessageIds,
) -> Option<IncomingMessage> {
    if matches!(message.attr("type"), Some("error" | "groupchat")) {
        return None;
    }
    let body = body(message)?;
    let own = context.own_bare();
    let from = address(message, "from")?.to_bare();
    let to = match message.attr("to") {
        Some(to) => Jid::new(to).ok()?.to_bare(),
        None => own.clone(),
    };
    let outgoing = from == own;
    if !outgoing && to != own {
        return None;
    }
    let with = if outgoing { to } else { from.clone() };
    if context.book.is_blocked(&with) {
        return None;
    }
    Some(IncomingMessage {
        account: context.account,
        stranger: !outgoing && !context.book.has(&from),
        with,
        outgoing,
        from,
        body,
        time: time.min(context.now),
        origin,
        ids,
    })
}

/// When it was written, never in the future; and whether our server kept it for us.
fn time(context: &Context<'_>, stanza: &Element) -> (DateTime<Utc>, Origin) {
    let Some(stamp) = delay(stanza) else {
        return (context.now, Origin::Live);
    };
    let by = stanza
        .get_child("delay", ns::DELAY)
        .or_else(|| stanza.get_child("x", ns::OLD_DELAY))
        .and_then(|delay| delay.attr("from"))
        .and_then(|from| Jid::new(from).ok());
    let kept = by.is_some_and(|by| {
        by.to_bare() == context.own_bare()
            || (by.node().is_none() && by.domain() == context.own.domain())
    });
    let origin = if kept { Origin::Offline } else { Origin::Live };
    // A clock that is a little ahead is no reason to doubt; one that is far ahead would sort before all that follows.
    let latest = context.now + TimeDelta::seconds(5);
    (if stamp > latest { context.now } else { stamp }, origin)
}

impl Messages {
    fn bounced(context: &mut Context<'_>, stanza: &Element, from: &Jid) {
        if let Some(id) = stanza.attr("id") {
            let account = context.account;
            context.write(Write::FailMessage {
                account,
                with: from.to_bare(),
                stanza_id: id.to_owned(),
                error: Error::new(ErrorKind::RemoteError, StanzaError::of(stanza).to_string()),
            });
        }
    }
}

impl Feature for Messages {
    fn stanza(&mut self, context: &mut Context<'_>, stanza: &Element) -> bool {
        if stanza.name() != "message" {
            return false;
        }
        let own = context.own_bare();
        let from = match Sender::of(stanza) {
            Sender::Address(from) => from,
            Sender::Server => Jid::from(own.clone()),
            Sender::Invalid => {
                tracing::warn!("a message came from something that is no address");
                return true;
            }
        };
        match stanza.attr("type") {
            Some("error") => {
                Self::bounced(context, stanza, &from);
                return true;
            }
            // Group chats are not joined yet, so nobody has any business to send one.
            Some("groupchat") => return true,
            _ => {}
        }
        let author = from.to_bare();
        if context.book.is_blocked(&author) {
            return true;
        }
        if let Some(body) = body(stanza) {
            let (time, origin) = time(context, stanza);
            let stranger = author != own && !context.book.has(&author);
            let message = IncomingMessage {
                account: context.account,
                with: author.clone(),
                outgoing: author == own,
                from: author,
                body,
                time,
                origin,
                stranger,
                ids: ids(context, stanza),
            };
            context.write(Write::Incoming(message));
        }
        true
    }
}
