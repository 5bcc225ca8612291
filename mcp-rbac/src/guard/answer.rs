//! What a body answers, and what of it leaves the server.

use rmcp::model::{CallToolResponse, CallToolResult, ContentBlock, GetPromptResponse, ReadResourceResponse};

use super::output;
use crate::{audit::Outcome, registry::Output, tool::Failure};

/// An answer of a tool, prompt or resource.
pub(super) trait Answer: Sized + Send + 'static {
    /// How a body ended that answered this.
    fn outcome(&self) -> Outcome {
        Outcome::Completed
    }

    /// What is sent of it, for its record; of a handle of a task there is nothing yet.
    fn to_json(&self) -> Option<Vec<u8>>;

    /// The answer that tells the client this, where there is one; otherwise it is told in an error.
    fn told(text: String) -> Result<Self, String> {
        Err(text)
    }

    /// Whether it is the handle of a task.
    fn is_task(&self) -> bool {
        false
    }

    /// The state that is handed out until the next round.
    fn request_state(&mut self) -> Option<&mut String> {
        None
    }

    /// The answer as it may leave the server.
    fn output(self, output: &Output) -> Result<Self, Failure>;
}

impl Answer for CallToolResponse {
    fn to_json(&self) -> Option<Vec<u8>> {
        match self {
            Self::Complete(result) => serde_json::to_vec(result).ok(),
            Self::InputRequired(result) => serde_json::to_vec(result).ok(),
            Self::Task(_) => None,
            _ => None,
        }
    }

    fn outcome(&self) -> Outcome {
        let is_error = matches!(self, Self::Complete(result) if result.is_error == Some(true));
        if is_error { Outcome::ToolError } else { Outcome::Completed }
    }

    fn is_task(&self) -> bool {
        matches!(self, Self::Task(_))
    }

    fn told(text: String) -> Result<Self, String> {
        Ok(CallToolResult::error(vec![ContentBlock::text(text)]).into())
    }

    fn request_state(&mut self) -> Option<&mut String> {
        let Self::InputRequired(result) = self else { return None };
        result.request_state.as_mut()
    }

    fn output(self, output: &Output) -> Result<Self, Failure> {
        match self {
            Self::Complete(result) => output::tool(result, output).map(Self::Complete),
            Self::InputRequired(result) => output::questions(result, output).map(Self::InputRequired),
            Self::Task(_) => Ok(self),
            other => Ok(other),
        }
    }
}

impl Answer for GetPromptResponse {
    fn to_json(&self) -> Option<Vec<u8>> {
        match self {
            Self::Complete(result) => serde_json::to_vec(result).ok(),
            Self::InputRequired(result) => serde_json::to_vec(result).ok(),
            _ => None,
        }
    }

    fn output(self, output: &Output) -> Result<Self, Failure> {
        match self {
            Self::Complete(result) => output::prompt(result, output).map(Self::Complete),
            Self::InputRequired(result) => output::questions(result, output).map(Self::InputRequired),
            other => Ok(other),
        }
    }

    fn request_state(&mut self) -> Option<&mut String> {
        let Self::InputRequired(result) = self else { return None };
        result.request_state.as_mut()
    }
}

impl Answer for ReadResourceResponse {
    fn to_json(&self) -> Option<Vec<u8>> {
        match self {
            Self::Complete(result) => serde_json::to_vec(result).ok(),
            Self::InputRequired(result) => serde_json::to_vec(result).ok(),
            _ => None,
        }
    }

    fn output(self, output: &Output) -> Result<Self, Failure> {
        match self {
            Self::Complete(result) => output::resource(result, output).map(Self::Complete),
            Self::InputRequired(result) => output::questions(result, output).map(Self::InputRequired),
            other => Ok(other),
        }
    }

    fn request_state(&mut self) -> Option<&mut String> {
        let Self::InputRequired(result) = self else { return None };
        result.request_state.as_mut()
    }
}
