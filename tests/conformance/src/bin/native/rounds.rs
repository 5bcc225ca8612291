use conformance::rounds::Rounds;
use mcp_rbac::{
    prelude::*,
    rmcp::{ErrorData, model::CallToolResponse},
};

use crate::params::Again;

/// Greets a user whose name it asks for.
#[tool(requires = "rounds")]
fn test_input_required_result_elicitation(
    State(rounds): State<Rounds>,
    Again(round): Again,
) -> Result<CallToolResponse, ErrorData> {
    Ok(rounds.elicitation(&round)?.into())
}

/// Greets a user whose name it asks for, with nothing else on the stream.
#[tool(requires = "rounds")]
fn test_streaming_elicitation(
    State(rounds): State<Rounds>,
    Again(round): Again,
) -> Result<CallToolResponse, ErrorData> {
    Ok(rounds.elicitation(&round)?.into())
}

/// Says what the client's model says.
#[tool(requires = "rounds")]
fn test_input_required_result_sampling(
    State(rounds): State<Rounds>,
    Again(round): Again,
) -> Result<CallToolResponse, ErrorData> {
    Ok(rounds.sampling(&round)?.into())
}

/// Counts the client's roots.
#[tool(requires = "rounds")]
fn test_input_required_result_list_roots(
    State(rounds): State<Rounds>,
    Again(round): Again,
) -> Result<CallToolResponse, ErrorData> {
    Ok(rounds.list_roots(&round)?.into())
}

/// Gives the client a state to keep.
#[tool(requires = "rounds")]
fn test_input_required_result_request_state(
    State(rounds): State<Rounds>,
    Again(round): Again,
) -> Result<CallToolResponse, ErrorData> {
    Ok(rounds.confirmed(&round)?.into())
}

/// Refuses a state that is not the one it gave.
#[tool(requires = "rounds")]
fn test_input_required_result_tampered_state(
    State(rounds): State<Rounds>,
    Again(round): Again,
) -> Result<CallToolResponse, ErrorData> {
    Ok(rounds.confirmed(&round)?.into())
}

/// Asks three things at once.
#[tool(requires = "rounds")]
fn test_input_required_result_multiple_inputs(
    State(rounds): State<Rounds>,
    Again(round): Again,
) -> Result<CallToolResponse, ErrorData> {
    Ok(rounds.multiple_inputs(&round)?.into())
}

/// Asks two things, one after the other.
#[tool(requires = "rounds")]
fn test_input_required_result_multi_round(
    State(rounds): State<Rounds>,
    Again(round): Again,
) -> Result<CallToolResponse, ErrorData> {
    Ok(rounds.multi_round(&round)?.into())
}

/// Asks what the client can answer.
#[tool(requires = "rounds")]
fn test_input_required_result_capabilities(
    State(rounds): State<Rounds>,
    Again(round): Again,
) -> Result<CallToolResponse, ErrorData> {
    Ok(rounds.capabilities(&round)?.into())
}

/// Is for clients that can sample.
#[tool(requires = "rounds")]
fn test_missing_capability(
    State(rounds): State<Rounds>,
    Again(round): Again,
) -> Result<CallToolResponse, ErrorData> {
    Ok(rounds.needs_sampling(&round)?.into())
}
