//! What nobody declared, and what the caller may not: it does not reach the handler.

use mcp_rbac::Audit;
use serde_json::{Value, json};

use crate::{
    desk::{Reached, Shelf, guard, nobody, rbac, server, somebody},
    support::{V2025_11_25, V2026_07_28, Wire, events_of},
};

fn completion(reference: Value) -> Value {
    json!({ "ref": reference, "argument": { "name": "id", "value": "" } })
}

/// Every request about something that nobody declared, and how it is refused.
fn undeclared() -> Vec<(&'static str, Value, i64)> {
    let secret = json!({ "uri": "secret://plan" });
    let spying = json!({ "uri": "skill://spying/SKILL.md" });
    vec![
        ("tools/call", json!({ "name": "forgotten" }), 403),
        ("tools/call", json!({ "name": "nothing" }), -32602),
        ("prompts/get", json!({ "name": "secret_prompt" }), -32602),
        ("resources/read", secret.clone(), -32602),
        ("resources/read", json!({ "uri": "secret://7" }), -32602),
        ("completion/complete", completion(json!({ "type": "ref/prompt", "name": "secret_prompt" })), -32602),
        (
            "completion/complete",
            completion(json!({ "type": "ref/resource", "uri": "secret://{id}" })),
            -32602,
        ),
        ("tasks/get", json!({ "taskId": "copy-1" }), -32602),
        ("tasks/cancel", json!({ "taskId": "copy-1" }), -32602),
        ("skills/get", spying.clone(), -32602),
        ("resources/directory/read", secret, -32602),
        ("desk/open", json!({}), -32601),
        ("tools/burn", json!({}), -32601),
    ]
}

/// Every request about something that is declared for readers.
fn declared() -> Vec<(&'static str, Value)> {
    vec![
        ("tools/call", json!({ "name": "read_note", "arguments": { "id": 1 } })),
        ("prompts/get", json!({ "name": "summarize" })),
        ("resources/read", json!({ "uri": "notes://1" })),
        ("completion/complete", completion(json!({ "type": "ref/prompt", "name": "summarize" }))),
        ("completion/complete", completion(json!({ "type": "ref/resource", "uri": "notes://{id}" }))),
        ("skills/get", json!({ "uri": "skill://filing/SKILL.md" })),
        ("desk/tidy", json!({})),
    ]
}

fn with_tasks(mut params: Value) -> Value {
    params["_meta"]["io.modelcontextprotocol/clientCapabilities"] =
        json!({ "extensions": { "io.modelcontextprotocol/tasks": {} } });
    params
}

#[tokio::test]
async fn what_nobody_declared_reaches_nobody() {
    let reached = Reached::default();
    let server = server(&reached);
    let mut wire = Wire::open(&server, somebody("undeclared", rbac::Role::Chief), V2026_07_28).await;
    let cases = undeclared();
    for (method, params, code) in &cases {
        let answer = wire.request(method, with_tasks(params.clone())).await;
        assert_eq!(answer["error"]["code"], *code, "{method} {params}: {answer}");
        let text = answer.to_string();
        assert!(!text.contains("summarize") && !text.contains("stumble"), "it names another: {answer}");
    }
    assert_eq!(reached.all(), [""; 0]);
    let events = events_of("undeclared");
    assert_eq!(events.len(), cases.len());
    assert!(events.iter().all(|event| event.get("decision") == "deny"), "{events:#?}");
}

#[tokio::test]
async fn what_a_caller_may_not_reaches_nobody() {
    let reached = Reached::default();
    let server = server(&reached);
    let mut wire = Wire::open(&server, nobody("may-not"), V2026_07_28).await;
    for (method, params) in declared() {
        let answer = wire.request(method, params.clone()).await;
        assert_eq!(answer["error"]["code"], 403, "{method} {params}: {answer}");
    }
    assert_eq!(reached.all(), [""; 0]);
}

