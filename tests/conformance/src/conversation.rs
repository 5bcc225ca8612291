//! What a tool says to its client, and asks it, while it runs.

#![expect(deprecated, reason = "logging and sampling are deprecated by SEP-2577; the suite asks for them")]

use std::time::Duration;

use rmcp::{
    ErrorData, RoleServer, ServiceError,
    model::{
        ClientResult, ContentBlock, CreateMessageRequest, ElicitRequest, InputRequest, LoggingLevel,
        LoggingMessageNotificationParam, ProgressNotificationParam, ProtocolVersion,
        SamplingMessageContentBlock, ServerRequest,
    },
    service::RequestContext,
};
use serde_json::{Value, json};

use crate::asks;

/// Between two messages of a tool that has several.
const PAUSE: Duration = Duration::from_millis(50);

/// `test_tool_with_logging`: three messages, where the client wants them.
///
/// # Errors
///
/// When the client is gone.
pub async fn log(
    context: &RequestContext<RoleServer>,
    level_of_session: Option<LoggingLevel>,
) -> Result<ContentBlock, ErrorData> {
    let steps = ["Tool execution started", "Tool processing data", "Tool execution completed"];
    for (index, step) in steps.into_iter().enumerate() {
        if index > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        if wants(context, level_of_session, LoggingLevel::Info) {
            let message = LoggingMessageNotificationParam::new(LoggingLevel::Info, json!(step));
            context.peer.notify_logging_message(message).await.map_err(failed)?;
        }
    }
    Ok(ContentBlock::text("Tool with logging executed successfully"))
}

/// `test_tool_with_progress`: nothing, half, all, where the client asked for it.
///
/// # Errors
///
/// When the client is gone.
pub async fn progress(context: &RequestContext<RoleServer>) -> Result<ContentBlock, ErrorData> {
    let token = context.meta.get_progress_token();
    for done in [0.0, 50.0, 100.0] {
        if done > 0.0 {
            tokio::time::sleep(PAUSE).await;
        }
        if let Some(token) = token.clone() {
            let progress = ProgressNotificationParam::new(token, done).with_total(100.0);
            context.peer.notify_progress(progress).await.map_err(failed)?;
        }
    }
    Ok(ContentBlock::text("Tool with progress executed successfully"))
}

/// `test_sampling`: the client's model answers. Needs a session, and a protocol before 2026-07-28.
///
/// # Errors
///
/// When the client has declared no sampling, or fails at it.
pub async fn sample(context: &RequestContext<RoleServer>, prompt: String) -> Result<ContentBlock, ErrorData> {
    let request = asks::sampling(prompt, 100);
    check(context, InputRequest::CreateMessage(request.clone()))?;
    let answer = send::<CreateMessageRequest>(context, request).await?;
    let ClientResult::CreateMessageResult(answer) = answer else { return Err(unexpected()) };
    let blocks = answer.message.content.into_vec();
    let text = blocks.iter().find_map(SamplingMessageContentBlock::as_text).map_or("", |text| &text.text);
    Ok(ContentBlock::text(format!("LLM response: {text}")))
}

/// `test_elicitation` and its sisters: the user fills in a form. Needs what [`sample`] needs.
///
/// # Errors
///
/// When the client has declared no elicitation, or fails at it.
pub async fn elicit(
    context: &RequestContext<RoleServer>,
    form: ElicitRequest,
) -> Result<ContentBlock, ErrorData> {
    check(context, InputRequest::Elicitation(form.clone()))?;
    let ClientResult::ElicitResult(answer) = send::<ElicitRequest>(context, form).await? else {
        return Err(unexpected());
    };
    let content = answer.content.unwrap_or(Value::Null);
    let action = json!(answer.action);
    let action = action.as_str().unwrap_or_default();
    Ok(ContentBlock::text(format!("Elicitation completed: action={action}, content={content}")))
}

/// Since 2026-07-28 a request says what it wants to be told; before, a session does, and hears all until it does.
fn wants(
    context: &RequestContext<RoleServer>,
    level_of_session: Option<LoggingLevel>,
    level: LoggingLevel,
) -> bool {
    let per_request =
        context.protocol_version().is_some_and(|version| version >= ProtocolVersion::V_2026_07_28);
    let least =
        if per_request { context.meta.log_level() } else { level_of_session.or(Some(LoggingLevel::Debug)) };
    least.is_some_and(|least| severity(level) >= severity(least))
}

fn severity(level: LoggingLevel) -> u8 {
    match level {
        LoggingLevel::Debug => 0,
        LoggingLevel::Info => 1,
        LoggingLevel::Notice => 2,
        LoggingLevel::Warning => 3,
        LoggingLevel::Error => 4,
        LoggingLevel::Critical => 5,
        LoggingLevel::Alert => 6,
        LoggingLevel::Emergency => 7,
    }
}

fn check(context: &RequestContext<RoleServer>, request: InputRequest) -> Result<(), ErrorData> {
    asks::declared(&request, &context.client_capabilities().unwrap_or_default())
}

async fn send<R: Into<ServerRequest>>(
    context: &RequestContext<RoleServer>,
    request: R,
) -> Result<ClientResult, ErrorData> {
    context.peer.send_request(request.into()).await.map_err(failed)
}

fn failed(error: ServiceError) -> ErrorData {
    match error {
        ServiceError::McpError(error) => error,
        other => ErrorData::internal_error(format!("the client cannot be asked: {other}"), None),
    }
}

fn unexpected() -> ErrorData {
    ErrorData::internal_error("the client answers another question", None)
}
