//! The account's contact list, who sees whose presence, and who is blocked (RFC 6121 §2 to §4, XEP-0191), as far as one account and people
//! without a server of their own need it.

use std::collections::BTreeSet;

use jid::BareJid;
use oriole_core::{
    model::{
        contact::{RosterItem, Subscription},
        presence::Show,
    },
    xmpp::{
        ns,
        stanza::{address, cut, iq_error, iq_result},
    },
};
use tokio_xmpp::minidom::Element;

use super::{
    super::stanza, bare, is_somebodys, type_out, Act, Friends, Out, DECIDING, MOST_CONTACTS,
    READING,
};

/// How long a name or a group's name may be, in characters, and how many groups a contact may be in.
const LONGEST_NAME: usize = 200;
const MOST_GROUPS: usize = 20;

impl Friends {
    /// The contact list is asked for, or an entry is to be changed (RFC 6121 §2.1 to §2.5).
    pub(super) fn roster_request(&mut self, request: &Element, query: &Element, out: &mut Out) {
        let result = if request.attr("type") == Some("get") {
            Ok(Some(stanza::roster(self.roster.values())))
        } else {
            self.set_contact(query, out).map(|()| None)
        };
        out.now.push(answered(request, result));
    }

    fn set_contact(&mut self, query: &Element, out: &mut Out) -> Result<(), Refusal> {
        let mut items = query.children();
        let (Some(item), None) = (items.next(), items.next()) else {
            return Err(BAD_REQUEST);
        };
        let who = bare(address(item, "jid"))
            .filter(|_| item.is("item", ns::ROSTER))
            .ok_or(BAD_REQUEST)?;
        if item.attr("subscription") == Some("remove") {
            self.roster
                .remove(&who)
                .ok_or(("cancel", "item-not-found"))?;
            self.push(stanza::roster_removal(&who), out);
            self.hide(&who, out);
            if let Some(friend) = self.friends.get_mut(&who) {
                friend.thanked = false;
            }
            return Ok(());
        }
        let entry = self.entry(&who).ok_or(TOO_MANY)?;
        entry.name = item
            .attr("name")
            .map(|name| cut(name, LONGEST_NAME))
            .filter(|name| !name.is_empty());
        let groups: BTreeSet<String> = item
            .children()
            .filter(|child| child.is("group", ns::ROSTER))
            .take(MOST_GROUPS)
            .map(|group| cut(&group.text(), LONGEST_NAME))
            .filter(|group| !group.is_empty())
            .collect();
        entry.groups = groups.into_iter().collect();
        self.push_entry(&who, out);
        Ok(())
    }

    /// Somebody's entry, a new one where there is none; none where there are too many.
    fn entry(&mut self, who: &BareJid) -> Option<&mut RosterItem> {
        if self.roster.len() >= MOST_CONTACTS && !self.roster.contains_key(who) {
            return None;
        }
        // Of those who are somebody in the script the name is known, so that nobody has to make one up.
        let name = self.friends.get(who).map(|friend| friend.person.name);
        let new = || RosterItem {
            address: who.clone(),
            name: name.filter(|name| !name.is_empty()).map(str::to_owned),
            groups: Vec::new(),
            subscription: Subscription::None,
            ask: false,
        };
        Some(self.roster.entry(who.clone()).or_insert_with(new))
    }

    fn push_entry(&mut self, who: &BareJid, out: &mut Out) {
        if let Some(item) = self.roster.get(who).map(stanza::roster_item) {
            self.push(item, out);
        }
    }

    fn push(&mut self, item: Element, out: &mut Out) {
        let query = Element::builder("query", ns::ROSTER).append(item).build();
        self.push_payload(query, out);
    }

    fn push_payload(&mut self, payload: Element, out: &mut Out) {
        let id = self.id();
        if let Some(session) = &self.session {
            out.now.push(stanza::push(session, &id, payload));
        }
    }

    /// Whether we see somebody's presence.
    fn sees(&self, who: &BareJid) -> bool {
        let subscription = self.roster.get(who).map(|item| item.subscription);
        matches!(subscription, Some(Subscription::To | Subscription::Both))
            && !self.blocked.contains(who)
    }

