use std::{borrow::Cow, pin::pin, sync::Arc, time::Duration};

use futures::future::{Either, select};
use rmcp::{
    ErrorData, RoleServer,
    model::{
        CacheScope, CallToolRequestParams, CallToolResponse, CustomRequest, CustomResult, ErrorCode,
        GetPromptRequestParams, GetPromptResponse, ReadResourceRequestParams, ReadResourceResponse,
    },
    service::RequestContext,
};
use tokio::time::sleep_until;
use tokio_util::sync::CancellationToken;

use super::{
    Allowed, CallScope, Core, InSession, Owner, Refused, Signal,
    answer::Answer,
    denial,
    denial::What,
    run::{Answering, Attempt, begin, ended},
};
use crate::{
    audit::{Event, Open, Origin, RecordId},
    auth::Principal,
    policy::Requirement,
};

/// Who sends a request, and what is known about it.
pub(super) struct Sender<'a> {
    pub(super) core: &'a Arc<Core>,
    pub(super) principal: &'a Principal,
    pub(super) origin: Option<&'a Arc<Origin>>,
    pub(super) signal: &'a Signal,
}

impl Sender<'_> {
    /// An event of the request that nothing has been decided about.
    pub(super) fn event(
        &self,
        record: RecordId,
        method: &'static str,
        name: Option<Cow<'static, str>>,
    ) -> Event {
        self.core.event(self.principal, record, method, name).from(self.origin)
    }

    pub(super) fn attempt<'a>(
        &'a self,
        kind: &'static str,
        method: &'static str,
        asked: &'a str,
    ) -> Attempt<'a> {
        let Self { core, principal, origin, signal } = *self;
        Attempt {
            core,
            principal,
            origin,
            kind,
            asked,
            method,
            parent: None,
            depth: 0,
            signal: Some(signal),
            limit: None,
            arguments: None,
            redactions: &[],
        }
    }
}

/// `tools/call` from a client.
///
/// What is done before the body runs is done at once, so that the future holds none of it: every request pays for its
/// size.
pub(super) fn call_tool<'a>(
    sender: &Sender<'a>,
    request: CallToolRequestParams,
    context: RequestContext<RoleServer>,
) -> impl Future<Output = Result<CallToolResponse, Refused>> + Send + use<'a> {
    let core = sender.core;
    let called = begin_tool(sender, request, context);
    async move {
        let (tool, scope, wanted, answer) = match called? {
            Called::Now { tool, scope, wanted, answer } => (tool, scope, wanted, answer),
            Called::AsTask(response) => return Ok(response),
        };
        let answer = wanted.run(answer).await?;
        // made by a handler of somebody else's, which keeps the task: the guard keeps whose it is
        if let CallToolResponse::Task(created) = &answer {
            // what its handler does not say how long it keeps, is the owner's for as long as tasks usually are
            let ttl = created.task.ttl_ms.map_or(core.settings.task_ttl, Duration::from_millis);
            core.tasks.adopt(&created.task.task_id, Owner::of(&scope), ttl, &tool)?;
        }
        Ok(answer)
    }
}

