use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::windows::Window;

/// How many calls of one principal are let through within a while. What is more is refused with 429 and `Retry-After`, and what
/// is refused so does not count. Limits change no list.
///
/// ```
/// use std::time::Duration;
/// use mcp_rbac::{Limit, Server};
/// # mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } } }
/// # fn main() {
/// let app = Server::new(&rbac::POLICY)
///     .limit(Limit::at_most(20, Duration::from_secs(60)).of("export"))
///     .limit(Limit::at_most(600, Duration::from_secs(60)));
/// # let _ = app;
/// # }
/// ```
///
/// A tool can say it itself: `#[tool(requires = "…", limit(at_most = 20, within = "1m"))]`. What the server says takes its
/// place.
#[derive(Debug, Clone)]
pub struct Limit {
    pub(super) at_most: usize,
    pub(super) within: Duration,
    pub(super) tool: Option<String>,
}

impl Limit {
    /// Of what one principal calls, gets and reads, and of what of it is denied, all of it together. Unless it is set, it is
    /// [`Limit::of_principals`].
    #[must_use]
    pub fn at_most(calls: usize, within: Duration) -> Self {
        Self { at_most: calls, within, tool: None }
    }

    /// Of the calls of this tool, beside the limit of all.
    #[must_use]
    pub fn of(self, tool: impl Into<String>) -> Self {
        Self { tool: Some(tool.into()), ..self }
    }

    /// What holds unless something else is said: 12,000 within a minute, of each principal. No person and no model calls so
    /// much; a loop that has gone wrong does.
    #[must_use]
    pub fn of_principals() -> Self {
        Self::at_most(12_000, Duration::from_secs(60))
    }
}

/// The calls that were let through and count now.
#[derive(Default)]
pub(super) struct Passed {
    calls: VecDeque<Instant>,
    within: Duration,
}

impl Window for Passed {
    fn is_over(&self, now: Instant) -> bool {
        self.calls.back().is_none_or(|at| now.duration_since(*at) >= self.within)
    }
}

impl Passed {
    /// Lets a call pass and counts it; otherwise when it is worth trying again.
    pub(super) fn pass(&mut self, limit: &Limit, now: Instant) -> Result<(), Duration> {
        self.within = limit.within;
        while self.calls.front().is_some_and(|at| now.duration_since(*at) >= limit.within) {
            self.calls.pop_front();
        }
        if self.calls.len() < limit.at_most {
            self.calls.push_back(now);
            return Ok(());
        }
        Err(self
            .calls
            .front()
            .map_or(limit.within, |at| limit.within.saturating_sub(now.duration_since(*at))))
    }
}