    /// Tells somebody's presence to us, where we may see it.
    pub(super) fn tell_presence(&self, who: &BareJid, out: &mut Out) {
        let (Some(friend), Some(device)) = (self.friends.get(who), self.device(who)) else {
            return;
        };
        if self.sees(who) {
            let presence = stanza::presence(&device, &self.own, friend.show, friend.status);
            out.now.push(presence);
        }
    }

    /// Somebody is not to be seen any more.
    fn hide(&self, who: &BareJid, out: &mut Out) {
        if let Some(device) = self.device(who) {
            let gone = stanza::presence(&device, &self.own, Show::Offline, "");
            out.now.push(gone);
        }
    }

    /// We are there or not (RFC 6121 §4), or something about who sees whom (§3).
    pub(super) fn presence(&mut self, presence: &Element, out: &mut Out) {
        let kind = presence.attr("type");
        let Some(who) = bare(address(presence, "to")) else {
            match kind {
                None => self.appear(presence, out),
                Some("unavailable") => self.available = false,
                Some(_) => {}
            }
            return;
        };
        match kind {
            Some("subscribe") => self.subscribe(presence, &who, out),
            Some("subscribed") => self.subscribed(&who, out),
            Some("unsubscribed") => {
                if let Some(friend) = self.friends.get_mut(&who) {
                    friend.asking = None;
                }
                self.change(&who, out, |item| {
                    item.subscription = match item.subscription {
                        Subscription::Both | Subscription::To => Subscription::To,
                        Subscription::From | Subscription::None => Subscription::None,
                    };
                });
            }
            Some("unsubscribe") => {
                self.change(&who, out, |item| {
                    item.ask = false;
                    item.subscription = match item.subscription {
                        Subscription::Both | Subscription::From => Subscription::From,
                        Subscription::To | Subscription::None => Subscription::None,
                    };
                });
                self.hide(&who, out);
            }
            _ => {}
        }
    }

    fn change(&mut self, who: &BareJid, out: &mut Out, with: impl FnOnce(&mut RosterItem)) {
        if let Some(item) = self.roster.get_mut(who) {
            with(item);
            self.push_entry(who, out);
        }
    }

    /// We are there: for the first time in this session, or with another presence (RFC 6121 §4.2).
    fn appear(&mut self, presence: &Element, out: &mut Out) {
        if let Some(session) = &self.session {
            let reflected = stanza::sent_by(presence.clone(), session.as_str());
            out.now.push(reflected);
        }
        if std::mem::replace(&mut self.available, true) {
            return;
        }
        for (who, friend) in &self.friends {
            if friend.show != Show::Offline {
                self.tell_presence(who, out);
            }
            // Again and again, until it is answered (RFC 6121 §3.1.3).
            self.ask(who, out);
        }
        if !std::mem::replace(&mut self.began, true) {
            self.begin(out);
        }
    }

    /// Tells that somebody asks to see us, if they do.
    pub(super) fn ask(&self, who: &BareJid, out: &mut Out) {
        if let Some(friend) = self.friends.get(who) {
            if let Some(words) = friend.asking {
                let name = friend.person.name;
                out.now.push(stanza::request(who, &self.own, name, words));
            }
        }
    }

    /// We ask to see somebody. Whoever has an address here exists from now on, and agrees after a moment; elsewhere there is nobody.
    fn subscribe(&mut self, presence: &Element, who: &BareJid, out: &mut Out) {
        if !is_somebodys(who) || *who == self.own {
            let bounced = stanza::bounce(presence, &self.own, "remote-server-not-found");
            out.now.push(bounced);
            return;
        }
        let Some(item) = self.entry(who) else {
            let bounced = stanza::bounce(presence, &self.own, "resource-constraint");
            out.now.push(bounced);
            return;
        };
        if matches!(item.subscription, Subscription::To | Subscription::Both) {
            let agreed = stanza::subscription("subscribed", who, &self.own);
            out.now.push(agreed);
            return;
        }
        item.ask = true;
        self.push_entry(who, out);
        if !self.friends.contains_key(who) {
            // Those who were made up and are no contacts any more are forgotten, so the contact list's bound is also that of people.
            let roster = &self.roster;
            self.friends.retain(|known, friend| {
                !friend.person.local.is_empty() || roster.contains_key(known)
            });
            self.meet(who.clone(), &self.script.newcomer);
        }
        out.later.push((DECIDING, Act::Accept(who.clone())));
    }

