use std::{
    collections::VecDeque,
    fmt,
    time::{Duration, Instant},
};

use serde_json::json;

use super::windows::Window;
use crate::{
    audit::{RecordId, event::printable},
    auth::{Method, Principal},
};

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
///
/// A tool can say it itself: `#[tool(requires = "…", alert(more_than = 100, within = "5m"))]`. What the server says takes its
/// place.
#[derive(Debug, Clone)]
pub struct Alert {
    pub(super) more_than: usize,
    pub(super) within: Duration,
    pub(super) tool: Option<String>,
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

impl Raised {
    /// One line of JSON in the embedded metric format of Amazon CloudWatch: the metric `Alerts` of `namespace`, with the
    /// dimension `tool`. Where a program logs to CloudWatch, an alarm can be set on it as on any other metric.
    ///
    /// The format: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
    #[must_use]
    pub fn embedded_metric(&self, namespace: &str) -> String {
        let milliseconds = jiff::Timestamp::now().as_millisecond();
        json!({
            "_aws": {
                "Timestamp": milliseconds,
                "CloudWatchMetrics": [{
                    "Namespace": namespace,
                    "Dimensions": [["tool"]],
                    "Metrics": [{ "Name": "Alerts", "Unit": "Count" }],
                }],
            },
            "Alerts": 1,
            "tool": self.tool,
            "subject": printable(&self.subject),
            "authenticated_by": self.method.as_str(),
            "more_than": self.more_than,
            "within_s": self.within.as_secs(),
            "first": self.first,
            "last": self.last,
        })
        .to_string()
    }
}

/// The calls that count now, no more of them than it takes to know whether they are too many.
#[derive(Default)]
pub(super) struct Calls {
    calls: VecDeque<(Instant, RecordId)>,
    within: Duration,
    raised: bool,
}

impl Window for Calls {
    fn is_over(&self, now: Instant) -> bool {
        self.calls.back().is_none_or(|(at, _)| now.duration_since(*at) >= self.within)
    }
}

impl Calls {
    /// Counts a call; the alert that it raises.
    pub(super) fn count(
        &mut self,
        alert: &Alert,
        principal: &Principal,
        tool: &str,
        record: RecordId,
        now: Instant,
    ) -> Option<Raised> {
        self.within = alert.within;
        while self.calls.front().is_some_and(|(at, _)| now.duration_since(*at) >= alert.within) {
            self.calls.pop_front();
        }
        if self.calls.len() <= alert.more_than {
            self.raised = false;
        }
        self.calls.push_back((now, record));
        if self.calls.len() > alert.more_than.saturating_add(1) {
            self.calls.pop_front();
        }
        if self.raised || self.calls.len() <= alert.more_than {
            return None;
        }
        self.raised = true;
        let first = self.calls.front().map_or(record, |(_, record)| *record);
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
