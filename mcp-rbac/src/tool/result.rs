use std::sync::Arc;

use rmcp::{
    ErrorData,
    handler::server::{
        tool::{IntoCallToolResult, schema_for_output},
        wrapper::Json,
    },
    model::{CallToolResponse, CallToolResult, ContentBlock, InputRequiredResult, JsonObject},
};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Failure, ToolFailure};

/// What a tool function can return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a result of a tool",
    label = "a tool cannot return this",
    note = "a tool returns text (`String`), data (`Json<T>`), content (`ContentBlock`, `CallToolResult`), `()`, or a \
            `Result` of these"
)]
pub trait ToolResult {
    /// What becomes of the call.
    ///
    /// # Errors
    ///
    /// A [`Failure`] where the tool says that it failed, or where its result cannot be sent.
    fn into_response(self) -> Result<CallToolResponse, Failure>;

    /// Whether it can be a question to the client ([`InputRequiredResult`]), after which the request comes again.
    const ASKS: bool = false;

    /// The schema of the structured part, where there is one.
    #[must_use]
    fn output_schema() -> Option<Arc<JsonObject>> {
        None
    }
}

/// What [`Json`] can hold.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the `Json` result of a tool",
    label = "cannot be written as JSON and described to clients",
    note = "derive both traits: `#[derive(serde::Serialize, schemars::JsonSchema)]`"
)]
pub trait ToolOutput: Serialize + JsonSchema + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + JsonSchema + 'static> ToolOutput for T {}

impl<T: ToolOutput> ToolResult for Json<T> {
    fn into_response(self) -> Result<CallToolResponse, Failure> {
        match serde_json::to_value(self.0) {
            Ok(value) => Ok(CallToolResult::structured(value).into()),
            Err(error) => Err(Failure::Hidden(Box::new(error))),
        }
    }

    fn output_schema() -> Option<Arc<JsonObject>> {
        Some(schema_for_output::<T>())
    }
}

impl<T: ToolResult, E: ToolFailure> ToolResult for Result<T, E> {
    const ASKS: bool = T::ASKS;

    fn into_response(self) -> Result<CallToolResponse, Failure> {
        match self {
            Ok(value) => value.into_response(),
            Err(error) => Err(error.into_failure()),
        }
    }

    fn output_schema() -> Option<Arc<JsonObject>> {
        T::output_schema()
    }
}

#[diagnostic::do_not_recommend]
impl ToolResult for Vec<ContentBlock> {
    fn into_response(self) -> Result<CallToolResponse, Failure> {
        Ok(CallToolResult::success(self).into())
    }
}

#[diagnostic::do_not_recommend]
impl ToolResult for &'static str {
    fn into_response(self) -> Result<CallToolResponse, Failure> {
        self.to_owned().into_response()
    }
}

/// What rmcp knows how to return.
macro_rules! as_rmcp_does {
    ($($Type:ty: $asks:literal),*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl ToolResult for $Type {
                const ASKS: bool = $asks;

                fn into_response(self) -> Result<CallToolResponse, Failure> {
                    self.into_call_tool_result().map_err(Failure::Protocol)
                }
            }
        )*
    };
}

as_rmcp_does!(
    (): false,
    String: false,
    ContentBlock: false,
    CallToolResult: false,
    ErrorData: false,
    InputRequiredResult: true,
    CallToolResponse: true
);
