//! What the attributes submit: one definition per function.

mod oversight;
mod prompt;
mod resource;
mod tool;

pub use oversight::{Oversight, Rate, Redaction, Treatment};
pub use prompt::PromptDef;
pub use resource::ResourceDef;
pub use tool::{Hints, Output, ToolDef, ToolInfo};

use futures::future::BoxFuture;
use rmcp::model::{CallToolResponse, MetaObject};

use crate::{
    completion::{Completion, CompletionFuture},
    guard::Authorized,
    tool::{Failure, ParamKind},
};

/// What runs when a request is allowed.
pub(crate) type Body<T = CallToolResponse> = fn(Authorized) -> BoxFuture<'static, Result<T, Failure>>;

/// Makes a `_meta`.
pub(crate) type MakeMeta = fn() -> MetaObject;

/// One parameter of a function.
pub struct ParamDef {
    /// Its name, for messages.
    pub name: &'static str,
    /// What it needs from the server.
    pub kind: fn() -> ParamKind,
}

/// What completes one argument of a prompt, or one variable of a resource.
pub struct CompletionDef {
    /// The argument or variable.
    pub argument: &'static str,
    /// Finds values that go on from what was typed.
    pub complete: fn(Completion) -> CompletionFuture,
}
