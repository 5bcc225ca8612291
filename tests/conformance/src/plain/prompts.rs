#![expect(missing_docs, reason = "rmcp's macro emits a public function beside each prompt")]

use rmcp::{
    ErrorData, RoleServer,
    handler::server::{prompt::PromptContext, wrapper::Parameters},
    model::{GetPromptRequestParams, GetPromptResponse, Prompt, PromptMessage},
    prompt, prompt_router,
    service::RequestContext,
};

use super::Plain;
use crate::{
    answers,
    arguments::{EmbedArguments, TwoArguments},
    rounds::Round,
};

/// The prompt that asks something: rmcp's macro has no way to it.
const ASKING: &str = "test_input_required_result_prompt";

#[prompt_router(vis = "pub(super)")]
impl Plain {
    /// A sentence.
    #[prompt]
    fn test_simple_prompt(&self) -> Vec<PromptMessage> {
        answers::simple_prompt()
    }

    /// A sentence with two words of the client's.
    #[prompt]
    fn test_prompt_with_arguments(
        &self,
        Parameters(arguments): Parameters<TwoArguments>,
    ) -> Vec<PromptMessage> {
        answers::prompt_with_arguments(&arguments)
    }

    /// A resource, and what to do with it.
    #[prompt]
    fn test_prompt_with_embedded_resource(
        &self,
        Parameters(arguments): Parameters<EmbedArguments>,
    ) -> Vec<PromptMessage> {
        answers::prompt_with_resource(arguments)
    }

    /// A picture, and what to do with it.
    #[prompt]
    fn test_prompt_with_image(&self) -> Vec<PromptMessage> {
        answers::prompt_with_image()
    }
}

impl Plain {
    pub(super) fn all_prompts(&self) -> Vec<Prompt> {
        let mut prompts = self.prompts.list_all();
        prompts.push(Prompt::new(ASKING, Some("A sentence that the user begins."), None));
        prompts.sort_by(|one, other| one.name.cmp(&other.name));
        prompts
    }

    pub(super) async fn prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        if request.name == ASKING {
            let round = Round::new(request.name, request.input_responses, request.request_state, &context);
            return self.rounds.prompt(&round);
        }
        self.prompts.get_prompt(PromptContext::new(self, request.name, request.arguments, context)).await
    }
}
