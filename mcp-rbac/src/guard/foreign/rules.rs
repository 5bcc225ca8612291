use std::collections::{BTreeMap, BTreeSet};

use crate::{
    policy::{Policy, Requirement},
    registry::{Matcher, Oversight, Problem, RequestUri, Template},
};

/// What `#[tool]` submits for a method of a handler that rmcp routes to.
pub struct ForeignToolDef {
    /// The name on the wire.
    pub name: &'static str,
    /// Who may call.
    pub requirement: Requirement,
    /// The policy that the requirement is resolved in; compared by address.
    pub policy: &'static Policy,
    /// How its calls are watched.
    pub oversight: Oversight,
    /// `module_path!()` of the method.
    pub module: &'static str,
    /// `file!()` of the method.
    pub file: &'static str,
    /// `line!()` of the attribute.
    pub line: u32,
}

inventory::collect!(ForeignToolDef);

/// What the things that a handler offers require, by the names that clients use.
#[derive(Clone, Default)]
pub(crate) struct Rules {
    pub(super) tools: BTreeMap<String, Requirement>,
    pub(super) oversight: BTreeMap<String, Oversight>,
    pub(super) prompts: BTreeMap<String, Requirement>,
    pub(super) methods: BTreeMap<String, Requirement>,
    /// URIs and templates, each with its text.
    pub(super) resources: Vec<(String, Requirement)>,
}

/// What stands at methods under this policy, sorted by name: `inventory` yields in no order.
fn submitted(policy: &'static Policy) -> Vec<&'static ForeignToolDef> {
    let mut found: Vec<&ForeignToolDef> =
        inventory::iter::<ForeignToolDef>.into_iter().filter(|def| def.policy == policy).collect();
    found.sort_by_key(|def| (def.name, def.module, def.line));
    found
}

/// The names of the tools that are methods, under this policy: only a `Guard` serves them.
pub(crate) fn method_tools(policy: &'static Policy) -> Vec<&'static str> {
    submitted(policy).into_iter().map(|def| def.name).collect()
}

impl Rules {
    /// Adds the requirements that stand at the methods of `module`, or anywhere where that is not said.
    pub(super) fn collect(
        &mut self,
        policy: &'static Policy,
        module: Option<&str>,
        problems: &mut Vec<Problem>,
    ) {
        let all = submitted(policy);
        let here = |def: &&ForeignToolDef| module.is_none_or(|module| def.module == module);
        let found: Vec<&ForeignToolDef> = all.iter().copied().filter(here).collect();
        if let Some(module) = module.filter(|_| found.is_empty()) {
            let modules: BTreeSet<&str> = all.iter().map(|def| def.module).collect();
            problems.push(Problem::NoToolsInModule {
                module: module.to_owned(),
                others: modules.into_iter().collect(),
            });
        }
        let mut seen: BTreeMap<&str, &ForeignToolDef> = BTreeMap::new();
        for def in found {
            if let Some(first) = seen.insert(def.name, def) {
                problems.push(Problem::AmbiguousHandler {
                    name: def.name,
                    first: first.module,
                    second: def.module,
                });
            }
            // what is said where the handler is built is said later
            self.tools.entry(def.name.to_owned()).or_insert(def.requirement);
            self.oversight.insert(def.name.to_owned(), def.oversight);
        }
    }

    /// Every requirement that the rules name, with what it is for.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, &str, &Requirement)> {
        let tools = self.tools.iter().map(|(name, requirement)| ("tool", name.as_str(), requirement));
        let prompts = self.prompts.iter().map(|(name, requirement)| ("prompt", name.as_str(), requirement));
        let methods = self.methods.iter().map(|(name, requirement)| ("method", name.as_str(), requirement));
        let resources =
            self.resources.iter().map(|(uri, requirement)| ("resource", uri.as_str(), requirement));
        tools.chain(prompts).chain(methods).chain(resources)
    }

    /// The requirements of a URI, with the text of the most specific rule: all that match it.
    pub(super) fn matcher(&self, problems: &mut Vec<Problem>) -> UriRules {
        let mut templates = Vec::new();
        for (uri, _) in &self.resources {
            match Template::parse(uri) {
                Ok(template) => templates.push(template),
                Err(error) => problems.push(Problem::BadUri { uri: uri.clone(), why: error.to_string() }),
            }
        }
        UriRules { matcher: Matcher::new(templates), rules: self.resources.clone().into() }
    }
}

/// The rules for URIs.
pub(super) struct UriRules {
    matcher: Matcher,
    rules: Box<[(String, Requirement)]>,
}

impl UriRules {
    /// Every rule that the URI matches, the most specific first.
    pub(super) fn of(&self, uri: &str) -> Vec<&(String, Requirement)> {
        let Ok(uri) = RequestUri::parse(uri) else { return Vec::new() };
        self.matcher.matches(&uri).into_iter().filter_map(|found| self.rules.get(found.index)).collect()
    }

    /// What every URI of this template requires; nothing where no rule is about all of them.
    pub(super) fn template(&self, text: &str) -> Vec<Requirement> {
        let Ok(template) = Template::parse(text) else { return Vec::new() };
        let covering = self.matcher.covering(&template).into_iter();
        covering.filter_map(|index| self.rules.get(index)).map(|(_, requirement)| *requirement).collect()
    }
}
