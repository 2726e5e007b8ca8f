//! Catching up with the account's archive (XEP-0313): what was written while we were away, or on other devices.
//!
//! Once the session is there, the archive is read page by page from its end back to what was read before, then what
//! earlier sessions left unread. Nothing waits for it but messages of ours that the server may have already. What is to
//! be read is remembered with each page, in the same transaction, so that nothing is left out whenever it is cut off.

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use jid::BareJid;
use minidom::Element;
use xso::exports::rxml::xml_ncname;

use super::{
    care::{Care, Way},
    messages,
};
use crate::{
    engine::{
        event::Event,
        feature::{Context, Feature},
    },
    model::message::{IncomingMessage, MessageIds, Origin},
    store::write::{ArchiveGap, ArchivePage, Change, Write},
    xmpp::{
        iq::Answer,
        ns,
        stanza::{Sender, delay},
        stream::random_id,
    },
};

/// How many messages are asked for at a time. Some servers give fewer.
pub(super) const PAGE: usize = 50;
/// How many results of a page are taken from a server that gives more than it was asked for.
const MOST_RESULTS: usize = 10 * PAGE;
/// How long the texts of a page may be together, in bytes.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// How often pages that did not come are asked for again in a session.
const MOST_RETRIES: u32 = 3;

/// Reads the archive.
#[derive(Default)]
pub struct Archive {
    /// The contact list is there.
    synced: bool,
    /// What the server can do is known.
    discovered: bool,
    /// What is still to be read, the newest first.
    gaps: VecDeque<ArchiveGap>,
    asking: Option<Asking>,
    last_number: u32,
    retries: u32,
    /// How many messages were new since the session began.
    stored: u32,
    care: Care,
    /// What came of a page before it ended the session.
    salvaged: Option<ArchivePage>,
}

/// A page that was asked for.
pub(super) struct Asking {
    pub(super) number: u32,
    pub(super) id: String,
    pub(super) gap: ArchiveGap,
    /// The one chat that is asked for, where it is one.
    with: Option<BareJid>,
    /// How many results came, whatever is in them.
    results: usize,
    first: Option<String>,
    oldest: Option<DateTime<Utc>>,
    newest: Option<DateTime<Utc>>,
    bytes: usize,
    messages: Vec<IncomingMessage>,
}

/// The request for a page (XEP-0313 §4.1, XEP-0059 §2.3): the last ones before an id, or before the end. Counts are never
/// asked for, as some servers take minutes for them. At most `max` are asked for.
///
/// Where `with` is somebody, only the chat with them, and up to `until`.
pub(super) fn query(
    id: &str,
    gap: &ArchiveGap,
    max: usize,
    with: Option<&BareJid>,
    until: Option<DateTime<Utc>>,
) -> Element {
    let field = |name: &str, value: &str| {
        Element::builder("field", ns::DATA_FORMS)
            .attr(xml_ncname!("var").to_owned(), name)
            .append(
                Element::builder("value", ns::DATA_FORMS)
                    .append(value)
                    .build(),
            )
            .build()
    };
    let stamp = |time: DateTime<Utc>| time.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let since = (gap.since > DateTime::UNIX_EPOCH).then(|| field("start", &stamp(gap.since)));
    let form = Element::builder("x", ns::DATA_FORMS)
        .attr(xml_ncname!("type").to_owned(), "submit")
        .append(
            Element::builder("field", ns::DATA_FORMS)
                .attr(xml_ncname!("var").to_owned(), "FORM_TYPE")
                .attr(xml_ncname!("type").to_owned(), "hidden")
                .append(
                    Element::builder("value", ns::DATA_FORMS)
                        .append(ns::MAM)
                        .build(),
                )
                .build(),
        )
        .append_all(with.map(|with| field("with", with.as_str())))
        .append_all(since)
        .append_all(until.map(|until| field("end", &stamp(until))))
        .build();
    let mut before = Element::bare("before", ns::RSM);
    if let Some(id) = &gap.before {
        before.append_text(id);
    }
    let set = Element::builder("set", ns::RSM)
        .append(
            Element::builder("max", ns::RSM)
                .append(max.to_string())
                .build(),
        )
        .append(before)
        .build();
    Element::builder("query", ns::MAM)
        .attr(xml_ncname!("queryid").to_owned(), id)
        .append(form)
        .append(set)
        .build()
}

