//! What a server looks like when it starts: for the people who start it, and for programs.

mod fingerprint;
mod json;
mod rows;
mod setup;
mod table;

use std::fmt;

#[cfg(feature = "http")]
pub(crate) use setup::Tls;
pub(crate) use setup::{Admission, Setup, Transport};

use crate::{
    guard::Rules,
    policy::{Policy, PolicyRole, RoleRef},
    registry::{Note, Primitive, Registry, ToolInfo},
};
use rows::Row;

/// What a server that may start looks like: how it is reached, who is let in, what is switched off, who can call, get
/// and read what, and what its operator should know. Of a [`Guard`](crate::Guard) it says what was declared.
///
/// Its `Display` is for people, and its `Serialize` for programs: an object with the members `name`, `version`,
/// `transport` (`http`, `nested`, `stdio` or null), `url`, `tls` (`own`, `proxy`, `off` or null), `callers`, `anonymous`
/// (`admitted`, `role`), `off` (a list of names), `roles` and `crates` (each with the `name` and its `tools`), `tools`
/// (each with `name`, `crate` or null behind a guard, `requires`, `roles`), `prompts` and `resources` (the same) and
/// `notes` (texts), and `policy`, the [fingerprint](Self::fingerprint) of who may use what.
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
    rows: Vec<Row>,
    policy: &'static Policy,
    roles: Vec<RoleRef>,
    notes: Vec<Note>,
}

impl StartReport {
    pub(super) fn new(registry: &Registry, notes: Vec<Note>, setup: Setup) -> Self {
        let tools = registry.tools().iter().map(|entry| ToolInfo(entry.def)).collect();
        let roles = registry.policy().roles().collect();
        Self { setup, tools, rows: rows::of_functions(registry), policy: registry.policy(), roles, notes }
    }

    /// Of a server in front of a handler, as far as it was declared.
    pub(super) fn of_handler(policy: &'static Policy, rules: &Rules, notes: Vec<Note>, setup: Setup) -> Self {
        let rows = rows::of_rules(policy, rules);
        Self { setup, tools: Vec::new(), rows, policy, roles: policy.roles().collect(), notes }
    }

    /// The same server, reached in this way.
    pub(super) fn over(self, transport: Transport) -> Self {
        Self { setup: Setup { transport, ..self.setup }, ..self }
    }

    /// The same server, of which this is known as well.
    pub(super) fn noting(mut self, notes: Vec<Note>) -> Self {
        self.notes.extend(notes);
        self
    }

    /// The name of the server, as clients are told it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.setup.name
    }

    /// Every function that is a tool, sorted by name; none behind a [`Guard`](crate::Guard), whose tools are methods.
    #[must_use]
    pub fn tools(&self) -> &[ToolInfo] {
        &self.tools
    }

    /// The tools that a principal with only `role` may call, sorted by name.
    #[must_use]
    pub fn tools_of(&self, role: impl PolicyRole) -> Vec<&str> {
        self.of(Primitive::Tool, role.role())
    }

    /// The prompts that a principal with only `role` may get, sorted by name.
    #[must_use]
    pub fn prompts_of(&self, role: impl PolicyRole) -> Vec<&str> {
        self.of(Primitive::Prompt, role.role())
    }

    /// The resources that a principal with only `role` may read: URIs and templates of URIs.
    #[must_use]
    pub fn resources_of(&self, role: impl PolicyRole) -> Vec<&str> {
        self.of(Primitive::Resource, role.role())
    }

    /// The names of all tools.
    pub(super) fn tool_names(&self) -> Vec<&str> {
        self.rows(Primitive::Tool).map(|row| &*row.name).collect()
    }

    fn of(&self, primitive: Primitive, role: RoleRef) -> Vec<&str> {
        self.rows(primitive).filter(|row| row.roles.contains(&role)).map(|row| &*row.name).collect()
    }

    fn rows(&self, primitive: Primitive) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.primitive == primitive)
    }

    /// What the operator should know.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The crates that bring tools, sorted by name, each with its tools.
    fn crates(&self) -> Vec<(&'static str, Vec<&Row>)> {
        let mut crates: Vec<(&str, Vec<&Row>)> = Vec::new();
        for row in self.rows(Primitive::Tool) {
            let Some(name) = row.from else { continue };
            match crates.binary_search_by_key(&name, |(name, _)| name) {
                Ok(at) => crates.get_mut(at).into_iter().for_each(|(_, tools)| tools.push(row)),
                Err(at) => crates.insert(at, (name, vec![row])),
            }
        }
        crates
    }
}

impl fmt::Display for StartReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.setup, table::Table(self))?;
        self.notes.iter().try_for_each(|note| write!(f, "\n  note: {note}"))
    }
}
