//! Reading what a chat has in the account's archive (XEP-0313) beyond what is read by itself: page by page, as somebody asks for it.
//!
//! One chat at a time, and beside the catching up, which it does not disturb: what is read here says nothing of what else was read.
//! Each page is stored with its place in one transaction, so the next who asks goes on from there.

use std::collections::VecDeque;

use chrono::DateTime;
use jid::BareJid;
use minidom::Element;

use super::archive::{self, Asking, PAGE};
use crate::{
    engine::{
        command::{Command, Done},
        event::Event,
        feature::{Context, Feature},
    },
    error::{Error, ErrorKind},
    store::write::{self, ArchiveGap, ArchivePage, Change, Write},
    xmpp::{
        iq::Answer,
        ns,
        stanza::{Sender, StanzaError},
    },
};

/// How many chats may wait for their turn.
const MOST_WAITING: usize = 100;
/// How many pages are read in one go, where all that is in them is there already.
const MOST_PAGES: u32 = 20;

/// Reads older messages.
#[derive(Default)]
pub struct Older {
    /// What the server can do is known.
    discovered: bool,
    /// Whose turn comes, in order.
    waiting: VecDeque<BareJid>,
    current: Option<Current>,
    last_number: u32,
}

/// The chat that is being read.
struct Current {
    with: BareJid,
    asking: Option<Asking>,
    /// The id before which to go on.
    before: Option<String>,
    pages: u32,
    /// How many messages were new.
    stored: u32,
}

impl Older {
    /// Begins with the next chat, where none is being read.
    fn next(&mut self, context: &mut Context<'_>) {
        if !self.discovered || self.current.is_some() {
            return;
        }
        while let Some(with) = self.waiting.pop_front() {
            if !context.server.contains(ns::MAM) {
                tell(context, with, 0, true);
                continue;
            }
            let account = context.account;
            context.write(Write::OpenOlder {
                account,
                with: with.clone(),
            });
            self.current = Some(Current {
                with,
                asking: None,
                before: None,
                pages: 0,
                stored: 0,
            });
            return;
        }
    }

    /// Asks for a page.
    fn ask(&mut self, context: &mut Context<'_>, older: write::Older) {
        let Some(current) = &mut self.current else {
            return;
        };
        self.last_number = self.last_number.wrapping_add(1);
        let gap = ArchiveGap {
            id: 0,
            before: older.before,
            since: DateTime::UNIX_EPOCH,
        };
        let until = older.until.filter(|_| gap.before.is_none());
        let with = current.with.clone();
        let asking = Asking::new(self.last_number, gap, Some(with.clone()));
        let query = archive::query(&asking.id, &asking.gap, PAGE, Some(&with), until);
        context.request("set", None, query, asking.number);
        current.asking = Some(asking);
    }

    fn over(&mut self, context: &mut Context<'_>, done: bool) {
        if let Some(Current { with, stored, .. }) = self.current.take() {
            tell(context, with, stored, done);
        }
        self.next(context);
    }
}

fn tell(context: &mut Context<'_>, with: BareJid, stored: u32, done: bool) {
    let account = context.account;
    context.emit(Event::CaughtUp {
        account,
        with: Some(with),
        stored,
        unreadable: 0,
        done,
    });
}

/// Whether this says that what was there when it was read last has gone since.
fn is_gone(error: &StanzaError, asking: &Asking) -> bool {
    error.condition == "item-not-found" && asking.gap.before.is_some()
}

impl Feature for Older {
    fn connected(&mut self, _: &mut Context<'_>) {
        *self = Self::default();
    }

    fn disconnected(&mut self, context: &mut Context<'_>) {
        let current = self
            .current
            .take()
            .map(|current| (current.with, current.stored));
        let waiting = std::mem::take(&mut self.waiting);
        let waiting = waiting.into_iter().map(|with| (with, 0));
        for (with, stored) in current.into_iter().chain(waiting) {
            tell(context, with, stored, false);
        }
    }

    fn discovered(&mut self, context: &mut Context<'_>) {
        self.discovered = true;
        self.next(context);
    }

    fn stanza(&mut self, context: &mut Context<'_>, stanza: &Element) -> bool {
        let asking = (self.current.as_mut()).and_then(|current| current.asking.as_mut());
        if let Some(asking) = asking
            && stanza.name() == "message"
            && let Some(result) = stanza.get_child("result", ns::MAM)
            && result.attr("queryid") == Some(&asking.id)
            && Sender::of(stanza).is_own_account(&context.own_bare())
        {
            asking.take(context, result);
            return true;
        }
        false
    }

    fn answer(&mut self, context: &mut Context<'_>, number: u32, answer: Answer) {
        let Some(current) = &mut self.current else {
            return;
        };
        let asked = (current.asking).take_if(|asking| asking.number == number);
        let Some(asking) = asked else {
            return;
        };
        let page = match answer {
            Answer::Result(Some(fin)) if fin.is("fin", ns::MAM) && !asking.is_too_much() => {
                asking.page(context, &fin)
            }
            Answer::Error(error) if is_gone(&error, &asking) => ArchivePage {
                account: context.account,
                gap: asking.gap.id,
                messages: Vec::new(),
                before: None,
                complete: true,
                oldest: None,
            },
            answer => {
                if let Answer::Error(error) = answer {
                    tracing::warn!("older messages were refused: {error}");
                }
                self.over(context, false);
                return;
            }
        };
        current.before.clone_from(&page.before);
        context.write(Write::OlderPage {
            with: current.with.clone(),
            page: Box::new(page),
        });
    }

    fn stored(&mut self, context: &mut Context<'_>, change: &Change) {
        match change {
            Change::OlderOpened { older, .. } if older.complete => self.over(context, true),
            Change::OlderOpened { older, .. } => self.ask(context, older.clone()),
            Change::OlderRead {
                stored, complete, ..
            } => {
                let Some(current) = &mut self.current else {
                    return;
                };
                current.stored = current.stored.saturating_add(*stored);
                current.pages += 1;
                // Nobody would see anything of it.
                if current.stored == 0 && !complete && current.pages < MOST_PAGES {
                    let before = current.before.clone();
                    self.ask(
                        context,
                        write::Older {
                            before,
                            until: None,
                            complete: false,
                        },
                    );
                } else {
                    self.over(context, *complete);
                }
            }
            _ => {}
        }
    }

    fn command(
        &mut self,
        context: &mut Context<'_>,
        command: &Command,
    ) -> Option<Result<Done, Error>> {
        let Command::FetchOlder { with, .. } = command else {
            return None;
        };
        let asked = (self.current.iter().map(|current| &current.with)).chain(&self.waiting);
        if asked.into_iter().all(|asked| asked != with) {
            if self.waiting.len() >= MOST_WAITING {
                let detail = "Too many chats are being read.";
                return Some(Err(Error::new(ErrorKind::NotAllowed, detail)));
            }
            self.waiting.push_back(with.clone());
            self.next(context);
        }
        Some(Ok(Done::Ok))
    }
}