/// A call whose body can begin.
enum Called {
    Now { tool: Cow<'static, str>, scope: CallScope, wanted: Wanted, answer: Answering<CallToolResponse> },
    AsTask(CallToolResponse),
}

fn begin_tool(
    sender: &Sender<'_>,
    request: CallToolRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<Called, Refused> {
    let (tasks, found) = (&sender.core.tasks, sender.core.surface.tool(&request.name));
    let may_be_task = found.as_ref().is_some_and(|found| found.task);
    let becomes_task = || may_be_task && tasks.are_for(sender.principal, &context);
    let limit = || becomes_task().then(|| tasks.too_many_of(sender.principal)).flatten();
    let redactions = found.as_ref().map_or(&[][..], |found| found.redactions);
    let attempt = sender.attempt("tool", "tools/call", &request.name);
    // what is secret in arguments of a tool that there is not, nobody has declared
    let arguments = found.as_ref().and(request.arguments.as_ref());
    let attempt = Attempt { limit: Some(&limit), arguments, redactions, ..attempt };
    let admitted = attempt.admit(found)?;
    if becomes_task() {
        return tasks.start(admitted, request, context).map(Called::AsTask);
    }
    let (tool, scope, wanted) = (admitted.name.clone(), admitted.scope().clone(), Wanted::of(&context));
    let answer = admitted.execute(context, |_| Allowed::Tool(request));
    Ok(Called::Now { tool, scope, wanted, answer })
}

/// `prompts/get`
pub(super) async fn get_prompt(
    sender: &Sender<'_>,
    request: GetPromptRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<GetPromptResponse, Refused> {
    let found = sender.core.surface.prompt(&request.name);
    let attempt = sender.attempt("prompt", "prompts/get", &request.name);
    let admitted = Attempt { arguments: request.arguments.as_ref(), ..attempt }.admit(found)?;
    let wanted = Wanted::of(&context);
    wanted.run(admitted.execute(context, |_| Allowed::Prompt(request))).await
}

/// `resources/read`
pub(super) async fn read_resource(
    sender: &Sender<'_>,
    request: ReadResourceRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<ReadResourceResponse, Refused> {
    let found = sender.core.surface.resource(&request.uri);
    let attempt = sender.attempt("resource", "resources/read", &request.uri);
    let admitted = attempt.admit(found).map_err(|refused| refused.with_oddity(&request.uri))?;
    let wanted = Wanted::of(&context);
    let answer = admitted.execute(context, |variables| Allowed::Resource(request, variables));
    Ok(private(wanted.run(answer).await?))
}

/// What was read for one caller is for nobody else (MCP 2026-07-28, utilities/caching).
fn private(mut response: ReadResourceResponse) -> ReadResourceResponse {
    if let ReadResourceResponse::Complete(result) = &mut response {
        result.cache_scope = Some(CacheScope::Private);
    }
    response
}

/// How long a call is wanted.
pub(super) struct Wanted {
    cancelled: CancellationToken,
    /// The client may go away and come back for the answer.
    in_session: Option<InSession>,
}

impl Wanted {
    pub(super) fn of(context: &RequestContext<RoleServer>) -> Self {
        Self { cancelled: context.ct.clone(), in_session: context.extensions.get().cloned() }
    }

    /// The answer, for as long as somebody waits for it. When the client cancels the request or goes away, the body is
    /// dropped where it stands; one that is ready at that moment still counts.
    pub(super) async fn run<T: Answer>(self, answer: Answering<T>) -> Result<T, Refused> {
        let Self { cancelled, in_session } = &self;
        let over = async {
            let Some(request) = in_session else { return cancelled.cancelled().await };
            select(pin!(cancelled.cancelled()), pin!(sleep_until(request.deadline))).await;
        };
        match select(answer, pin!(over)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), _)) if cancelled.is_cancelled() => {
                // nobody waits for it
                Err(ErrorData::internal_error("the call was cancelled", None).into())
            }
            Either::Right(((), _)) => {
                Err(ErrorData::new(ErrorCode(504), "there was no answer in time", None).into())
            }
        }
    }
}

/// A tool that calls a tool is decided anew, for the same principal.
pub(crate) async fn call_nested(
    from: &CallScope,
    request: CallToolRequestParams,
    context: RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let found = from.core().surface.tool(&request.name);
    let attempt = Attempt {
        core: from.core(),
        principal: from.principal(),
        origin: from.origin(),
        kind: "tool",
        asked: &request.name,
        method: "tools/call",
        parent: Some(from.record()),
        depth: from.depth().saturating_add(1),
        signal: None,
        limit: None,
        arguments: request.arguments.as_ref(),
        redactions: found.as_ref().map_or(&[], |found| found.redactions),
    };
    let admitted = attempt.admit(found).map_err(|refused| refused.error)?;
    admitted.execute(context, |_| Allowed::Tool(request)).await.map_err(|refused| refused.error)
}

/// A method of a handler's own.
pub(super) async fn custom(
    sender: &Sender<'_>,
    requirement: Requirement,
    request: CustomRequest,
    context: RequestContext<RoleServer>,
) -> Result<CustomResult, Refused> {
    let method = request.method.clone();
    let open = begin_custom(sender, requirement, &method).await?;
    let answer = match sender.core.surface.foreign() {
        Some(foreign) => foreign.on_custom_request(request, context).await,
        None => Err(denial::unknown_method(&method)),
    };
    ended(open, answer)
}

/// Decides about a method or a notification of a handler's own, and writes that it begins.
pub(super) async fn begin_custom(
    sender: &Sender<'_>,
    requirement: Requirement,
    method: &str,
) -> Result<Open, Refused> {
    let attempt = sender.attempt("method", "custom", method);
    let event = attempt.decide(RecordId::new(), Some((method.to_owned().into(), &[requirement])))?;
    begin(event, &What { kind: "method", name: method }, sender.principal).await
}
