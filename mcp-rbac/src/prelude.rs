//! What a file of tools, prompts and resources needs: `use mcp_rbac::prelude::*;`.

pub use crate::{ApiKeys, Caller, Completion, Granted, Server, State, ToolError, prompt, resource, tool};
pub use rmcp::handler::server::wrapper::{Json, Parameters};
