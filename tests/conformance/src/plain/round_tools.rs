use rmcp::{ErrorData, model::CallToolResponse, tool, tool_router};

use super::Plain;
use crate::rounds::Round;

#[tool_router(router = round_tools, vis = "pub(super)")]
impl Plain {
    /// Greets a user whose name it asks for.
    #[tool]
    fn test_input_required_result_elicitation(&self, round: Round) -> Result<CallToolResponse, ErrorData> {
        Ok(self.rounds.elicitation(&round)?.into())
    }

    /// Greets a user whose name it asks for, with nothing else on the stream.
    #[tool]
    fn test_streaming_elicitation(&self, round: Round) -> Result<CallToolResponse, ErrorData> {
        Ok(self.rounds.elicitation(&round)?.into())
    }

    /// Says what the client's model says.
    #[tool]
    fn test_input_required_result_sampling(&self, round: Round) -> Result<CallToolResponse, ErrorData> {
        Ok(self.rounds.sampling(&round)?.into())
    }

    /// Counts the client's roots.
    #[tool]
    fn test_input_required_result_list_roots(&self, round: Round) -> Result<CallToolResponse, ErrorData> {
        Ok(self.rounds.list_roots(&round)?.into())
    }

    /// Gives the client a state to keep.
    #[tool]
    fn test_input_required_result_request_state(&self, round: Round) -> Result<CallToolResponse, ErrorData> {
        Ok(self.rounds.confirmed(&round)?.into())
    }

    /// Refuses a state that is not the one it gave.
    #[tool]
    fn test_input_required_result_tampered_state(&self, round: Round) -> Result<CallToolResponse, ErrorData> {
        Ok(self.rounds.confirmed(&round)?.into())
    }

    /// Asks three things at once.
    #[tool]
    fn test_input_required_result_multiple_inputs(
        &self,
        round: Round,
    ) -> Result<CallToolResponse, ErrorData> {
        Ok(self.rounds.multiple_inputs(&round)?.into())
    }

    /// Asks two things, one after the other.
    #[tool]
    fn test_input_required_result_multi_round(&self, round: Round) -> Result<CallToolResponse, ErrorData> {
        Ok(self.rounds.multi_round(&round)?.into())
    }

    /// Asks what the client can answer.
    #[tool]
    fn test_input_required_result_capabilities(&self, round: Round) -> Result<CallToolResponse, ErrorData> {
        Ok(self.rounds.capabilities(&round)?.into())
    }

    /// Is for clients that can sample.
    #[tool]
    fn test_missing_capability(&self, round: Round) -> Result<CallToolResponse, ErrorData> {
        Ok(self.rounds.needs_sampling(&round)?.into())
    }
}
