use rmcp::{
    model::InputRequest,
    task_manager::{TaskContext, TaskExit},
};
use serde_json::Value;

use super::{Failure, ToolError, ToolParam};
use crate::{guard::Authorized, guard::output, registry::Output};

/// The task that a call runs as, as a parameter of a tool that is declared [`#[tool(task)]`](macro@crate::tool):
/// `Option<RunningTask>`. There is none where the client knows no tasks and waits for the answer.
///
/// ```
/// use mcp_rbac::{RunningTask, prelude::*};
///
/// mcp_rbac::roles! {
///     permissions { "reports:run" as run_reports }
///     roles { analyst { run_reports } }
/// }
///
/// /// Runs a report, which takes a while.
/// #[tool(requires = "reports:run", task)]
/// async fn run_report(task: Option<RunningTask>) -> Result<String, ToolError> {
///     for month in 1..=12 {
///         if let Some(task) = &task {
///             task.set_status(format!("month {month} of 12"));
///         }
///         // …
///     }
///     Ok("the report".to_owned())
/// }
/// # fn main() {}
/// ```
#[derive(Clone)]
pub struct RunningTask {
    context: TaskContext,
    output: Output,
}

impl RunningTask {
    pub(crate) fn new(context: TaskContext, output: Output) -> Self {
        Self { context, output }
    }

    /// The id that the client asks for it by. It opens nothing to anybody but the owner of the task.
    #[must_use]
    pub fn id(&self) -> &str {
        self.context.task_id()
    }

    /// What `tasks/get` says about how far it is; users may read it.
    pub fn set_status(&self, message: impl Into<String>) {
        let mut message = message.into();
        output::text_of(&mut message, &self.output);
        self.context.set_status_message(message);
    }

    /// Asks the client something, and waits for what it answers with `tasks/update`. Until then the task is
    /// `input_required`. `key` tells the questions of one task apart, and each is good for one question.
    ///
    /// The answer is the client's own text: look at it as at an argument.
    ///
    /// # Errors
    ///
    /// When `key` was used before, and when the task is cancelled while it waits.
    pub async fn ask(&self, key: impl Into<String>, question: InputRequest) -> Result<Value, ToolError> {
        let question = output::cleaned(question, &self.output).map_err(ToolError::from_failure)?;
        self.context.request_input(key, question).await.map_err(|exit| match exit {
            TaskExit::Cancelled => ToolError::public("the task was cancelled"),
            TaskExit::Error(error) => ToolError::from_failure(Failure::Protocol(error)),
        })
    }
}

impl std::fmt::Debug for RunningTask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RunningTask").field("id", &self.id()).finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl ToolParam for Option<RunningTask> {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        Ok(call.context().extensions.get().cloned())
    }
}
