//! What a server is made of, collected, checked and sorted.

use std::{collections::BTreeMap, fmt::Write as _};

use inventory::Collect;

use super::{
    Registry, States,
    arguments::{prompt_arguments, structures},
    collect::{linked_crates, submitted},
    def::{PromptDef, ResourceDef, ToolDef, ToolInfo},
    definition::Definition,
    entry::{PromptEntry, ToolEntry},
    note::Note,
    params::check_params,
    paths::check_paths,
    problem::{Problem, Problems},
    uri::{Matcher, RequestUri, Template, equally_specific_overlap},
};
use crate::{
    auth::PrincipalError,
    policy::{Policy, RoleRef},
};

/// What a server is to be made of.
pub(crate) struct Plan<'a> {
    pub(crate) policy: &'static Policy,
    pub(crate) states: &'a States,
    /// States that were given more than once.
    pub(crate) doubled: &'a [&'static str],
    /// Do not ask for states: no function is going to be called.
    pub(crate) any_state: bool,
    pub(crate) select: Option<&'a (dyn Fn(&ToolInfo) -> bool + Send + Sync)>,
    /// Roles that the configuration names.
    pub(crate) roles: &'a [RoleRef],
    /// Tools that are methods, which a server of functions does not serve.
    pub(crate) methods: Vec<&'static str>,
}

/// Collects, checks and sorts; every problem is found, not the first.
pub(crate) fn assemble(plan: Plan<'_>) -> Result<(Registry, Vec<Note>), Problems> {
    let mut found = Found::default();

    check_roles(&plan, &mut found.problems);
    check_doubled(&plan, &mut found.problems);
    let tools =
        choose::<ToolDef>(&plan, &mut found, |def| plan.select.is_none_or(|select| select(&ToolInfo(def))));
    let prompts = choose::<PromptDef>(&plan, &mut found, |_| true);
    let resources = choose::<ResourceDef>(&plan, &mut found, |_| true);
    found.finish_choosing(&plan);
    let long: Vec<&str> = tools.iter().map(|def| def.name).filter(|name| name.len() > 64).collect();
    if !long.is_empty() {
        found.notes.push(Note::LongNames(long));
    }
    if cfg!(panic = "abort") {
        found.notes.push(Note::PanicAborts);
    }
    let Found { mut problems, notes, .. } = found;

    let tools: Vec<ToolEntry> = tools.into_iter().map(|def| tool_entry(def, &plan, &mut problems)).collect();
    let prompts: Vec<PromptEntry> =
        prompts.into_iter().map(|def| prompt_entry(def, &plan, &mut problems)).collect();
    for def in &resources {
        check_params(*def, &plan, &mut problems);
    }
    let (templates, matcher) = check_uris(&resources, &mut problems);

    match Problems::of(problems) {
        Some(problems) => Err(problems),
        None => Ok((
            Registry::new(plan.policy)
                .with_tools(tools)
                .with_prompts(prompts)
                .with_resources(resources, templates, matcher),
            notes,
        )),
    }
}

/// What came up while the definitions were chosen.
#[derive(Default)]
struct Found {
    problems: Vec<Problem>,
    notes: Vec<Note>,
    chosen: usize,
    left_out: Vec<&'static str>,
    others: Vec<&'static str>,
    crates: Vec<&'static str>,
    used: Vec<u16>,
}

