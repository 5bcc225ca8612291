use serde_json::{Value, json};

use crate::{
    app::{rbac, runs_of, server, somebody},
    support::{V2025_06_18, V2025_11_25, V2026_07_28, Wire, events_of},
};

/// Every method of the protocol that this server does not serve, with parameters that fit, and some that are in no
/// version of it.
fn not_served() -> Vec<(&'static str, Value)> {
    let uri = json!({ "uri": "file:///etc/passwd" });
    let task = json!({ "taskId": "1" });
    vec![
        (
            "completion/complete",
            json!({ "ref": { "type": "ref/prompt", "name": "p" }, "argument": { "name": "a", "value": "" } }),
        ),
        ("logging/setLevel", json!({ "level": "debug" })),
        ("prompts/get", json!({ "name": "p" })),
        ("prompts/list", json!({})),
        ("resources/list", json!({})),
        ("resources/templates/list", json!({})),
        ("resources/read", uri.clone()),
        ("resources/subscribe", uri.clone()),
        ("resources/unsubscribe", uri.clone()),
        ("resources/directory/read", uri.clone()),
        ("tasks/get", task.clone()),
        ("tasks/update", json!({ "taskId": "1", "inputResponses": {} })),
        ("tasks/cancel", task.clone()),
        ("tasks/list", json!({})),
        ("tasks/result", task),
        ("skills/list", json!({})),
        ("skills/get", json!({ "uri": "skill://a/SKILL.md" })),
        ("sampling/createMessage", json!({})),
        ("elicitation/create", json!({})),
        ("roots/list", json!({})),
        ("tools/Call", json!({ "name": "get_record", "arguments": { "id": 7 } })),
        ("Tools/call", json!({ "name": "get_record", "arguments": { "id": 7 } })),
        ("tools/call ", json!({ "name": "get_record", "arguments": { "id": 7 } })),
        ("tools/call/", json!({ "name": "get_record", "arguments": { "id": 7 } })),
        ("tools//call", json!({ "name": "get_record", "arguments": { "id": 7 } })),
        ("rpc.discover", json!({})),
        ("", json!({})),
    ]
}

#[tokio::test]
async fn every_method_that_is_not_served_is_refused_and_recorded() {
    for version in [V2025_06_18, V2025_11_25, V2026_07_28] {
        for (at, (method, params)) in not_served().into_iter().enumerate() {
            let subject = format!("methods-{version}-{at}");
            let mut wire = Wire::open(&server(), somebody(&subject, [rbac::Role::Admin]), version).await;
            let refused = wire.request(method, params).await;
            assert_eq!(refused["error"]["code"], -32601, "{version} {method}: {refused}");
            assert_eq!(refused["error"]["message"], format!("unknown method `{method}`"), "{version}");
            let events = events_of(&subject);
            assert_eq!(events.len(), 1, "{version} {method}");
            assert_eq!(events[0].summary(), format!("refused {method} unknown_method"));
            assert_eq!(events[0].get("decision"), "deny");
            assert_eq!(refused["error"]["data"]["record"], events[0].get("record"), "{version} {method}");
            assert_eq!(runs_of(&subject), 0);
            wire.assert_alive().await;
        }
    }
}

#[tokio::test]
async fn the_name_of_a_method_cannot_write_into_the_log() {
    let mut wire = Wire::open(&server(), somebody("injects", [rbac::Role::Admin]), V2025_11_25).await;
    let method = format!("a\nkind=started \u{1b}[31m{}", "b".repeat(10_000));
    let refused = wire.request(&method, json!({})).await;
    assert!(refused["error"]["message"].as_str().unwrap().len() < 200);
    let events = events_of("injects");
    let logged = events[0].get("method");
    assert!(logged.starts_with("a\\nkind=started \\u{1b}[31mb"), "{logged}");
    assert!(logged.ends_with("b…") && logged.chars().count() < 200, "{logged}");
}

#[tokio::test]
async fn what_needs_no_permission_is_answered_without_a_role() {
    let mut wire = Wire::open(&server(), somebody("pings", []), V2025_11_25).await;
    assert_eq!(wire.request("ping", json!({})).await["result"], json!({}));
    let mut wire = Wire::open(&server(), somebody("discovers", []), V2026_07_28).await;
    let found = wire.request("server/discover", json!({})).await;
    assert_eq!(found["result"]["capabilities"], json!({ "tools": { "listChanged": true } }), "{found}");
    assert!(!found.to_string().contains("record"), "no tool shows in it: {found}");
}

/// rmcp refuses some requests before the guard hears of them; they are on record all the same, and run nothing.
#[tokio::test]
async fn what_is_refused_before_the_guard_is_recorded_too() {
    let version = "io.modelcontextprotocol/protocolVersion";
    let capabilities = "io.modelcontextprotocol/clientCapabilities";
    let cases = [
        ("tools/call", json!({}), -32602, "malformed"),
        ("tools/call", json!({ version: V2026_07_28 }), -32602, "malformed"),
        ("tools/call", json!({ version: "1999-01-01", capabilities: {} }), -32022, "malformed"),
        ("tools/list", json!({}), -32602, "malformed"),
        ("ping", json!({ version: V2026_07_28, capabilities: {} }), -32601, "unknown_method"),
    ];
    for (at, (method, meta, code, reason)) in cases.into_iter().enumerate() {
        let subject = format!("before-{at}");
        let mut wire = Wire::open(&server(), somebody(&subject, [rbac::Role::Admin]), V2026_07_28).await;
        wire.assert_alive().await;
        let params = json!({ "name": "delete_record", "arguments": { "id": 7 }, "_meta": meta });
        wire.send(&json!({ "jsonrpc": "2.0", "id": 91, "method": method, "params": params })).await;
        let refused = wire.answer(91).await;
        assert_eq!(refused["error"]["code"], code, "{method}: {refused}");
        let events = events_of(&subject);
        assert_eq!(events.len(), 3, "the call before, and one: {events:?}");
        assert_eq!(events[2].summary(), format!("refused {method} {reason}"));
        assert_eq!(refused["error"]["data"]["record"], events[2].get("record"), "{method}: {refused}");
        assert_eq!(runs_of(&subject), 1);
    }
}
