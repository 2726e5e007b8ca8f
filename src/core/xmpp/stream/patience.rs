//! How long a stream waits for its server. Silence ends it, and so does a server that takes nothing any more; but not while bytes move in
//! either direction, nor before a slow server can have read what it was sent: old ones read a thousand bytes a second, whatever the system
//! has taken already on the way to them.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use crate::xmpp::transport::Meter;

/// How long the other side may be silent before it is asked whether it is there.
const SILENCE: Duration = Duration::from_secs(60);
/// How long a connection in doubt may take to show that it lives.
const DOUBT: Duration = Duration::from_secs(20);
/// How long the other side may refuse to take a single byte.
const WRITE_STALL: Duration = Duration::from_secs(60);
/// How many bytes a second every server reads at least.
const SLOWEST: u64 = 500;
/// How many bytes may be on their way without the server having said that it got any of them.
const MOST_UNREAD: u64 = 256 * 1024;
/// After how many bytes it is asked for that, though more waits to be sent.
const ASK_EVERY: u64 = 32 * 1024;

/// What is to be done about the time that has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing, until then.
    Wait(Instant),
    /// The other side is to be asked whether it is there.
    Ask,
    /// The connection is over, for this reason.
    Over(&'static str),
}

/// What is known of how the bytes of a connection move.
#[derive(Debug)]
pub(super) struct Patience {
    meter: Meter,
    read: u64,
    /// When a byte came last.
    heard: Instant,
    written: u64,
    /// When a byte was taken last, or something began to wait to be taken.
    took: Instant,
    stalled: bool,
    /// How much was written before the last question that was answered, and before each that was not yet.
    confirmed: u64,
    asked: VecDeque<u64>,
    doubted_until: Option<Instant>,
}

impl Patience {
    pub(super) fn new(meter: Meter) -> Self {
        let now = Instant::now();
        Self {
            read: meter.bytes_read(),
            heard: now,
            written: meter.bytes_written(),
            took: now,
            stalled: false,
            confirmed: meter.bytes_written(),
            asked: VecDeque::new(),
            doubted_until: None,
            meter,
        }
    }

    /// Notes what has moved.
    pub(super) fn look(&mut self, now: Instant) {
        let (read, written) = (self.meter.bytes_read(), self.meter.bytes_written());
        if read != self.read {
            self.read = read;
            self.heard = now;
            self.doubted_until = None;
        }
        if written != self.written {
            self.written = written;
            self.took = now;
        }
    }

    /// Whether something waits to be taken by the other side.
    pub(super) fn stalled(&mut self, stalled: bool) {
        if stalled && !self.stalled {
            self.took = Instant::now();
        }
        self.stalled = stalled;
    }

    /// The server is asked what it got.
    pub(super) fn asks(&mut self) {
        self.asked.push_back(self.written);
    }

    /// It answered the oldest of those questions.
    pub(super) fn answered(&mut self) {
        if let Some(written) = self.asked.pop_front() {
            self.confirmed = written;
        }
    }

    /// How many bytes the server may not have read yet, as far as it was asked.
    fn unread(&self) -> u64 {
        if self.asked.is_empty() {
            return 0;
        }
        self.written.saturating_sub(self.confirmed)
    }

    /// Whether more may be sent before the server has answered.
    pub(super) fn has_room(&self) -> bool {
        self.unread() < MOST_UNREAD
    }

    /// Whether it is time to ask, though more is to be sent.
    pub(super) fn is_time_to_ask(&self) -> bool {
        self.written.saturating_sub(self.confirmed) >= ASK_EVERY
    }

    /// How much longer than usual an answer may take: the server may have to read something long first.
    pub(super) fn allowance(&self) -> Duration {
        Duration::from_secs(self.unread() / SLOWEST)
    }

    /// Whether a part of something came, and its rest is on its way.
    pub(super) fn is_coming(&self, now: Instant) -> bool {
        self.meter.begun() && now.saturating_duration_since(self.heard) < SILENCE
    }

    /// The connection may be dead without anybody having said so. Whether that is new.
    pub(super) fn doubt(&mut self) -> bool {
        let until = Instant::now() + DOUBT;
        let before = self.doubted_until;
        self.doubted_until = Some(before.map_or(until, |before| before.min(until)));
        before.is_none()
    }

    /// What the time that has passed means. While reading is paused, nothing can come.
    pub(super) fn judge(&mut self, now: Instant, paused: bool) -> Verdict {
        if paused {
            self.heard = now;
            self.doubted_until = self.doubted_until.map(|until| until.max(now + DOUBT));
        }
        if self.doubted_until.is_some_and(|until| until <= now) {
            return Verdict::Over("the connection is dead");
        }
        let stalled = self
            .stalled
            .then(|| self.took + WRITE_STALL + self.allowance());
        if stalled.is_some_and(|until| until <= now) {
            return Verdict::Over("the server stopped taking what is sent");
        }
        let silent = self.heard + SILENCE;
        if self.doubted_until.is_none() && silent <= now {
            self.doubted_until = Some(now + DOUBT + self.allowance());
            return Verdict::Ask;
        }
        let next = self.doubted_until.unwrap_or(silent);
        Verdict::Wait(stalled.map_or(next, |stalled| stalled.min(next)))
    }
}
