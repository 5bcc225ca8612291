//! What leaves the server (MCP 2026-07-28, server/tools, "Security Considerations": servers sanitize tool outputs).

use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::Value;

use crate::{registry::Output, tool::Failure};

/// The result as it may be sent: filtered, without characters that nobody sees, and no larger than allowed. What holds
/// for the structured part holds for its copy in text, too.
pub(super) fn apply(mut result: CallToolResult, output: &Output) -> Result<CallToolResult, Failure> {
    if let Some(mut structured) = result.structured_content.take() {
        let copy = structured.to_string();
        if let Some(filter) = output.filter {
            filter(&mut structured);
        }
        clean_value(&mut structured);
        for block in &mut result.content {
            if let ContentBlock::Text(text) = block
                && text.text == copy
            {
                text.text = structured.to_string();
            } else {
                clean_block(block, output);
            }
        }
        result.structured_content = Some(structured);
    } else {
        result.content.iter_mut().for_each(|block| clean_block(block, output));
    }
    let Some(max) = output.max else { return Ok(result) };
    match serde_json::to_vec(&result) {
        Ok(bytes) if bytes.len() <= max => Ok(result),
        Ok(_) => Err(Failure::Told(format!("the result is larger than {max} bytes; ask for less"))),
        Err(error) => Err(Failure::Hidden(Box::new(error))),
    }
}

fn clean_block(block: &mut ContentBlock, output: &Output) {
    let ContentBlock::Text(text) = block else { return };
    if let Some(filter) = output.filter {
        let mut value = Value::String(std::mem::take(&mut text.text));
        filter(&mut value);
        text.text = match value {
            Value::String(text) => text,
            other
            @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                other.to_string()
            }
        };
    }
    clean(&mut text.text);
}

fn clean_value(value: &mut Value) {
    match value {
        Value::String(text) => clean(text),
        Value::Array(values) => values.iter_mut().for_each(clean_value),
        Value::Object(object) => {
            if object.keys().any(|key| key.contains(is_unseen)) {
                let fields = std::mem::take(object).into_iter();
                object.extend(fields.map(|(mut key, value)| {
                    clean(&mut key);
                    (key, value)
                }));
            }
            object.values_mut().for_each(clean_value);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn clean(text: &mut String) {
    if text.contains(is_unseen) {
        text.retain(|character| !is_unseen(character));
    }
}

/// Characters that a model reads and a person does not see: controls other than the end of a line and the tab, marks
/// that turn the direction of writing, tags, and spaces without width. The joiners U+200C and U+200D stay: scripts and
/// emoji need them.
fn is_unseen(character: char) -> bool {
    match character {
        '\n' | '\r' | '\t' => false,
        '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => true,
        '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' => true,
        '\u{e0000}'..='\u{e0fff}' => true,
        other => other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const PLAIN: Output = Output { max: None, filter: None };

    fn text_of(result: &CallToolResult) -> Vec<String> {
        let text = |block: &ContentBlock| block.as_text().map(|text| text.text.clone()).unwrap_or_default();
        result.content.iter().map(text).collect()
    }

    fn redact(value: &mut Value) {
        if let Some(object) = value.as_object_mut() {
            object.insert("card".to_owned(), json!("…"));
        } else if let Value::String(text) = value {
            *text = text.replace("4111", "…");
        }
    }

    #[test]
    fn the_copy_in_text_is_filtered_with_what_it_copies() {
        let result = CallToolResult::structured(json!({ "card": "4111", "name": "x" }));
        let output = Output { max: None, filter: Some(redact) };
        let result = apply(result, &output).unwrap();
        assert_eq!(result.structured_content, Some(json!({ "card": "…", "name": "x" })));
        assert!(!text_of(&result).join("").contains("4111"));
    }

    #[test]
    fn text_beside_the_structured_part_is_filtered_as_well() {
        let mut result = CallToolResult::structured(json!({ "card": "4111" }));
        result.content.push(ContentBlock::text("the card is 4111"));
        let result = apply(result, &Output { max: None, filter: Some(redact) }).unwrap();
        assert!(!text_of(&result).join("").contains("4111"), "{result:?}");
    }

    #[test]
    fn what_nobody_sees_is_taken_out_everywhere() {
        let hidden = "a\u{200b}b\u{202e}c\u{e0041}d\u{0}e\u{1b}[31m\u{feff}\nf\tg";
        let clean = "abcde[31m\nf\tg";
        let result = apply(CallToolResult::success(vec![ContentBlock::text(hidden)]), &PLAIN).unwrap();
        assert_eq!(text_of(&result), [clean]);
        let result = CallToolResult::structured(json!({ "k\u{200b}": [hidden, { "deep": hidden }] }));
        let result = apply(result, &PLAIN).unwrap();
        assert_eq!(result.structured_content, Some(json!({ "k": [clean, { "deep": clean }] })));
        assert_eq!(text_of(&result), [json!({ "k": [clean, { "deep": clean }] }).to_string()]);
    }

    #[test]
    fn what_people_write_stays() {
        for text in ["می‌خواهم", "👩‍👩‍👧", "naïve", "日本語", "a\r\nb"] {
            let result = apply(CallToolResult::success(vec![ContentBlock::text(text)]), &PLAIN).unwrap();
            assert_eq!(text_of(&result), [text]);
        }
    }

    #[test]
    fn a_result_is_no_larger_than_allowed() {
        let result = || CallToolResult::success(vec![ContentBlock::text("x".repeat(100))]);
        let size = serde_json::to_vec(&result()).unwrap().len();
        assert!(apply(result(), &Output { max: Some(size), filter: None }).is_ok());
        let refused = apply(result(), &Output { max: Some(size - 1), filter: None });
        assert!(matches!(refused, Err(Failure::Told(_))), "{refused:?}");
    }
}
