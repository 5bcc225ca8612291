//! What a server looks like when it starts: for the people who start it, and for programs.

mod json;
mod setup;
mod table;

use std::fmt;

#[cfg(feature = "http")]
pub(crate) use setup::Tls;
pub(crate) use setup::{Admission, Setup, Transport};

use crate::{
    auth::Principal,
    guard::visible_tools,
    policy::{PolicyRole, RoleRef},
    registry::{Note, Registry, ToolInfo},
};

/// What a server that may start looks like: how it is reached, who is let in, what is switched off, who can call what,
/// and what its operator should know.
///
/// Its `Display` is for people, and its `Serialize` for programs: an object with the members `name`, `version`,
/// `transport` (`http`, `nested`, `stdio` or null), `url`, `tls` (`own`, `proxy`, `off` or null), `callers`, `anonymous`
/// (`admitted`, `role`), `off` (a list of names), `roles` and `crates` (each with the `name` and its `tools`), `tools`
/// (each with `name`, `crate`, `requires`, `roles`) and `notes` (texts).
///
/// ```
/// mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } guest { } } }
///
/// #[mcp_rbac::tool(requires = "read_data", policy = rbac)]
/// fn get_record() {}
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let report = mcp_rbac::Server::new(&rbac::POLICY).check()?;
/// assert_eq!(report.tools_of(rbac::Role::Reader), ["get_record"]);
/// assert_eq!(serde_json::to_value(&report)?["roles"][1], serde_json::json!({ "name": "guest", "tools": [] }));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct StartReport {
    setup: Setup,
    tools: Vec<ToolInfo>,
    per_role: Vec<(RoleRef, Vec<&'static str>)>,
    notes: Vec<Note>,
}

impl StartReport {
    pub(super) fn new(registry: &Registry, notes: Vec<Note>, setup: Setup) -> Self {
        let tools = registry.tools().iter().map(|entry| ToolInfo(entry.def)).collect();
        let per_role = registry
            .policy()
            .roles()
            .map(|role| {
                let principal = Principal::system("report", role);
                let names = visible_tools(registry, &principal).map(|entry| entry.def.name).collect();
                (role, names)
            })
            .collect();
        Self { setup, tools, per_role, notes }
    }

    /// The same server, reached in this way.
    pub(super) fn over(self, transport: Transport) -> Self {
        Self { setup: Setup { transport, ..self.setup }, ..self }
    }

    /// The name of the server, as clients are told it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.setup.name
    }

    /// Every tool, sorted by name.
    #[must_use]
    pub fn tools(&self) -> &[ToolInfo] {
        &self.tools
    }

    /// The tools that a principal with only `role` may call, sorted by name.
    #[must_use]
    pub fn tools_of(&self, role: impl PolicyRole) -> &[&'static str] {
        let role = role.role();
        self.per_role.iter().find(|(other, _)| *other == role).map_or(&[], |(_, names)| names)
    }

    /// What the operator should know.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The crates that bring tools, sorted by name, each with its tools.
    fn crates(&self) -> Vec<(&'static str, Vec<ToolInfo>)> {
        let mut crates: Vec<(&str, Vec<ToolInfo>)> = Vec::new();
        for tool in &self.tools {
            let name = crate_of(*tool);
            match crates.binary_search_by_key(&name, |(name, _)| name) {
                Ok(at) => crates.get_mut(at).into_iter().for_each(|(_, tools)| tools.push(*tool)),
                Err(at) => crates.insert(at, (name, vec![*tool])),
            }
        }
        crates
    }
}

fn crate_of(tool: ToolInfo) -> &'static str {
    tool.module().split("::").next().unwrap_or_default()
}

/// What a tool requires, in plain words.
fn requires(tool: ToolInfo) -> String {
    tool.requirement().to_string().replace('`', "")
}

impl fmt::Display for StartReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.setup, table::Table(self))?;
        self.notes.iter().try_for_each(|note| write!(f, "\n  note: {note}"))
    }
}
