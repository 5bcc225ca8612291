use std::fmt;

use super::{StartReport, requires};
use crate::registry::ToolInfo;

/// Up to so many tools and roles, a person reads the table of them.
const TOOLS: usize = 40;
const ROLES: usize = 8;

/// Who can call what: crates and their tools down, roles across. What is too much to be read is counted.
pub(super) struct Table<'a>(pub(super) &'a StartReport);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.tools.len();
        let tools = if count == 1 { "1 tool".to_owned() } else { format!("{count} tools") };
        match (count > TOOLS, self.0.per_role.len() > ROLES) {
            (false, false) => {
                write!(f, "Who can call what ({tools}):")?;
                self.across(f, true)
            }
            (true, false) => {
                write!(f, "Who can call how much ({tools}, too many to name):")?;
                self.across(f, false)
            }
            (_, true) => {
                let roles = self.0.per_role.len();
                write!(f, "Who can call how much ({tools} and {roles} roles, too many for a table):")?;
                self.down(f)
            }
        }
    }
}

impl Table<'_> {
    fn across(&self, f: &mut fmt::Formatter<'_>, name_tools: bool) -> fmt::Result {
        let crates = self.0.crates();
        let named = |tools: &[ToolInfo]| if name_tools { tools.to_vec() } else { Vec::new() };
        let width = crates
            .iter()
            .flat_map(|(name, tools)| {
                named(tools).into_iter().map(|tool| tool.name().len() + 2).chain([name.len()])
            })
            .max()
            .unwrap_or_default();
        let title = if name_tools { "  requires" } else { "" };
        let head = format!("  {:width$}  {}{title}", "", self.cells(|role, _| role.to_owned()));
        write!(f, "\n{}", head.trim_end())?;
        for (name, tools) in &crates {
            let line = format!("  {name:width$}  {}", self.cells(|_, names| count(names, tools).to_string()));
            write!(f, "\n{}", line.trim_end())?;
            for tool in named(tools) {
                let marks = self.cells(|_, names| {
                    if names.binary_search(&tool.name()).is_ok() { "yes".to_owned() } else { "-".to_owned() }
                });
                write!(
                    f,
                    "\n    {:indented$}  {marks}  {}",
                    tool.name(),
                    requires(tool),
                    indented = width - 2
                )?;
            }
        }
        if crates.len() > 1 {
            let line = format!("  {:width$}  {}", "all", self.cells(|_, names| names.len().to_string()));
            write!(f, "\n{}", line.trim_end())?;
        }
        Ok(())
    }

    /// One cell per role, in columns that hold the name of the role, a mark and a count.
    fn cells(&self, cell: impl Fn(&str, &[&str]) -> String) -> String {
        let cells: Vec<String> = self
            .0
            .per_role
            .iter()
            .map(|(role, names)| {
                let width = role.name().len().max("yes".len()).max(names.len().to_string().len());
                format!("{:^width$}", cell(role.name(), names))
            })
            .collect();
        cells.join("  ")
    }

    fn down(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let crates = self.0.crates();
        let roles = self.0.per_role.iter().map(|(role, names)| (format!("role {role}"), names.len()));
        let crates = crates.iter().map(|(name, tools)| (format!("crate {name}"), tools.len()));
        let lines: Vec<(String, usize)> = roles.chain(crates).collect();
        let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        lines.iter().try_for_each(|(name, count)| write!(f, "\n  {name:width$}  {count:>4}"))
    }
}

fn count(names: &[&str], tools: &[ToolInfo]) -> usize {
    tools.iter().filter(|tool| names.binary_search(&tool.name()).is_ok()).count()
}
