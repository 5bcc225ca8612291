//! What time it is, so that a test can say it.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// Two clocks: the one on the wall, which expiry is about, and one that only goes forward, which waiting is about.
pub(super) trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
    fn uptime(&self) -> Duration;
}

pub(super) struct SystemClock(Instant);

impl SystemClock {
    pub(super) fn new() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn uptime(&self) -> Duration {
        self.0.elapsed()
    }
}
