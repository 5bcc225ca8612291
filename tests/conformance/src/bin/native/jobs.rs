use conformance::{
    arguments::{ComputeArguments, DeleteArguments, GreetArguments},
    jobs,
    rounds::{Outcome, Rounds},
};
use futures::future::try_join;
use mcp_rbac::{
    prelude::*,
    rmcp::{
        ErrorData,
        model::{CallToolResponse, CallToolResult},
    },
};

use crate::params::{Again, Task};

/// Greets, at once.
#[tool(requires = "jobs")]
fn greet(Parameters(GreetArguments { name }): Parameters<GreetArguments>) -> String {
    format!("Hello, {name}!")
}

/// Takes as long as it is told.
#[tool(requires = "jobs", task)]
async fn slow_compute(Parameters(arguments): Parameters<ComputeArguments>) -> CallToolResult {
    jobs::compute(arguments).await
}

/// Fails after a second.
#[tool(requires = "jobs", task)]
async fn failing_job(_task: Task) -> CallToolResult {
    jobs::fail().await
}

/// Has no result.
#[tool(requires = "jobs", task)]
fn protocol_error_job(_task: Task) -> ErrorData {
    jobs::broken()
}

/// Asks before it deletes, which it does not.
#[tool(requires = "jobs", task)]
async fn confirm_delete(
    Parameters(arguments): Parameters<DeleteArguments>,
    Task(task): Task,
) -> Result<CallToolResult, ToolError> {
    let answer = task.ask("confirm", jobs::may_delete(&arguments)).await?;
    Ok(jobs::deleted(&arguments, &answer))
}

/// Asks two things at once, as a task.
#[tool(requires = "jobs", task)]
async fn multi_input(Task(task): Task) -> Result<CallToolResult, ToolError> {
    let ask = |key| task.ask(key, jobs::another_name(key));
    try_join(ask("first"), ask("second")).await?;
    Ok(jobs::said("Both answers are here".to_owned()))
}

/// Asks for a name, and goes on as a task when it has one.
#[tool(requires = "jobs", task)]
fn test_tool_with_task(
    State(rounds): State<Rounds>,
    Again(round): Again,
) -> Result<CallToolResponse, ErrorData> {
    match rounds.elicitation(&round)? {
        Outcome::Said(greeting) => Ok(jobs::said(greeting).into()),
        Outcome::Asked(question) => Ok(question.into()),
    }
}
