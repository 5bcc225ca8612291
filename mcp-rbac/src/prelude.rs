//! What a file of tools needs: `use mcp_rbac::prelude::*;`.

#[cfg(feature = "oauth")]
pub use crate::oauth::{OAuth, Scopes, claim};
pub use crate::{ApiKeys, Caller, Granted, Server, State, ToolError, tool};
pub use rmcp::handler::server::wrapper::{Json, Parameters};
