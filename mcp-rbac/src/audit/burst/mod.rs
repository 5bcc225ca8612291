//! How often somebody calls: alerts when it is more than usual, limits when it is too much.

mod alert;
mod limit;
mod metrics;
#[cfg(test)]
mod tests;
mod windows;

use std::{
    collections::HashMap,
    fmt,
    time::{Duration, Instant},
};

use alert::Calls;
pub use alert::{Alert, Raised};
pub use limit::Limit;
use limit::Passed;
pub(crate) use metrics::Metrics;
use windows::Windows;

use super::RecordId;
use crate::{
    auth::Principal,
    registry::{Oversight, Rate},
};

type OnAlert = dyn Fn(&Raised) + Send + Sync;

/// The alerts and limits of one server, and what they count.
pub(crate) struct Bursts {
    alerts: HashMap<String, Alert>,
    alert_of_every: Option<Alert>,
    on_alert: Option<Box<OnAlert>>,
    metrics: Option<Metrics>,
    calls: Windows<Calls>,
    limits: HashMap<String, Limit>,
    limit_of_principals: Option<Limit>,
    passed: Windows<Passed>,
}

impl Default for Bursts {
    fn default() -> Self {
        Self {
            alerts: HashMap::new(),
            alert_of_every: None,
            on_alert: None,
            metrics: None,
            calls: Windows::default(),
            limits: HashMap::new(),
            limit_of_principals: Some(Limit::of_principals()),
            passed: Windows::default(),
        }
    }
}

impl Bursts {
    pub(crate) fn add(&mut self, alert: Alert) {
        match alert.tool.clone() {
            Some(tool) => {
                self.alerts.insert(tool, alert);
            }
            None => self.alert_of_every = Some(alert),
        }
    }

    pub(crate) fn limit(&mut self, limit: Limit) {
        match limit.tool.clone() {
            Some(tool) => {
                self.limits.insert(tool, limit);
            }
            None => self.limit_of_principals = Some(limit),
        }
    }

    pub(crate) fn unlimited(&mut self) {
        self.limit_of_principals = None;
    }

    pub(crate) fn on_alert(&mut self, callback: impl Fn(&Raised) + Send + Sync + 'static) {
        self.on_alert = Some(Box::new(callback));
    }

    pub(crate) fn metrics(&mut self, metrics: Metrics) {
        self.metrics = Some(metrics);
    }

    /// Takes over what a tool says itself, where nothing else was said about it.
    pub(crate) fn declared(&mut self, tool: &str, oversight: &Oversight) {
        let within = |rate: &Rate| Duration::from_secs(rate.within_s);
        if let Some(rate) = &oversight.alert {
            let alert = Alert::more_than(rate.calls, within(rate)).of(tool);
            self.alerts.entry(tool.to_owned()).or_insert(alert);
        }
        if let Some(rate) = &oversight.limit {
            let limit = Limit::at_most(rate.calls, within(rate)).of(tool);
            self.limits.entry(tool.to_owned()).or_insert(limit);
        }
    }

    /// The tools that something is said about by name, with what that is.
    pub(crate) fn tools(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let alerts = self.alerts.keys().map(|tool| ("an alert", tool.as_str()));
        alerts.chain(self.limits.keys().map(|tool| ("a limit", tool.as_str())))
    }

    /// Says that an alert is raised.
    pub(crate) fn tell(&self, raised: &Raised) {
        tracing::warn!(
            target: "mcp_rbac::alert",
            subject = %raised.subject.escape_debug(), authenticated_by = raised.method.as_str(), tool = raised.tool,
            more_than = raised.more_than, within_s = raised.within.as_secs(), first = %raised.first, last = %raised.last,
            "a tool is called more often than is usual"
        );
        if let Some(metrics) = &self.metrics {
            metrics.write(raised);
        }
        if let Some(callback) = &self.on_alert {
            callback(raised);
        }
    }

    /// Counts an attempt; the alert that it raises.
    pub(crate) fn count(
        &self,
        principal: &Principal,
        tool: &str,
        record: RecordId,
        now: Instant,
    ) -> Option<Raised> {
        let alert = self.alerts.get(tool).or(self.alert_of_every.as_ref())?;
        let counted = |calls: &mut Calls| calls.count(alert, principal, tool, record, now);
        self.calls.with(principal, tool, now, counted).unwrap_or_else(|| {
            tracing::warn!(target: "mcp_rbac::alert", "more callers at once than are counted: a call does not count");
            None
        })
    }

    /// Lets a call of a tool pass and counts it; otherwise when it is worth trying again.
    pub(crate) fn pass_tool(&self, principal: &Principal, tool: &str, now: Instant) -> Result<(), Duration> {
        self.limits.get(tool).map_or(Ok(()), |limit| self.pass(limit, principal, tool, now))
    }

    /// The same for whatever a client asks for. Who is anonymous is nobody whose calls could be counted: all of them would
    /// be one.
    pub(crate) fn pass_principal(&self, principal: &Principal, now: Instant) -> Result<(), Duration> {
        let limit = self.limit_of_principals.as_ref().filter(|_| !principal.is_anonymous());
        limit.map_or(Ok(()), |limit| self.pass(limit, principal, "", now))
    }

    /// Whom there is no place to count, is not let through.
    fn pass(&self, limit: &Limit, principal: &Principal, tool: &str, now: Instant) -> Result<(), Duration> {
        let passed = |passed: &mut Passed| passed.pass(limit, now);
        self.passed.with(principal, tool, now, passed).unwrap_or(Err(limit.within))
    }
}

impl fmt::Debug for Bursts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bursts")
            .field("alerts", &self.alerts)
            .field("alert_of_every", &self.alert_of_every)
            .field("limits", &self.limits)
            .field("limit_of_principals", &self.limit_of_principals)
            .finish_non_exhaustive()
    }
}
