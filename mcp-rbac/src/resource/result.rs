use base64::{Engine, engine::general_purpose::STANDARD};
use rmcp::{
    handler::server::wrapper::Json,
    model::{InputRequiredResult, ReadResourceResponse, ReadResourceResult, ResourceContents},
};
use serde::Serialize;

use crate::tool::{Failure, ToolFailure};

/// What a resource function can return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a result of a resource",
    label = "a resource cannot return this",
    note = "a resource returns text (`String`), bytes (`Vec<u8>`), data (`Json<T>`), contents (`ResourceContents`, \
            `ReadResourceResult`), or a `Result` of these"
)]
pub trait ResourceResult {
    /// What becomes of the request.
    ///
    /// # Errors
    ///
    /// A [`Failure`] where the resource says that it failed, or where its result cannot be sent.
    fn into_answer(self) -> Result<ResourceAnswer, Failure>;
}

/// What a resource function returned. Its URI and media type are the guard's to add.
#[derive(Debug)]
pub enum ResourceAnswer {
    /// Text.
    Text(String),
    /// JSON, as text.
    Json(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// The whole answer.
    Response(ReadResourceResponse),
}

impl ResourceAnswer {
    /// What is sent for the resource at `uri`; `mime_type` as it was declared.
    pub(crate) fn into_response(self, uri: &str, mime_type: Option<&str>) -> ReadResourceResponse {
        let one = |contents: ResourceContents, usual: &str| {
            let contents = contents.with_mime_type(mime_type.unwrap_or(usual));
            ReadResourceResult::new(vec![contents]).into()
        };
        match self {
            Self::Text(text) => one(ResourceContents::text(text, uri), "text/plain"),
            Self::Json(text) => one(ResourceContents::text(text, uri), "application/json"),
            Self::Bytes(bytes) => {
                one(ResourceContents::blob(STANDARD.encode(bytes), uri), "application/octet-stream")
            }
            Self::Response(response) => response,
        }
    }
}

impl<T: ResourceResult, E: ToolFailure> ResourceResult for Result<T, E> {
    fn into_answer(self) -> Result<ResourceAnswer, Failure> {
        match self {
            Ok(value) => value.into_answer(),
            Err(error) => Err(error.into_failure()),
        }
    }
}

impl<T: Serialize> ResourceResult for Json<T> {
    fn into_answer(self) -> Result<ResourceAnswer, Failure> {
        match serde_json::to_string(&self.0) {
            Ok(text) => Ok(ResourceAnswer::Json(text)),
            Err(error) => Err(Failure::Hidden(Box::new(error))),
        }
    }
}

/// What becomes an answer as it is.
macro_rules! answers {
    ($($Type:ty: $value:ident => $answer:expr;)*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl ResourceResult for $Type {
                fn into_answer(self) -> Result<ResourceAnswer, Failure> {
                    let $value = self;
                    Ok($answer)
                }
            }
        )*
    };
}

answers! {
    String: text => ResourceAnswer::Text(text);
    &'static str: text => ResourceAnswer::Text(text.to_owned());
    Vec<u8>: bytes => ResourceAnswer::Bytes(bytes);
    ResourceContents: contents => ResourceAnswer::Response(ReadResourceResult::new(vec![contents]).into());
    Vec<ResourceContents>: contents => ResourceAnswer::Response(ReadResourceResult::new(contents).into());
    ReadResourceResult: result => ResourceAnswer::Response(result.into());
    InputRequiredResult: result => ResourceAnswer::Response(result.into());
    ReadResourceResponse: response => ResourceAnswer::Response(response);
}
