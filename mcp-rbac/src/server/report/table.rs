use std::fmt;

use super::{Row, StartReport};
use crate::{policy::RoleRef, registry::Primitive};

/// Up to so many tools, prompts and resources, and so many roles, a person reads the table of them.
const ROWS: usize = 40;
const ROLES: usize = 8;

/// Who can use what: crates and their tools down, then prompts and resources; roles across. What is too much to be read
/// is counted.
pub(super) struct Table<'a>(pub(super) &'a StartReport);

/// Some of the rows, under one name.
type Section<'a> = (&'a str, Vec<&'a Row>);

impl fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (what, verb) = self.what();
        match (self.0.rows.len() > ROWS, self.0.roles.len() > ROLES) {
            (false, false) => {
                write!(f, "Who can {verb} what ({what}):")?;
                self.across(f, true)
            }
            (true, false) => {
                write!(f, "Who can {verb} how much ({what}, too many to name):")?;
                self.across(f, false)
            }
            (_, true) => {
                let roles = self.0.roles.len();
                write!(f, "Who can {verb} how much ({what} and {roles} roles, too many for a table):")?;
                self.down(f)
            }
        }
    }
}

impl<'a> Table<'a> {
    /// How much of what there is, and what is done with it.
    fn what(&self) -> (String, &'static str) {
        let count = |primitive: Primitive| {
            let count = self.0.rows(primitive).count();
            (count, format!("{count} {primitive}{}", if count == 1 { "" } else { "s" }))
        };
        let others = [count(Primitive::Prompt), count(Primitive::Resource)];
        let others = others.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text);
        let texts: Vec<String> = std::iter::once(count(Primitive::Tool).1).chain(others).collect();
        (texts.join(", "), if texts.len() == 1 { "call" } else { "use" })
    }

    /// The tools by crate, or as they are where the crate is not known.
    fn tools(&self) -> Vec<Section<'a>> {
        let unknown: Vec<&Row> = self.0.rows(Primitive::Tool).filter(|row| row.from.is_none()).collect();
        let unknown = (!unknown.is_empty()).then_some(("tools", unknown));
        self.0.crates().into_iter().chain(unknown).collect()
    }

    fn others(&self) -> Vec<Section<'a>> {
        [("prompts", Primitive::Prompt), ("resources", Primitive::Resource)]
            .into_iter()
            .map(|(name, primitive)| (name, self.0.rows(primitive).collect::<Vec<&Row>>()))
            .filter(|(_, rows)| !rows.is_empty())
            .collect()
    }

    fn across(&self, f: &mut fmt::Formatter<'_>, name_rows: bool) -> fmt::Result {
        let (tools, others) = (self.tools(), self.others());
        let width = tools
            .iter()
            .chain(&others)
            .flat_map(|(name, rows)| {
                let rows = rows.iter().filter(|_| name_rows).map(|row| row.name.len() + 2);
                rows.chain([name.len()])
            })
            .max()
            .unwrap_or_default();
        let title = if name_rows { "  requires" } else { "" };
        let head = format!("  {:width$}  {}{title}", "", self.cells(|role| role.name().to_owned()));
        write!(f, "\n{}", head.trim_end())?;
        for section in &tools {
            self.section(f, section, width, name_rows)?;
        }
        if tools.len() > 1 {
            let all: Vec<&Row> = self.0.rows(Primitive::Tool).collect();
            let line = format!("  {:width$}  {}", "all", self.cells(|role| count(role, &all).to_string()));
            write!(f, "\n{}", line.trim_end())?;
        }
        others.iter().try_for_each(|section| self.section(f, section, width, name_rows))
    }

    fn section(
        &self,
        f: &mut fmt::Formatter<'_>,
        (name, rows): &Section<'_>,
        width: usize,
        name_rows: bool,
    ) -> fmt::Result {
        let line = format!("  {name:width$}  {}", self.cells(|role| count(role, rows).to_string()));
        write!(f, "\n{}", line.trim_end())?;
        for row in rows.iter().filter(|_| name_rows) {
            let mark = |role| if row.roles.contains(&role) { "yes" } else { "-" }.to_owned();
            let (marks, indented) = (self.cells(mark), width - 2);
            write!(f, "\n    {:indented$}  {marks}  {}", row.name, row.requires)?;
        }
        Ok(())
    }

    /// One cell per role, in columns that hold the name of the role, a mark and a count.
    fn cells(&self, cell: impl Fn(RoleRef) -> String) -> String {
        let tools: Vec<&Row> = self.0.rows.iter().collect();
        let cells: Vec<String> = self
            .0
            .roles
            .iter()
            .map(|&role| {
                let count = count(role, &tools).to_string();
                let width = role.name().len().max("yes".len()).max(count.len());
                format!("{:^width$}", cell(role))
            })
            .collect();
        cells.join("  ")
    }

    fn down(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<&Row> = self.0.rows.iter().collect();
        let roles = self.0.roles.iter().map(|role| (format!("role {role}"), count(*role, &all)));
        let crates = self.0.crates();
        let crates = crates.iter().map(|(name, tools)| (format!("crate {name}"), tools.len()));
        let others = self.others();
        let others = others.iter().map(|(name, rows)| ((*name).to_owned(), rows.len()));
        let lines: Vec<(String, usize)> = roles.chain(crates).chain(others).collect();
        let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
        lines.iter().try_for_each(|(name, count)| write!(f, "\n  {name:width$}  {count:>4}"))
    }
}

fn count(role: RoleRef, rows: &[&Row]) -> usize {
    rows.iter().filter(|row| row.roles.contains(&role)).count()
}
