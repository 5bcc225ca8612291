use rmcp::model::Tool;
use serde_json::json;

use super::{Failure, output::listing};
use crate::{
    auth::Principal,
    policy::RoleRef,
    server::{Server, ServerBuilder},
};

/// Print the tools that a role can list and call
#[derive(Debug, Clone, clap::Args)]
pub struct Tools {
    /// The role to ask for
    #[arg(long, value_name = "ROLE")]
    role: String,
    /// Print JSON: the tools as `tools/list` gives them
    #[arg(long)]
    json: bool,
}

impl Tools {
    pub(super) fn run(self, app: &ServerBuilder) -> Result<(), Failure> {
        let role = app.policy().role(&self.role).map_err(|unknown| Failure::usage(unknown.to_string()))?;
        let server = app.without_states()?;
        let tools = server.tools_of(&Principal::system("cli", role));
        let text = if self.json { as_json(role, &tools)? } else { as_text(&server, role, &tools) };
        listing(&text)
    }
}

fn as_json(role: RoleRef, tools: &[Tool]) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&json!({ "role": role.name(), "tools": tools }))
}

fn as_text(server: &Server, role: RoleRef, tools: &[Tool]) -> String {
    if tools.is_empty() {
        return format!("role {role} can call no tool");
    }
    let width = tools.iter().map(|tool| tool.name.len()).max().unwrap_or_default();
    let lines: Vec<String> = tools
        .iter()
        .map(|tool| {
            let about = tool.description.as_deref().and_then(|text| text.lines().next()).unwrap_or_default();
            let needs = server.requirement(&tool.name).map(|needs| needs.to_string()).unwrap_or_default();
            format!("  {:width$}  {about}\n  {:width$}  requires: {}", tool.name, "", needs.replace('`', ""))
        })
        .collect();
    let count = if tools.len() == 1 { "1 tool".to_owned() } else { format!("{} tools", tools.len()) };
    format!("role {role} can call {count}:\n{}", lines.join("\n"))
}
