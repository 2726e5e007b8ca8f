//! The contact list (RFC 6121 §2): loaded with versions, kept by pushes that only our own account may send, changed on
//! command.

use std::collections::{BTreeSet, HashMap};

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
    model::contact::{RosterItem, Subscription},
    store::write::Write,
    xmpp::{iq::Answer, ns, stanza::Sender},
};

/// The request for the contact list; all greater numbers are changes.
const LOAD: u32 = 0;
/// How long a name or a group's name may be, in characters.
const LONGEST_NAME: usize = 200;
/// How many groups a contact may be in.
const MOST_GROUPS: usize = 50;

/// Keeps the contact list.
#[derive(Default)]
pub struct Roster {
    changes: HashMap<u32, BareJid>,
    last_change: u32,
    loaded: bool,
}

impl Roster {
    /// Asks the server to change an entry (RFC 6121 §2.3 to §2.5).
    fn change(&mut self, context: &mut Context<'_>, address: &BareJid, item: Element) {
        self.last_change += 1;
        self.changes.insert(self.last_change, address.clone());
        let query = Element::builder("query", ns::ROSTER).append(item).build();
        context.request("set", None, query, self.last_change);
    }

    /// Adds a contact; the presence feature asks to see their presence.
    fn add(
        &mut self,
        context: &mut Context<'_>,
        address: &BareJid,
        name: Option<&str>,
        groups: &[String],
    ) -> Result<(), Error> {
        if *address == context.own_bare() {
            let detail = "this is the account's own address";
            return Err(Error::new(ErrorKind::BadRequest, detail));
        }
        // Who is a contact already is only asked again: what they are called stays, unless something else is said.
        let known = context.book.get(address).cloned();
        let name = name
            .map(str::to_owned)
            .or_else(|| known.as_ref().and_then(|item| item.name.clone()));
        let groups = match known {
            Some(item) if groups.is_empty() => item.groups,
            _ => groups.to_vec(),
        };
        let item = write_item(address, name.as_deref(), &groups);
        self.change(context, address, item);
        Ok(())
    }

    fn load(context: &mut Context<'_>) {
        let mut query = Element::builder("query", ns::ROSTER);
        if context.roster_versions {
            let version = context.book.version.clone().unwrap_or_default();
            query = query.attr(xml_ncname!("ver").to_owned(), version);
        }
        context.request("get", None, query.build(), LOAD);
    }

    fn loaded(&mut self, context: &mut Context<'_>, answer: Answer) {
        match answer {
            Answer::Result(Some(query)) if query.is("query", ns::ROSTER) => {
                let items: Vec<RosterItem> = query.children().filter_map(read_item).collect();
                let version = version(&query);
                context.book.version = version.clone();
                context.book.replace(items.clone());
                let account = context.account;
                context.write(Write::ReplaceRoster {
                    account,
                    version,
                    items,
                });
            }
            // Nothing changed since the version that we named.
            Answer::Result(_) => {}
            Answer::Error(error) => tracing::warn!("the contact list was refused: {error}"),
            Answer::Lost => tracing::warn!("the contact list did not come"),
            Answer::TooLarge => tracing::warn!("the contact list is too large"),
        }
        if !self.loaded {
            self.loaded = true;
            context.synced();
        }
    }

    /// A push (RFC 6121 §2.1.6). Only our own account may send one, whatever the id.
    fn push(context: &mut Context<'_>, stanza: &Element, query: &Element) {
        if !Sender::of(stanza).is_own_account(&context.own_bare()) {
            tracing::warn!("somebody else tried to change the contact list");
            context.refuse(stanza, "cancel", "service-unavailable");
            return;
        }
        context.reply(stanza, None);
        let Some(child) = query.children().next() else {
            return;
        };
        let version = version(query);
        if version.is_some() {
            context.book.version.clone_from(&version);
        }
        let account = context.account;
        if child.attr("subscription") == Some("remove") {
            if let Some(address) = child.attr("jid").and_then(|jid| BareJid::new(jid).ok()) {
                context.book.remove(&address);
                context.write(Write::DeleteContact {
                    account,
                    version,
                    address,
                });
            }
        } else if let Some(item) = read_item(child) {
            context.book.put(item.clone());
            context.write(Write::PutContact {
                account,
                version,
                item,
            });
        }
    }
}