#[tokio::test]
async fn what_a_caller_may_reaches_the_handler_once() {
    let reached = Reached::default();
    let server = server(&reached);
    let mut wire = Wire::open(&server, somebody("may", rbac::Role::Reader), V2026_07_28).await;
    for (method, params) in declared() {
        let answer = wire.request(method, params.clone()).await;
        assert!(answer["result"].is_object(), "{method} {params}: {answer}");
    }
    let expected = [
        "read_note",
        "summarize",
        "read notes://1",
        "complete id",
        "complete id",
        "skill skill://filing/SKILL.md",
        "custom desk/tidy",
    ];
    assert_eq!(reached.all(), expected);
    let events = events_of("may");
    assert!(events.iter().all(|event| event.get("decision") != "deny"), "{events:#?}");
}

/// Whatever a handler does is on record before it does it.
#[tokio::test]
async fn what_reaches_the_handler_is_on_record_already() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    let reached = Reached::default();
    reached.watching(path.clone());
    let app = guard(&reached).into_server().state(Shelf("note")).audit(Audit::file(&path).unwrap());
    let server = app.build().unwrap();
    let mut wire = Wire::open(&server, somebody("recorded", rbac::Role::Reader), V2026_07_28).await;
    for (method, params) in declared() {
        let answer = wire.request(method, params.clone()).await;
        assert!(answer["result"].is_object(), "{method} {params}: {answer}");
    }
    wire.send(&json!({ "jsonrpc": "2.0", "method": "notifications/desk/knock", "params": {} })).await;
    for _ in 0..200 {
        if reached.all().iter().any(|what| what.starts_with("notified")) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let all = reached.all();
    assert!(all.len() == 8 && all.iter().any(|what| what.starts_with("notified")), "{all:#?}");
    assert_eq!(all.iter().filter(|what| what.contains("nobody recorded")).collect::<Vec<_>>(), [""; 0]);
}

#[tokio::test]
async fn subscriptions_of_older_clients_are_decided() {
    let reached = Reached::default();
    let server = server(&reached);
    let mut wire = Wire::open(&server, somebody("subscribes", rbac::Role::Reader), V2025_11_25).await;
    let answer = wire.request("resources/subscribe", json!({ "uri": "secret://plan" })).await;
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    // this handler has no subscriptions, and says so itself: the guard let it through
    let answer = wire.request("resources/subscribe", json!({ "uri": "notes://1" })).await;
    assert_eq!(answer["error"]["code"], -32601, "{answer}");
    let answer = wire.request("resources/unsubscribe", json!({ "uri": "secret://plan" })).await;
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
}

#[tokio::test]
async fn a_notification_is_decided_like_a_request() {
    let reached = Reached::default();
    let server = server(&reached);
    let knock = json!({ "jsonrpc": "2.0", "method": "notifications/desk/knock", "params": {} });
    let burn = json!({ "jsonrpc": "2.0", "method": "notifications/desk/burn", "params": {} });
    for principal in [nobody("knocks-not"), somebody("knocks", rbac::Role::Reader)] {
        let mut wire = Wire::open(&server, principal, V2025_11_25).await;
        for message in [&knock, &burn, &knock] {
            wire.send(message).await;
        }
        // once this is answered, those are dealt with or on their way
        wire.request("ping", json!({})).await;
    }
    for _ in 0..200 {
        if reached.all().iter().filter(|what| what.starts_with("notified")).count() >= 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let notified: Vec<String> =
        reached.all().into_iter().filter(|what| what.starts_with("notified")).collect();
    assert_eq!(notified, ["notified notifications/desk/knock"; 2]);
    assert_eq!(events_of("knocks-not").iter().filter(|event| event.get("decision") == "deny").count(), 2);
}

#[tokio::test]
async fn the_error_of_a_prompt_names_no_other_prompt() {
    let reached = Reached::default();
    // declared, and the router does not have it: that is where rmcp would list all it has
    let guard = crate::desk::guard(&reached).require_prompt("gone", crate::desk::READ);
    let server = guard.into_server().build().unwrap();
    let mut wire = Wire::open(&server, somebody("gone", rbac::Role::Reader), V2026_07_28).await;
    let answer = wire.request("prompts/get", json!({ "name": "gone" })).await;
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    assert!(!answer.to_string().contains("secret_prompt"), "{answer}");
}
