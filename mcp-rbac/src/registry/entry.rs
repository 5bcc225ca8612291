use std::slice;

use rmcp::model::{Prompt, Resource, ResourceTemplate, Tool};

use super::{
    def::{Body, PromptDef, ResourceDef, ToolDef},
    uri::Template,
};
use crate::policy::Requirement;

/// Something that a list can show: what clients see of it, and who may see it.
pub(crate) trait Listed {
    /// What stands in the list.
    type Item: Clone;

    /// What the list is sorted by.
    fn key(&self) -> &str;
    /// Every one of them is to be met, by whoever is to use it and so by whoever is to see it.
    fn requirements(&self) -> &[Requirement];
    fn item(&self) -> &Self::Item;
}

/// A tool of one server: its definition and what clients see of it.
pub(crate) struct ToolEntry {
    pub(crate) def: &'static ToolDef,
    pub(crate) tool: Tool,
    pub(crate) body: Body,
}

/// A prompt of one server.
pub(crate) struct PromptEntry {
    pub(crate) def: &'static PromptDef,
    pub(crate) prompt: Prompt,
}

/// A resource with a fixed URI.
pub(crate) struct ResourceEntry {
    pub(crate) def: &'static ResourceDef,
    /// Its own, and those of the templates that match its URI.
    pub(crate) requirements: Box<[Requirement]>,
    pub(crate) resource: Resource,
}

/// A resource with a template of URIs.
pub(crate) struct TemplateEntry {
    pub(crate) def: &'static ResourceDef,
    pub(crate) uri: Template,
    /// Its own, and those of the templates that match each of its URIs.
    pub(crate) requirements: Box<[Requirement]>,
    pub(crate) template: ResourceTemplate,
}

macro_rules! listed {
    ($($Entry:ident { $item:ident: $Item:ident } by $key:ident, with $entry:ident: $requirements:expr;)*) => {
        $(
            impl Listed for $Entry {
                type Item = $Item;

                fn key(&self) -> &str {
                    self.def.$key
                }

                fn requirements(&self) -> &[Requirement] {
                    let $entry = self;
                    $requirements
                }

                fn item(&self) -> &$Item {
                    &self.$item
                }
            }
        )*
    };
}

listed! {
    ToolEntry { tool: Tool } by name, with entry: slice::from_ref(&entry.def.requirement);
    PromptEntry { prompt: Prompt } by name, with entry: slice::from_ref(&entry.def.requirement);
    ResourceEntry { resource: Resource } by uri, with entry: &entry.requirements;
    TemplateEntry { template: ResourceTemplate } by uri, with entry: &entry.requirements;
}
