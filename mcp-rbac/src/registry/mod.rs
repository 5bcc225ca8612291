//! What exists: the tools, prompts and resources that the attributes submitted, checked.

mod arguments;
mod assemble;
mod collect;
mod def;
mod definition;
mod entry;
mod note;
mod params;
mod paths;
mod primitive;
mod problem;
mod uri;

pub use collect::LinkedCrate;
pub use def::{
    CompletionDef, Hints, Output, Oversight, ParamDef, PromptDef, Rate, Redaction, ResourceDef, ToolDef,
    ToolInfo, Treatment,
};
pub use note::Note;
pub use primitive::{Item, Primitive};
pub use problem::{Location, Problem, Problems};

pub(crate) use assemble::{Plan, assemble};
#[cfg(feature = "testing")]
pub(crate) use def::Body;
pub(crate) use entry::{Listed, PromptEntry, ResourceEntry, TemplateEntry, ToolEntry};
pub(crate) use params::{input_schema, short_type_name};
pub(crate) use uri::{Match, Matcher, RequestUri, Template};

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::Arc,
};

use crate::policy::{Policy, Requirement};

/// The states of a server, by type.
pub(crate) type States = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// The tools, prompts and resources of one server; immutable from the start on. Each kind is sorted by name:
/// `inventory` yields in no order.
pub(crate) struct Registry {
    policy: &'static Policy,
    tools: Box<[ToolEntry]>,
    tools_by_name: HashMap<&'static str, usize>,
    prompts: Box<[PromptEntry]>,
    resources: Box<[ResourceEntry]>,
    templates: Box<[TemplateEntry]>,
    /// Fixed and templates, in the order that the matcher knows them by.
    by_uri: Box<[&'static ResourceDef]>,
    uris: Matcher,
}

impl Registry {
    pub(crate) fn new(policy: &'static Policy) -> Self {
        Self {
            policy,
            tools: Box::default(),
            tools_by_name: HashMap::new(),
            prompts: Box::default(),
            resources: Box::default(),
            templates: Box::default(),
            by_uri: Box::default(),
            uris: Matcher::new([]),
        }
    }

    pub(crate) fn with_tools(self, tools: Vec<ToolEntry>) -> Self {
        let tools_by_name = tools.iter().enumerate().map(|(at, entry)| (entry.def.name, at)).collect();
        Self { tools: tools.into(), tools_by_name, ..self }
    }

    pub(crate) fn with_prompts(self, prompts: Vec<PromptEntry>) -> Self {
        Self { prompts: prompts.into(), ..self }
    }

    /// `uris` knows `resources` by their order, and `templates` are their URIs.
    pub(crate) fn with_resources(
        self,
        resources: Vec<&'static ResourceDef>,
        templates: Vec<Template>,
        uris: Matcher,
    ) -> Self {
        let (mut fixed, mut of_templates) = (Vec::new(), Vec::new());
        for (def, template) in resources.iter().copied().zip(templates) {
            let covering = uris.covering(&template).into_iter();
            let requirements = covering.filter_map(|at| Some(resources.get(at)?.requirement)).collect();
            if def.is_template() {
                let entry = TemplateEntry { def, uri: template, requirements, template: def.to_template() };
                of_templates.push(entry);
            } else {
                fixed.push(ResourceEntry { def, requirements, resource: def.to_resource() });
            }
        }
        Self {
            resources: fixed.into(),
            templates: of_templates.into(),
            by_uri: resources.into(),
            uris,
            ..self
        }
    }

    pub(crate) fn policy(&self) -> &'static Policy {
        self.policy
    }

    pub(crate) fn tools(&self) -> &[ToolEntry] {
        &self.tools
    }

    pub(crate) fn tool(&self, name: &str) -> Option<&ToolEntry> {
        self.tools_by_name.get(name).and_then(|&at| self.tools.get(at))
    }

    pub(crate) fn prompts(&self) -> &[PromptEntry] {
        &self.prompts
    }

    pub(crate) fn prompt(&self, name: &str) -> Option<&PromptEntry> {
        let at = self.prompts.binary_search_by(|entry| entry.def.name.cmp(name)).ok()?;
        self.prompts.get(at)
    }

    /// The resources with a fixed URI.
    pub(crate) fn resources(&self) -> &[ResourceEntry] {
        &self.resources
    }

    pub(crate) fn templates(&self) -> &[TemplateEntry] {
        &self.templates
    }

    /// The template that is written like this.
    pub(crate) fn template(&self, uri: &str) -> Option<&TemplateEntry> {
        let at = self.templates.binary_search_by(|entry| entry.def.uri.cmp(uri)).ok()?;
        self.templates.get(at)
    }

    /// Whether anything has completions.
    pub(crate) fn completes(&self) -> bool {
        self.prompts.iter().any(|entry| !entry.def.completions.is_empty())
            || self.by_uri.iter().any(|def| !def.completions.is_empty())
    }

    /// What a URI leads to, the most specific first, each with the decoded variables.
    pub(crate) fn matches(&self, uri: &RequestUri<'_>) -> Vec<(&'static ResourceDef, Vec<(String, String)>)> {
        let resource = |found: Match<'_, '_>| {
            let values = found.values.into_iter();
            let values = values.map(|(name, value)| (name.to_owned(), value.into_owned()));
            Some((*self.by_uri.get(found.index)?, values.collect()))
        };
        self.uris.matches(uri).into_iter().filter_map(resource).collect()
    }

    /// What every URI of a template requires, which need not be one that is declared.
    pub(crate) fn requirements_of(&self, template: &Template) -> Vec<Requirement> {
        let requirement = |at: usize| Some(self.by_uri.get(at)?.requirement);
        match RequestUri::parse(template.as_str()) {
            // a URI, which is looked up without a walk through all templates
            Ok(uri) => self.matches(&uri).into_iter().map(|(def, _)| def.requirement).collect(),
            Err(_) => self.uris.covering(template).into_iter().filter_map(requirement).collect(),
        }
    }

    #[cfg(feature = "testing")]
    pub(crate) fn replace_bodies(&mut self, body: Body) {
        self.tools.iter_mut().for_each(|entry| entry.body = body);
    }
}
