mod body;
mod origin;
mod verdict;

use std::{borrow::Cow, fmt, net::IpAddr, sync::Arc, time::Instant};

use rmcp::model::JsonObject;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{
    members::is_plain,
    redact::without_secrets,
    result::Returned,
    trail::{Durable, Trail, Unrecorded},
};
use crate::{
    auth::{Method, Principal},
    guard::Denial,
    registry::Redaction,
};

use body::Body;
pub(crate) use origin::{Origin, Transport};
pub(crate) use verdict::Verdict;

/// The name of one record of the audit: a UUID of version 7 (RFC 9562), so that records sort by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct RecordId(Uuid);

impl RecordId {
    pub(crate) fn new() -> Self {
        Self(Uuid::now_v7())
    }

    /// Its text, in this place.
    fn encode(self, place: &mut [u8; 36]) -> &str {
        self.0.hyphenated().encode_lower(place)
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
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
///
/// It holds what it is about, and copies none of it but a name that a client made up. Text is made of it where somebody
/// takes the event, and not before.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    record: RecordId,
    parent: Option<RecordId>,
    who: Who,
    origin: Option<Arc<Origin>>,
    rpc: Cow<'static, str>,
    tool: Option<Cow<'static, str>>,
    verdict: Verdict,
    outcome: Option<Outcome>,
    /// What the caller sent along, where there is a trail for it.
    arguments: Option<Box<RawValue>>,
    result: Option<Returned>,
    began: Instant,
    body: Body,
    trail: Option<Arc<Trail>>,
}

/// What kind of line an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Started,
    Finished,
    Refused,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Finished => "finished",
            Self::Refused => "refused",
        }
    }
}

/// Who sent the request.
#[derive(Debug, Clone)]
enum Who {
    Principal(Principal),
    /// Nobody that was recognised, at this address.
    Stranger(Option<IpAddr>),
}

impl Event {
    /// An event of a request that nothing has been decided about; it begins now.
    pub(crate) fn new(
        principal: &Principal,
        record: RecordId,
        rpc: impl Into<Cow<'static, str>>,
        tool: Option<Cow<'static, str>>,
    ) -> Self {
        Self { rpc: rpc.into(), tool, ..Self::of(Who::Principal(principal.clone()), record) }
    }

    /// An event of a request whose sender was not recognised.
    pub(crate) fn of_stranger(record: RecordId, remote: Option<IpAddr>) -> Self {
        Self::of(Who::Stranger(remote), record)
    }

    fn of(who: Who, record: RecordId) -> Self {
        Self {
            record,
            parent: None,
            who,
            origin: None,
            rpc: Cow::Borrowed(""),
            tool: None,
            verdict: Verdict::UnknownMethod,
            outcome: None,
            arguments: None,
            result: None,
            began: Instant::now(),
            body: Body::default(),
            trail: None,
        }
    }

    /// To be recorded in this trail, if there is one.
    pub(crate) fn for_trail(self, trail: Option<&Arc<Trail>>) -> Self {
        Self { trail: trail.cloned(), ..self }
    }

    /// What the caller sent along, as far as it belongs into a record.
    pub(crate) fn arguments(mut self, arguments: Option<&JsonObject>, rules: &'static [Redaction]) -> Self {
        if let Some(trail) = &self.trail {
            self.arguments = arguments.and_then(|arguments| trail.arguments(arguments, rules).ok());
        }
        self
    }

    /// Where the request came from, if that is to be recorded.
    pub(crate) fn from(self, origin: Option<&Arc<Origin>>) -> Self {
        Self { origin: origin.cloned(), ..self }
    }

    pub(crate) fn record(&self) -> RecordId {
        self.record
    }

    /// The address that it came from, if that is known.
    pub(super) fn remote(&self) -> Option<IpAddr> {
        match self.who {
            Who::Stranger(remote) => remote,
            Who::Principal(_) => self.origin.as_deref().and_then(Origin::remote),
        }
    }

    /// Whether there can be any number of them: refusals of who is not recognised, and of who has asked too often.
    pub(super) fn is_of_many(&self) -> bool {
        match &self.who {
            Who::Stranger(_) => true,
            Who::Principal(principal) => {
                self.kind() == Kind::Refused
                    && (principal.is_anonymous()
                        || matches!(self.verdict, Verdict::Deny(Denial::Limited { .. })))
            }
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

    pub(super) fn kind(&self) -> Kind {
        match (&self.verdict, self.outcome) {
            (Verdict::Allow, None) => Kind::Started,
            (Verdict::Allow, Some(_)) => Kind::Finished,
            (
                Verdict::Deny(_)
                | Verdict::WouldDeny(_)
                | Verdict::Unknown(_)
                | Verdict::UnknownMethod
                | Verdict::Malformed
                | Verdict::TurnedAway(_)
                | Verdict::Unrecognised(_),
                _,
            ) => Kind::Refused,
        }
    }

    fn subject(&self) -> Cow<'_, str> {
        match &self.who {
            Who::Principal(principal) => printable(principal.subject()),
            Who::Stranger(remote) => remote.map(|remote| remote.to_string()).unwrap_or_default().into(),
        }
    }

    /// What it is about; of a URI without what it may carry that is secret.
    fn name(&self) -> Option<Cow<'_, str>> {
        self.tool.as_deref().map(|name| match without_secrets(name) {
            Cow::Borrowed(name) => printable(name),
            Cow::Owned(name) => printable(&name).into_owned().into(),
        })
    }

