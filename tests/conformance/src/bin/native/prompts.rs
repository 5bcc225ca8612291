use conformance::{
    answers,
    arguments::{EmbedArguments, TwoArguments},
    rounds::Rounds,
};
use mcp_rbac::{
    prelude::*,
    rmcp::{
        ErrorData,
        model::{GetPromptResponse, PromptMessage},
    },
};

use crate::params::Again;

/// A sentence.
#[prompt(requires = "prompts")]
fn test_simple_prompt() -> Vec<PromptMessage> {
    answers::simple_prompt()
}

/// A sentence with two words of the client's.
#[prompt(requires = "prompts", complete(arg1 = words))]
fn test_prompt_with_arguments(Parameters(arguments): Parameters<TwoArguments>) -> Vec<PromptMessage> {
    answers::prompt_with_arguments(&arguments)
}

/// A resource, and what to do with it.
#[prompt(requires = "prompts")]
fn test_prompt_with_embedded_resource(
    Parameters(arguments): Parameters<EmbedArguments>,
) -> Vec<PromptMessage> {
    answers::prompt_with_resource(arguments)
}

/// A picture, and what to do with it.
#[prompt(requires = "prompts")]
fn test_prompt_with_image() -> Vec<PromptMessage> {
    answers::prompt_with_image()
}

/// A sentence that the user begins.
#[prompt(requires = "rounds")]
fn test_input_required_result_prompt(
    State(rounds): State<Rounds>,
    Again(round): Again,
) -> Result<GetPromptResponse, ErrorData> {
    rounds.prompt(&round)
}

async fn words(typed: Completion) -> Vec<&'static str> {
    answers::words(typed.value())
}
