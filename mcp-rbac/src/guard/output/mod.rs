//! What leaves the server (MCP 2026-07-28, server/tools, "Security Considerations": servers sanitize tool outputs).
//!
//! Tools, prompts and resources are read by models, and what they say often comes from somebody else: the text of a
//! ticket, a page, a file. What a model reads there and a person does not see is a way to instruct it behind the back of
//! its user. So it is taken out of every text, whoever it was meant for. Bytes stay bytes: whoever needs a text exactly as
//! it is sends it as a blob.

mod unseen;

use rmcp::model::{
    CallToolResult, ContentBlock, GetPromptResult, InputRequiredResult, ReadResourceResult, ResourceContents,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{registry::Output, tool::Failure};
use unseen::{clean, is_clean};

/// The result as it may be sent: filtered, without characters that nobody sees, and no larger than allowed. What holds
/// for the structured part holds for its copy in text, too.
pub(super) fn tool(mut result: CallToolResult, output: &Output) -> Result<CallToolResult, Failure> {
    let original = result.structured_content.as_mut().and_then(|structured| change(structured, output));
    for block in &mut result.content {
        match (block, &original, &result.structured_content) {
            (ContentBlock::Text(text), Some(original), Some(structured)) if is_copy(&text.text, original) => {
                text.text = structured.to_string();
            }
            (block, ..) => block_of(block, output),
        }
    }
    sized(result, output)
}

/// The structured part as it may be sent; what it was, where it was something else.
fn change(structured: &mut Value, output: &Output) -> Option<Value> {
    if output.filter.is_none() && (output.raw || is_clean_value(structured)) {
        return None;
    }
    let original = structured.clone();
    if let Some(filter) = output.filter {
        filter(structured);
    }
    if !output.raw {
        clean_value(structured);
    }
    (*structured != original).then_some(original)
}

/// The messages, as they may be sent.
pub(super) fn prompt(mut result: GetPromptResult, output: &Output) -> Result<GetPromptResult, Failure> {
    if let Some(description) = &mut result.description {
        text_of(description, output);
    }
    result.messages.iter_mut().for_each(|message| block_of(&mut message.content, output));
    sized(result, output)
}

/// The contents, as they may be sent.
pub(super) fn resource(
    mut result: ReadResourceResult,
    output: &Output,
) -> Result<ReadResourceResult, Failure> {
    result.contents.iter_mut().for_each(|contents| contents_of(contents, output));
    sized(result, output)
}

/// Questions to the client, which a person reads or its model; the state between the rounds is for neither.
pub(super) fn questions(
    mut result: InputRequiredResult,
    output: &Output,
) -> Result<InputRequiredResult, Failure> {
    if let Some(requests) = result.input_requests.take() {
        result.input_requests = Some(cleaned(requests, output)?);
    }
    sized(result, output)
}

/// Anything that is sent as JSON, without characters that nobody sees.
pub(crate) fn cleaned<T: Serialize + DeserializeOwned>(data: T, output: &Output) -> Result<T, Failure> {
    if output.raw {
        return Ok(data);
    }
    let mut data = serde_json::to_value(data).map_err(|error| Failure::Hidden(Box::new(error)))?;
    clean_value(&mut data);
    serde_json::from_value(data).map_err(|error| Failure::Hidden(Box::new(error)))
}

/// A text that leaves the server by itself.
pub(crate) fn text_of(text: &mut String, output: &Output) {
    if let Some(filter) = output.filter {
        filter_text(text, filter);
    }
    if !output.raw {
        clean(text);
    }
}

fn sized<T: Serialize>(result: T, output: &Output) -> Result<T, Failure> {
    let Some(max) = output.max else { return Ok(result) };
    match serde_json::to_vec(&result) {
        Ok(bytes) if bytes.len() <= max => Ok(result),
        Ok(_) => Err(Failure::Told(too_large(output))),
        Err(error) => Err(Failure::Hidden(Box::new(error))),
    }
}

/// What is told in the place of a result that is too large.
pub(super) fn too_large(output: &Output) -> String {
    format!("the result is larger than {} bytes; ask for less", output.max.unwrap_or_default())
}

/// What a model reads of a block. `_meta` is for programs.
fn block_of(block: &mut ContentBlock, output: &Output) {
    match block {
        ContentBlock::Text(text) => text_of(&mut text.text, output),
        ContentBlock::Resource(embedded) => contents_of(&mut embedded.resource, output),
        ContentBlock::ResourceLink(link) => {
            let texts =
                [Some(&mut link.uri), Some(&mut link.name), link.title.as_mut(), link.description.as_mut()];
            texts.into_iter().flatten().for_each(|text| text_of(text, output));
        }
        ContentBlock::Image(_) | ContentBlock::Audio(_) => {}
        // what a later rmcp adds
        _ => {}
    }
}

fn contents_of(contents: &mut ResourceContents, output: &Output) {
    // bytes stay bytes
    if let ResourceContents::TextResourceContents { text, .. } = contents {
        text_of(text, output);
    }
}

/// Whether a text says what the structured part says, however it is laid out.
fn is_copy(text: &str, structured: &Value) -> bool {
    serde_json::from_str::<Value>(text).is_ok_and(|copy| copy == *structured)
}

/// A text that is data is filtered as data, so that a filter which goes by keys finds them there as well.
fn filter_text(text: &mut String, filter: fn(&mut Value)) {
    let is_data = text.trim_start().starts_with(['{', '[']);
    if is_data && let Ok(data) = serde_json::from_str::<Value>(text) {
        let mut filtered = data.clone();
        filter(&mut filtered);
        if filtered != data {
            *text = filtered.to_string();
        }
        return;
    }
    let mut value = Value::String(std::mem::take(text));
    filter(&mut value);
    *text = match value {
        Value::String(text) => text,
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            other.to_string()
        }
    };
}

fn is_clean_value(value: &Value) -> bool {
    match value {
        Value::String(text) => is_clean(text),
        Value::Array(values) => values.iter().all(is_clean_value),
        Value::Object(object) => object.iter().all(|(key, value)| is_clean(key) && is_clean_value(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

fn clean_value(value: &mut Value) {
    match value {
        Value::String(text) => clean(text),
        Value::Array(values) => values.iter_mut().for_each(clean_value),
        Value::Object(object) => {
            let fields = std::mem::take(object).into_iter();
            object.extend(fields.map(|(mut key, mut value)| {
                clean(&mut key);
                clean_value(&mut value);
                (key, value)
            }));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests;
