//! What leaves the server: limits, filters, and nothing that a model reads and nobody sees.

use mcp_rbac::{
    Principal, Server, ServerBuilder,
    prelude::*,
    rmcp::model::{CallToolResult, ContentBlock, PromptMessage, Resource, ResourceContents, Role as Speaker},
    testing,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    ask::{VERSIONS, contents, error, get, message, read},
    support::{V2026_07_28, Wire, settled_events_of},
};

mcp_rbac::roles! {
    permissions { read }
    roles { reader { read } }
}

/// "rm -rf" in tag characters, turned about, with a bell.
const HIDDEN: &str = "ok\u{e0072}\u{e006d}\u{e0020}\u{e002d}\u{e0072}\u{e0066}\u{202e}\u{200b}\u{7}!";
const CLEAN: &str = "ok!";

#[derive(Serialize, Deserialize, JsonSchema)]
struct Customer {
    name: String,
    card: String,
}

fn customer() -> Customer {
    Customer { name: HIDDEN.to_owned(), card: "4111 1111".to_owned() }
}

fn hide_cards(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.remove("card");
            object.values_mut().for_each(hide_cards);
        }
        Value::String(text) => *text = text.replace("4111 1111", "[card]"),
        _ => {}
    }
}

#[tool(requires = "read", policy = self::rbac)]
fn text() -> &'static str {
    HIDDEN
}

#[tool(requires = "read", policy = self::rbac)]
fn data() -> Json<Customer> {
    Json(customer())
}

#[tool(requires = "read", policy = self::rbac, output(filter = hide_cards))]
fn filtered() -> Json<Customer> {
    Json(customer())
}

/// The copy in text is laid out for people, and there is more text beside it.
#[tool(requires = "read", policy = self::rbac, output(filter = hide_cards))]
fn filtered_by_hand() -> CallToolResult {
    let data = serde_json::to_value(customer()).unwrap();
    let pretty = serde_json::to_string_pretty(&data).unwrap();
    let mut result = CallToolResult::structured(data);
    result.content = vec![ContentBlock::text(pretty), ContentBlock::text("paid with 4111 1111")];
    result
}

#[tool(requires = "read", policy = self::rbac)]
fn everything() -> Vec<ContentBlock> {
    vec![
        ContentBlock::text(HIDDEN),
        ContentBlock::embedded_text("files://x", HIDDEN),
        ContentBlock::resource(ResourceContents::blob("4oCu", "files://y")),
        ContentBlock::resource_link(
            Resource::new("files://z", HIDDEN).with_description(HIDDEN).with_title(HIDDEN),
        ),
    ]
}

#[tool(requires = "read", policy = self::rbac, output(danger_raw))]
fn raw() -> &'static str {
    HIDDEN
}

#[tool(requires = "read", policy = self::rbac, output(filter = hide_cards))]
fn fails_and_tells() -> Result<String, ToolError> {
    Err(ToolError::public(format!("cannot charge 4111 1111 {HIDDEN}")))
}

#[tool(requires = "read", policy = self::rbac)]
fn refuses() -> Result<String, mcp_rbac::rmcp::ErrorData> {
    Err(mcp_rbac::rmcp::ErrorData::invalid_params(HIDDEN, None))
}

#[tool(requires = "read", policy = self::rbac, output(max = 200))]
fn limited(Parameters(Size { size }): Parameters<Size>) -> String {
    "x".repeat(size)
}

#[tool(requires = "read", policy = self::rbac)]
fn as_large_as(Parameters(Size { size }): Parameters<Size>) -> String {
    "x".repeat(size)
}

#[tool(requires = "read", policy = self::rbac, output(max = 200))]
fn fails_at_length() -> Result<String, ToolError> {
    Err(ToolError::public("x".repeat(10_000)))
}

#[tool(requires = "read", policy = self::rbac, output(filter = panics))]
fn filter_panics() -> &'static str {
    "a secret"
}

fn panics(_: &mut Value) {
    panic!("a filter that panics")
}

#[derive(Deserialize, JsonSchema)]
struct Size {
    size: usize,
}

#[prompt(requires = "read", policy = self::rbac, description = "of a customer")]
fn letter() -> PromptMessage {
    PromptMessage::new_text(Speaker::User, HIDDEN)
}

#[prompt(requires = "read", policy = self::rbac)]
fn long_letter() -> String {
    "x".repeat(10_000)
}

#[resource(uri = "notes://one", requires = "read", policy = self::rbac)]
fn note() -> &'static str {
    HIDDEN
}

#[resource(uri = "notes://bytes", requires = "read", policy = self::rbac)]
fn bytes() -> Vec<u8> {
    HIDDEN.as_bytes().to_vec()
}

#[resource(uri = "notes://long", requires = "read", policy = self::rbac)]
fn long_note() -> String {
    "x".repeat(10_000)
}

fn app() -> ServerBuilder {
    Server::new(&rbac::POLICY)
}

fn reader(subject: &str) -> Principal {
    testing::principal(&rbac::POLICY, subject, [rbac::Role::Reader]).unwrap()
}

