//! What a file of tools, prompts and resources needs: `use mcp_rbac::prelude::*;`.

#[cfg(feature = "oauth")]
pub use crate::oauth::{OAuth, Scopes, claim};
pub use crate::{ApiKeys, Caller, Completion, Granted, Server, State, ToolError, prompt, resource, tool};
pub use rmcp::handler::server::wrapper::{Json, Parameters};
