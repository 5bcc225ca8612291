use std::{
    any::Any,
    borrow::Cow,
    error::Error,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{
    FutureExt,
    future::{BoxFuture, ready},
};
use rmcp::{ErrorData, RoleServer, model::JsonObject, service::RequestContext};
use serde_json::json;

use super::{
    Allowed, Authorized, CallScope, Core, Decision, Denial, Refused, Signal,
    answer::Answer,
    decide_all,
    denial::{self, What},
    output,
    states::{BadState, Bound},
    surface::{Found, Run},
};
use crate::{
    audit::{Event, Open, Origin, Outcome, RecordId, Verdict},
    auth::Principal,
    policy::Requirement,
    registry::{Output, Redaction},
    tool::Failure,
};

/// When it is worth trying again to record a call.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// How deep tools may call tools.
const MAX_DEPTH: u8 = 8;

/// Somebody who wants to use something.
#[derive(Clone, Copy)]
pub(super) struct Attempt<'a> {
    pub(super) core: &'a Arc<Core>,
    pub(super) principal: &'a Principal,
    /// Where the request came from, if that is to be recorded.
    pub(super) origin: Option<&'a Arc<Origin>>,
    /// `tool`, `prompt`, `resource` or `task`
    pub(super) kind: &'static str,
    /// The name, as the client wrote it.
    pub(super) asked: &'a str,
    pub(super) method: &'static str,
    /// The record of the call that makes this one.
    pub(super) parent: Option<RecordId>,
    pub(super) depth: u8,
    /// Who waits for the decision.
    pub(super) signal: Option<&'a Signal>,
    /// Whether the caller has too much at once already, and when it is worth trying again.
    pub(super) limit: Option<&'a (dyn Fn() -> Option<Duration> + Sync)>,
    /// What the caller sent along.
    pub(super) arguments: Option<&'a JsonObject>,
    /// What that looks like in a record.
    pub(super) redactions: &'static [Redaction],
}

/// A request that is allowed and on record, and whose body has not begun. Dropped, it is recorded as cancelled.
pub(super) struct Admitted<T> {
    pub(super) record: RecordId,
    kind: &'static str,
    /// As the client wrote it: of a resource the URI, where its own name is a template.
    pub(super) name: Cow<'static, str>,
    scope: CallScope,
    variables: Vec<(String, String)>,
    output: Output,
    asks: bool,
    body: Run<T>,
    open: Open,
}

