//! Alerts: that somebody uses a tool more often than is usual.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::RecordId;
use crate::auth::{Method, Principal};

/// How many pairs of a principal and a tool are counted at once. There is no place for another one until one of them has been
/// quiet for its window: who is counted is never forgotten for somebody else.
const PAIRS: usize = 50_000;

/// An alert when one principal calls one tool more often than so many times within a while. Attempts count, denied ones
/// included. It is raised once when the count is exceeded, and again only after the count has fallen back.
///
/// ```
/// use std::time::Duration;
/// use mcp_rbac::{Alert, Server};
/// # mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } } }
/// # fn main() {
/// let app = Server::new(&rbac::POLICY)
///     .alert(Alert::more_than(100, Duration::from_secs(5 * 60)).of("query_customer_data"))
///     .on_alert(|raised| eprintln!("{raised}"));
/// # let _ = app;
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Alert {
    more_than: usize,
    within: Duration,
    tool: Option<String>,
}

impl Alert {
    /// About every tool, each counted by itself.
    #[must_use]
    pub fn more_than(calls: usize, within: Duration) -> Self {
        Self { more_than: calls, within, tool: None }
    }

    /// About this tool alone. Where there is one about every tool as well, this one takes its place.
    #[must_use]
    pub fn of(self, tool: impl Into<String>) -> Self {
        Self { tool: Some(tool.into()), ..self }
    }
}

/// An alert that is raised.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Raised {
    /// Who calls.
    pub subject: String,
    /// How they were recognised.
    pub method: Method,
    /// Which tool.
    pub tool: String,
    /// How many calls there may be.
    pub more_than: usize,
    /// Within which time.
    pub within: Duration,
    /// The record of the first call of those that are too many.
    pub first: RecordId,
    /// The record of the last one.
    pub last: RecordId,
}

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, tool, more_than, within, .. } = self;
        let subject = subject.escape_debug();
        write!(f, "{subject} has called {tool} more than {more_than} times within {} s", within.as_secs())
    }
}

type OnAlert = dyn Fn(&Raised) + Send + Sync;

/// The alerts of one server, and what they count.
#[derive(Default)]
pub(crate) struct Bursts {
    of_tools: HashMap<String, Alert>,
    of_every: Option<Alert>,
    on_alert: Option<Box<OnAlert>>,
    windows: Mutex<HashMap<Pair, Window>>,
}

type Pair = (Method, Option<String>, String, String);

/// The calls that count now, no more of them than it takes to know whether they are too many.
#[derive(Default)]
struct Window {
    calls: VecDeque<(Instant, RecordId)>,
    within: Duration,
    raised: bool,
}

impl Bursts {
    pub(crate) fn add(&mut self, alert: Alert) {
        match alert.tool.clone() {
            Some(tool) => {
                self.of_tools.insert(tool, alert);
            }
            None => self.of_every = Some(alert),
        }
    }

    pub(crate) fn on_alert(&mut self, callback: impl Fn(&Raised) + Send + Sync + 'static) {
        self.on_alert = Some(Box::new(callback));
    }

    /// The tools that alerts are about by name.
    pub(crate) fn tools(&self) -> impl Iterator<Item = &str> {
        self.of_tools.keys().map(String::as_str)
    }

    /// Says that an alert is raised.
    pub(crate) fn tell(&self, raised: &Raised) {
        tracing::warn!(
            target: "mcp_rbac::alert",
            subject = %raised.subject.escape_debug(), authenticated_by = raised.method.as_str(), tool = raised.tool,
            more_than = raised.more_than, within_s = raised.within.as_secs(), first = %raised.first, last = %raised.last,
            "a tool is called more often than is usual"
        );
        if let Some(callback) = &self.on_alert {
            callback(raised);
        }
    }

    /// Counts a call; the alert that it raises.
    pub(crate) fn count(
        &self,
        principal: &Principal,
        tool: &str,
        record: RecordId,
        now: Instant,
    ) -> Option<Raised> {
        let alert = self.of_tools.get(tool).or(self.of_every.as_ref())?;
        let pair = (
            principal.method(),
            principal.issuer().map(str::to_owned),
            principal.subject().to_owned(),
            tool.to_owned(),
        );
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= PAIRS && !windows.contains_key(&pair) {
            windows.retain(|_, window| {
                window.calls.back().is_some_and(|(at, _)| now.duration_since(*at) < window.within)
            });
            if windows.len() >= PAIRS {
                tracing::warn!(target: "mcp_rbac::alert", "more callers at once than are counted: a call does not count");
                return None;
            }
        }
        let window = windows.entry(pair).or_default();
        window.within = alert.within;
        while window.calls.front().is_some_and(|(at, _)| now.duration_since(*at) >= alert.within) {
            window.calls.pop_front();
        }
        if window.calls.len() <= alert.more_than {
            window.raised = false;
        }
        window.calls.push_back((now, record));
        if window.calls.len() > alert.more_than.saturating_add(1) {
            window.calls.pop_front();
        }
        if window.raised || window.calls.len() <= alert.more_than {
            return None;
        }
        window.raised = true;
        let first = window.calls.front().map_or(record, |(_, record)| *record);
        Some(Raised {
            subject: principal.subject().to_owned(),
            method: principal.method(),
            tool: tool.to_owned(),
            more_than: alert.more_than,
            within: alert.within,
            first,
            last: record,
        })
    }
}

