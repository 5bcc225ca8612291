use std::{borrow::Cow, fmt, time::Instant};

use serde::Serialize;
use uuid::Uuid;

use crate::{
    auth::{Method, Principal},
    guard::Denial,
};

/// The name of one record of the audit: a UUID of version 7 (RFC 9562), so that records sort by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct RecordId(Uuid);

impl RecordId {
    pub(crate) fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What the guard said.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    Allow,
    Deny(Denial),
    UnknownTool,
    UnknownMethod,
    /// Nobody was recognised; the reason is for the record alone.
    Unrecognised(String),
    /// A method that is served, with parameters that are none of it.
    Malformed,
    /// It was turned away before anybody could decide about it, for this reason.
    #[cfg_attr(not(feature = "http"), expect(dead_code, reason = "only HTTP turns requests away unread"))]
    TurnedAway(Cow<'static, str>),
}

impl Verdict {
    fn decision(&self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny(_)
            | Self::UnknownTool
            | Self::UnknownMethod
            | Self::Unrecognised(_)
            | Self::Malformed
            | Self::TurnedAway(_) => "deny",
        }
    }

    fn reason(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Allow => None,
            Self::Deny(denial) => Some(denial.reason().into()),
            Self::UnknownTool => Some("unknown_tool".into()),
            Self::UnknownMethod => Some("unknown_method".into()),
            Self::Malformed => Some("malformed".into()),
            Self::Unrecognised(why) => Some(printable(why).into()),
            Self::TurnedAway(why) => Some(printable(why).into()),
        }
    }

    fn missing(&self) -> Option<String> {
        match self {
            Self::Deny(Denial::Forbidden { missing } | Denial::NeedsScopes { scopes: missing }) => {
                Some(missing.iter().map(|permission| permission.name()).collect::<Vec<_>>().join(" "))
            }
            Self::Allow
            | Self::Deny(Denial::Unauthenticated)
            | Self::UnknownTool
            | Self::UnknownMethod
            | Self::Malformed
            | Self::TurnedAway(_)
            | Self::Unrecognised(_) => None,
        }
    }
}

/// How a request that was allowed ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The tool answered.
    Completed,
    /// The tool answered with an error for the model (`isError`).
    ToolError,
    /// The answer is a JSON-RPC error.
    Failed,
    /// The tool panicked.
    Panicked,
    /// Nobody waited for the answer any more.
    Cancelled,
    /// A list with that many items.
    Listed(usize),
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::ToolError => "tool_error",
            Self::Failed => "failed",
            Self::Panicked => "panicked",
            Self::Cancelled => "cancelled",
            Self::Listed(_) => "listed",
        }
    }
}

/// One decision or one outcome: who, what, what was decided and why, how it ended, how long it took.
///
/// A call that is allowed leaves two with one record id, `started` before its body runs and `finished` after it;
/// everything else leaves one.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    record: RecordId,
    parent: Option<RecordId>,
    method: Option<Method>,
    subject: String,
    roles: Vec<&'static str>,
    rpc: Cow<'static, str>,
    tool: Option<String>,
    verdict: Verdict,
    outcome: Option<Outcome>,
    began: Instant,
}

impl Event {
    /// An event of a request that nothing has been decided about; it begins now.
    pub(crate) fn new(principal: &Principal, record: RecordId, rpc: &str, tool: Option<&str>) -> Self {
        Self {
            record,
            parent: None,
            method: Some(principal.method()),
            subject: printable(principal.subject()),
            roles: principal.roles().iter().map(|role| role.name()).collect(),
            rpc: Cow::Owned(printable(rpc)),
            tool: tool.map(printable),
            verdict: Verdict::UnknownMethod,
            outcome: None,
            began: Instant::now(),
        }
    }

    /// An event of a request whose sender was not recognised.
    pub(crate) fn of_stranger(record: RecordId, remote: Option<std::net::IpAddr>) -> Self {
        Self {
            record,
            parent: None,
            method: None,
            subject: remote.map(|remote| remote.to_string()).unwrap_or_default(),
            roles: Vec::new(),
            rpc: Cow::Borrowed(""),
            tool: None,
            verdict: Verdict::UnknownMethod,
            outcome: None,
            began: Instant::now(),
        }
    }

    /// The record of the call that made this one.
    pub(crate) fn parent(self, parent: Option<RecordId>) -> Self {
        Self { parent, ..self }
    }

    pub(crate) fn verdict(self, verdict: Verdict) -> Self {
        Self { verdict, ..self }
    }

    pub(crate) fn outcome(self, outcome: Outcome) -> Self {
        Self { outcome: Some(outcome), ..self }
    }

    /// Writes the event.
    pub(crate) fn emit(&self) {
        let kind = match (&self.verdict, self.outcome) {
            (Verdict::Allow, None) => "started",
            (Verdict::Allow, Some(_)) => "finished",
            (
                Verdict::Deny(_)
                | Verdict::UnknownTool
                | Verdict::UnknownMethod
                | Verdict::Malformed
                | Verdict::TurnedAway(_)
                | Verdict::Unrecognised(_),
                _,
            ) => "refused",
        };
        let listed = match self.outcome {
            Some(Outcome::Listed(count)) => Some(count),
            Some(_) | None => None,
        };
        tracing::info!(
            target: "mcp_rbac::audit",
            record = %self.record,
            parent = self.parent.map(tracing::field::display),
            kind,
            principal = %self.subject,
            authenticated_by = self.method.map(Method::as_str),
            roles = self.roles.join(" "),
            method = %self.rpc,
            tool = self.tool,
            decision = self.verdict.decision(),
            reason = self.verdict.reason().as_deref(),
            missing = self.verdict.missing(),
            outcome = self.outcome.map(Outcome::as_str),
            listed,
            duration_us = self.outcome.map(|_| u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)),
        );
    }
}

/// A call between its two events. Dropped before its outcome is known, it was cancelled.
#[must_use = "dropping it records the call as cancelled"]
pub(crate) struct Open(Option<Event>);

impl Open {
    /// Writes the `started` event.
    pub(crate) fn start(event: Event) -> Self {
        event.emit();
        Self(Some(event))
    }

    /// Writes the `finished` event.
    pub(crate) fn finish(mut self, outcome: Outcome) {
        if let Some(event) = self.0.take() {
            event.outcome(outcome).emit();
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(event) = self.0.take() {
            event.outcome(Outcome::Cancelled).emit();
        }
    }
}

/// Text that a client chose, made fit for a line of a log: control characters escaped, and cut.
fn printable(text: &str) -> String {
    const LONGEST: usize = 128;
    let mut printable: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        printable.push('…');
    }
    printable
}