impl Attempt<'_> {
    /// Decides, with the name as it was declared and what it requires; `None` where there is nothing of that name.
    /// A denial is on record; what is allowed has its event, which is the caller's to write.
    ///
    /// A name that does not exist takes the way of one that nobody may use, so that one which is hidden from the caller
    /// cannot be told from it.
    pub(super) fn decide(
        &self,
        record: RecordId,
        found: Option<(Cow<'static, str>, &[Requirement])>,
    ) -> Result<Event, Refused> {
        let Self { core, principal, origin, kind, asked, method, parent, signal, .. } = *self;
        let is_found = found.is_some();
        let (name, requirements) = found.unwrap_or_else(|| (asked.to_owned().into(), &[]));
        if is_found && kind == "tool" {
            core.counts(principal, &name, record);
        }
        let event = |name| {
            let event = core.event(principal, record, method, Some(name)).from(origin);
            event.parent(parent).arguments(self.arguments, self.redactions)
        };
        let would_deny = match decide_all(principal, requirements) {
            Decision::Allow => Ok(None),
            Decision::Deny(denial) if is_found && !core.enforces() => Ok(Some(denial)),
            Decision::Deny(denial) => Err(denial),
        };
        let denial = match would_deny.and_then(|would_deny| self.within_limits(&name).map(|()| would_deny)) {
            Ok(would_deny) => {
                if let Some(signal) = signal {
                    signal.decided();
                }
                if let Some(denial) = would_deny {
                    event(name.clone()).verdict(Verdict::WouldDeny(denial)).emit();
                }
                return Ok(event(name).verdict(Verdict::Allow));
            }
            Err(limited @ Denial::Limited { .. }) => limited,
            // who only tries what is denied must not do that without end either
            Err(denial) => self.passes(Instant::now()).err().unwrap_or(denial),
        };
        let conceals = core.settings.conceal;
        let is_unknown = match denial {
            // whoever is not known is asked who they are before they learn what there is
            Denial::Unauthenticated => !is_found && !conceals,
            Denial::Forbidden { .. } => !is_found || conceals,
            // it may be used, or their user can see to it
            Denial::NeedsScopes { .. } | Denial::Limited { .. } | Denial::Unavailable { .. } => false,
        };
        let is_limited = matches!(denial, Denial::Limited { .. });
        let verdict =
            if is_found || is_limited { Verdict::Deny(denial.clone()) } else { Verdict::Unknown(kind) };
        event(name.clone()).verdict(verdict).emit();
        // where names are concealed, the client's own text in every case, so that the answers are the same
        let what = What { kind, name: if conceals { asked } else { &name } };
        if is_unknown {
            return Err(denial::unknown(&what).into());
        }
        let error = denial.clone().into_error(&what, principal, record);
        Err(Refused { error, denied: Some((denial, record)) })
    }

    /// Counts what is allowed, unless that is too much. What a tool calls is counted for that tool alone.
    fn within_limits(&self, name: &str) -> Result<(), Denial> {
        let limited = |retry_after| Denial::Limited { retry_after };
        if let Some(retry_after) = self.limit.and_then(|limit| limit()) {
            return Err(limited(retry_after));
        }
        let now = Instant::now();
        self.passes(now)?;
        match self.kind {
            "tool" => self.core.bursts.pass_tool(self.principal, name, now).map_err(limited),
            _ => Ok(()),
        }
    }

    /// Counts whatever a client asks for.
    fn passes(&self, now: Instant) -> Result<(), Denial> {
        if self.depth > 0 {
            return Ok(());
        }
        let limited = |retry_after| Denial::Limited { retry_after };
        self.core.bursts.pass_principal(self.principal, now).map_err(limited)
    }

    /// Decides about what was found, and writes the record that its body begins.
    pub(super) fn admit<T>(self, found: Option<Found<T>>) -> Result<Admitted<T>, Refused> {
        let record = RecordId::new();
        // of a template only these say what is asked for
        let variables =
            found.as_ref().filter(|found| !found.variables.is_empty() && self.core.trail.is_some());
        let variables: Option<JsonObject> = variables.map(|found| {
            found.variables.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect()
        });
        if let Some(signal) = self.signal {
            signal.calls(record);
        }
        let event = Attempt { arguments: variables.as_ref().or(self.arguments), ..self }
            .decide(record, found.as_ref().map(|found| (found.name.clone(), &*found.requirements)))?;
        let Self { core, principal, origin, kind, asked, depth, .. } = self;
        let Some(Found { name, requirements, variables, output, asks, body, .. }) = found else {
            // nothing meets the requirement of what does not exist
            return Err(internal_error(record).into());
        };
        if depth > MAX_DEPTH {
            event.outcome(Outcome::Failed).emit();
            let message = format!("tools call tools more than {MAX_DEPTH} deep");
            return Err(ErrorData::internal_error(message, Some(json!({ "record": record }))).into());
        }
        let open = start(event, &What { kind, name: asked }, principal)?;
        let name = if *name == *asked { name } else { asked.to_owned().into() };
        let scope =
            CallScope::new(record, principal.clone(), origin.cloned(), requirements, Arc::clone(core), depth);
        Ok(Admitted { record, kind, name, scope, variables, output, asks, body, open })
    }
}

/// Writes that something begins, which may once that is on the disk.
fn start(event: Event, what: &What<'_>, principal: &Principal) -> Result<Open, Refused> {
    let record = event.record();
    Open::start(event).map_err(|_| unrecorded(what, principal, record))
}