/// The message in a result, if it is one that concerns us; with the id that the archive gave it.
fn archived(
    context: &Context<'_>,
    forwarded: &Element,
    time: DateTime<Utc>,
    id: &str,
) -> Option<IncomingMessage> {
    let message = forwarded.get_child("message", ns::CLIENT)?;
    let ids = MessageIds {
        archive: Some(id.to_owned()),
        ..messages::sender_ids(message)
    };
    messages::forwarded(context, message, time, Origin::Archive, ids)
}

impl Asking {
    /// A page that is about to be asked for, of everything or of one chat.
    pub(super) fn new(number: u32, gap: ArchiveGap, with: Option<BareJid>) -> Self {
        Self {
            number,
            id: random_id(),
            gap,
            with,
            results: 0,
            first: None,
            oldest: None,
            newest: None,
            bytes: 0,
            messages: Vec::new(),
        }
    }

    /// Takes in a result (XEP-0313 §4.2). One that makes no sense is stepped over.
    pub(super) fn take(&mut self, context: &Context<'_>, result: &Element) {
        self.results += 1;
        if self.is_too_much() {
            self.messages.clear();
            return;
        }
        let Some(id) = result.attr("id").and_then(messages::usable) else {
            return;
        };
        self.first.get_or_insert_with(|| id.clone());
        let Some(forwarded) = result.get_child("forwarded", ns::FORWARD) else {
            return;
        };
        let Some(time) = delay(forwarded) else {
            return;
        };
        self.oldest = Some(self.oldest.map_or(time, |oldest| oldest.min(time)));
        self.newest = self.newest.max(Some(time));
        if let Some(message) = archived(context, forwarded, time, &id)
            && self.with.as_ref().is_none_or(|with| *with == message.with)
        {
            self.bytes += message.body.len();
            self.messages.push(message);
        }
    }

    /// Whether anything came that says where it stands.
    pub(super) fn has_results(&self) -> bool {
        self.first.is_some()
    }

    /// Whether the server does not keep to what was asked for.
    pub(super) fn is_too_much(&self) -> bool {
        self.results > MOST_RESULTS || self.bytes > MOST_BYTES
    }

    /// The page, once the server says that this is all of it.
    pub(super) fn page(self, context: &Context<'_>, fin: &Element) -> ArchivePage {
        let first = fin
            .get_child("set", ns::RSM)
            .and_then(|set| set.get_child("first", ns::RSM))
            .map(Element::text)
            .and_then(|first| messages::usable(&first))
            .or(self.first);
        ArchivePage {
            account: context.account,
            // The same place again would have no end.
            before: first.filter(|first| self.gap.before.as_ref() != Some(first)),
            gap: self.gap.id,
            messages: self.messages,
            complete: matches!(fin.attr("complete"), Some("true" | "1"))
                || self.newest.is_some_and(|newest| newest < self.gap.since),
            oldest: self.oldest,
        }
    }
}

impl Archive {
    /// Asks what is to be read, once it is known that there is an archive.
    fn begin(&mut self, context: &mut Context<'_>) {
        if !self.synced || !self.discovered {
            return;
        }
        if context.server.contains(ns::MAM) {
            let (account, since) = (context.account, context.archive.since(context.now));
            context.write(Write::OpenArchive { account, since });
        } else {
            context.send_queued(false);
        }
    }

    /// Asks for the next page.
    fn ask(&mut self, context: &mut Context<'_>) {
        let Some(gap) = self.gaps.pop_front() else {
            self.over(context, true);
            return;
        };
        if let Some(page) = self.salvaged.take_if(|page| page.gap == gap.id) {
            self.store(context, gap, page);
            return;
        }
        self.last_number = self.last_number.wrapping_add(1);
        let asking = Asking::new(self.last_number, gap, None);
        let query = query(
            &asking.id,
            &asking.gap,
            self.care.size(&asking.gap),
            None,
            None,
        );
        context.request("set", None, query, asking.number);
        self.asking = Some(asking);
    }

