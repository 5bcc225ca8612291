//! The arguments of a prompt, which are text (MCP 2026-07-28, schema, `GetPromptRequestParams`).

use rmcp::model::{JsonObject, PromptArgument};
use serde_json::Value;

/// The arguments of a prompt, as clients are told about them: the properties of the schema.
pub(super) fn prompt_arguments(schema: &JsonObject) -> Vec<PromptArgument> {
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

/// The arguments that no text can be read as: a structure, which clients have no way to send.
pub(super) fn structures(schema: &JsonObject) -> impl Iterator<Item = &str> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let structures =
        properties.into_iter().flatten().filter(|(_, property)| !can_be_text(property, schema, DEPTH));
    structures.map(|(name, _)| name.as_str())
}

/// How far references are followed.
const DEPTH: u8 = 16;

/// Whether some text can be what this schema describes. What it does not say anything about can be anything.
fn can_be_text(property: &Value, root: &JsonObject, depth: u8) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    let Value::Object(property) = property else { return true };
    if let Some(target) = property.get("$ref").and_then(Value::as_str) {
        let defined = target.strip_prefix("#/$defs/").and_then(|name| root.get("$defs")?.get(name));
        return defined.is_none_or(|defined| can_be_text(defined, root, depth));
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(Value::Array(choices)) = property.get(key) {
            return choices.iter().any(|choice| !is_null(choice) && can_be_text(choice, root, depth));
        }
    }
    let is_text = |kind: &Value| !["array", "object", "null"].iter().any(|other| kind == other);
    match property.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(is_text),
        Some(kind) => is_text(kind),
        None => true,
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").is_some_and(|kind| kind == "null")
}
