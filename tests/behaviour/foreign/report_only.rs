//! `danger_report_only`: what would be denied passes and is on record, for a time.

use std::time::{Duration, SystemTime};

use mcp_rbac::{Note, Problem};
use serde_json::json;

use crate::{
    desk::{Reached, Shelf, guard, nobody},
    support::{V2025_11_25, V2026_07_28, Wire, events_of},
};

#[test]
fn a_moment_that_has_passed_keeps_the_server_from_starting() {
    let guard = guard(&Reached::default()).danger_report_only(SystemTime::now());
    assert_eq!(guard.into_server().check().unwrap_err().as_slice(), [Problem::ReportOnlyEnded]);
}

#[tokio::test]
async fn all_passes_and_is_recorded() {
    let reached = Reached::default();
    let until = SystemTime::now() + Duration::from_secs(3600);
    let server =
        guard(&reached).danger_report_only(until).into_server().state(Shelf("note")).build().unwrap();
    assert_eq!(server.report().notes(), [Note::ReportOnly(until)]);
    let mut wire = Wire::open(&server, nobody("reported"), V2026_07_28).await;
    let reference = json!({ "type": "ref/prompt", "name": "secret_prompt" });
    // declared and not
    let requests = [
        ("tools/call", json!({ "name": "notes.write" })),
        ("tools/call", json!({ "name": "forgotten" })),
        ("prompts/get", json!({ "name": "summarize" })),
        ("prompts/get", json!({ "name": "secret_prompt" })),
        ("resources/read", json!({ "uri": "notes://1" })),
        ("resources/read", json!({ "uri": "secret://plan" })),
        ("completion/complete", json!({ "ref": reference, "argument": { "name": "id", "value": "" } })),
        ("desk/tidy", json!({})),
        ("desk/open", json!({})),
    ];
    for (method, params) in &requests {
        let answer = wire.request(method, params.clone()).await;
        assert!(answer["result"].is_object(), "{method} {params}: {answer}");
    }
    assert_eq!(reached.all().len(), requests.len());
    let reported: Vec<String> = events_of("reported")
        .iter()
        .filter(|event| event.get("decision") == "would_deny")
        .map(|event| event.get("reason").to_owned())
        .collect();
    assert_eq!(reported, vec!["forbidden"; requests.len()]);
    let list = wire.request("tools/list", json!({})).await;
    assert_eq!(list["result"]["tools"].as_array().unwrap().len(), 8, "{list}");
    assert_eq!(list["result"]["cacheScope"], "private");
    // what the handler does not have, it says itself
    let answer = wire.request("tools/call", json!({ "name": "nothing" })).await;
    assert_eq!(answer["error"]["message"], "tool not found", "{answer}");
}

/// A proof says that its permission is held, and what only passes does not hold it.
#[tokio::test]
async fn a_proof_is_not_had_by_passing() {
    let until = SystemTime::now() + Duration::from_secs(3600);
    let reached = Reached::default();
    let server =
        guard(&reached).danger_report_only(until).into_server().state(Shelf("note")).build().unwrap();
    let mut wire = Wire::open(&server, nobody("unproven"), V2026_07_28).await;
    let answer = wire.request("tools/call", json!({ "name": "read_note", "arguments": { "id": 1 } })).await;
    assert_eq!(answer["error"]["code"], -32603, "{answer}");
    assert_eq!(reached.all(), [""; 0]);
}

#[tokio::test]
async fn from_that_moment_on_it_denies() {
    let reached = Reached::default();
    let until = SystemTime::now() + Duration::from_secs(3);
    let server = guard(&reached).danger_report_only(until).into_server().build().unwrap();
    let mut wire = Wire::open(&server, nobody("until"), V2025_11_25).await;
    let call = || json!({ "name": "notes.write" });
    let answer = wire.request("tools/call", call()).await;
    assert!(answer["result"].is_object() || SystemTime::now() >= until, "{answer}");
    let left = until.duration_since(SystemTime::now()).unwrap_or_default();
    tokio::time::sleep(left + Duration::from_millis(50)).await;
    let answer = wire.request("tools/call", call()).await;
    assert_eq!(answer["error"]["code"], 403, "{answer}");
    let answer = wire.request("prompts/get", json!({ "name": "secret_prompt" })).await;
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    let list = wire.request("tools/list", json!({})).await;
    assert_eq!(list["result"]["tools"], json!([]));
}
