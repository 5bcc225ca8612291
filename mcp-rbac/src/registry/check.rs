use std::{collections::BTreeMap, fmt, sync::Arc};

use rmcp::{handler::server::tool::schema_for_input, model::JsonObject};

use super::{
    Registry, States,
    collect::{crate_of, linked_crates, submitted_tools},
    def::{ToolDef, ToolInfo},
    entry::ToolEntry,
    note::Note,
};
use crate::{
    auth::PrincipalError,
    policy::{Policy, RoleRef},
    tool::ParamKind,
};

/// What a server is to be made of.
pub(crate) struct Plan<'a> {
    pub(crate) policy: &'static Policy,
    pub(crate) states: States,
    /// States that were given more than once.
    pub(crate) doubled: &'a [&'static str],
    /// Do not ask for states: no tool is going to be called.
    pub(crate) any_state: bool,
    pub(crate) select: Option<&'a (dyn Fn(&ToolInfo) -> bool + Send + Sync)>,
    /// Roles that the configuration names.
    pub(crate) roles: &'a [RoleRef],
}

/// Something that keeps a server from starting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// No tool is left to serve.
    #[error("the server has no tool{hint}")]
    NoTools {
        /// Where they went, where that is known.
        hint: String,
    },
    /// Two tools have one name.
    #[error("two tools are named `{name}`: at {first} and at {second}; give one another `name = \"…\"`")]
    DuplicateTool {
        /// The name.
        name: &'static str,
        /// One of the two functions.
        first: Location,
        /// The other.
        second: Location,
    },
    /// A tool takes a `State<T>` that the server does not have.
    #[error("tool `{tool}` takes `{param}: State<{type_name}>`, but no `.state(…)` of that type was given")]
    MissingState {
        /// The tool.
        tool: &'static str,
        /// The parameter.
        param: &'static str,
        /// The type of the state.
        type_name: &'static str,
    },
    /// Two states of one type were given.
    #[error("`.state(…)` was given twice for `{type_name}`; wrap one of them in a type of its own")]
    DoubledState {
        /// The type of the state.
        type_name: &'static str,
    },
    /// The arguments of a tool are not described by a JSON object.
    #[error("the arguments of tool `{tool}` (parameter `{param}`) cannot be sent: {why}")]
    ArgumentsNotAnObject {
        /// The tool.
        tool: &'static str,
        /// The parameter.
        param: &'static str,
        /// What the schema is instead.
        why: String,
    },
    /// Two parameters of a tool take the arguments, of which there is one set.
    #[error("tool `{tool}` takes its arguments twice, in `{first}` and in `{second}`; make it one struct")]
    ArgumentsTwice {
        /// The tool.
        tool: &'static str,
        /// One of the two parameters.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
    /// A role of a policy that is not the server's.
    #[error(transparent)]
    Principal(#[from] PrincipalError),
    /// A crate named in `link!` that brings no tool.
    #[error(
        "`link!` names the crate `{name}`, but no tool comes from it; name the crate that holds the tools, or drop it"
    )]
    CrateWithoutTools {
        /// The crate.
        name: String,
    },
}

/// Where a tool function stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    /// The source file, as `file!()` gives it.
    pub file: &'static str,
    /// The line, counted from 1.
    pub line: u32,
}

impl Location {
    fn of(def: &ToolDef) -> Self {
        Self { file: def.file, line: def.line }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Everything that keeps a server from starting, at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// The problems; never none.
    #[must_use]
    pub fn as_slice(&self) -> &[Problem] {
        &self.0
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [problem] => write!(f, "the server cannot start: {problem}"),
            problems => {
                write!(f, "the server cannot start, for {} reasons:", problems.len())?;
                problems.iter().try_for_each(|problem| write!(f, "\n  * {problem}"))
            }
        }
    }
}

impl std::error::Error for Problems {}

/// Collects, checks and sorts; every problem is found, not the first.
pub(crate) fn assemble(plan: Plan<'_>) -> Result<(Registry, Vec<Note>), Problems> {
    let mut problems = Vec::new();
    let mut notes = Vec::new();

    check_roles(&plan, &mut problems);
    check_doubled(&plan, &mut problems);
    let submitted = submitted_tools();
    check_links(&submitted, &mut problems);
    let chosen = choose(&plan, submitted, &mut problems, &mut notes);
    check_names(&chosen, &mut problems, &mut notes);
    note_unused_permissions(plan.policy, &chosen, &mut notes);
    if cfg!(panic = "abort") {
        notes.push(Note::PanicAborts);
    }
    let entries: Vec<ToolEntry> = chosen.iter().map(|def| entry_of(def, &plan, &mut problems)).collect();

    if problems.is_empty() {
        Ok((Registry::new(plan.policy, entries, plan.states), notes))
    } else {
        Err(Problems(problems))
    }
}

fn check_roles(plan: &Plan<'_>, problems: &mut Vec<Problem>) {
    for role in plan.roles.iter().filter(|role| role.policy() != plan.policy) {
        problems.push(Problem::Principal(PrincipalError::OtherPolicy {
            role: role.name(),
            theirs: role.policy().module(),
            ours: plan.policy.module(),
        }));
    }
}

