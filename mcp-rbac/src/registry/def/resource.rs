use rmcp::model::{Icon, Resource, ResourceTemplate};

use super::{Body, CompletionDef, MakeMeta, ParamDef};
use crate::{
    policy::{Policy, Requirement},
    resource::ResourceAnswer,
};

/// What `#[resource]` submits for one function.
pub struct ResourceDef {
    /// The URI, or the template of URIs.
    pub uri: &'static str,
    /// The variables of the template, in order; none where the URI is fixed.
    pub variables: &'static [&'static str],
    /// The name for programs.
    pub name: &'static str,
    /// The name for people.
    pub title: Option<&'static str>,
    /// What it holds.
    pub description: Option<&'static str>,
    /// The media type of what it holds.
    pub mime_type: Option<&'static str>,
    /// Makes the icons.
    pub icons: Option<fn() -> Vec<Icon>>,
    /// Makes the `_meta`.
    pub meta: Option<MakeMeta>,
    /// Who may read it.
    pub requirement: Requirement,
    /// The policy that the requirement is resolved in; compared by address.
    pub policy: &'static Policy,
    /// The parameters of the function, in order, variables left out.
    pub params: &'static [ParamDef],
    /// What completes its variables.
    pub completions: &'static [CompletionDef],
    /// Takes the parameters from the request and runs the function.
    pub call: Body<ResourceAnswer>,
    /// `module_path!()` of the function.
    pub module: &'static str,
    /// `file!()` of the function.
    pub file: &'static str,
    /// `line!()` of the attribute.
    pub line: u32,
}

inventory::collect!(ResourceDef);

impl ResourceDef {
    /// Whether many URIs lead here.
    pub(crate) fn is_template(&self) -> bool {
        !self.variables.is_empty()
    }

    /// What clients see of a fixed resource.
    pub(crate) fn to_resource(&self) -> Resource {
        let mut resource = Resource::new(self.uri, self.name);
        resource.title = self.title.map(str::to_owned);
        resource.description = self.description.map(str::to_owned);
        resource.mime_type = self.mime_type.map(str::to_owned);
        resource.icons = self.icons.map(|icons| icons());
        resource.meta = self.meta.map(|meta| meta());
        resource
    }

    /// What clients see of a template.
    pub(crate) fn to_template(&self) -> ResourceTemplate {
        let mut template = ResourceTemplate::new(self.uri, self.name);
        template.title = self.title.map(str::to_owned);
        template.description = self.description.map(str::to_owned);
        template.mime_type = self.mime_type.map(str::to_owned);
        template.icons = self.icons.map(|icons| icons());
        template.meta = self.meta.map(|meta| meta());
        template
    }
}
