use std::fmt;

use crate::{
    auth::Principal,
    guard::visible_tools,
    policy::{PolicyRole, RoleRef},
    registry::{Note, Registry, ToolInfo},
};

/// What a server that may start looks like.
#[derive(Debug)]
pub struct StartReport {
    tools: Vec<ToolInfo>,
    per_role: Vec<(RoleRef, Vec<&'static str>)>,
    notes: Vec<Note>,
}

impl StartReport {
    pub(super) fn new(registry: &Registry, notes: Vec<Note>) -> Self {
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
        Self { tools, per_role, notes }
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
}

impl fmt::Display for StartReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.tools.len() == 1 { "" } else { "s" };
        write!(f, "{} tool{plural}", self.tools.len())?;
        for (role, names) in &self.per_role {
            write!(f, "\n  {role}: {}", if names.is_empty() { "none".to_owned() } else { names.join(", ") })?;
        }
        self.notes.iter().try_for_each(|note| write!(f, "\n  note: {note}"))
    }
}
