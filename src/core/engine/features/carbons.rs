//! Copies of what our other devices send and receive (XEP-0280), so that every device has the whole conversation.
//!
//! They are asked for in every new session, before the archive is: what comes in between comes by both ways, and is stored once. A
//! resumed session has them still. Only what our own account says is a copy is one (§11); everybody else's are not even looked into.

use jid::{BareJid, Jid};
use minidom::Element;

use super::messages;
use crate::{
    engine::feature::{Context, Feature},
    model::message::{IncomingMessage, Origin},
    store::write::Write,
    xmpp::{
        iq::Answer,
        ns,
        stanza::{Sender, address, delay},
    },
};

/// Asks for copies and takes them in.
pub struct Carbons;

/// What a stanza says it is a copy of: something sent, or received.
fn wrapper(stanza: &Element) -> Option<&Element> {
    stanza
        .children()
        .find(|child| child.is("sent", ns::CARBONS) || child.is("received", ns::CARBONS))
}

/// Whether its sender wanted no copies of this; a server that makes them all the same is not to be helped (§9, XEP-0334 §4.3).
fn is_private(message: &Element) -> bool {
    message.has_child("private", ns::CARBONS) || message.has_child("no-copy", ns::HINTS)
}

/// Who talks to whom in a copied message, both without resources.
fn between(message: &Element, own: &BareJid, sent: bool) -> Option<(BareJid, BareJid)> {
    let from = address(message, "from")?.to_bare();
    let to = match message.attr("to") {
        Some(to) => Jid::new(to).ok()?.to_bare(),
        None => own.clone(),
    };
    let ours = if sent { &from } else { &to };
    (ours == own).then_some((from, to))
}

/// The message in a copy (XEP-0297), if it is one that concerns us.
fn copied(context: &Context<'_>, stanza: &Element, wrapper: &Element) -> Option<IncomingMessage> {
    let forwarded = wrapper.get_child("forwarded", ns::FORWARD)?;
    let message = forwarded.get_child("message", ns::CLIENT)?;
    let is_chat = !matches!(message.attr("type"), Some("error" | "groupchat"));
    // A copy in a copy is somebody's invention.
    if !is_chat || self::wrapper(message).is_some() || is_private(message) {
        return None;
    }
    let body = messages::body(message)?;
    let own = context.own_bare();
    let (from, to) = between(message, &own, wrapper.name() == "sent")?;
    let outgoing = from == own;
    let with = if outgoing { to } else { from.clone() };
    if context.book.is_blocked(&with) {
        return None;
    }
    // Late where the one who wrote it, or our server on the way here, says so.
    let late = [message, forwarded, stanza].into_iter().find_map(delay);
    Some(IncomingMessage {
        account: context.account,
        stranger: !outgoing && !context.book.has(&from),
        with,
        outgoing,
        from,
        body,
        time: late.map_or(context.now, |late| late.min(context.now)),
        origin: Origin::Carbon,
        ids: messages::ids(context, message),
    })
}

impl Feature for Carbons {
    fn discovered(&mut self, context: &mut Context<'_>) {
        if context.server.contains(ns::CARBONS) {
            context.request("set", None, Element::bare("enable", ns::CARBONS), 0);
        }
    }

    fn stanza(&mut self, context: &mut Context<'_>, stanza: &Element) -> bool {
        if stanza.name() != "message" {
            return false;
        }
        let Some(wrapper) = wrapper(stanza) else {
            return false;
        };
        if !Sender::of(stanza).is_own_account(&context.own_bare()) {
            tracing::warn!("somebody sent a copy that only our own account may send");
        } else if let Some(message) = copied(context, stanza, wrapper) {
            context.write(Write::Incoming(message));
        }
        true
    }

    fn answer(&mut self, _: &mut Context<'_>, _: u32, answer: Answer) {
        if let Answer::Error(error) = answer {
            tracing::warn!("copies of other devices' messages were refused: {error}");
        }
    }
}
