use std::{error::Error, fmt};

use rmcp::ErrorData;

/// Why a tool failed.
///
/// `?` turns every [`std::error::Error`] into one: the client then gets a generic text with the id of the audit
/// record, and the cause goes to the log. Text that the model should read, because it can do better with other
/// arguments, is said with [`ToolError::public`].
///
/// ```
/// use mcp_rbac::ToolError;
///
/// fn parse(text: &str) -> Result<u32, ToolError> {
///     if text.is_empty() {
///         return Err(ToolError::public("`text` must not be empty"));
///     }
///     Ok(text.parse()?) // the client does not see why this failed
/// }
/// assert!(parse("").is_err());
/// ```
pub struct ToolError(Failure);

impl ToolError {
    /// A failure that the model is told about, in these words.
    pub fn public(message: impl Into<String>) -> Self {
        Self(Failure::Told(message.into()))
    }

    pub(crate) fn from_failure(failure: Failure) -> Self {
        Self(failure)
    }

    /// There is nothing of that name: a resource that says so is answered like one that nobody declared.
    #[must_use]
    pub fn not_found() -> Self {
        Self(Failure::NotFound)
    }
}

/// `ToolError` is no [`Error`] itself: like this, every error can become one.
impl<E: Error + Send + Sync + 'static> From<E> for ToolError {
    fn from(error: E) -> Self {
        Self(Failure::Hidden(Box::new(error)))
    }
}

impl fmt::Debug for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why a call has no result.
#[derive(Debug)]
pub enum Failure {
    /// The model is told, as a tool result with `isError`; prompts and resources say it in a JSON-RPC error.
    Told(String),
    /// The arguments do not fit. Like [`Told`](Self::Told), but the mistake is the caller's.
    Arguments(String),
    /// There is nothing of that name.
    NotFound,
    /// The client gets a generic text, the log the cause.
    Hidden(Box<dyn Error + Send + Sync>),
    /// A JSON-RPC error that the tool chose.
    Protocol(ErrorData),
    /// The tool could not be called: a mistake of the program, not of the caller.
    Internal(String),
}

/// What can stand on the error side of the `Result` of a tool, prompt or resource.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a tool, prompt or resource",
    label = "cannot be told to a client",
    note = "return `Result<_, ToolError>`: `?` turns every `std::error::Error` into a `ToolError`"
)]
pub trait ToolFailure {
    /// What becomes of the call.
    fn into_failure(self) -> Failure;
}

#[diagnostic::do_not_recommend]
impl ToolFailure for ToolError {
    fn into_failure(self) -> Failure {
        self.0
    }
}

/// Shown to the model, like rmcp does.
#[diagnostic::do_not_recommend]
impl ToolFailure for String {
    fn into_failure(self) -> Failure {
        Failure::Told(self)
    }
}

/// Shown to the model, like rmcp does.
#[diagnostic::do_not_recommend]
impl ToolFailure for &'static str {
    fn into_failure(self) -> Failure {
        Failure::Told(self.to_owned())
    }
}

/// A JSON-RPC error, for what is wrong with the request itself.
#[diagnostic::do_not_recommend]
impl ToolFailure for ErrorData {
    fn into_failure(self) -> Failure {
        Failure::Protocol(self)
    }
}
