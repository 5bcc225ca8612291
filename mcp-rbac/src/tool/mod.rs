//! What a tool function is made of: what it can take, what it can return, and how it says that it failed.

mod caller;
mod error;
mod param;
mod result;
mod state;
mod task;

pub use caller::Caller;
pub use error::{Failure, ToolError, ToolFailure};
pub use param::{ParamKind, ToolArguments, ToolParam};
pub use result::{ToolOutput, ToolResult};
pub use state::{State, ToolState};
pub use task::RunningTask;
