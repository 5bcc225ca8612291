use rmcp::model::{Prompt, PromptArgument, Resource, ResourceTemplate, Tool};
use serde_json::Value;

use super::def::{Body, PromptDef, ResourceDef, ToolDef};
use crate::policy::Requirement;

/// Something that a list can show: what clients see of it, and who may see it.
pub(crate) trait Listed {
    /// What stands in the list.
    type Item: Clone;

    /// What the list is sorted by.
    fn key(&self) -> &str;
    fn requirement(&self) -> &Requirement;
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
    pub(crate) resource: Resource,
}

/// A resource with a template of URIs.
pub(crate) struct TemplateEntry {
    pub(crate) def: &'static ResourceDef,
    pub(crate) template: ResourceTemplate,
}

macro_rules! listed {
    ($($Entry:ident { $item:ident: $Item:ident } by $key:ident;)*) => {
        $(
            impl Listed for $Entry {
                type Item = $Item;

                fn key(&self) -> &str {
                    self.def.$key
                }

                fn requirement(&self) -> &Requirement {
                    &self.def.requirement
                }

                fn item(&self) -> &$Item {
                    &self.$item
                }
            }
        )*
    };
}

listed! {
    ToolEntry { tool: Tool } by name;
    PromptEntry { prompt: Prompt } by name;
    ResourceEntry { resource: Resource } by uri;
    TemplateEntry { template: ResourceTemplate } by uri;
}

/// The arguments of a prompt, as clients are told about them: the properties of the schema.
pub(super) fn prompt_arguments(schema: &rmcp::model::JsonObject) -> Vec<PromptArgument> {
    let required: Vec<&str> = match schema.get("required") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(_) | None => Vec::new(),
    };
    let Some(Value::Object(properties)) = schema.get("properties") else { return Vec::new() };
    let text = |property: &Value, key: &str| property.get(key).and_then(Value::as_str).map(str::to_owned);
    let argument = |(name, property): (&String, &Value)| {
        let mut argument = PromptArgument::new(name);
        argument.title = text(property, "title");
        argument.description = text(property, "description");
        argument.required = Some(required.contains(&name.as_str()));
        argument
    };
    properties.iter().map(argument).collect()
}
