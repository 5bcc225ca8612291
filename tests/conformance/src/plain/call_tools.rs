use std::time::Duration;

use rmcp::{
    ErrorData, RoleServer, handler::server::wrapper::Parameters, model::ContentBlock,
    service::RequestContext, tool, tool_router,
};

use super::Plain;
use crate::{
    arguments::{ElicitationArguments, SamplingArguments},
    asks, conversation,
};

#[tool_router(router = call_tools, vis = "pub(super)")]
impl Plain {
    /// Tells how far it is.
    #[tool]
    async fn test_tool_with_progress(
        &self,
        context: RequestContext<RoleServer>,
    ) -> Result<ContentBlock, ErrorData> {
        conversation::progress(&context).await
    }

    /// Logs what it does.
    #[tool]
    async fn test_tool_with_logging(
        &self,
        context: RequestContext<RoleServer>,
    ) -> Result<ContentBlock, ErrorData> {
        conversation::log(&context, self.with_session(|session| session.log_level)).await
    }

    /// Logs what it does, for clients that say with each call how much they want to hear.
    #[tool]
    async fn test_logging_tool(
        &self,
        context: RequestContext<RoleServer>,
    ) -> Result<ContentBlock, ErrorData> {
        conversation::log(&context, None).await
    }

    /// Takes its time.
    #[tool]
    async fn test_reconnection(&self) -> ContentBlock {
        tokio::time::sleep(Duration::from_millis(100)).await;
        ContentBlock::text("done")
    }

    /// Asks the client's model.
    #[tool]
    async fn test_sampling(
        &self,
        Parameters(SamplingArguments { prompt }): Parameters<SamplingArguments>,
        context: RequestContext<RoleServer>,
    ) -> Result<ContentBlock, ErrorData> {
        conversation::sample(&context, prompt).await
    }

    /// Asks the user.
    #[tool]
    async fn test_elicitation(
        &self,
        Parameters(ElicitationArguments { message }): Parameters<ElicitationArguments>,
        context: RequestContext<RoleServer>,
    ) -> Result<ContentBlock, ErrorData> {
        conversation::elicit(&context, asks::contact(message)).await
    }

    /// Asks the user, with an answer to every question already filled in.
    #[tool]
    async fn test_elicitation_sep1034_defaults(
        &self,
        context: RequestContext<RoleServer>,
    ) -> Result<ContentBlock, ErrorData> {
        conversation::elicit(&context, asks::defaults()?).await
    }

    /// Asks the user to choose.
    #[tool]
    async fn test_elicitation_sep1330_enums(
        &self,
        context: RequestContext<RoleServer>,
    ) -> Result<ContentBlock, ErrorData> {
        conversation::elicit(&context, asks::choices()).await
    }
}
