//! Copies of what our other devices send and receive (XEP-0280), so that every device has the whole conversation.
//!
//! They are asked for in every new session, before the archive is: what comes in between comes by both ways, and is stored once. A
//! resumed session has them still. Only what our own account says is a copy is one (§11); everybody else's are not even looked into.

use minidom::Element;

use super::messages;
use crate::{
    engine::feature::{Context, Feature},
    model::message::{IncomingMessage, Origin},
    store::write::Write,
    xmpp::{
        iq::Answer,
        ns,
        stanza::{Sender, delay},
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

/// The message in a copy (XEP-0297), if it is one that concerns us.
fn copied(context: &Context<'_>, stanza: &Element, wrapper: &Element) -> Option<IncomingMessage> {
    let forwarded = wrapper.get_child("forwarded", ns::FORWARD)?;
    let message = forwarded.get_child("message", ns::CLIENT)?;
    // A copy in a copy is somebody's invention.
    if self::wrapper(message).is_some() || is_private(message) {
        return None;
    }
    // Late where the one who wrote it, or our server on the way here, says so.
    let late = [message, forwarded, stanza].into_iter().find_map(delay);
    let time = late.unwrap_or(context.now);
    let ids = messages::ids(context, message);
    let copy = messages::forwarded(context, message, time, Origin::Carbon, ids)?;
    let is_said_right = match wrapper.name() {
        "sent" => copy.outgoing,
        // What we write to ourselves is both.
        _ => !copy.outgoing || copy.with == context.own_bare(),
    };
    is_said_right.then_some(copy)
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