    /// We let somebody see us who asked.
    fn subscribed(&mut self, who: &BareJid, out: &mut Out) {
        let asked = self
            .friends
            .get_mut(who)
            .and_then(|friend| friend.asking.take());
        if asked.is_none() {
            return;
        }
        if let Some(item) = self.entry(who) {
            item.subscription = match item.subscription {
                Subscription::To | Subscription::Both => Subscription::Both,
                Subscription::From | Subscription::None => Subscription::From,
            };
            self.push_entry(who, out);
        }
    }

    /// Somebody agrees that we see them, and wants to see us too.
    pub(super) fn accept(&mut self, who: &BareJid, out: &mut Out) {
        let Some(item) = self.roster.get_mut(who).filter(|item| item.ask) else {
            return;
        };
        item.ask = false;
        let sees_us = item.subscription.sees_us();
        item.subscription = if sees_us {
            Subscription::Both
        } else {
            Subscription::To
        };
        out.now
            .push(stanza::subscription("subscribed", who, &self.own));
        self.push_entry(who, out);
        self.tell_presence(who, out);
        let Some(friend) = self.friends.get_mut(who) else {
            return;
        };
        let thanks = friend.person.thanks;
        if !thanks.is_empty() && !std::mem::replace(&mut friend.thanked, true) {
            type_out(out, READING, who.clone(), thanks);
        }
        if !sees_us {
            friend.asking = Some(friend.person.status);
            self.ask(who, out);
        }
    }

    /// The list of the blocked is asked for or changed (XEP-0191 §3).
    pub(super) fn blocking_request(&mut self, request: &Element, list: &Element, out: &mut Out) {
        let result = match (request.attr("type"), list.name()) {
            (Some("get"), "blocklist") => {
                Ok(Some(stanza::blocked("blocklist", self.blocked.iter())))
            }
            (Some("set"), "block") => self.block(list, out).map(|()| None),
            (Some("set"), "unblock") => {
                self.unblock(list, out);
                Ok(None)
            }
            _ => Err(BAD_REQUEST),
        };
        out.now.push(answered(request, result));
    }

    fn block(&mut self, list: &Element, out: &mut Out) -> Result<(), Refusal> {
        let named = named(list);
        if named.is_empty() {
            return Err(BAD_REQUEST);
        }
        if self.blocked.len() + named.len() > MOST_CONTACTS {
            return Err(TOO_MANY);
        }
        self.push_payload(stanza::blocked("block", named.iter()), out);
        for who in named {
            if self.sees(&who) {
                self.hide(&who, out);
            }
            self.blocked.insert(who);
        }
        Ok(())
    }

    /// Of an empty list: everybody.
    fn unblock(&mut self, list: &Element, out: &mut Out) {
        let named = named(list);
        self.push_payload(stanza::blocked("unblock", named.iter()), out);
        let freed = if named.is_empty() {
            std::mem::take(&mut self.blocked)
        } else {
            named
        };
        for who in freed {
            self.blocked.remove(&who);
            self.tell_presence(&who, out);
        }
    }
}

/// The type and the condition of an error (RFC 6120 §8.3.2).
type Refusal = (&'static str, &'static str);

const BAD_REQUEST: Refusal = ("modify", "bad-request");
const TOO_MANY: Refusal = ("wait", "resource-constraint");

fn answered(request: &Element, result: Result<Option<Element>, Refusal>) -> Element {
    let answer = match result {
        Ok(payload) => iq_result(request, payload),
        Err((kind, condition)) => iq_error(request, kind, condition),
    };
    stanza::answer(request, answer)
}

fn named(list: &Element) -> BTreeSet<BareJid> {
    list.children()
        .filter(|child| child.is("item", ns::BLOCKING))
        .filter_map(|item| bare(address(item, "jid")))
        .collect()
}
