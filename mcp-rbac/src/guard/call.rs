use std::{
    any::Any,
    error::Error,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
};

use futures::{
    FutureExt,
    future::{Either, select},
};
use rmcp::{
    ErrorData, RoleServer,
    model::{CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock},
    service::RequestContext,
};
use serde_json::json;

use super::{Authorized, CallScope, Decision, Refused, decide, denial};
use crate::{
    audit::{Event, Open, Outcome, RecordId, Verdict},
    auth::Principal,
    registry::Registry,
    tool::Failure,
};

/// How deep tools may call tools.
const MAX_DEPTH: u8 = 8;

/// A call that a tool makes of another tool.
pub(crate) struct NestedCall<'a> {
    pub(crate) from: &'a CallScope,
    pub(crate) context: RequestContext<RoleServer>,
    pub(crate) request: CallToolRequestParams,
}

/// `tools/call` from a client. When the client cancels the call or goes away, the body is dropped where it stands; one
/// that is ready at that moment still counts.
pub(super) async fn call(
    registry: &Arc<Registry>,
    principal: &Principal,
    record: RecordId,
    request: CallToolRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<CallToolResponse, Refused> {
    let cancelled = context.ct.clone();
    let call = run(Attempt { registry, principal, record, parent: None, depth: 0 }, request, context);
    match select(pin!(call), pin!(cancelled.cancelled())).await {
        Either::Left((answer, _)) => answer,
        // nobody waits for it
        Either::Right(((), _)) => Err(ErrorData::internal_error("the call was cancelled", None).into()),
    }
}

/// A tool that calls a tool is decided anew, for the same principal.
pub(crate) async fn call_nested(nested: NestedCall<'_>) -> Result<CallToolResponse, ErrorData> {
    let NestedCall { from, context, request } = nested;
    let depth = from.depth().saturating_add(1);
    let attempt = Attempt {
        registry: from.registry(),
        principal: from.principal(),
        record: RecordId::new(),
        parent: Some(from.record()),
        depth,
    };
    run(attempt, request, context).await.map_err(|refused| refused.error)
}

struct Attempt<'a> {
    registry: &'a Arc<Registry>,
    principal: &'a Principal,
    record: RecordId,
    parent: Option<RecordId>,
    depth: u8,
}

async fn run(
    attempt: Attempt<'_>,
    request: CallToolRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<CallToolResponse, Refused> {
    let Attempt { registry, principal, record, parent, depth } = attempt;
    let event = |name: &str| Event::new(principal, record, "tools/call", Some(name)).parent(parent);

    let Some(entry) = registry.tool(&request.name) else {
        event(&request.name).verdict(Verdict::UnknownTool).emit();
        return Err(denial::unknown_tool(&request.name).into());
    };
    let name = entry.def.name;
    if let Decision::Deny(denial) = decide(principal, &entry.def.requirement) {
        let error = denial.clone().into_error(name, principal, record);
        event(name).verdict(Verdict::Deny(denial.clone())).emit();
        return Err(Refused { error, denied: Some((denial, record)) });
    }
    if depth > MAX_DEPTH {
        event(name).verdict(Verdict::Allow).outcome(Outcome::Failed).emit();
        let message = format!("tools call tools more than {MAX_DEPTH} deep");
        return Err(ErrorData::internal_error(message, Some(json!({ "record": record }))).into());
    }

    let open = Open::start(event(name).verdict(Verdict::Allow));
    let scope =
        CallScope::new(record, principal.clone(), &entry.def.requirement, Arc::clone(registry), depth);
    let CallToolRequestParams { arguments, input_responses, request_state, .. } = request;
    let authorized = Authorized::new(scope, context, arguments, input_responses, request_state);
    let body = entry.body;
    // Extractors run when `body` is invoked, and an error's own `Display` when its text is logged: all that is the
    // tool's has to be inside what is caught.
    let answer = async move { settle(body(authorized).await, name, record) };
    let answer = AssertUnwindSafe(CallScope::run(record, answer));
    let (outcome, answer) = match answer.catch_unwind().await {
        Ok(settled) => settled,
        Err(panic) => {
            log_panic(panic, name, record);
            (Outcome::Panicked, Err(internal_error(record)))
        }
    };
    open.finish(outcome);
    Ok(answer?)
}

/// What a finished body means on the wire, and on record.
fn settle(
    answer: Result<CallToolResponse, Failure>,
    tool: &str,
    record: RecordId,
) -> (Outcome, Result<CallToolResponse, ErrorData>) {
    let told = |text: String| Ok(CallToolResult::error(vec![ContentBlock::text(text)]).into());
    match answer {
        Ok(CallToolResponse::Complete(result)) if result.is_error == Some(true) => {
            (Outcome::ToolError, Ok(result.into()))
        }
        Ok(response) => (Outcome::Completed, Ok(response)),
        Err(Failure::Told(text)) => (Outcome::ToolError, told(text)),
        Err(Failure::Protocol(error)) => (Outcome::Failed, Err(error)),
        Err(Failure::Hidden(source)) => {
            tracing::error!(target: "mcp_rbac::tool", %record, tool, error = with_causes(&*source), "tool failed");
            (
                Outcome::ToolError,
                told(format!("the tool failed; the operator finds the cause under record {record}")),
            )
        }
        Err(Failure::Internal(reason)) => {
            tracing::error!(target: "mcp_rbac::tool", %record, tool, error = %reason, "tool could not be called");
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
fn log_panic(panic: Box<dyn Any + Send>, tool: &str, record: RecordId) {
    let said = panic.downcast_ref::<&str>().copied();
    let said = said.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text");
    tracing::error!(target: "mcp_rbac::tool", %record, tool, error = said, "tool panicked");
    // what a tool throws can panic once more when it is dropped; what that throws is not dropped at all
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        std::mem::forget(again);
    }
}

fn internal_error(record: RecordId) -> ErrorData {
    ErrorData::internal_error("internal error", Some(json!({ "record": record })))
}
