//! Getting past something in an archive that ends every session in which it is read: broken XML, say, or more than the parser bears.
//!
//! What it is cannot be known, nor what its id is; only where it stands. When a page ended two sessions, what is in it is read one by
//! one from its newer end, until one does so too. Then a few are asked for at once: what comes before the session ends again stands
//! beyond it, is kept, and is where reading goes on. A connection that is merely lost says nothing.

use super::archive::{Asking, PAGE};
use crate::store::write::ArchiveGap;

/// How a page that ends sessions is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum How {
    /// As all are.
    #[default]
    Whole,
    /// One by one, so many still.
    Single(usize),
    /// So many, to see what comes before the session ends.
    Probe(usize),
}

/// What is to be done after a session ended over a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Ask again.
    Again,
    /// Go on beyond: from what came of the page.
    Beyond,
    /// Nothing beyond can be reached.
    GiveUp,
}

/// Sees to pages that end sessions. Outlives them.
#[derive(Debug, Default)]
pub(super) struct Care {
    /// How the stretch is read in which something ended a session; the others are read as ever.
    how: How,
    gap: Option<i64>,
    /// The newest such stretch. What is newer still may reach down to the same place, and is read one by one until it meets what was
    /// read.
    newest: Option<i64>,
    /// Before which id it was.
    before: Option<String>,
    /// How many it ended, read as it is now.
    ends: u32,
    /// How many that ended sessions were stepped over.
    stepped_over: u32,
}

impl Care {
    /// How many messages are to be asked for.
    pub(super) fn size(&self, gap: &ArchiveGap) -> usize {
        if self.gap != Some(gap.id) {
            return if self.is_above(gap.id) { 1 } else { PAGE };
        }
        match self.how {
            How::Whole => PAGE,
            How::Single(_) => 1,
            How::Probe(size) => size,
        }
    }

    /// Whether this stretch is newer than one in which something ended a session.
    fn is_above(&self, gap: i64) -> bool {
        self.newest.is_some_and(|newest| gap > newest)
    }

    /// A page of this stretch came to its end.
    pub(super) fn came(&mut self, gap: i64) {
        if self.gap != Some(gap) {
            return;
        }
        match self.how {
            How::Single(left) if left > 1 => self.how = How::Single(left - 1),
            _ => (self.how, self.gap) = (How::Whole, None),
        }
    }

    /// The session ended over this page.
    pub(super) fn ended(&mut self, asking: &Asking) -> Way {
        let ArchiveGap { id, before, .. } = &asking.gap;
        if self.gap != Some(*id) {
            self.how = if self.is_above(*id) {
                How::Single(PAGE)
            } else {
                How::Whole
            };
            self.newest = self.newest.max(Some(*id));
            (self.gap, self.ends) = (Some(*id), 0);
        }
        if self.before != *before {
            self.before.clone_from(before);
            self.ends = 0;
        }
        self.ends += 1;
        let (how, way) = match self.how {
            How::Whole | How::Single(_) if self.ends < 2 => return Way::Again,
            How::Whole => (How::Single(PAGE), Way::Again),
            How::Single(_) => (How::Probe(2), Way::Again),
            How::Probe(_) if asking.has_results() => (How::Whole, Way::Beyond),
            How::Probe(PAGE) => (How::Whole, Way::GiveUp),
            How::Probe(size) => (How::Probe((4 * size).min(PAGE)), Way::Again),
        };
        self.how = how;
        self.ends = 0;
        if way != Way::Again {
            self.gap = None;
            self.stepped_over += 1;
        }
        way
    }

    /// How many were stepped over since this was asked last.
    pub(super) fn take_stepped_over(&mut self) -> u32 {
        std::mem::take(&mut self.stepped_over)
    }
}
