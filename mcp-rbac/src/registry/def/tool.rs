use std::{borrow::Cow, sync::Arc};

use rmcp::model::{Icon, JsonObject, Tool};
use serde_json::Value;

use super::{Body, MakeMeta, Oversight, ParamDef};
use crate::policy::{Policy, Requirement};

/// What `#[tool]` submits for one function.
pub struct ToolDef {
    /// The name on the wire.
    pub name: &'static str,
    /// The name for people.
    pub title: Option<&'static str>,
    /// What the model reads.
    pub description: Option<&'static str>,
    /// What the tool says about itself.
    pub hints: Hints,
    /// Makes the icons.
    pub icons: Option<fn() -> Vec<Icon>>,
    /// Makes the `_meta`.
    pub meta: Option<MakeMeta>,
    /// Who may call.
    pub requirement: Requirement,
    /// The policy that the requirement is resolved in; compared by address.
    pub policy: &'static Policy,
    /// The parameters of the function, in order.
    pub params: &'static [ParamDef],
    /// Makes the schema of the structured result.
    pub output_schema: fn() -> Option<Arc<JsonObject>>,
    /// Whether the function may answer with a question, and so take several rounds.
    pub asks: bool,
    /// Whether a client that knows tasks gets a handle, and the body runs on by itself.
    pub task: bool,
    /// What becomes of the result before it is sent.
    pub output: Output,
    /// How its calls are watched.
    pub oversight: Oversight,
    /// Takes the parameters from the call and runs the function.
    pub call: Body,
    /// `module_path!()` of the function.
    pub module: &'static str,
    /// `file!()` of the function.
    pub file: &'static str,
    /// `line!()` of the attribute.
    pub line: u32,
}

/// What becomes of the result of a tool before it is sent.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// The largest result, in bytes of JSON.
    pub max: Option<usize>,
    /// Takes out of a result what is not to leave the server.
    pub filter: Option<fn(&mut Value)>,
    /// Leaves in it what a model reads and nobody sees.
    pub raw: bool,
}

impl Output {
    /// What the server says for all alone.
    pub(crate) const AS_IT_IS: Self = Self { max: None, filter: None, raw: false };
}

/// What a tool says about itself to clients (MCP 2026-07-28, schema, `ToolAnnotations`). `destructiveHint` is not
/// among them: it follows from the requirement.
#[derive(Debug, Clone, Copy)]
pub struct Hints {
    /// `readOnlyHint`
    pub read_only: Option<bool>,
    /// `idempotentHint`
    pub idempotent: Option<bool>,
    /// `openWorldHint`
    pub open_world: Option<bool>,
}

inventory::collect!(ToolDef);

impl ToolDef {
    /// What clients see.
    pub(crate) fn to_tool(&self, input_schema: Arc<JsonObject>) -> Tool {
        let mut tool = Tool::new_with_raw(self.name, self.description.map(Cow::Borrowed), input_schema);
        let mut annotations = rmcp::model::ToolAnnotations::new();
        annotations.destructive_hint = Some(self.requirement.is_destructive());
        annotations.read_only_hint = self.hints.read_only;
        annotations.idempotent_hint = self.hints.idempotent;
        annotations.open_world_hint = self.hints.open_world;
        tool.title = self.title.map(str::to_owned);
        tool.annotations = Some(annotations);
        tool.output_schema = (self.output_schema)();
        tool.icons = self.icons.map(|icons| icons());
        tool.meta = self.meta.map(|meta| meta());
        tool
    }
}

/// What is known about a tool before it is called: for [`ServerBuilder::select`](crate::ServerBuilder::select) and
/// reports.
#[derive(Clone, Copy)]
pub struct ToolInfo(pub(crate) &'static ToolDef);

impl ToolInfo {
    /// The name on the wire.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// What the tool says about itself.
    #[must_use]
    pub fn description(&self) -> Option<&'static str> {
        self.0.description
    }

    /// Who may call it.
    #[must_use]
    pub fn requirement(&self) -> &'static Requirement {
        &self.0.requirement
    }

    /// The module that the function stands in, beginning with its crate.
    #[must_use]
    pub fn module(&self) -> &'static str {
        self.0.module
    }
}

impl std::fmt::Debug for ToolInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tool({}: {})", self.name(), self.requirement())
    }
}