    fn authenticated_by(&self) -> Option<Method> {
        match &self.who {
            Who::Principal(principal) => Some(principal.method()),
            Who::Stranger(_) => None,
        }
    }

    /// The names of the caller's roles, with a space between them.
    fn roles(&self) -> Cow<'static, str> {
        match &self.who {
            Who::Stranger(_) => Cow::Borrowed(""),
            Who::Principal(principal) => match principal.roles() {
                [] => Cow::Borrowed(""),
                [role] => Cow::Borrowed(role.name()),
                roles => roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(" ").into(),
            },
        }
    }

    fn listed(&self) -> Option<usize> {
        match self.outcome {
            Some(Outcome::Listed(count)) => Some(count),
            Some(_) | None => None,
        }
    }

    fn duration_us(&self) -> Option<u64> {
        self.outcome.map(|_| u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX))
    }

    /// Writes the event. Where that is not possible, its server goes on and refuses the next call.
    pub(crate) fn emit(mut self) {
        let _lost = self.written();
    }

    /// Writes the event, if it can be recorded. The fields are looked at only where a subscriber wants them.
    fn written(&mut self) -> Result<Durable, Unrecorded> {
        let recorded = match self.trail.clone() {
            Some(trail) => trail.record(self),
            None => Ok(Durable::NOW),
        };
        // what may not begin has not begun
        if recorded.is_ok() || self.kind() != Kind::Started {
            self.say();
        }
        recorded
    }

    fn say(&self) {
        tracing::info!(
            target: "mcp_rbac::audit",
            record = %self.record,
            parent = self.parent.map(tracing::field::display),
            kind = self.kind().as_str(),
            principal = %self.subject(),
            authenticated_by = self.authenticated_by().map(Method::as_str),
            roles = &*self.roles(),
            method = %printable(&self.rpc),
            tool = self.name().as_deref(),
            decision = self.verdict.decision(),
            reason = self.verdict.reason().as_deref(),
            missing = self.verdict.missing(),
            outcome = self.outcome.map(Outcome::as_str),
            listed = self.listed(),
            duration_us = self.duration_us(),
        );
    }
}

/// A call between its two events. Dropped before its outcome is known, it was cancelled.
#[must_use = "dropping it records the call as cancelled"]
pub(crate) struct Open {
    event: Option<Event>,
    durable: Durable,
}

impl Open {
    /// Writes the `started` event; an error where it cannot be recorded, and then nothing may begin.
    pub(crate) fn start(mut event: Event) -> Result<Self, Unrecorded> {
        let durable = event.written()?;
        Ok(Self { event: Some(event), durable })
    }

    /// That its start is on the disk; before that nothing may begin.
    pub(crate) fn durable(&self) -> &Durable {
        &self.durable
    }

    /// Writes the `finished` event.
    pub(crate) fn finish(self, outcome: Outcome) {
        self.finish_with(outcome, || None);
    }

    /// The same, with what comes back, which is made only where there is a trail.
    pub(crate) fn finish_with(mut self, outcome: Outcome, result: impl FnOnce() -> Option<Vec<u8>>) {
        if let Some(event) = self.event.take() {
            let result = event.trail.as_ref().and_then(|trail| Some(trail.returned(&result()?)));
            Event { result, ..event.outcome(outcome) }.emit();
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(event) = self.event.take() {
            event.outcome(Outcome::Cancelled).emit();
        }
    }
}

/// Text that a client chose, made fit for a line of a log: control characters escaped, and cut. What is plain stays as it is,
/// and nothing else does.
pub(super) fn printable(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 128;
    if text.len() <= LONGEST && is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut printable = String::with_capacity(text.len().min(4 * LONGEST));
    for letter in text.chars().take(LONGEST) {
        match letter {
            // in names it is a letter
            '\'' => printable.push(letter),
            _ => printable.extend(letter.escape_debug()),
        }
    }
    if text.chars().nth(LONGEST).is_some() {
        printable.push('…');
    }
    printable.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What it is to be, whatever the text.
    fn escaped_and_cut(text: &str) -> String {
        let cut: String = text.chars().take(128).collect();
        let end = if cut.len() < text.len() { "…" } else { "" };
        let escaped = |letter: char| match letter {
            '\'' => "'".to_owned(),
            letter => letter.escape_debug().to_string(),
        };
        cut.chars().map(escaped).chain([end.to_owned()]).collect()
    }

    proptest! {
        #[test]
        fn text_is_escaped_and_cut(text in "\\PC{0,140}|[ -~]{0,140}|.{0,140}|[\u{0}-\u{9f}]{0,140}") {
            let printable = printable(&text);
            prop_assert_eq!(&*printable, escaped_and_cut(&text));
            prop_assert!(!printable.chars().any(char::is_control));
        }
    }

    #[test]
    fn what_is_plain_is_taken_as_it_is() {
        assert!(matches!(printable("reports.run-all"), Cow::Borrowed("reports.run-all")));
        assert!(matches!(printable("O'Brien"), Cow::Borrowed(_)));
        assert_eq!(printable("a\"\n'ü"), "a\\\"\\n'ü");
    }
}
