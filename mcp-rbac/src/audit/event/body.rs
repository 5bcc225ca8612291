use std::{borrow::Cow, net::IpAddr};

use serde::Serialize;
use serde_json::Value;

use super::{
    Event, Origin, Outcome, RecordId, Transport, Who,
    origin::{Id, Trace},
    printable,
};
use crate::audit::{result::Returned, trail::About};

/// What a line of the trail says of an event.
#[derive(Serialize)]
pub(in crate::audit) struct Body<'e> {
    kind: &'static str,
    record: RecordId,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<RecordId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<Sender<'e>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remote: Option<IpAddr>,
    method: Cow<'e, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'e, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    arguments: Option<&'e Value>,
    decision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'e, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listed: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'e Returned>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Id<'e>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<Trace<'e>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transport: Option<Transport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<&'e str>,
    server: &'e str,
    policy: &'e str,
}

/// Who sent a request, as a line says it.
#[derive(Serialize)]
struct Sender<'e> {
    subject: Cow<'e, str>,
    authenticated_by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<Cow<'e, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<Cow<'e, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<Cow<'e, str>>,
    roles: Vec<&'static str>,
}

impl Event {
    pub(in crate::audit) fn body<'e>(&'e self, about: &'e About) -> Body<'e> {
        let (principal, remote) = match &self.who {
            Who::Stranger(remote) => (None, *remote),
            Who::Principal(principal) => {
                let sender = Sender {
                    subject: printable(principal.subject()),
                    authenticated_by: principal.method().as_str(),
                    issuer: principal.issuer().map(printable),
                    client: principal.client().map(printable),
                    jti: principal.token_id().map(printable),
                    roles: principal.roles().iter().map(|role| role.name()).collect(),
                };
                (Some(sender), self.origin.as_deref().and_then(Origin::remote))
            }
        };
        let origin = self.origin.as_deref();
        Body {
            kind: self.kind().as_str(),
            record: self.record,
            parent: self.parent,
            principal,
            remote,
            method: printable(&self.rpc),
            name: self.name(),
            arguments: self.arguments.as_ref().filter(|_| self.outcome.is_none()),
            decision: self.verdict.decision(),
            reason: self.verdict.reason(),
            missing: self.verdict.missing(),
            outcome: self.outcome.map(Outcome::as_str),
            listed: self.listed(),
            duration_us: self.duration_us(),
            result: self.result.as_ref(),
            request: origin.and_then(Origin::request),
            trace: origin.and_then(Origin::trace),
            transport: match &self.who {
                Who::Stranger(Some(_)) => Some(Transport::Http),
                Who::Stranger(None) | Who::Principal(_) => origin.map(Origin::transport),
            },
            protocol: origin.and_then(Origin::protocol),
            server: &about.server,
            policy: &about.policy,
        }
    }
}
