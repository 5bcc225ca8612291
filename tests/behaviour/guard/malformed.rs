//! What is decided on is what is executed; what is neither does nothing.

use serde_json::{Value, json};

use crate::{
    app::{rbac, runs_of, server, somebody},
    support::{V2025_11_25, V2026_07_28, Wire, events_of},
};

#[tokio::test]
async fn a_call_that_is_none_never_reaches_a_tool() {
    let cases = [
        json!({ "name": 7, "arguments": { "id": 7 } }),
        json!({ "name": null, "arguments": { "id": 7 } }),
        json!({ "name": ["get_record"], "arguments": { "id": 7 } }),
        json!({ "name": { "get_record": 1 }, "arguments": { "id": 7 } }),
        json!({ "name": true }),
        json!({ "arguments": { "id": 7 } }),
        json!({ "Name": "get_record", "arguments": { "id": 7 } }),
        json!({ "NAME": "get_record", "arguments": { "id": 7 } }),
        json!({ "name": "get_record", "arguments": [7] }),
        json!({ "name": "get_record", "arguments": "{\"id\":7}" }),
        json!({ "name": "get_record", "arguments": 7 }),
        json!({}),
    ];
    for version in [V2025_11_25, V2026_07_28] {
        for (at, params) in cases.iter().enumerate() {
            let subject = format!("malformed-{version}-{at}");
            let mut wire = Wire::open(&server(), somebody(&subject, [rbac::Role::Admin]), version).await;
            let refused = wire.request("tools/call", params.clone()).await;
            assert_eq!(refused["error"]["code"], -32602, "{params}: {refused}");
            let message = "malformed `tools/call`: `name` must be a string and `arguments` an object";
            assert_eq!(refused["error"]["message"], message, "{params}");
            assert_eq!(runs_of(&subject), 0, "{params}");
            let events = events_of(&subject);
            assert_eq!(events.len(), 1, "{params}");
            assert_eq!(events[0].summary(), "refused tools/call malformed", "{params}");
            assert_eq!(refused["error"]["data"]["record"], events[0].get("record"), "{params}");
            wire.assert_alive().await;
        }
    }
}

/// rmcp reads such a cursor as none; what is listed is the caller's own.
#[tokio::test]
async fn a_cursor_that_is_no_text_shows_nothing_more() {
    let mut wire = Wire::open(&server(), somebody("cursor-type", [rbac::Role::Reader]), V2025_11_25).await;
    for cursor in [json!(7), json!({}), json!(["after:a"]), json!(true), json!(null)] {
        let listed = wire.request("tools/list", json!({ "cursor": cursor })).await;
        let names: Vec<&Value> =
            listed["result"]["tools"].as_array().unwrap().iter().map(|tool| &tool["name"]).collect();
        assert_eq!(names, ["about", "get_record", "whoami"], "{cursor}");
    }
}