/// Writes that something begins, and waits until it may.
pub(super) fn begin<'a>(
    event: Event,
    what: &'a What<'a>,
    principal: &'a Principal,
) -> BoxFuture<'a, Result<Open, Refused>> {
    Box::pin(async move {
        let record = event.record();
        let open = start(event, what, principal)?;
        match open.durable().clone().wait().await {
            Ok(()) => Ok(open),
            Err(_) => Err(unrecorded(what, principal, record)),
        }
    })
}

/// The answer to what cannot be recorded, and does not happen.
fn unrecorded(what: &What<'_>, principal: &Principal, record: RecordId) -> Refused {
    let denial = Denial::Unavailable { retry_after: RETRY_AFTER };
    let error = denial.clone().into_error(what, principal, record);
    Refused { error, denied: Some((denial, record)) }
}

/// The answer of something that had begun, once its end is on record.
pub(super) fn ended<T>(open: Open, answer: Result<T, ErrorData>) -> Result<T, Refused> {
    open.finish(if answer.is_ok() { Outcome::Completed } else { Outcome::Failed });
    Ok(answer?)
}

impl<T> Admitted<T> {
    /// The decision.
    pub(super) fn scope(&self) -> &CallScope {
        &self.scope
    }

    /// It is not to be run after all, for want of room.
    pub(super) fn turn_away(self) {
        self.open.finish(Outcome::Failed);
    }
}

impl<T: Answer> Admitted<T> {
    /// Runs the body, and leaves the record of how it ended.
    ///
    /// What comes back is boxed, and put together of parts that are moved once: a future within futures is copied with
    /// each of them, and rmcp copies the outermost ten times per request.
    pub(super) fn execute(
        self,
        context: RequestContext<RoleServer>,
        request: impl FnOnce(Vec<(String, String)>) -> Allowed,
    ) -> Answering<T> {
        let Self { record, kind, name, scope, variables, output, asks, body, open, .. } = self;
        let what = What { kind, name: &name };
        let core = Arc::clone(scope.core());
        let max = match (output.max, core.settings.max_output) {
            (Some(own), Some(general)) => Some(own.min(general)),
            (own, general) => own.or(general),
        };
        let output = Output { max, raw: output.raw || core.settings.raw_output, ..output };
        let mut request = request(variables);
        let has_rounds = asks || request.request_state().is_some();
        let bound = has_rounds.then(|| Bound::to(scope.principal(), &what, &request));
        if let (Some(state), Some(bound)) = (request.request_state(), &bound) {
            match core.request_states.open(state, bound) {
                Ok(opened) => *state = opened,
                Err(BadState::NotTheirs) => {
                    open.finish(Outcome::Failed);
                    // a hidden resource within a template that the caller may use is not told by this from an absent one
                    if core.settings.conceal && kind == "resource" {
                        return Box::pin(ready(Err(denial::unknown(&what).into())));
                    }
                    let data = Some(json!({ "record": record }));
                    let text = "the request state is not valid; begin anew";
                    return Box::pin(ready(Err(ErrorData::invalid_params(text, data).into())));
                }
            }
        }
        let (durable, principal) = (open.durable().clone(), scope.principal().clone());
        let authorized = Authorized::new(scope, context, request);
        let (thrower, named) = (name.clone(), name.clone());
        // Extractors run when `body` is invoked, and an error's own `Display` when its text is logged: all that is the
        // function's has to be inside what is caught.
        let answer = async move {
            let answer = body.run(authorized).await.and_then(|answer| answer.output(&output));
            let answer =
                answer.and_then(|answer| match answer.is_task() && core.surface.foreign().is_none() {
                    true => {
                        Err(Failure::Internal("it makes a task itself; write `#[tool(task)]`".to_owned()))
                    }
                    false => Ok(answer),
                });
            let answer = answer.and_then(|mut answer| {
                if let Some(state) = answer.request_state() {
                    let Some(bound) = &bound else {
                        let why = "it hands out a state, and its type says that it does not";
                        return Err(Failure::Internal(why.to_owned()));
                    };
                    *state = core.request_states.seal(state, bound)?;
                }
                Ok(answer)
            });
            settle(answer, &What { kind, name: &name }, record, &output)
        };
        let answer = AssertUnwindSafe(CallScope::run(record, answer)).catch_unwind();
        let answer = answer.map(move |settled| {
            let (outcome, answer) = settled.unwrap_or_else(|panic| {
                log_panic(panic, &What { kind, name: &thrower }, record);
                (Outcome::Panicked, Err(internal_error(record)))
            });
            open.finish_with(outcome, || answer.as_ref().ok().and_then(Answer::to_json));
            answer.map_err(Refused::from)
        });
        if !durable.is_later() {
            return Box::pin(answer);
        }
        // nothing of the body runs before its start is on the disk; dropped, it is recorded as cancelled
        Box::pin(async move {
            let what = What { kind, name: &named };
            durable.wait().await.map_err(|_| unrecorded(&what, &principal, record))?;
            answer.await
        })
    }
}

