//! What tools and prompts take.

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use serde::Deserialize;

/// Of `greet`.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct GreetArguments {
    /// Who is greeted
    pub name: String,
}

/// Of `slow_compute`.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ComputeArguments {
    /// How long it takes
    pub seconds: u64,
    /// What the result is called
    pub label: Option<String>,
}

/// Of `confirm_delete`.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct DeleteArguments {
    /// What would be deleted
    pub filename: String,
}

/// Of `test_sampling`.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct SamplingArguments {
    /// What the model is asked
    pub prompt: String,
}

/// Of `test_elicitation`.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ElicitationArguments {
    /// What the user is told
    pub message: String,
}

/// Of `test_header_parameter`: a parameter that clients repeat in the header `Mcp-Param-Region`.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct RegionArguments {
    /// Where
    #[schemars(extend("x-mcp-header" = "Region"))]
    pub region: String,
}

/// Of `test_prompt_with_arguments`.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct TwoArguments {
    /// First test argument
    pub arg1: String,
    /// Second test argument
    pub arg2: String,
}

/// Of `test_prompt_with_embedded_resource`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EmbedArguments {
    /// URI of the resource to embed
    pub resource_uri: String,
}

/// The input schema of `json_schema_2020_12_tool`: keywords that a server must not lose on the way.
#[must_use]
pub fn json_schema_2020_12() -> JsonObject {
    rmcp::object!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {
            "address": {
                "$anchor": "addressDef",
                "type": "object",
                "properties": { "street": { "type": "string" }, "city": { "type": "string" } }
            }
        },
        "properties": {
            "name": { "type": "string" },
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" },
            "email": { "type": "string" }
        },
        "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
        "if": { "properties": { "contactMethod": { "const": "phone" } }, "required": ["contactMethod"] },
        "then": { "required": ["phone"] },
        "else": { "required": ["email"] },
        "additionalProperties": false
    })
}