/// Whatever a line that says things twice is taken for, the reader does not get past the guard with it.
#[tokio::test]
async fn saying_it_twice_gains_nothing() {
    let lines = [
        r#"{"jsonrpc":"2.0","id":91,"method":"tools/call","params":{"name":"get_record","name":"delete_record","arguments":{"id":7}}}"#,
        r#"{"jsonrpc":"2.0","id":91,"method":"tools/call","params":{"name":"delete_record","name":"get_record","arguments":{"id":7}}}"#,
        r#"{"jsonrpc":"2.0","id":91,"method":"tools/list","method":"tools/call","params":{"name":"delete_record","arguments":{"id":7}}}"#,
        r#"{"jsonrpc":"2.0","id":91,"method":"tools/call","method":"tools/list","params":{"name":"delete_record","arguments":{"id":7}}}"#,
        r#"{"jsonrpc":"2.0","id":91,"method":"tools/call","params":{"name":"get_record","arguments":{"id":7}},"params":{"name":"delete_record","arguments":{"id":7}}}"#,
        r#"{"jsonrpc":"2.0","id":91,"id":92,"method":"tools/call","params":{"name":"delete_record","arguments":{"id":7}}}"#,
        r#"{"jsonrpc":"2.0","id":91,"method":"tools/call","params":{"n\u0061me":"delete_record","arguments":{"id":7}}}"#,
        r#"[{"jsonrpc":"2.0","id":91,"method":"tools/call","params":{"name":"delete_record","arguments":{"id":7}}}]"#,
        r#"{"jsonrpc":"2.0","id":91,"method":"tools/call","params":[{"name":"delete_record","arguments":{"id":7}}]}"#,
        r#"{"jsonrpc":"2.0","id":91,"method":"tools/call","params":{"name":"delete_record","arguments":{"id":7}},"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":null,"method":"tools/call","params":{"name":"delete_record","arguments":{"id":7}}}"#,
        r#"{"jsonrpc":"1.0","id":91,"method":"tools/call","params":{"name":"delete_record","arguments":{"id":7}}}"#,
        r#"{"id":91,"method":"tools/call","params":{"name":"delete_record","arguments":{"id":7}}}"#,
        "\u{feff}{\"jsonrpc\":\"2.0\",\"id\":91,\"method\":\"tools/call\",\"params\":{\"name\":\"delete_record\"}}",
        r#"{"jsonrpc":"2.0","id":91,"method":"tools/call","params":{"name":"delete_record""#,
    ];
    for (at, line) in lines.iter().enumerate() {
        let subject = format!("twice-{at}");
        let mut wire = Wire::open(&server(), somebody(&subject, [rbac::Role::Reader]), V2025_11_25).await;
        wire.send_line(line).await;
        wire.assert_alive().await;
        let events = events_of(&subject);
        let deleted = events
            .iter()
            .any(|event| event.get("tool") == "delete_record" && event.get("decision") == "allow");
        assert!(!deleted, "{line}");
        // `about` ran; `get_record` may have
        assert!(runs_of(&subject) <= 2, "{line}");
    }
}

#[tokio::test]
async fn a_notification_runs_no_tool() {
    let mut wire = Wire::open(&server(), somebody("notifies", [rbac::Role::Admin]), V2025_11_25).await;
    let params = json!({ "name": "delete_record", "arguments": { "id": 7 } });
    wire.send(&json!({ "jsonrpc": "2.0", "method": "tools/call", "params": params })).await;
    wire.assert_alive().await;
    assert_eq!(runs_of("notifies"), 1, "`about` alone");
}

#[tokio::test]
async fn deep_and_huge_arguments_are_survived() {
    let mut wire = Wire::open(&server(), somebody("deep", [rbac::Role::Reader]), V2025_11_25).await;
    let deep = format!("{}7{}", "[".repeat(100_000), "]".repeat(100_000));
    wire.send_line(&format!(
        r#"{{"jsonrpc":"2.0","id":91,"method":"tools/call","params":{{"name":"get_record","arguments":{{"id":{deep}}}}}}}"#
    ))
    .await;
    let refused = wire.call("delete_record", json!({ "id": "x".repeat(1 << 20) })).await;
    assert_eq!(refused["error"]["code"], 403);
    wire.assert_alive().await;
    assert_eq!(runs_of("deep"), 1, "`about` alone");
}

#[tokio::test]
async fn names_that_only_look_the_same_are_unknown() {
    let mut wire = Wire::open(&server(), somebody("looks", [rbac::Role::Admin]), V2025_11_25).await;
    let names = [
        "delete_record\u{200b}",
        "d\u{435}lete_record",
        "delete%5frecord",
        "delete_record/",
        "./delete_record",
        "DELETE_RECORD",
        "delete-record",
        "delete_record\n",
        "ｄelete_record",
        "delete_record\u{0}",
    ];
    for name in names {
        let answer: Value = wire.call(name, json!({ "id": 7 })).await;
        assert_eq!(answer["error"]["code"], -32602, "{name:?}: {answer}");
    }
    assert_eq!(runs_of("looks"), 0);
}
