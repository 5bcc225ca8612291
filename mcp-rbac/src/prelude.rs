//! What a file of tools needs: `use mcp_rbac::prelude::*;`.

pub use crate::{Caller, Granted, Server, State, ToolError, tool};
pub use rmcp::handler::server::wrapper::{Json, Parameters};
