//! Blocking (XEP-0191): lets nothing of somebody through, at the server where it can.

use std::collections::HashMap;

use jid::BareJid;
use minidom::Element;
use xso::exports::rxml::xml_ncname;

use crate::{
    engine::{
        command::{Command, Done},
        event::Event,
        feature::{Context, Feature},
    },
    error::{Error, ErrorKind},
    store::write::Write,
    xmpp::{iq::Answer, ns, stanza::Sender},
};

/// The request for the whole list; all greater numbers are changes.
const LOAD: u32 = 0;

/// Keeps the list of the blocked.
#[derive(Default)]
pub struct Blocking {
    changes: HashMap<u32, BareJid>,
    last_change: u32,
}

fn addresses(list: &Element) -> Vec<BareJid> {
    list.children()
        .filter(|child| child.is("item", ns::BLOCKING))
        .filter_map(|item| BareJid::new(item.attr("jid")?).ok())
        .collect()
}

fn set(context: &mut Context<'_>, address: BareJid, blocked: bool) {
    context.book.set_blocked(&address, blocked);
    let account = context.account;
    context.write(Write::SetBlocked {
        account,
        address,
        blocked,
    });
}

fn replace(context: &mut Context<'_>, addresses: Vec<BareJid>) {
    context.book.set_all_blocked(addresses.clone());
    let account = context.account;
    context.write(Write::ReplaceBlocked { account, addresses });
}

impl Feature for Blocking {
    fn connected(&mut self, context: &mut Context<'_>) {
        let list = Element::bare("blocklist", ns::BLOCKING);
        context.request("get", None, list, LOAD);
    }

    fn disconnected(&mut self, _: &mut Context<'_>) {
        self.changes.clear();
    }

    fn stanza(&mut self, context: &mut Context<'_>, stanza: &Element) -> bool {
        if stanza.name() != "iq" || stanza.attr("type") != Some("set") {
            return false;
        }
        let block = stanza.get_child("block", ns::BLOCKING);
        let Some(list) = block.or_else(|| stanza.get_child("unblock", ns::BLOCKING)) else {
            return false;
        };
        if !Sender::of(stanza).is_own_account(&context.own_bare()) {
            tracing::warn!("somebody else tried to change who is blocked");
            context.refuse(stanza, "cancel", "service-unavailable");
            return true;
        }
        context.reply(stanza, None);
        let named = addresses(list);
        if block.is_none() && list.children().next().is_none() {
            replace(context, Vec::new());
        }
        for address in named {
            set(context, address, block.is_some());
        }
        true
    }

    fn answer(&mut self, context: &mut Context<'_>, number: u32, answer: Answer) {
        let changed = self.changes.remove(&number);
        let error = match answer {
            Answer::Result(Some(list)) if number == LOAD && list.is("blocklist", ns::BLOCKING) => {
                replace(context, addresses(&list));
                return;
            }
            // The change itself comes as a push.
            Answer::Result(_) => return,
            // Servers without this feature answer so; only what a person asked for is worth telling.
            _ if number == LOAD => return,
            Answer::Error(error) => Error::new(ErrorKind::RemoteError, error.to_string()),
            Answer::Lost | Answer::TooLarge => ErrorKind::Timeout.into(),
        };
        let account = context.account;
        context.emit(Event::Failed {
            account,
            address: changed,
            error,
        });
    }

    fn command(
        &mut self,
        context: &mut Context<'_>,
        command: &Command,
    ) -> Option<Result<Done, Error>> {
        let Command::SetBlocked {
            address, blocked, ..
        } = command
        else {
            return None;
        };
        let item = Element::builder("item", ns::BLOCKING)
            .attr(xml_ncname!("jid").to_owned(), address.to_string())
            .build();
        let name = if *blocked { "block" } else { "unblock" };
        self.last_change += 1;
        self.changes.insert(self.last_change, address.clone());
        let list = Element::builder(name, ns::BLOCKING).append(item).build();
        context.request("set", None, list, self.last_change);
        Some(Ok(Done::Ok))
    }
}
