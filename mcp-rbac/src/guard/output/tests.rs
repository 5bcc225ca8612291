use rmcp::model::{PromptMessage, Resource, Role};
use serde_json::json;

use super::*;

const PLAIN: Output = Output { max: None, filter: None, raw: false };
const FILTERED: Output = Output { filter: Some(redact), ..PLAIN };

/// What nobody sees, and what is left of it.
const HIDDEN: &str = "a\u{200b}b\u{202e}c\u{e0041}d\u{0}e\u{1b}[31m\u{feff}\nf\tg";
const CLEAN: &str = "abcde[31m\nf\tg";

fn texts(blocks: &[ContentBlock]) -> Vec<String> {
    let text = |block: &ContentBlock| block.as_text().map(|text| text.text.clone()).unwrap_or_default();
    blocks.iter().map(text).collect()
}

/// Goes by a key where there is one, and by the text where there is none.
fn redact(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if object.contains_key("card") {
                object.insert("card".to_owned(), json!("…"));
            }
            object.values_mut().for_each(redact);
        }
        Value::Array(values) => values.iter_mut().for_each(redact),
        Value::String(text) => *text = text.replace("4111", "…"),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn the_copy_in_text_is_filtered_with_what_it_copies() {
    let data = json!({ "card": "5500", "name": "x" });
    let pretty = serde_json::to_string_pretty(&data).unwrap();
    for copy in [data.to_string(), pretty, r#" { "name": "\u0078", "card": "5500" }"#.to_owned()] {
        let mut result = CallToolResult::structured(data.clone());
        result.content = vec![ContentBlock::text(copy.clone())];
        let result = tool(result, &FILTERED).unwrap();
        let filtered = json!({ "card": "…", "name": "x" });
        assert_eq!(result.structured_content, Some(filtered.clone()), "{copy}");
        assert_eq!(texts(&result.content), [filtered.to_string()], "{copy}");
    }
}

#[test]
fn what_is_not_changed_keeps_its_layout() {
    let data = json!({ "name": "x" });
    let pretty = serde_json::to_string_pretty(&data).unwrap();
    let mut result = CallToolResult::structured(data);
    result.content = vec![ContentBlock::text(pretty.clone()), ContentBlock::text("[1,  2]")];
    let result = tool(result, &FILTERED).unwrap();
    assert_eq!(texts(&result.content), [pretty, "[1,  2]".to_owned()]);
}