impl fmt::Debug for Bursts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bursts")
            .field("of_tools", &self.of_tools)
            .field("of_every", &self.of_every)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::properties::role_with;

    const MINUTE: Duration = Duration::from_secs(60);

    fn somebody(name: &str) -> Principal {
        Principal::system(name, role_with(1, &[0].into()))
    }

    fn bursts(more_than: usize, within: Duration) -> Bursts {
        let mut bursts = Bursts::default();
        bursts.add(Alert::more_than(more_than, within).of("query"));
        bursts
    }

    #[test]
    fn one_call_more_than_allowed_raises_one_alert() {
        let (bursts, ada, now) = (bursts(100, 5 * MINUTE), somebody("ada"), Instant::now());
        let at = |seconds: u64| now + Duration::from_secs(seconds);
        let records: Vec<RecordId> = (0..102).map(|_| RecordId::new()).collect();
        let count = |at: Instant, which: usize| bursts.count(&ada, "query", records[which], at);
        assert!((0..100).all(|which| count(at(which as u64), which).is_none()));
        // the last moment at which the first one counts
        let raised = count(now + 5 * MINUTE - Duration::from_nanos(1), 100).unwrap();
        assert_eq!((raised.first, raised.last, &*raised.subject), (records[0], records[100], "ada"));
        assert_eq!(count(now + 5 * MINUTE - Duration::from_nanos(1), 101), None);
        assert_eq!(raised.to_string(), "ada has called query more than 100 times within 300 s");
    }

    #[test]
    fn calls_that_are_spread_over_more_than_the_window_raise_none() {
        let (bursts, ada, now) = (bursts(3, MINUTE), somebody("ada"), Instant::now());
        let mut count = |seconds| {
            bursts.count(&ada, "query", RecordId::new(), now + Duration::from_secs(seconds)).is_some()
        };
        assert_eq!([0, 20, 40].map(&mut count), [false; 3]);
        // the first one is exactly a window old
        assert_eq!([60, 80, 100, 120].map(&mut count), [false; 4]);
        assert_eq!([121, 122, 130].map(&mut count), [true, false, false]);
        // it fell back, and is exceeded anew
        assert_eq!([300, 301, 302, 303, 304].map(&mut count), [false, false, false, true, false]);
    }

    #[test]
    fn everybody_and_every_tool_is_counted_by_itself() {
        let mut bursts = bursts(1, MINUTE);
        bursts.add(Alert::more_than(2, MINUTE));
        let (ada, alan, now) = (somebody("ada"), somebody("alan"), Instant::now());
        let count = |who: &Principal, tool: &str| bursts.count(who, tool, RecordId::new(), now).is_some();
        assert!(!count(&ada, "query") && !count(&alan, "query"));
        assert!(!count(&ada, "report") && !count(&ada, "report"));
        assert!(count(&ada, "query") && count(&ada, "report") && count(&alan, "query"));
        assert!(Bursts::default().count(&ada, "query", RecordId::new(), now).is_none());
    }

    #[test]
    fn who_is_counted_is_not_forgotten_for_others() {
        let (bursts, now) = (bursts(1, MINUTE), Instant::now());
        bursts.count(&somebody("first"), "query", RecordId::new(), now);
        for number in 0..PAIRS {
            bursts.count(&somebody(&number.to_string()), "query", RecordId::new(), now);
        }
        assert!(bursts.count(&somebody("first"), "query", RecordId::new(), now).is_some());
        assert_eq!(bursts.windows.lock().unwrap().len(), PAIRS);
        // a window later there is room
        assert!(bursts.count(&somebody("last"), "query", RecordId::new(), now + MINUTE).is_none());
        assert_eq!(bursts.windows.lock().unwrap().len(), 1);
    }

    proptest! {
        /// Against counting all calls of the window each time.
        #[test]
        fn an_alert_is_raised_when_counting_everything_says_so(
            steps in prop::collection::vec(0_u64..30, 0..60),
            more_than in 0_usize..6,
        ) {
            let (bursts, ada, mut now) = (bursts(more_than, MINUTE), somebody("ada"), Instant::now());
            let (mut times, mut raised): (Vec<Instant>, bool) = (Vec::new(), false);
            for step in steps {
                now += Duration::from_secs(step);
                let within = |times: &[Instant]| times.iter().filter(|at| now.duration_since(**at) < MINUTE).count();
                raised &= within(&times) > more_than;
                times.push(now);
                let expected = !raised && within(&times) > more_than;
                raised |= expected;
                prop_assert_eq!(bursts.count(&ada, "query", RecordId::new(), now).is_some(), expected);
            }
        }
    }
}
