use rmcp::model::{
    ContentBlock, GetPromptResponse, GetPromptResult, InputRequiredResult, PromptMessage, Role,
};

use crate::tool::{Failure, ToolFailure};

/// What a prompt function can return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a result of a prompt",
    label = "a prompt cannot return this",
    note = "a prompt returns text (`String`, one message of the user), messages (`PromptMessage`, `Vec<PromptMessage>`), \
            `GetPromptResult`, or a `Result` of these"
)]
pub trait PromptResult {
    /// What becomes of the request.
    ///
    /// # Errors
    ///
    /// A [`Failure`] where the prompt says that it failed.
    fn into_response(self) -> Result<GetPromptResponse, Failure>;
}

impl<T: PromptResult, E: ToolFailure> PromptResult for Result<T, E> {
    fn into_response(self) -> Result<GetPromptResponse, Failure> {
        match self {
            Ok(value) => value.into_response(),
            Err(error) => Err(error.into_failure()),
        }
    }
}

#[diagnostic::do_not_recommend]
impl PromptResult for Vec<PromptMessage> {
    fn into_response(self) -> Result<GetPromptResponse, Failure> {
        Ok(GetPromptResult::new(self).into())
    }
}

#[diagnostic::do_not_recommend]
impl PromptResult for PromptMessage {
    fn into_response(self) -> Result<GetPromptResponse, Failure> {
        vec![self].into_response()
    }
}

/// One message of the user.
#[diagnostic::do_not_recommend]
impl PromptResult for String {
    fn into_response(self) -> Result<GetPromptResponse, Failure> {
        PromptMessage::new(Role::User, ContentBlock::text(self)).into_response()
    }
}

#[diagnostic::do_not_recommend]
impl PromptResult for &'static str {
    fn into_response(self) -> Result<GetPromptResponse, Failure> {
        self.to_owned().into_response()
    }
}

#[diagnostic::do_not_recommend]
impl PromptResult for GetPromptResult {
    fn into_response(self) -> Result<GetPromptResponse, Failure> {
        Ok(self.into())
    }
}

#[diagnostic::do_not_recommend]
impl PromptResult for InputRequiredResult {
    fn into_response(self) -> Result<GetPromptResponse, Failure> {
        Ok(self.into())
    }
}

#[diagnostic::do_not_recommend]
impl PromptResult for GetPromptResponse {
    fn into_response(self) -> Result<GetPromptResponse, Failure> {
        Ok(self)
    }
}
