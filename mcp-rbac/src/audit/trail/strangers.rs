//! Whoever is not recognised must not fill the disk.

use std::{
    collections::HashMap,
    net::IpAddr,
    time::{Duration, Instant},
};

/// How many refusals have a line of their own in one window; the others are counted.
pub(super) const IN_ALL: u64 = 600;
/// How many of them can be of one address.
pub(super) const OF_ONE: u64 = 60;
pub(super) const WINDOW: Duration = Duration::from_secs(60);
/// How many bytes they take in a day, at the most.
pub(super) const QUOTA: u64 = 32 * 1024 * 1024;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) struct Strangers {
    /// When the window is over.
    pub(super) until: Instant,
    written: u64,
    of: HashMap<Option<IpAddr>, u64>,
    counted: u64,
    /// When the day is over.
    pub(super) day_until: Instant,
    bytes: u64,
}

/// Refusals of a window that is over, which have no line of their own.
pub(super) struct Counted {
    pub(super) count: u64,
    pub(super) seconds: u64,
}

impl Strangers {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            until: now + WINDOW,
            written: 0,
            of: HashMap::new(),
            counted: 0,
            day_until: now + DAY,
            bytes: 0,
        }
    }

    /// Whether one more refusal has a line of its own; otherwise it is counted.
    pub(super) fn has_place(&mut self, remote: Option<IpAddr>) -> bool {
        let full = self.written >= IN_ALL || self.bytes >= QUOTA;
        if full || self.of.get(&remote).is_some_and(|written| *written >= OF_ONE) {
            self.counted = self.counted.saturating_add(1);
            return false;
        }
        self.written += 1;
        *self.of.entry(remote).or_default() += 1;
        true
    }

    /// One of them took so many bytes.
    pub(super) fn took(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_add(bytes);
    }

    /// What is to be written of a window that is over, or that is the last one.
    pub(super) fn over(&self, now: Instant, last: bool) -> Option<Counted> {
        ((now >= self.until || last) && self.counted > 0).then(|| Counted {
            count: self.counted,
            seconds: (now + WINDOW).saturating_duration_since(self.until).as_secs(),
        })
    }

    /// Begins a new window, where the one before it is over.
    pub(super) fn begin(&mut self, now: Instant) {
        if now >= self.day_until {
            (self.day_until, self.bytes) = (now + DAY, 0);
        }
        if now >= self.until {
            (self.until, self.written, self.counted) = (now + WINDOW, 0, 0);
            self.of.clear();
        }
    }
}
