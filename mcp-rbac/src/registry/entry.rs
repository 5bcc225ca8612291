use rmcp::model::Tool;

use super::def::{Body, ToolDef};

/// A tool of one server: its definition and what clients see of it.
pub(crate) struct ToolEntry {
    pub(crate) def: &'static ToolDef,
    pub(crate) tool: Tool,
    pub(crate) body: Body,
}
