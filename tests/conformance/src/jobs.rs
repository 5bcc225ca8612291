//! Tools that go on as tasks (SEP-2663).

use std::{future::Future, time::Duration};

use rmcp::{
    ErrorData, RoleServer,
    model::{
        CallToolResponse, CallToolResult, ClientCapabilities, ContentBlock, CreateTaskResult, InputRequest,
    },
    service::RequestContext,
    task_manager::{TaskContext, TaskExit, TaskManager, TaskOptions},
};
use serde_json::Value;

use crate::{
    arguments::{ComputeArguments, DeleteArguments},
    asks,
};

/// No call keeps a server busy for longer.
const LONGEST: Duration = Duration::from_secs(60);

/// The tasks of a server.
#[derive(Clone, Default)]
pub struct Jobs {
    tasks: TaskManager,
}

impl Jobs {
    /// What keeps them, for `tasks/get`, `tasks/update` and `tasks/cancel`.
    #[must_use]
    pub fn tasks(&self) -> &TaskManager {
        &self.tasks
    }

    /// `slow_compute`: a task where the client knows of tasks, and a slow call where it does not.
    pub async fn slow_compute(
        &self,
        context: &RequestContext<RoleServer>,
        arguments: ComputeArguments,
    ) -> CallToolResponse {
        if !knows_tasks(context) {
            return compute(arguments).await.into();
        }
        self.start(|task| async move {
            tokio::select! {
                () = task.cancelled() => Err(TaskExit::Cancelled),
                result = compute(arguments) => Ok(result),
            }
        })
    }

    /// A tool that goes on as a task, for clients that know of tasks.
    ///
    /// # Errors
    ///
    /// When the client does not.
    pub fn run<F>(
        &self,
        context: &RequestContext<RoleServer>,
        job: impl FnOnce(TaskContext) -> F,
    ) -> Result<CallToolResponse, ErrorData>
    where
        F: Future<Output = Result<CallToolResult, TaskExit>> + Send + 'static,
    {
        if knows_tasks(context) { Ok(self.start(job)) } else { Err(needs_tasks()) }
    }

    fn start<F>(&self, job: impl FnOnce(TaskContext) -> F) -> CallToolResponse
    where
        F: Future<Output = Result<CallToolResult, TaskExit>> + Send + 'static,
    {
        let options = TaskOptions::new().with_poll_interval_ms(200);
        CreateTaskResult::new(self.tasks.spawn(options, |task| Box::pin(job(task)))).into()
    }
}

/// `slow_compute`
pub async fn compute(ComputeArguments { seconds, label }: ComputeArguments) -> CallToolResult {
    tokio::time::sleep(Duration::from_secs(seconds).min(LONGEST)).await;
    said(format!("Computed {} in {seconds} s", label.as_deref().unwrap_or("it")))
}

/// `failing_job`: that a tool fails is a result.
pub async fn fail() -> CallToolResult {
    tokio::time::sleep(Duration::from_secs(1)).await;
    CallToolResult::error(vec![ContentBlock::text("This job always fails")])
}

/// `protocol_error_job`: there is no result.
#[must_use]
pub fn broken() -> ErrorData {
    ErrorData::internal_error("This job breaks", None)
}

/// What `confirm_delete` asks the user.
#[must_use]
pub fn may_delete(DeleteArguments { filename }: &DeleteArguments) -> InputRequest {
    let message = format!("Delete {filename}?");
    InputRequest::Elicitation(asks::form(message, [("confirm", asks::yes_or_no())], &["confirm"]))
}

/// What `confirm_delete` says to the answer.
#[must_use]
pub fn deleted(DeleteArguments { filename }: &DeleteArguments, answer: &Value) -> CallToolResult {
    let confirmed = answer.pointer("/content/confirm") == Some(&Value::Bool(true));
    said(if confirmed { format!("Deleted {filename}") } else { format!("Kept {filename}") })
}

/// What `multi_input` asks twice at once, under the keys `first` and `second`.
#[must_use]
pub fn another_name(key: &str) -> InputRequest {
    let message = format!("The {key} name?");
    InputRequest::Elicitation(asks::form(message, [("name", asks::text_field())], &["name"]))
}

/// Text.
#[must_use]
pub fn said(text: String) -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text(text)])
}

/// What a client is told that would have to know of tasks: `-32021`.
#[must_use]
pub fn needs_tasks() -> ErrorData {
    let tasks = ClientCapabilities::builder().enable_tasks().build();
    ErrorData::missing_required_client_capability(tasks)
}

fn knows_tasks(context: &RequestContext<RoleServer>) -> bool {
    context.client_capabilities().is_some_and(|capabilities| capabilities.supports_tasks())
}
