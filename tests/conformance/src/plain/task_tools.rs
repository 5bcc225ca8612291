use futures::future::try_join;
use rmcp::{
    ErrorData, RoleServer,
    handler::server::wrapper::Parameters,
    model::{CallToolResponse, ContentBlock},
    service::RequestContext,
    tool, tool_router,
};

use super::Plain;
use crate::{
    arguments::{ComputeArguments, DeleteArguments, GreetArguments},
    jobs,
    rounds::{Outcome, Round},
};

#[tool_router(router = task_tools, vis = "pub(super)")]
impl Plain {
    /// Greets, at once.
    #[tool]
    fn greet(Parameters(GreetArguments { name }): Parameters<GreetArguments>) -> ContentBlock {
        ContentBlock::text(format!("Hello, {name}!"))
    }

    /// Takes as long as it is told.
    #[tool]
    async fn slow_compute(
        &self,
        Parameters(arguments): Parameters<ComputeArguments>,
        context: RequestContext<RoleServer>,
    ) -> CallToolResponse {
        self.jobs.slow_compute(&context, arguments).await
    }

    /// Fails after a second.
    #[tool]
    async fn failing_job(&self, context: RequestContext<RoleServer>) -> Result<CallToolResponse, ErrorData> {
        self.jobs.run(&context, |_| async { Ok(jobs::fail().await) })
    }

    /// Has no result.
    #[tool]
    async fn protocol_error_job(
        &self,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        self.jobs.run(&context, |_| async { Err(jobs::broken().into()) })
    }

    /// Asks before it deletes, which it does not.
    #[tool]
    async fn confirm_delete(
        &self,
        Parameters(arguments): Parameters<DeleteArguments>,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        self.jobs.run(&context, |task| async move {
            let answer = task.request_input("confirm", jobs::may_delete(&arguments)).await?;
            Ok(jobs::deleted(&arguments, &answer))
        })
    }

    /// Asks two things at once, as a task.
    #[tool]
    async fn multi_input(&self, context: RequestContext<RoleServer>) -> Result<CallToolResponse, ErrorData> {
        self.jobs.run(&context, |task| async move {
            let ask = |key| task.request_input(key, jobs::another_name(key));
            try_join(ask("first"), ask("second")).await?;
            Ok(jobs::said("Both answers are here".to_owned()))
        })
    }

    /// Asks for a name, and goes on as a task when it has one.
    #[tool]
    async fn test_tool_with_task(
        &self,
        round: Round,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        match self.rounds.elicitation(&round)? {
            Outcome::Said(greeting) => self.jobs.run(&context, |_| async { Ok(jobs::said(greeting)) }),
            Outcome::Asked(question) => Ok(question.into()),
        }
    }
}
