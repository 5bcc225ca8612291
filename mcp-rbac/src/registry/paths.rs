//! Whether the arguments that a tool names for its records are arguments that it has.

use std::collections::BTreeSet;

use rmcp::model::JsonObject;
use serde_json::Value;

use super::{
    def::{ToolDef, Treatment},
    definition::Definition,
    problem::Problem,
};
use crate::policy::nearest;

/// How far references are followed.
const DEPTH: u8 = 16;

/// Every path that is declared leads to something in the schema.
pub(super) fn check_paths(def: &'static ToolDef, schema: &JsonObject, problems: &mut Vec<Problem>) {
    for redaction in def.oversight.redactions {
        let places = Places { root: schema };
        if places.has(&Value::Object(schema.clone()), redaction.path, DEPTH) {
            continue;
        }
        let mut known = BTreeSet::new();
        places.paths(&Value::Object(schema.clone()), "", 4, &mut known);
        let near = nearest(redaction.path, known.iter().map(String::as_str)).map(str::to_owned);
        let key = match redaction.treatment {
            Treatment::Redact => "redact",
            Treatment::Hash => "hash",
            Treatment::Omit => "omit",
        };
        problems.push(Problem::AuditPath { of: def.item(), key, path: redaction.path, near });
    }
}

struct Places<'s> {
    root: &'s JsonObject,
}

impl<'s> Places<'s> {
    /// Whether the path leads to something. What the schema does not say anything about can have anything in it.
    fn has(&self, schema: &Value, path: &str, depth: u8) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return true };
        let parts = self.parts(schema);
        if parts.iter().any(|part| self.has(part, path, depth)) {
            return true;
        }
        let Value::Object(schema) = schema else { return *schema == Value::Bool(true) };
        let properties = schema.get("properties").and_then(Value::as_object);
        let named =
            properties.into_iter().flatten().any(|(name, property)| match path.strip_prefix(name.as_str()) {
                Some("") => true,
                Some(rest) => rest.strip_prefix('.').is_some_and(|rest| self.has(property, rest, depth)),
                None => false,
            });
        let is_open = match schema.get("additionalProperties") {
            Some(Value::Bool(open)) => *open,
            Some(Value::Object(values)) => match path.split_once('.') {
                Some((_, rest)) => self.has(&Value::Object(values.clone()), rest, depth),
                None => true,
            },
            Some(_) | None => false,
        };
        let says_nothing =
            ["type", "properties", "$ref", "anyOf", "oneOf", "allOf", "items", "enum", "const"]
                .iter()
                .all(|word| !schema.contains_key(*word));
        named || is_open || says_nothing
    }

    /// The schemas that this one is made of.
    fn parts<'a>(&self, schema: &'a Value) -> Vec<&'a Value>
    where
        's: 'a,
    {
        let Value::Object(schema) = schema else { return Vec::new() };
        let mut parts: Vec<&Value> = ["anyOf", "oneOf", "allOf"]
            .iter()
            .filter_map(|word| schema.get(*word)?.as_array())
            .flatten()
            .filter(|part| part.get("type").is_none_or(|kind| kind != "null"))
            .collect();
        let target = schema.get("$ref").and_then(Value::as_str);
        parts.extend(target.and_then(|target| self.root.get("$defs")?.get(target.strip_prefix("#/$defs/")?)));
        parts.extend(schema.get("items").filter(|items| items.is_object()));
        parts.extend(schema.get("prefixItems").and_then(Value::as_array).into_iter().flatten());
        parts
    }

    /// The paths that there are, for a suggestion.
    fn paths(&self, schema: &Value, before: &str, depth: u8, found: &mut BTreeSet<String>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        for part in self.parts(schema) {
            self.paths(part, before, depth, found);
        }
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let path = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
            self.paths(property, &path, depth, found);
            found.insert(path);
        }
    }
}
