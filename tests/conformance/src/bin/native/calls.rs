use std::time::Duration;

use conformance::{
    arguments::{ElicitationArguments, SamplingArguments},
    asks, conversation,
};
use mcp_rbac::{
    prelude::*,
    rmcp::{ErrorData, RoleServer, model::ContentBlock, service::RequestContext},
};

/// Tells how far it is.
#[tool(requires = "reports")]
async fn test_tool_with_progress(context: RequestContext<RoleServer>) -> Result<ContentBlock, ErrorData> {
    conversation::progress(&context).await
}

/// Logs what it does.
#[tool(requires = "reports")]
async fn test_tool_with_logging(context: RequestContext<RoleServer>) -> Result<ContentBlock, ErrorData> {
    conversation::log(&context, None).await
}

/// Logs what it does, for clients that say with each call how much they want to hear.
#[tool(requires = "reports")]
async fn test_logging_tool(context: RequestContext<RoleServer>) -> Result<ContentBlock, ErrorData> {
    conversation::log(&context, None).await
}

/// Takes its time.
#[tool(requires = "reports")]
async fn test_reconnection() -> &'static str {
    tokio::time::sleep(Duration::from_millis(100)).await;
    "done"
}

/// Asks the client's model.
#[tool(requires = "questions")]
async fn test_sampling(
    Parameters(SamplingArguments { prompt }): Parameters<SamplingArguments>,
    context: RequestContext<RoleServer>,
) -> Result<ContentBlock, ErrorData> {
    conversation::sample(&context, prompt).await
}

/// Asks the user.
#[tool(requires = "questions")]
async fn test_elicitation(
    Parameters(ElicitationArguments { message }): Parameters<ElicitationArguments>,
    context: RequestContext<RoleServer>,
) -> Result<ContentBlock, ErrorData> {
    conversation::elicit(&context, asks::contact(message)).await
}

/// Asks the user, with an answer to every question already filled in.
#[tool(requires = "questions")]
async fn test_elicitation_sep1034_defaults(
    context: RequestContext<RoleServer>,
) -> Result<ContentBlock, ErrorData> {
    conversation::elicit(&context, asks::defaults()?).await
}

/// Asks the user to choose.
#[tool(requires = "questions")]
async fn test_elicitation_sep1330_enums(
    context: RequestContext<RoleServer>,
) -> Result<ContentBlock, ErrorData> {
    conversation::elicit(&context, asks::choices()).await
}
