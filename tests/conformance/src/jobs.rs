//! Tools that go on as tasks (SEP-2663).

use std::{future::Future, time::Duration};

use futures::future::try_join;
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

    /// `failing_job`: a tool that fails, which is a result.
    ///
    /// # Errors
    ///
    /// When the client does not know of tasks.
    pub fn failing_job(&self, context: &RequestContext<RoleServer>) -> Result<CallToolResponse, ErrorData> {
        needs_tasks(context)?;
        Ok(self.start(|_| async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok(CallToolResult::error(vec![ContentBlock::text("This job always fails")]))
        }))
    }

    /// `protocol_error_job`: a tool that has no result.
    ///
    /// # Errors
    ///
    /// When the client does not know of tasks.
    pub fn protocol_error_job(
        &self,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        needs_tasks(context)?;
        Ok(self.start(|_| async { Err(ErrorData::internal_error("This job breaks", None).into()) }))
    }

    /// `confirm_delete`: waits for the user's word.
    ///
    /// # Errors
    ///
    /// When the client does not know of tasks.
    pub fn confirm_delete(
        &self,
        context: &RequestContext<RoleServer>,
        DeleteArguments { filename }: DeleteArguments,
    ) -> Result<CallToolResponse, ErrorData> {
        needs_tasks(context)?;
        Ok(self.start(|task| async move {
            let form =
                asks::form(format!("Delete {filename}?"), [("confirm", asks::yes_or_no())], &["confirm"]);
            let answer = task.request_input("confirm", InputRequest::Elicitation(form)).await?;
            let confirmed = answer.pointer("/content/confirm") == Some(&Value::Bool(true));
            Ok(said(if confirmed { format!("Deleted {filename}") } else { format!("Kept {filename}") }))
        }))
    }

    /// `multi_input`: waits for two answers at once.
    ///
    /// # Errors
    ///
    /// When the client does not know of tasks.
    pub fn multi_input(&self, context: &RequestContext<RoleServer>) -> Result<CallToolResponse, ErrorData> {
        needs_tasks(context)?;
        Ok(self.start(|task| async move {
            let question = |message: &str| {
                InputRequest::Elicitation(asks::form(message, [("name", asks::text_field())], &["name"]))
            };
            try_join(
                task.request_input("first", question("The first name?")),
                task.request_input("second", question("The second name?")),
            )
            .await?;
            Ok(said("Both answers are here".to_owned()))
        }))
    }

    /// The end of `test_tool_with_task`: a task that says what was found out before it began.
    ///
    /// # Errors
    ///
    /// When the client does not know of tasks.
    pub fn say(
        &self,
        context: &RequestContext<RoleServer>,
        text: String,
    ) -> Result<CallToolResponse, ErrorData> {
        needs_tasks(context)?;
        Ok(self.start(|_| async { Ok(said(text)) }))
    }

    fn start<F>(&self, job: impl FnOnce(TaskContext) -> F) -> CallToolResponse
    where
        F: Future<Output = Result<CallToolResult, TaskExit>> + Send + 'static,
    {
        let options = TaskOptions::new().with_poll_interval_ms(200);
        CreateTaskResult::new(self.tasks.spawn(options, |task| Box::pin(job(task)))).into()
    }
}

async fn compute(ComputeArguments { seconds, label }: ComputeArguments) -> CallToolResult {
    tokio::time::sleep(Duration::from_secs(seconds).min(LONGEST)).await;
    said(format!("Computed {} in {seconds} s", label.as_deref().unwrap_or("it")))
}

fn said(text: String) -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text(text)])
}

fn knows_tasks(context: &RequestContext<RoleServer>) -> bool {
    context.client_capabilities().is_some_and(|capabilities| capabilities.supports_tasks())
}

fn needs_tasks(context: &RequestContext<RoleServer>) -> Result<(), ErrorData> {
    if knows_tasks(context) {
        return Ok(());
    }
    let tasks = ClientCapabilities::builder().enable_tasks().build();
    Err(ErrorData::missing_required_client_capability(tasks))
}
