//! How many tasks there can be.

use super::{
    app::{Stage, rbac::Role, server, somebody},
    ask::{cancel, get, once, open, start, text, unknown},
};
use crate::{
    ask::error,
    support::{V2026_07_28, events_of, record_in},
};
use serde_json::json;

#[tokio::test]
async fn one_principal_has_at_most_64() {
    let stage = Stage::default();
    let server = server(&stage);
    let mut wire = open(&server, somebody("many", [Role::Analyst]), V2026_07_28).await;
    let mut ids = Vec::new();
    for _ in 0..64 {
        ids.push(start(&mut wire, "report").await);
    }
    // over another connection and for another tool as well
    let mut again = open(&server, somebody("many", [Role::Analyst]), V2026_07_28).await;
    for tool in ["report", "blocking"] {
        let refused = again.call(tool, json!({})).await;
        let told = format!("tool `{tool}` is used too much at once; try again in 10 s");
        assert_eq!(error(&refused), (429, &*told));
        let record = record_in(&Some(refused["error"]["data"].clone()));
        let events = events_of("many");
        let last = events.last().unwrap();
        assert_eq!((last.get("record"), last.summary()), (&*record, format!("refused {tool} limited")));
    }
    // who is denied is told that, and what is no task is answered
    assert_eq!(error(&again.call("delete_all", json!({})).await).0, 403);
    assert_eq!(again.call("quick", json!({})).await["result"]["content"][0]["text"], "quick");
    // others are not concerned
    let mut other = open(&server, somebody("few", [Role::Analyst]), V2026_07_28).await;
    start(&mut other, "report").await;
    // one that is cancelled, and seen to be, makes room
    cancel(&mut wire, &ids[0]).await;
    once(&mut wire, &ids[0], "cancelled").await;
    start(&mut wire, "report").await;
    assert_eq!(error(&wire.call("report", json!({})).await).0, 429);
}

/// What runs and what nobody has fetched is never put out; what was fetched is, when there is no other room.
#[tokio::test]
async fn a_result_that_was_fetched_makes_room() {
    let stage = Stage::default();
    let server = server(&stage);
    let mut wire = open(&server, somebody("busy", [Role::Analyst]), V2026_07_28).await;
    let running = start(&mut wire, "report").await;
    for _ in 0..3 {
        let mut fetched = Vec::new();
        for _ in 0..63 {
            let id = start(&mut wire, "say_why").await;
            once(&mut wire, &id, "completed").await;
            fetched.push(id);
        }
        // as long as there is room, a result stays
        assert_eq!(get(&mut wire, &fetched[0]).await["result"]["status"], "completed");
    }
    let one_more = start(&mut wire, "say_why").await;
    once(&mut wire, &one_more, "completed").await;
    stage.open("busy", 1);
    assert_eq!(text(&mut wire, &running).await, "report for busy");
}

#[tokio::test]
async fn what_nobody_fetched_keeps_its_room() {
    let stage = Stage::default();
    let mut wire = open(&server(&stage), somebody("lazy", [Role::Analyst]), V2026_07_28).await;
    let mut ids = Vec::new();
    for _ in 0..64 {
        ids.push(start(&mut wire, "say_why").await);
    }
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(error(&wire.call("say_why", json!({})).await).0, 429);
    once(&mut wire, &ids[0], "completed").await;
    start(&mut wire, "say_why").await;
    assert_eq!(get(&mut wire, &ids[0]).await["error"], unknown(&ids[0]));
    once(&mut wire, &ids[1], "completed").await;
}

#[tokio::test]
async fn all_together_have_at_most_4096() {
    let stage = Stage::default();
    let server = server(&stage);
    let mut ids = Vec::new();
    for principal in 0..64 {
        let subject = format!("one-of-many-{principal}");
        let mut wire = open(&server, somebody(&subject, [Role::Analyst]), V2026_07_28).await;
        for _ in 0..64 {
            ids.push(start(&mut wire, "report").await);
        }
    }
    assert_eq!(ids.len(), 4096);
    let mut wire = open(&server, somebody("one-too-many", [Role::Analyst]), V2026_07_28).await;
    assert_eq!(error(&wire.call("report", json!({})).await).0, 429);
    let mut first = open(&server, somebody("one-of-many-0", [Role::Analyst]), V2026_07_28).await;
    stage.open("one-of-many-0", 1);
    let mut done = 0;
    for id in &ids[..64] {
        done += usize::from(get(&mut first, id).await["result"]["status"] == "completed");
    }
    assert!(done <= 1);
    cancel(&mut first, &ids[1]).await;
    once(&mut first, &ids[1], "cancelled").await;
    start(&mut wire, "report").await;
}