/// A body that runs, and what is done when it has ended.
pub(super) type Answering<T> = BoxFuture<'static, Result<T, Refused>>;

/// What a finished body means on the wire, and on record.
fn settle<T: Answer>(
    answer: Result<T, Failure>,
    what: &What<'_>,
    record: RecordId,
    output: &Output,
) -> (Outcome, Result<T, ErrorData>) {
    let data = || Some(json!({ "record": record }));
    // what a function says about its failure leaves the server like everything else
    let told = |mut text: String, or: fn(String, Option<serde_json::Value>) -> ErrorData| {
        output::text_of(&mut text, output);
        if output.max.is_some_and(|max| text.len() > max) {
            text = output::too_large(output);
        }
        match T::told(text) {
            Ok(answer) => (Outcome::ToolError, Ok(answer)),
            Err(text) => (Outcome::Failed, Err(or(text, data()))),
        }
    };
    match answer {
        Ok(response) => (response.outcome(), Ok(response)),
        Err(Failure::Told(text)) => told(text, ErrorData::internal_error),
        Err(Failure::Arguments(text)) => told(text, ErrorData::invalid_params),
        Err(Failure::NotFound) => match T::told("not found".to_owned()) {
            Ok(answer) => (Outcome::ToolError, Ok(answer)),
            Err(_) => (Outcome::Failed, Err(denial::unknown(what))),
        },
        Err(Failure::Protocol(mut error)) => {
            let mut text = error.message.into_owned();
            output::text_of(&mut text, output);
            error.message = text.into();
            (Outcome::Failed, Err(error))
        }
        Err(Failure::Hidden(source)) => {
            let error = with_causes(&*source);
            tracing::error!(target: "mcp_rbac::tool", %record, of = %what, error, "it failed");
            let kind = what.kind;
            let text = format!("the {kind} failed; the operator finds the cause under record {record}");
            told(text, ErrorData::internal_error)
        }
        Err(Failure::Internal(reason)) => {
            tracing::error!(target: "mcp_rbac::tool", %record, of = %what, error = %reason, "it could not be called");
            (Outcome::Failed, Err(internal_error(record)))
        }
    }
}

/// What an error says, and what its causes add.
fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}

/// Says what the panic said, beside the record that the client is told.
fn log_panic(panic: Box<dyn Any + Send>, what: &What<'_>, record: RecordId) {
    let said = said(panic);
    tracing::error!(target: "mcp_rbac::tool", %record, of = %what, error = said, "it panicked");
}

/// What a panic said.
pub(super) fn said(panic: Box<dyn Any + Send>) -> String {
    let said = panic.downcast_ref::<&str>().copied();
    let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text");
    let said = said.to_owned();
    // what a function throws can panic once more when it is dropped; what that throws is not dropped at all
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(again);
    }
    said
}

pub(super) fn internal_error(record: RecordId) -> ErrorData {
    ErrorData::internal_error("internal error", Some(json!({ "record": record })))
}
