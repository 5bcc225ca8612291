//! Somebody else's session is one that does not exist.

use serde_json::{Value, json};

use super::{
    app::{DIARY, destroyed},
    desk::{Desk, call, delete, get, hello, within},
    line::Answer,
};
use crate::support::{Request, V2025_06_18, audited, message};

/// All that a caller can see of an answer, but for what is new in each: its time, its number, its record.
fn seen(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let new = ["date", "x-request-id", "mcp-rbac-record"];
    let headers = answer.head.headers.iter().filter(|(name, _)| !new.contains(&&*name.to_ascii_lowercase()));
    let record = answer.head.header("mcp-rbac-record").unwrap_or("no record");
    (answer.head.status, headers.cloned().collect(), answer.body.replace(record, "RECORD"))
}

/// Every way into a session.
fn ways(id: &str, key: &str) -> Vec<(&'static str, Request)> {
    let post = |message: &Value| within(id, key, message);
    let notification =
        |method: &str, params: Value| post(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    vec![
        ("a call", call(id, key, "whose")),
        ("a call that is denied", call(id, key, "destroy_all")),
        ("a call of nothing", call(id, key, "nothing")),
        ("a list", post(&message("tools/list", json!({})))),
        ("a ping", post(&message("ping", json!({})))),
        ("a beginning", post(&hello())),
        ("a subscription", post(&message("resources/subscribe", json!({ "uri": DIARY })))),
        ("a method of its own", post(&message("x/y", json!({})))),
        ("a malformed call", post(&message("tools/call", json!({ "name": 5 })))),
        ("an answer", post(&json!({ "jsonrpc": "2.0", "id": 0, "result": {} }))),
        ("an error", post(&json!({ "jsonrpc": "2.0", "id": 0, "error": { "code": 1, "message": "" } }))),
        ("that it is ready", notification("notifications/initialized", json!({}))),
        ("that it waits no longer", notification("notifications/cancelled", json!({ "requestId": 7 }))),
        ("no JSON", Request::post("{").header("Mcp-Session-Id", id).bearer(key)),
        ("an older version", call(id, key, "whose").with("MCP-Protocol-Version", V2025_06_18)),
        ("no version", call(id, key, "whose").without("MCP-Protocol-Version")),
        ("a version that is none", call(id, key, "whose").with("MCP-Protocol-Version", "x")),
        ("a stream", get(id, key)),
        ("a stream of nothing", get(id, key).with("Accept", "application/json")),
        ("the rest of a stream", get(id, key).header("Last-Event-ID", "0")),
        ("the rest of an answer", get(id, key).header("Last-Event-ID", "0/0")),
        ("the end", delete(id, key)),
        ("the end, older version", delete(id, key).with("MCP-Protocol-Version", V2025_06_18)),
    ]
}

#[test]
fn a_foreign_session_is_an_unknown_one() {
    let desk = Desk::open();
    let id = desk.begin(&desk.alice);
    let unknown = "A".repeat(id.len());
    let mut compared = 0;
    for key in [&desk.bob, &desk.root, &desk.alice_too] {
        for ((name, foreign), (_, nowhere)) in ways(&id, key).into_iter().zip(ways(&unknown, key)) {
            let (foreign, nowhere) = (desk.ask(&foreign), desk.ask(&nowhere));
            assert_eq!(seen(&foreign), seen(&nowhere), "{name}");
            assert!(foreign.head.status >= 400, "{name}: {foreign:?}");
            for answer in [&foreign, &nowhere] {
                let record = answer.head.header("mcp-rbac-record").unwrap_or_default();
                assert!(audited(record).starts_with("refused "), "{name}: {answer:?}");
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 69);
    assert_eq!(destroyed(), 0);
    // it is whose it was, and as it was
    let answer = desk.ask(&call(&id, &desk.alice, "whose"));
    assert_eq!(answer.tool_text(), "alice", "{answer:?}");
}

#[test]
fn a_session_that_has_ended_is_an_unknown_one() {
    let desk = Desk::open();
    let id = desk.begin(&desk.alice);
    assert_eq!(desk.ask(&delete(&id, &desk.alice)).head.status, 202);
    let unknown = "A".repeat(id.len());
    for ((name, ended), (_, nowhere)) in ways(&id, &desk.alice).into_iter().zip(ways(&unknown, &desk.alice)) {
        assert_eq!(seen(&desk.ask(&ended)), seen(&desk.ask(&nowhere)), "{name}");
    }
}

#[test]
fn an_id_is_an_id_to_the_letter() {
    let desk = Desk::open();
    let alice = &desk.alice;
    let id = desk.begin(alice);
    let other_case: String = id
        .chars()
        .map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
        .collect();
    for wrong in [
        other_case,
        id[..42].to_owned(),
        format!("{id}="),
        format!("{id}, {id}"),
        format!("\"{id}\""),
        format!("{id}%00"),
        "x".repeat(8 * 1024),
        "*".to_owned(),
    ] {
        let answer = desk.ask(&call(&wrong, alice, "whose"));
        assert_eq!(answer.head.status, 404, "{wrong}: {answer:?}");
        assert_eq!(desk.ask(&delete(&wrong, alice)).head.status, 404, "{wrong}");
    }
    assert_eq!(desk.ask(&call(&id, alice, "whose")).tool_text(), "alice");
}