impl Found {
    /// What can only be said about all kinds together.
    fn finish_choosing(&mut self, plan: &Plan<'_>) {
        for name in linked_crates() {
            if !self.crates.contains(&name.as_str()) {
                self.problems.push(Problem::CrateWithoutTools { name });
            }
        }
        if self.chosen == 0 {
            let hint = match (self.left_out.len(), self.others.len()) {
                (0, _) if !plan.methods.is_empty() => {
                    "; its tools are methods, which `Guard::new(handler, &rbac::POLICY)` serves".to_owned()
                }
                (0, 0) => {
                    "; is the crate that holds them linked? `mcp_rbac::link!(my_tools)` names it".to_owned()
                }
                (0, others) => format!("; {others} are declared, all of them under another policy"),
                (left_out, _) => format!("; `.select(…)` left out all {left_out}"),
            };
            self.problems.push(Problem::NothingToServe { hint });
        }
        if !self.others.is_empty() {
            self.notes.push(Note::OtherPolicy(std::mem::take(&mut self.others)));
        }
        if !self.left_out.is_empty() {
            self.notes.push(Note::NotSelected(std::mem::take(&mut self.left_out)));
        }
        if !plan.methods.is_empty() {
            self.notes.push(Note::MethodTools(plan.methods.clone()));
        }
        let unused: Vec<&str> = (0u16..)
            .zip(plan.policy.permissions())
            .filter(|(index, _)| !self.used.contains(index))
            .map(|(_, permission)| permission.name())
            .collect();
        if !unused.is_empty() {
            self.notes.push(Note::UnusedPermissions(unused));
        }
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

/// The definitions of this policy that the server is to serve, sorted by name.
fn choose<D: Definition + Collect>(
    plan: &Plan<'_>,
    found: &mut Found,
    selected: impl Fn(&'static D) -> bool,
) -> Vec<&'static D> {
    let submitted = submitted::<D>();
    found.crates.extend(submitted.iter().map(|def| def.crate_name()));
    let (ours, others): (Vec<&D>, Vec<&D>) =
        submitted.into_iter().partition(|def| def.policy() == plan.policy);
    let (chosen, left_out): (Vec<&D>, Vec<&D>) = ours.into_iter().partition(|def| selected(def));
    found.others.extend(others.iter().map(|def| def.key()));
    found.left_out.extend(left_out.iter().map(|def| def.key()));
    found.chosen += chosen.len();
    found.used.extend(
        chosen.iter().flat_map(|def| def.requirement().permissions()).map(|permission| permission.index()),
    );
    let mut seen: BTreeMap<&str, &D> = BTreeMap::new();
    for def in &chosen {
        if let Some(first) = seen.insert(def.key(), def) {
            let (first, second) = (first.location(), def.location());
            found.problems.push(Problem::Duplicate {
                primitive: D::PRIMITIVE,
                name: def.key(),
                first,
                second,
            });
        }
    }
    chosen
}

/// The entry of one tool, with its schema.
fn tool_entry(def: &'static ToolDef, plan: &Plan<'_>, problems: &mut Vec<Problem>) -> ToolEntry {
    let schema = check_params(def, plan, problems)
        .unwrap_or_else(rmcp::handler::server::common::schema_for_empty_input);
    check_paths(def, &schema, problems);
    ToolEntry { def, tool: def.to_tool(schema), body: def.call }
}

/// The entry of one prompt, with its arguments.
fn prompt_entry(def: &'static PromptDef, plan: &Plan<'_>, problems: &mut Vec<Problem>) -> PromptEntry {
    let schema = check_params(def, plan, problems).unwrap_or_default();
    let arguments = prompt_arguments(&schema);
    problems.extend(structures(&schema).map(|argument| {
        let argument = argument.to_owned();
        Problem::ArgumentNotText { of: def.item(), argument }
    }));
    for completion in def.completions {
        if !arguments.iter().any(|argument| argument.name == completion.argument) {
            let mut hint = String::new();
            for (at, argument) in arguments.iter().enumerate() {
                let before = if at == 0 { "; it has " } else { ", " };
                // writing to a String cannot fail
                let _written = write!(hint, "{before}`{}`", argument.name);
            }
            let of = def.item();
            problems.push(Problem::UnknownArgument { of, argument: completion.argument, hint });
        }
    }
    PromptEntry { def, prompt: def.to_prompt(arguments) }
}

/// The URIs, and the one matcher of all, which knows the resources by their place.
fn check_uris(resources: &[&'static ResourceDef], problems: &mut Vec<Problem>) -> (Vec<Template>, Matcher) {
    let mut templates: Vec<Template> = Vec::new();
    for def in resources {
        match Template::parse(def.uri) {
            Ok(template) if template.variables().eq(def.variables.iter().copied()) => {
                templates.push(template);
            }
            Ok(_) => {
                let why = "the attribute and the server read its variables differently".to_owned();
                problems.push(Problem::BadUri { uri: def.uri.to_owned(), why });
            }
            Err(error) => problems.push(Problem::BadUri { uri: def.uri.to_owned(), why: error.to_string() }),
        }
    }
    for (at, first) in templates.iter().enumerate() {
        for second in templates.iter().skip(at + 1) {
            // two of one URI are a problem of their own
            if first.as_str() != second.as_str() && equally_specific_overlap(first, second) {
                problems.push(Problem::AmbiguousTemplates {
                    first: first.as_str().to_owned(),
                    second: second.as_str().to_owned(),
                });
            }
        }
    }
    // a place is right as long as every URI was read, and with a problem there is no server
    let matcher = Matcher::new(templates.iter().cloned());
    for template in templates.iter().filter(|template| template.is_fixed()) {
        let request = RequestUri::parse(template.as_str());
        // a URI that encodes a separator can look like one that escapes a template
        if request.is_ok_and(|request| matcher.matches(&request).is_empty()) {
            let why = "a request for it is taken for one that escapes a template by encoding a separator";
            problems.push(Problem::BadUri { uri: template.as_str().to_owned(), why: why.to_owned() });
        }
    }
    (templates, matcher)
}