#[tokio::test]
async fn what_nobody_sees_does_not_leave_the_server() {
    let server = app().build().unwrap();
    for version in VERSIONS {
        let mut wire = Wire::open(&server, reader("clean"), version).await;
        assert_eq!(wire.call("text", json!({})).await["result"]["content"][0]["text"], CLEAN);
        let answer = wire.call("data", json!({})).await;
        let expected = json!({ "name": CLEAN, "card": "4111 1111" });
        assert_eq!(answer["result"]["structuredContent"], expected);
        let copy: Value =
            serde_json::from_str(answer["result"]["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(copy, expected);

        let answer = wire.call("everything", json!({})).await;
        let blocks = &answer["result"]["content"];
        assert_eq!(blocks[0]["text"], CLEAN);
        assert_eq!(blocks[1]["resource"]["text"], CLEAN);
        assert_eq!(blocks[2]["resource"]["blob"], "4oCu");
        assert_eq!(
            (&blocks[3]["name"], &blocks[3]["title"], &blocks[3]["description"]),
            (&json!(CLEAN), &json!(CLEAN), &json!(CLEAN))
        );

        assert_eq!(message(&get(&mut wire, "letter", Value::Null).await), CLEAN);
        assert_eq!(contents(&read(&mut wire, "notes://one").await)["text"], CLEAN);
        assert_eq!(error(&wire.call("refuses", json!({})).await), (-32602, CLEAN));
        let told = wire.call("fails_and_tells", json!({})).await;
        assert_eq!(told["result"]["content"][0]["text"], format!("cannot charge [card] {CLEAN}"));
        // what the caller sent comes back in an error: it is cleaned as well
        let told = wire.call("limited", json!({ "size": HIDDEN })).await.to_string();
        assert!(!told.contains('\u{202e}') && !told.contains("\\u0007"), "{told}");
    }
}

/// Whoever needs every byte sends bytes, or says that it is a danger.
#[tokio::test]
async fn bytes_are_sent_as_they_are_and_so_is_what_is_declared_a_danger() {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let mut wire = Wire::open(&app().build().unwrap(), reader("raw"), V2026_07_28).await;
    assert_eq!(contents(&read(&mut wire, "notes://bytes").await)["blob"], STANDARD.encode(HIDDEN));
    assert_eq!(wire.call("raw", json!({})).await["result"]["content"][0]["text"], HIDDEN);

    let mut wire = Wire::open(&app().danger_raw_output().build().unwrap(), reader("raw"), V2026_07_28).await;
    assert_eq!(wire.call("text", json!({})).await["result"]["content"][0]["text"], HIDDEN);
    assert_eq!(wire.call("data", json!({})).await["result"]["structuredContent"]["name"], HIDDEN);
    assert_eq!(message(&get(&mut wire, "letter", Value::Null).await), HIDDEN);
    assert_eq!(contents(&read(&mut wire, "notes://one").await)["text"], HIDDEN);
    // a filter is no matter of characters
    assert_eq!(
        wire.call("filtered", json!({})).await["result"]["structuredContent"],
        json!({ "name": HIDDEN })
    );
}

#[tokio::test]
async fn what_is_filtered_is_in_no_part_of_the_result() {
    let server = app().build().unwrap();
    for version in VERSIONS {
        let mut wire = Wire::open(&server, reader("filtered"), version).await;
        for tool in ["filtered", "filtered_by_hand"] {
            let answer = wire.call(tool, json!({})).await;
            assert!(!answer.to_string().contains("4111"), "{tool}: {answer}");
            assert_eq!(answer["result"]["structuredContent"], json!({ "name": CLEAN }), "{tool}");
            let copy: Value =
                serde_json::from_str(answer["result"]["content"][0]["text"].as_str().unwrap()).unwrap();
            assert_eq!(copy, answer["result"]["structuredContent"], "{tool}");
        }
    }
}

#[tokio::test]
async fn a_filter_that_panics_lets_nothing_out() {
    let mut wire = Wire::open(&app().build().unwrap(), reader("filter-panics"), V2026_07_28).await;
    let answer = wire.call("filter_panics", json!({})).await;
    assert_eq!(error(&answer), (-32603, "internal error"));
    let events = settled_events_of("filter-panics", 2).await;
    assert_eq!(events[1].summary(), "finished filter_panics panicked");
}

#[tokio::test]
async fn a_result_is_no_larger_than_allowed() {
    let size_of = |answer: &Value| answer["result"].to_string().len();
    for version in VERSIONS {
        let mut wire = Wire::open(&app().build().unwrap(), reader("sizes"), version).await;
        // the limit is of the whole result, in bytes of JSON
        let answer = wire.call("limited", json!({ "size": 100 })).await;
        assert_eq!(answer["result"]["content"][0]["text"].as_str().unwrap().len(), 100);
        assert!(size_of(&answer) <= 200);
        for tool in ["limited", "fails_at_length"] {
            let told = wire.call(tool, json!({ "size": 200 })).await;
            assert_eq!(told["result"]["isError"], true, "{told}");
            let text = "the result is larger than 200 bytes; ask for less";
            assert_eq!(told["result"]["content"][0]["text"], text);
        }
        assert_eq!(message(&get(&mut wire, "long_letter", Value::Null).await).len(), 10_000);

        let server = app().max_output(1_000).build().unwrap();
        let mut wire = Wire::open(&server, reader("sizes"), version).await;
        let told = wire.call("as_large_as", json!({ "size": 1_000 })).await;
        let text = "the result is larger than 1000 bytes; ask for less";
        assert_eq!(told["result"]["content"][0]["text"], text);
        assert_eq!(error(&get(&mut wire, "long_letter", Value::Null).await), (-32603, text));
        assert_eq!(error(&read(&mut wire, "notes://long").await), (-32603, text));
        // the smaller limit counts, whose it is
        let told = wire.call("limited", json!({ "size": 300 })).await;
        assert_eq!(told["result"]["content"][0]["text"], "the result is larger than 200 bytes; ask for less");
        let mut wire = Wire::open(&app().max_output(150).build().unwrap(), reader("sizes"), version).await;
        let told = wire.call("limited", json!({ "size": 120 })).await;
        assert_eq!(told["result"]["content"][0]["text"], "the result is larger than 150 bytes; ask for less");
    }
}