fn check_doubled(plan: &Plan<'_>, problems: &mut Vec<Problem>) {
    for type_name in plan.doubled {
        let problem = Problem::DoubledState { type_name };
        // a third one is no further problem
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
}

fn check_links(submitted: &[&ToolDef], problems: &mut Vec<Problem>) {
    for name in linked_crates() {
        if !submitted.iter().any(|def| crate_of(def) == name) {
            problems.push(Problem::CrateWithoutTools { name });
        }
    }
}

/// The tools of this policy that the server is to serve.
fn choose(
    plan: &Plan<'_>,
    submitted: Vec<&'static ToolDef>,
    problems: &mut Vec<Problem>,
    notes: &mut Vec<Note>,
) -> Vec<&'static ToolDef> {
    let (ours, others): (Vec<_>, Vec<_>) = submitted.into_iter().partition(|def| def.policy == plan.policy);
    let selected = |def: &&'static ToolDef| plan.select.is_none_or(|select| select(&ToolInfo(def)));
    let (chosen, left_out): (Vec<_>, Vec<_>) = ours.into_iter().partition(selected);
    let names = |defs: &[&'static ToolDef]| defs.iter().map(|def| def.name).collect::<Vec<_>>();
    if chosen.is_empty() {
        let hint = match (left_out.len(), others.len()) {
            (0, 0) => {
                "; is the crate that holds the tools linked? `mcp_rbac::link!(my_tools)` names it".to_owned()
            }
            (0, others) => format!("; {others} are declared, all of them under another policy"),
            (left_out, _) => format!("; `.select(…)` left out all {left_out}"),
        };
        problems.push(Problem::NoTools { hint });
    }
    if !others.is_empty() {
        notes.push(Note::OtherPolicy(names(&others)));
    }
    if !left_out.is_empty() {
        notes.push(Note::NotSelected(names(&left_out)));
    }
    chosen
}

fn check_names(chosen: &[&'static ToolDef], problems: &mut Vec<Problem>, notes: &mut Vec<Note>) {
    let mut seen: BTreeMap<&str, &ToolDef> = BTreeMap::new();
    for def in chosen {
        if let Some(first) = seen.insert(def.name, def) {
            let (first, second) = (Location::of(first), Location::of(def));
            problems.push(Problem::DuplicateTool { name: def.name, first, second });
        }
    }
    let long: Vec<&str> = seen.into_keys().filter(|name| name.len() > 64).collect();
    if !long.is_empty() {
        notes.push(Note::LongNames(long));
    }
}

fn note_unused_permissions(policy: &'static Policy, chosen: &[&ToolDef], notes: &mut Vec<Note>) {
    let used: Vec<u16> = chosen
        .iter()
        .flat_map(|def| def.requirement.permissions())
        .map(|permission| permission.index())
        .collect();
    let unused: Vec<&str> = (0u16..)
        .zip(policy.permissions())
        .filter(|(index, _)| !used.contains(index))
        .map(|(_, permission)| permission.name())
        .collect();
    if !unused.is_empty() {
        notes.push(Note::UnusedPermissions(unused));
    }
}

/// The entry of one tool, with its schema; whatever is wrong with its parameters is a problem.
fn entry_of(def: &'static ToolDef, plan: &Plan<'_>, problems: &mut Vec<Problem>) -> ToolEntry {
    let mut schema = None;
    let mut taken_by = None;
    for param in def.params {
        match (param.kind)() {
            ParamKind::Context => {}
            ParamKind::State { type_id, type_name } => {
                if !plan.any_state && !plan.states.contains_key(&type_id) {
                    problems.push(Problem::MissingState { tool: def.name, param: param.name, type_name });
                }
            }
            ParamKind::Arguments(arguments) => {
                match (taken_by, arguments) {
                    (Some(first), _) => {
                        let (tool, second) = (def.name, param.name);
                        problems.push(Problem::ArgumentsTwice { tool, first, second });
                    }
                    (None, Ok(object)) => schema = Some(object),
                    (None, Err(why)) => {
                        let (tool, param) = (def.name, param.name);
                        problems.push(Problem::ArgumentsNotAnObject { tool, param, why });
                    }
                }
                taken_by = taken_by.or(Some(param.name));
            }
        }
    }
    let schema = schema.unwrap_or_else(rmcp::handler::server::common::schema_for_empty_input);
    ToolEntry { def, tool: def.to_tool(schema), body: def.call }
}

/// The schema of a tool's arguments, or what is wrong with it.
pub(crate) fn input_schema<T: schemars::JsonSchema + 'static>() -> Result<Arc<JsonObject>, String> {
    schema_for_input::<T>().map_err(|_| {
        let schema = schemars::schema_for!(T);
        let kind = schema.get("type").map_or_else(|| "no `type`".to_owned(), |kind| format!("type {kind}"));
        format!(
            "MCP wants a JSON object, and the schema of `{}` has {kind}; use a struct with named fields",
            short_type_name::<T>()
        )
    })
}

/// The name of a type without the paths in it.
pub(crate) fn short_type_name<T: ?Sized>() -> &'static str {
    let name = std::any::type_name::<T>();
    match name.find('<') {
        None => name.rsplit("::").next().unwrap_or(name),
        Some(_) => name,
    }
}