#[test]
fn text_that_is_data_is_filtered_by_its_keys_and_other_text_as_text() {
    for structured in [None, Some(json!({ "card": "5500" }))] {
        let mut result = CallToolResult::success(vec![
            ContentBlock::text("the card is 4111"),
            ContentBlock::text(r#"{"card": "5500", "more": 1}"#),
            ContentBlock::text(r#"[{"deep": {"card": "5500"}}]"#),
            ContentBlock::text(r#"{"card": "4111", broken"#),
        ]);
        result.structured_content = structured;
        let result = tool(result, &FILTERED).unwrap();
        let expected = [
            "the card is …",
            r#"{"card":"…","more":1}"#,
            r#"[{"deep":{"card":"…"}}]"#,
            r#"{"card": "…", broken"#,
        ];
        assert_eq!(texts(&result.content), expected);
    }
}

#[test]
fn what_nobody_sees_is_taken_out_everywhere() {
    let link = Resource::new("files://x\u{200b}", HIDDEN).with_title(HIDDEN).with_description(HIDDEN);
    let blocks = vec![
        ContentBlock::text(HIDDEN),
        ContentBlock::embedded_text("files://y", HIDDEN),
        ContentBlock::resource_link(link),
    ];
    let result = tool(CallToolResult::success(blocks), &PLAIN).unwrap();
    assert_eq!(texts(&result.content)[0], CLEAN);
    assert_eq!(result.content[1].as_resource().unwrap().get_text(), CLEAN);
    let link = result.content[2].as_resource_link().unwrap();
    assert_eq!((link.uri.as_str(), link.name.as_str()), ("files://x", CLEAN));
    assert_eq!((link.title.as_deref(), link.description.as_deref()), (Some(CLEAN), Some(CLEAN)));

    let result = CallToolResult::structured(json!({ "k\u{200b}": [HIDDEN, { "deep": HIDDEN }] }));
    let result = tool(result, &PLAIN).unwrap();
    assert_eq!(result.structured_content, Some(json!({ "k": [CLEAN, { "deep": CLEAN }] })));
    assert_eq!(texts(&result.content), [json!({ "k": [CLEAN, { "deep": CLEAN }] }).to_string()]);
}

#[test]
fn prompts_resources_and_questions_are_cleaned_as_well() {
    let message = |block| PromptMessage::new(Role::User, block);
    let blocks =
        vec![message(ContentBlock::text(HIDDEN)), message(ContentBlock::embedded_text("files://y", HIDDEN))];
    let got = prompt(GetPromptResult::new(blocks).with_description(HIDDEN), &PLAIN).unwrap();
    assert_eq!(got.description.as_deref(), Some(CLEAN));
    assert_eq!(got.messages[0].content.as_text().unwrap().text, CLEAN);
    assert_eq!(got.messages[1].content.as_resource().unwrap().get_text(), CLEAN);

    let blob = ResourceContents::blob("4oCL", "files://z");
    let read = resource(
        ReadResourceResult::new(vec![ResourceContents::text(HIDDEN, "files://y"), blob.clone()]),
        &PLAIN,
    );
    let contents = read.unwrap().contents;
    assert!(matches!(&contents[0], ResourceContents::TextResourceContents { text, .. } if text == CLEAN));
    assert_eq!(contents[1], blob, "bytes stay bytes");

    let params = json!({ "message": HIDDEN, "requestedSchema": { "type": "object", "properties": {} } });
    let request =
        serde_json::from_value(json!({ "method": "elicitation/create", "params": params })).unwrap();
    let state = "opaque\u{200b}".to_owned();
    let asked = InputRequiredResult::new(Some([("sure".to_owned(), request)].into()), Some(state.clone()));
    let asked = questions(asked, &PLAIN).unwrap();
    let told = serde_json::to_value(&asked.input_requests).unwrap();
    assert_eq!(told["sure"]["params"]["message"], CLEAN);
    assert_eq!(asked.request_state, Some(state));
}

#[test]
fn who_asks_for_it_gets_it_as_it_is() {
    let raw = Output { raw: true, ..PLAIN };
    let mut result = CallToolResult::structured(json!({ "k\u{200b}": HIDDEN }));
    result.content.push(ContentBlock::text(HIDDEN));
    assert_eq!(tool(result.clone(), &raw).unwrap(), result);
    // raw is about characters: a filter goes on
    let result = CallToolResult::success(vec![ContentBlock::text("4111\u{200b}")]);
    let result = tool(result, &Output { raw: true, ..FILTERED }).unwrap();
    assert_eq!(texts(&result.content), ["…\u{200b}"]);
}

#[test]
fn a_result_is_no_larger_than_allowed() {
    let result = || CallToolResult::success(vec![ContentBlock::text("x".repeat(100))]);
    let size = serde_json::to_vec(&result()).unwrap().len();
    let of = |max| Output { max: Some(max), ..PLAIN };
    assert!(tool(result(), &of(size)).is_ok());
    assert!(matches!(tool(result(), &of(size - 1)), Err(Failure::Told(_))));
    let page = || ReadResourceResult::new(vec![ResourceContents::text("x".repeat(100), "files://y")]);
    let size = serde_json::to_vec(&page()).unwrap().len();
    assert!(resource(page(), &of(size)).is_ok());
    assert!(matches!(resource(page(), &of(size - 1)), Err(Failure::Told(_))));
    let letter = || GetPromptResult::new(vec![PromptMessage::new_text(Role::User, "x".repeat(100))]);
    let size = serde_json::to_vec(&letter()).unwrap().len();
    assert!(prompt(letter(), &of(size)).is_ok());
    assert!(matches!(prompt(letter(), &of(size - 1)), Err(Failure::Told(_))));
}
