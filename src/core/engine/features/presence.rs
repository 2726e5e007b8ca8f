//! Presence and subscriptions (RFC 6121 §3 and §4): tells contacts that we are there, keeps who of them is, and handles
//! who wants to see whose presence.

use std::collections::HashMap;

use jid::{BareJid, Jid, ResourcePart};
use minidom::Element;
use xso::exports::rxml::xml_ncname;

use super::discovery::capabilities;
use crate::{
    engine::{
        command::{Command, Done},
        event::Event,
        feature::{Context, Feature},
    },
    error::Error,
    model::{
        contact::{ContactRequest, Subscription},
        presence::{OwnPresence, Presence as Said, Show},
    },
    store::write::Write,
    xmpp::{
        new_account::preauth,
        ns,
        stanza::{Sender, child_text, cut},
    },
};

/// How many devices of one contact are kept.
const MOST_DEVICES: usize = 32;
/// How long a status may be, in characters.
const LONGEST_STATUS: usize = 1_000;

/// Keeps presence.
#[derive(Default)]
pub struct Presence {
    devices: HashMap<BareJid, HashMap<Option<ResourcePart>, Device>>,
    /// Whether our presence was sent in this session.
    announced: bool,
}

#[derive(Clone, PartialEq)]
struct Device {
    priority: i8,
    said: Said,
}

/// Our presence as a stanza (RFC 6121 §4.2), with our capabilities.
fn own_presence(presence: &OwnPresence) -> Element {
    let mut builder = Element::builder("presence", ns::CLIENT);
    let show = match presence.show {
        Show::Offline => return subscription_stanza(None, "unavailable"),
        Show::Online => None,
        Show::Away | Show::Xa | Show::Dnd => Some(presence.show.as_str()),
    };
    if let Some(show) = show {
        builder = builder.append(Element::builder("show", ns::CLIENT).append(show).build());
    }
    if !presence.status.is_empty() {
        let status = cut(&presence.status, LONGEST_STATUS);
        builder = builder.append(
            Element::builder("status", ns::CLIENT)
                .append(status)
                .build(),
        );
    }
    builder.append(capabilities()).build()
}

fn subscription_stanza(to: Option<&BareJid>, kind: &str) -> Element {
    let mut builder =
        Element::builder("presence", ns::CLIENT).attr(xml_ncname!("type").to_owned(), kind);
    if let Some(to) = to {
        builder = builder.attr(xml_ncname!("to").to_owned(), to.to_string());
    }
    builder.build()
}

/// What a presence stanza says, leniently: unknown words are taken as being there.
fn read(stanza: &Element) -> Device {
    let show = match child_text(stanza, "show", ns::CLIENT)
        .as_deref()
        .map(str::trim)
    {
        Some("away") => Show::Away,
        Some("xa") => Show::Xa,
        Some("dnd") => Show::Dnd,
        _ => Show::Online,
    };
    let status = child_text(stanza, "status", ns::CLIENT).unwrap_or_default();
    let priority = child_text(stanza, "priority", ns::CLIENT)
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(0);
    Device {
        priority,
        said: Said {
            show,
            status: cut(status.trim(), LONGEST_STATUS),
        },
    }
}

/// What the best of somebody's devices says: the greatest priority, then the most available.
fn best(devices: Option<&HashMap<Option<ResourcePart>, Device>>) -> Said {
    let availability = |show: Show| match show {
        Show::Online => 4,
        Show::Dnd => 3,
        Show::Away => 2,
        Show::Xa => 1,
        Show::Offline => 0,
    };
    devices
        .into_iter()
        .flat_map(HashMap::values)
        .max_by_key(|device| (device.priority, availability(device.said.show)))
        .map(|device| device.said.clone())
        .unwrap_or_default()
}