fn version(query: &Element) -> Option<String> {
    query
        .attr("ver")
        .filter(|version| version.len() <= 1024)
        .map(str::to_owned)
}

/// Reads an entry leniently; none where it names nobody or is not a contact (any more).
fn read_item(element: &Element) -> Option<RosterItem> {
    if !element.is("item", ns::ROSTER) {
        return None;
    }
    let address = BareJid::new(element.attr("jid")?).ok()?;
    let subscription = match element.attr("subscription") {
        None => Subscription::None,
        Some("remove") => return None,
        Some(word) => Subscription::from_word(word).unwrap_or_default(),
    };
    let groups: BTreeSet<String> = element
        .children()
        .filter(|child| child.is("group", ns::ROSTER))
        .map(|group| shortened(&group.text()))
        .filter(|group| !group.is_empty())
        .take(MOST_GROUPS)
        .collect();
    Some(RosterItem {
        address,
        name: element
            .attr("name")
            .map(shortened)
            .filter(|name| !name.is_empty()),
        groups: groups.into_iter().collect(),
        subscription,
        ask: element.attr("ask") == Some("subscribe"),
    })
}

fn shortened(text: &str) -> String {
    crate::xmpp::stanza::cut(text.trim(), LONGEST_NAME)
}

fn write_item(address: &BareJid, name: Option<&str>, groups: &[String]) -> Element {
    let mut builder = Element::builder("item", ns::ROSTER)
        .attr(xml_ncname!("jid").to_owned(), address.to_string());
    if let Some(name) = name {
        builder = builder.attr(xml_ncname!("name").to_owned(), shortened(name));
    }
    builder
        .append_all(groups.iter().map(|group| {
            Element::builder("group", ns::ROSTER)
                .append(shortened(group))
                .build()
        }))
        .build()
}

impl Feature for Roster {
    fn connected(&mut self, context: &mut Context<'_>) {
        self.loaded = false;
        Self::load(context);
    }

    fn disconnected(&mut self, _: &mut Context<'_>) {
        self.changes.clear();
    }

    fn stanza(&mut self, context: &mut Context<'_>, stanza: &Element) -> bool {
        if stanza.name() != "iq" || stanza.attr("type") != Some("set") {
            return false;
        }
        let Some(query) = stanza.get_child("query", ns::ROSTER) else {
            return false;
        };
        Self::push(context, stanza, query);
        true
    }

    fn answer(&mut self, context: &mut Context<'_>, number: u32, answer: Answer) {
        if number == LOAD {
            self.loaded(context, answer);
            return;
        }
        let address = self.changes.remove(&number);
        let error = match answer {
            Answer::Result(_) => return,
            Answer::Error(error) => Error::new(ErrorKind::RemoteError, error.to_string()),
            Answer::Lost | Answer::TooLarge => ErrorKind::Timeout.into(),
        };
        let account = context.account;
        context.emit(Event::Failed {
            account,
            address,
            error,
        });
    }

    fn command(
        &mut self,
        context: &mut Context<'_>,
        command: &Command,
    ) -> Option<Result<Done, Error>> {
        match command {
            Command::AddContact {
                address,
                name,
                groups,
                ..
            } => self
                .add(context, address, name.as_deref(), groups)
                .err()
                .map(Err),
            Command::AcceptInvitation { address, .. } => {
                self.add(context, address, None, &[]).err().map(Err)
            }
            Command::RenameContact {
                address,
                name,
                groups,
                ..
            } => {
                let Some(item) = context.book.get(address).cloned() else {
                    return Some(Err(ErrorKind::NotFound.into()));
                };
                let groups = groups.as_ref().unwrap_or(&item.groups);
                self.change(
                    context,
                    address,
                    write_item(address, name.as_deref(), groups),
                );
                Some(Ok(Done::Ok))
            }
            Command::RemoveContact { address, .. } => {
                if !context.book.has(address) {
                    return Some(Err(ErrorKind::NotFound.into()));
                }
                let item = Element::builder("item", ns::ROSTER)
                    .attr(xml_ncname!("jid").to_owned(), address.to_string())
                    .attr(xml_ncname!("subscription").to_owned(), "remove")
                    .build();
                self.change(context, address, item);
                Some(Ok(Done::Ok))
            }
            _ => None,
        }
    }
}
