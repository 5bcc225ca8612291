use std::borrow::Cow;

use conformance::{
    answers,
    arguments::{self, RegionArguments},
    serve::Extras,
};
use mcp_rbac::{
    prelude::*,
    rmcp::model::{CallToolResult, ContentBlock},
};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;

/// Says a sentence.
#[tool(requires = "content")]
fn test_simple_text() -> ContentBlock {
    answers::text()
}

/// Shows a picture.
#[tool(requires = "content")]
fn test_image_content() -> ContentBlock {
    answers::image()
}

/// Plays a sound.
#[tool(requires = "content")]
fn test_audio_content() -> ContentBlock {
    answers::audio()
}

/// Hands out a resource.
#[tool(requires = "content")]
fn test_embedded_resource() -> ContentBlock {
    answers::embedded_resource()
}

/// Says, shows and hands out.
#[tool(requires = "content")]
fn test_multiple_content_types() -> Vec<ContentBlock> {
    answers::mixed()
}

/// Fails.
#[tool(requires = "content")]
fn test_error_handling() -> CallToolResult {
    CallToolResult::error(vec![answers::failure()])
}

/// Tool with JSON Schema 2020-12 features
#[tool(requires = "content")]
fn json_schema_2020_12_tool(Parameters(_): Parameters<Contact>) -> ContentBlock {
    answers::text()
}

/// Has a parameter that is repeated in a header.
#[tool(requires = "content")]
fn test_header_parameter(Parameters(RegionArguments { region }): Parameters<RegionArguments>) -> String {
    region
}

/// Changes what the caller has, tools among it.
#[tool(requires = "changes")]
fn test_trigger_tool_change(State(extras): State<Extras>) {
    extras.turn();
}

/// Changes what the caller has, prompts among it.
#[tool(requires = "changes")]
fn test_trigger_prompt_change(State(extras): State<Extras>) {
    extras.turn();
}

/// Is there now and then.
#[tool(requires = "extras")]
fn test_extra_tool() {}

/// Is there now and then.
#[prompt(requires = "extras")]
fn test_extra_prompt() -> &'static str {
    "Is there now and then."
}

/// What the suite's schema describes.
#[derive(Deserialize)]
struct Contact {}

impl JsonSchema for Contact {
    fn schema_name() -> Cow<'static, str> {
        "Contact".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        arguments::json_schema_2020_12().into()
    }
}
