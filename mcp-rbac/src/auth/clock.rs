//! What time it is, so that a test can say it.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// Two clocks: the one on the wall, which expiry is about, and one that only goes forward, which waiting is about.
pub(in crate::auth) trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
    fn uptime(&self) -> Duration;
}

pub(in crate::auth) struct SystemClock(Instant);

impl SystemClock {
    pub(in crate::auth) fn new() -> Self {
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
