use serde_json::json;

use crate::{
    support::{Event, V2025_11_25, V2026_07_28, Wire, settled_events_of, soon},
    trouble::{Stage, server, worker},
};

fn summaries(events: &[Event]) -> Vec<String> {
    events.iter().map(Event::summary).collect()
}

#[tokio::test]
async fn a_cancelled_call_ends_where_it_stands_and_is_recorded_so() {
    for (version, subject) in [(V2025_11_25, "cancels-old"), (V2026_07_28, "cancels-new")] {
        let stage = Stage::new();
        let mut wire = Wire::open(&server(&stage), worker(subject), version).await;
        let id = wire.start("tools/call", json!({ "name": "wait" })).await;
        soon(stage.begun.notified()).await;
        let params = json!({ "requestId": id, "reason": "the user lost interest" });
        wire.send(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params })).await;
        soon(stage.dropped.notified()).await;
        let events = settled_events_of(subject, 2).await;
        assert_eq!(summaries(&events), ["started wait", "finished wait cancelled"]);
        assert_eq!(events[0].get("record"), events[1].get("record"));
        wire.assert_alive().await;
    }
}

#[tokio::test]
async fn a_tool_that_heeds_the_cancellation_completes() {
    let stage = Stage::new();
    let mut wire = Wire::open(&server(&stage), worker("heeds"), V2025_11_25).await;
    let id = wire.start("tools/call", json!({ "name": "wait_for_cancellation" })).await;
    soon(stage.begun.notified()).await;
    let params = json!({ "requestId": id });
    wire.send(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params })).await;
    let events = settled_events_of("heeds", 2).await;
    assert_eq!(
        summaries(&events),
        ["started wait_for_cancellation", "finished wait_for_cancellation completed"]
    );
}

#[tokio::test]
async fn a_call_whose_client_goes_away_is_cancelled() {
    let stage = Stage::new();
    let mut wire = Wire::open(&server(&stage), worker("leaves"), V2025_11_25).await;
    wire.start("tools/call", json!({ "name": "wait" })).await;
    soon(stage.begun.notified()).await;
    drop(wire);
    // rmcp gives calls a few seconds to end before it cancels them
    soon(stage.dropped.notified()).await;
    let events = settled_events_of("leaves", 2).await;
    assert_eq!(summaries(&events), ["started wait", "finished wait cancelled"]);
}

#[tokio::test]
async fn the_call_of_another_client_cannot_be_cancelled() {
    let stage = Stage::new();
    let server = server(&stage);
    let mut victim = Wire::open(&server, worker("victim"), V2025_11_25).await;
    let mut attacker = Wire::open(&server, worker("attacker"), V2025_11_25).await;
    let id = victim.start("tools/call", json!({ "name": "wait" })).await;
    soon(stage.begun.notified()).await;
    let params = json!({ "requestId": id });
    attacker.send(&json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params })).await;
    attacker.assert_alive().await;
    stage.go.add_permits(1);
    assert_eq!(victim.answer(id).await["result"]["content"][0]["text"], "waited");
}
