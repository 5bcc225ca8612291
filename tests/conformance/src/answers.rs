//! What tools, prompts and resources say.

use rmcp::{
    ErrorData,
    model::{
        CompleteRequestParams, CompleteResult, CompletionInfo, ContentBlock, EmbeddedResource, PromptMessage,
        Reference, Resource, ResourceContents, ResourceTemplate, Role,
    },
};
use serde::Serialize;
use serde_json::json;

use crate::arguments::{EmbedArguments, TwoArguments};

/// One red pixel.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC";
/// A millisecond of silence: eight samples at 8 kHz.
const WAV: &str = "UklGRiwAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQgAAACAgICAgICAgA==";

/// The resource with text.
pub const STATIC_TEXT: &str = "test://static-text";
/// The resource with bytes.
pub const STATIC_BINARY: &str = "test://static-binary";
/// The resource that clients subscribe to.
pub const WATCHED: &str = "test://watched-resource";
/// The resources that are made from what their URI says.
pub const TEMPLATE: &str = "test://template/{id}/data";

/// What is behind the template.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Data {
    id: String,
    template_test: bool,
    data: String,
}

impl Data {
    /// Of this id.
    #[must_use]
    pub fn of(id: &str) -> Self {
        Self { id: id.to_owned(), template_test: true, data: format!("Data for ID: {id}") }
    }
}

/// `test_simple_text`.
#[must_use]
pub fn text() -> ContentBlock {
    ContentBlock::text("This is a simple text response for testing.")
}

/// `test_image_content`.
#[must_use]
pub fn image() -> ContentBlock {
    ContentBlock::image(PNG, "image/png")
}

/// `test_audio_content`.
#[must_use]
pub fn audio() -> ContentBlock {
    ContentBlock::audio(WAV, "audio/wav")
}

/// `test_embedded_resource`.
#[must_use]
pub fn embedded_resource() -> ContentBlock {
    embedded("This is an embedded resource content.", "test://embedded-resource", "text/plain")
}

/// `test_multiple_content_types`.
#[must_use]
pub fn mixed() -> Vec<ContentBlock> {
    vec![
        ContentBlock::text("Multiple content types test:"),
        image(),
        embedded(
            json!({ "test": "data", "value": 123 }).to_string(),
            "test://mixed-content-resource",
            "application/json",
        ),
    ]
}

/// What `test_error_handling` fails with.
#[must_use]
pub fn failure() -> ContentBlock {
    ContentBlock::text("This tool intentionally returns an error for testing")
}

/// `test_simple_prompt`.
#[must_use]
pub fn simple_prompt() -> Vec<PromptMessage> {
    vec![PromptMessage::new_text(Role::User, "This is a simple prompt for testing.")]
}

/// `test_prompt_with_arguments`.
#[must_use]
pub fn prompt_with_arguments(TwoArguments { arg1, arg2 }: &TwoArguments) -> Vec<PromptMessage> {
    vec![PromptMessage::new_text(Role::User, format!("Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"))]
}

/// `test_prompt_with_embedded_resource`.
#[must_use]
pub fn prompt_with_resource(EmbedArguments { resource_uri }: EmbedArguments) -> Vec<PromptMessage> {
    let resource = embedded("Embedded resource content for testing.", resource_uri, "text/plain");
    vec![
        PromptMessage::new(Role::User, resource),
        PromptMessage::new_text(Role::User, "Please process the embedded resource above."),
    ]
}

/// `test_prompt_with_image`.
#[must_use]
pub fn prompt_with_image() -> Vec<PromptMessage> {
    vec![
        PromptMessage::new(Role::User, image()),
        PromptMessage::new_text(Role::User, "Please analyze the image above."),
    ]
}

/// The values of `completion/complete`: words for the first argument of a prompt, and nothing for anything else.
///
/// # Errors
///
/// Never with so few words; rmcp refuses more than a hundred.
pub fn completions(request: &CompleteRequestParams) -> Result<CompleteResult, ErrorData> {
    let known =
        matches!(&request.r#ref, Reference::Prompt(prompt) if prompt.name == "test_prompt_with_arguments");
    let words = match known && request.argument.name == "arg1" {
        true => words(&request.argument.value),
        false => Vec::new(),
    };
    let values = CompletionInfo::with_all_values(words.into_iter().map(str::to_owned).collect())
        .map_err(|reason| ErrorData::internal_error(reason, None))?;
    Ok(CompleteResult::new(values))
}

/// Words that go on from what was typed.
#[must_use]
pub fn words(typed: &str) -> Vec<&'static str> {
    ["paris", "park", "party", "testing"].into_iter().filter(|word| word.starts_with(typed)).collect()
}

/// The resources that are listed.
#[must_use]
pub fn resources() -> Vec<Resource> {
    vec![
        Resource::new(STATIC_BINARY, "static-binary")
            .with_description("One red pixel")
            .with_mime_type("image/png"),
        Resource::new(STATIC_TEXT, "static-text").with_description("A sentence").with_mime_type("text/plain"),
        Resource::new(WATCHED, "watched-resource")
            .with_description("A resource to subscribe to")
            .with_mime_type("text/plain"),
    ]
}

/// The template that is listed.
#[must_use]
pub fn templates() -> Vec<ResourceTemplate> {
    vec![
        ResourceTemplate::new(TEMPLATE, "template-data")
            .with_description("Data for an id")
            .with_mime_type("application/json"),
    ]
}

/// What `resources/read` finds at a URI.
#[must_use]
pub fn resource(uri: &str) -> Option<ResourceContents> {
    let contents = match uri {
        STATIC_TEXT => ResourceContents::text("This is the content of the static text resource.", uri)
            .with_mime_type("text/plain"),
        STATIC_BINARY => ResourceContents::blob(PNG, uri).with_mime_type("image/png"),
        WATCHED => ResourceContents::text("Nothing has changed.", uri).with_mime_type("text/plain"),
        _ => templated(uri)?,
    };
    Some(contents)
}

/// The error for a URI where nothing is.
#[must_use]
pub fn no_resource(uri: &str) -> ErrorData {
    ErrorData::resource_not_found("Resource not found", Some(json!({ "uri": uri })))
}

fn templated(uri: &str) -> Option<ResourceContents> {
    let id = uri.strip_prefix("test://template/")?.strip_suffix("/data")?;
    if id.is_empty() || id.contains('/') {
        return None;
    }
    let data = json!(Data::of(id)).to_string();
    Some(ResourceContents::text(data, uri).with_mime_type("application/json"))
}

fn embedded(text: impl Into<String>, uri: impl Into<String>, mime_type: &str) -> ContentBlock {
    ContentBlock::Resource(EmbeddedResource::new(ResourceContents::text(text, uri).with_mime_type(mime_type)))
}
