//! What ends a task, and what does not.

use std::time::Duration;

use mcp_rbac::Server;
use serde_json::json;

use super::{
    app::{Stage, rbac, rbac::Role, server, somebody},
    ask::{cancel, capabilities, get, once, open, start, text, unknown},
};
use crate::{
    ask::VERSIONS,
    support::{V2025_11_25, V2026_07_28, events_of, settled_events_of, soon},
};

async fn until(condition: impl Fn() -> bool) {
    soon(async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn cancelling_drops_the_body_where_it_stands() {
    for version in VERSIONS {
        let stage = Stage::default();
        let subject = format!("cancels-{version}");
        let mut wire = open(&server(&stage), somebody(&subject, [Role::Analyst]), version).await;
        let id = start(&mut wire, "report").await;
        until(|| stage.running() == 1).await;
        assert!(cancel(&mut wire, &id).await["result"].is_object());
        once(&mut wire, &id, "cancelled").await;
        until(|| stage.dropped() == 1).await;
        assert_eq!(stage.running(), 0);
        // the gate opens, and nobody is there
        stage.open(&subject, 1);
        assert_eq!(get(&mut wire, &id).await["result"]["status"], "cancelled");
        let ends = events_of(&subject).into_iter().filter(|event| event.get("method") == "tools/call");
        let ends: Vec<String> = ends.map(|event| event.summary()).collect();
        assert_eq!(ends, ["started report", "finished report cancelled"]);
    }
}

#[tokio::test]
async fn cancelling_one_that_waits_for_an_answer_is_no_failure() {
    let mut wire = open(&server(&Stage::default()), somebody("unasked", [Role::Analyst]), V2026_07_28).await;
    for _ in 0..20 {
        let id = start(&mut wire, "ask").await;
        once(&mut wire, &id, "input_required").await;
        cancel(&mut wire, &id).await;
        once(&mut wire, &id, "cancelled").await;
    }
}

#[tokio::test]
async fn cancelling_what_has_ended_changes_nothing() {
    let stage = Stage::default();
    let mut wire = open(&server(&stage), somebody("late", [Role::Analyst]), V2026_07_28).await;
    let id = start(&mut wire, "blocking").await;
    text(&mut wire, &id).await;
    assert!(cancel(&mut wire, &id).await["result"].is_object());
    assert_eq!(text(&mut wire, &id).await, "blocked for late");
}

/// The request that began it ends with the handle: that is not what cancels the body.
#[tokio::test]
async fn the_end_of_the_request_does_not_cancel_it() {
    let stage = Stage::default();
    let server = server(&stage);
    for version in [V2025_11_25, V2026_07_28] {
        let subject = format!("ends-{version}");
        let mut wire = open(&server, somebody(&subject, [Role::Analyst]), version).await;
        let (id, kept) = (start(&mut wire, "token").await, start(&mut wire, "report").await);
        // what cancels a request, for the one that has been answered
        let cancelled =
            json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 2 } });
        wire.send(&cancelled).await;
        stage.open(&subject, 1);
        let done = text(&mut wire, &id).await;
        assert_eq!(done, "cancelled: false");
        // nor does the end of the connection
        drop(wire);
        let mut again = open(&server, somebody(&subject, [Role::Analyst]), version).await;
        assert_eq!(get(&mut again, &kept).await["result"]["status"], "working");
        stage.open(&subject, 1);
        assert_eq!(text(&mut again, &kept).await, format!("report for {subject}"));
    }
}

/// Also where nobody ever asks for it.
#[tokio::test]
async fn a_task_has_its_time_and_no_more() {
    let stage = Stage::default();
    let builder = Server::new(&rbac::POLICY).state(stage.clone());
    let server = builder.task_ttl(Duration::from_millis(300)).build().unwrap();
    let mut wire = open(&server, somebody("slow", [Role::Analyst]), V2026_07_28).await;
    let answer = wire.call("report", json!({})).await;
    assert_eq!(answer["result"]["ttlMs"], 300);
    let id = answer["result"]["taskId"].as_str().unwrap().to_owned();
    until(|| stage.dropped() == 1).await;
    let events = settled_events_of("slow", 2).await;
    assert_eq!(events[1].summary(), "finished report cancelled");
    assert_eq!(get(&mut wire, &id).await["result"]["status"], "failed");
    // and is forgotten after as much time again
    soon(async {
        while get(&mut wire, &id).await["error"].is_null() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert_eq!(get(&mut wire, &id).await["error"], unknown(&id));
}

#[test]
fn capabilities_are_those_of_the_extension() {
    assert_eq!(capabilities()["extensions"]["io.modelcontextprotocol/tasks"], json!({}));
}