impl Presence {
    fn changed(&mut self, context: &mut Context<'_>, stanza: &Element, from: &Jid, gone: bool) {
        let address = from.to_bare();
        if !context.book.has(&address) && address != context.own_bare() {
            return;
        }
        let before = best(self.devices.get(&address));
        let devices = self.devices.entry(address.clone()).or_default();
        let resource = from.resource().map(ToOwned::to_owned);
        if gone && resource.is_none() {
            devices.clear();
        } else if gone {
            devices.remove(&resource);
        } else if devices.len() < MOST_DEVICES || devices.contains_key(&resource) {
            devices.insert(resource, read(stanza));
        }
        if devices.is_empty() {
            self.devices.remove(&address);
        }
        let presence = best(self.devices.get(&address));
        if presence != before {
            let account = context.account;
            context.emit(Event::Presence {
                account,
                address,
                presence,
            });
        }
    }

    /// Somebody wants to see our presence (RFC 6121 §3.1.3).
    fn requested(context: &mut Context<'_>, stanza: &Element, address: BareJid) {
        // Whom we asked ourselves is welcome to see us too: adding somebody once is enough to be each other's contacts.
        let invited = context
            .book
            .get(&address)
            .is_some_and(|item| item.ask || item.subscription == Subscription::To);
        if context.book.sees_us(&address) || invited {
            context.send(subscription_stanza(Some(&address), "subscribed"));
            return;
        }
        if context.book.is_blocked(&address) {
            return;
        }
        let name = child_text(stanza, "nick", ns::NICK)
            .map(|nick| cut(nick.trim(), 100))
            .filter(|nick| !nick.is_empty());
        let text = child_text(stanza, "status", ns::CLIENT).unwrap_or_default();
        let account = context.account;
        context.write(Write::PutRequest(ContactRequest {
            account,
            address,
            name,
            text: cut(text.trim(), LONGEST_STATUS),
        }));
    }

    fn forget_request(context: &mut Context<'_>, address: BareJid) {
        let account = context.account;
        context.write(Write::DeleteRequest { account, address });
    }
}

impl Feature for Presence {
    fn connected(&mut self, _: &mut Context<'_>) {
        self.announced = false;
    }

    fn synced(&mut self, context: &mut Context<'_>) {
        if context.presence.show != Show::Offline {
            self.announced = true;
            context.send(own_presence(context.presence));
        }
    }

    fn disconnected(&mut self, context: &mut Context<'_>) {
        let account = context.account;
        for (address, _) in self.devices.drain() {
            context.emit(Event::Presence {
                account,
                address,
                presence: Said::default(),
            });
        }
    }

    fn stanza(&mut self, context: &mut Context<'_>, stanza: &Element) -> bool {
        if stanza.name() != "presence" {
            return false;
        }
        let Sender::Address(from) = Sender::of(stanza) else {
            return true;
        };
        match stanza.attr("type") {
            None => self.changed(context, stanza, &from, false),
            Some("unavailable" | "error") => self.changed(context, stanza, &from, true),
            Some("subscribe") => Self::requested(context, stanza, from.to_bare()),
            Some("unsubscribe") => Self::forget_request(context, from.to_bare()),
            // "subscribed" and "unsubscribed" show in the roster push that comes with them.
            Some(_) => {}
        }
        true
    }

    fn command(
        &mut self,
        context: &mut Context<'_>,
        command: &Command,
    ) -> Option<Result<Done, Error>> {
        match command {
            Command::SetPresence { .. } => {
                if self.announced {
                    context.send(own_presence(context.presence));
                }
            }
            Command::AddContact { address, .. } => {
                if !context.book.is_seen(address) {
                    context.send(subscription_stanza(Some(address), "subscribe"));
                }
            }
            Command::AcceptInvitation { address, token, .. } => {
                if !context.book.is_seen(address) {
                    let mut asking = subscription_stanza(Some(address), "subscribe");
                    asking.append_child(preauth(token.reveal()));
                    context.send(asking);
                }
            }
            Command::AcceptContact { address, .. } => {
                context.send(subscription_stanza(Some(address), "subscribed"));
                let asked = context.book.get(address).is_some_and(|item| item.ask);
                if !context.book.is_seen(address) && !asked {
                    context.send(subscription_stanza(Some(address), "subscribe"));
                }
                Self::forget_request(context, address.clone());
            }
            Command::DeclineContact { address, .. } => {
                context.send(subscription_stanza(Some(address), "unsubscribed"));
                Self::forget_request(context, address.clone());
            }
            _ => return None,
        }
        Some(Ok(Done::Ok))
    }
}