    /// Stores a page, and remembers where its stretch goes on.
    fn store(&mut self, context: &mut Context<'_>, gap: ArchiveGap, page: ArchivePage) {
        if page.before.is_some() {
            self.gaps.push_front(ArchiveGap {
                before: page.before.clone(),
                ..gap
            });
        }
        context.write(Write::ArchivePage(Box::new(page)));
    }

    /// The session ended with something that came of this page.
    fn broken(&mut self, context: &Context<'_>, asking: Asking) {
        let way = self.care.ended(&asking);
        if way == Way::Again {
            return;
        }
        tracing::warn!("something in the archive cannot be read and is stepped over");
        let gap = asking.gap.id;
        self.salvaged = Some(ArchivePage {
            account: context.account,
            gap,
            before: asking.first,
            complete: way == Way::GiveUp,
            oldest: asking.oldest,
            messages: asking.messages,
        });
    }

    fn over(&mut self, context: &mut Context<'_>, done: bool) {
        let (account, stored) = (context.account, self.stored);
        let unreadable = self.care.take_stepped_over();
        context.send_queued(done);
        context.emit(Event::CaughtUp {
            account,
            with: None,
            stored,
            unreadable,
            done,
        });
    }
}

impl Feature for Archive {
    fn connected(&mut self, _: &mut Context<'_>) {
        *self = Self {
            care: std::mem::take(&mut self.care),
            salvaged: self.salvaged.take(),
            ..Self::default()
        };
    }

    fn synced(&mut self, context: &mut Context<'_>) {
        self.synced = true;
        self.begin(context);
    }

    fn discovered(&mut self, context: &mut Context<'_>) {
        self.discovered = true;
        self.begin(context);
    }

    fn stanza(&mut self, context: &mut Context<'_>, stanza: &Element) -> bool {
        if stanza.name() != "message" {
            return false;
        }
        let Some(result) = stanza.get_child("result", ns::MAM) else {
            return false;
        };
        // What somebody else calls a result is none; it may be a message for all that.
        if !Sender::of(stanza).is_own_account(&context.own_bare()) {
            return false;
        }
        match &mut self.asking {
            Some(asking) if result.attr("queryid") == Some(&asking.id) => {
                asking.take(context, result);
            }
            _ => tracing::warn!("a result of the archive came that was not asked for"),
        }
        true
    }

    fn answer(&mut self, context: &mut Context<'_>, number: u32, answer: Answer) {
        let Some(asking) = self.asking.take_if(|asking| asking.number == number) else {
            return;
        };
        let gap = asking.gap.clone();
        if answer == Answer::Lost && context.broken {
            self.broken(context, asking);
            self.over(context, false);
            return;
        }
        let page = match answer {
            Answer::Result(Some(fin)) if fin.is("fin", ns::MAM) && !asking.is_too_much() => {
                asking.page(context, &fin)
            }
            // What was there when we were there last has gone since, and so has all that was before it.
            Answer::Error(error)
                if error.condition == "item-not-found" && asking.gap.before.is_some() =>
            {
                ArchivePage {
                    account: context.account,
                    gap: asking.gap.id,
                    messages: Vec::new(),
                    before: None,
                    complete: true,
                    oldest: None,
                }
            }
            // Likely the connection was away for a while. Nothing is to wait for it twice.
            Answer::Lost if self.retries < MOST_RETRIES => {
                self.retries += 1;
                context.send_queued(false);
                self.begin(context);
                return;
            }
            answer => {
                if let Answer::Error(error) = answer {
                    tracing::warn!("the archive was refused: {error}");
                }
                // The next session goes on from here.
                self.over(context, false);
                return;
            }
        };
        self.care.came(gap.id);
        self.store(context, gap, page);
    }

    fn stored(&mut self, context: &mut Context<'_>, change: &Change) {
        match change {
            Change::ArchiveOpened { gaps, .. } => {
                self.gaps = gaps.iter().cloned().collect();
                self.ask(context);
            }
            Change::ArchiveRead {
                gap,
                stored,
                closed,
                reached_queue,
                ..
            } => {
                if *closed {
                    self.gaps.retain(|left| left.id != *gap);
                }
                self.stored = self.stored.saturating_add(*stored);
                if *reached_queue {
                    context.send_queued(true);
                }
                self.ask(context);
            }
            _ => {}
        }
    }
}
