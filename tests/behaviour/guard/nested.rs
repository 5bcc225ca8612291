use serde_json::json;

use crate::{
    support::{Event, V2025_11_25, Wire, client, events_of, record_in, text},
    trouble::{Stage, boss, server, worker},
};

fn summaries(subject: &str) -> Vec<String> {
    events_of(subject).iter().map(Event::summary).collect()
}

#[tokio::test]
async fn a_tool_that_calls_a_tool_is_decided_anew_for_the_same_caller() {
    let client = client(&server(&Stage::new()), boss("chief")).await;
    let result = client.call("relay", json!({ "to": "shut_down" })).await.unwrap();
    assert!(text(&result).contains("shut down by chief"), "{result:?}");

    assert_eq!(
        summaries("chief"),
        ["started relay", "started shut_down", "finished shut_down completed", "finished relay completed"]
    );
    let events = events_of("chief");
    assert!(!events[0].has("parent") && !events[3].has("parent"));
    for nested in &events[1..3] {
        assert_eq!(nested.get("parent"), events[0].get("record"));
        assert_ne!(nested.get("record"), events[0].get("record"));
    }
    assert_eq!(events[1].get("record"), events[2].get("record"));
    assert!(text(&result).starts_with(events[0].get("record")), "`Caller::record` is the record of the call");
}

#[tokio::test]
async fn a_tool_is_no_way_round_the_guard() {
    let client = client(&server(&Stage::new()), worker("mole")).await;
    let error = client.call("relay", json!({ "to": "shut_down" })).await.unwrap_err();
    assert_eq!(error.code.0, 403);
    assert_eq!(
        error.message,
        "tool `shut_down` needs permission `shut_down`, which role `worker` does not have"
    );
    assert_eq!(summaries("mole"), ["started relay", "refused shut_down forbidden", "finished relay failed"]);
    let events = events_of("mole");
    assert_eq!(events[1].get("record"), record_in(&error.data));
    assert_eq!(events[1].get("parent"), events[0].get("record"));
}

#[tokio::test]
async fn a_chain_of_tools_is_refused_at_its_last_link() {
    let client = client(&server(&Stage::new()), worker("chain")).await;
    let inner = json!({ "to": "relay", "arguments": { "to": "relay", "arguments": { "to": "shut_down" } } });
    let error = client.call("relay", inner).await.unwrap_err();
    assert_eq!(error.code.0, 403);
    let events = events_of("chain");
    let refused = events.iter().find(|event| event.get("kind") == "refused").unwrap();
    let started: Vec<&Event> = events.iter().filter(|event| event.get("kind") == "started").collect();
    assert_eq!(started.len(), 3);
    assert_eq!(refused.get("parent"), started[2].get("record"));
}

#[tokio::test]
async fn calls_nest_up_to_eight_deep() {
    let client = client(&server(&Stage::new()), worker("recursive")).await;
    let error = client.call("recurse", json!({})).await.unwrap_err();
    assert_eq!((error.code.0, &*error.message), (-32603, "tools call tools more than 8 deep"));
    let started = summaries("recursive").iter().filter(|event| event.starts_with("started")).count();
    assert_eq!(started, 9, "the call of the client, and eight within each other");
    let failed = summaries("recursive").iter().filter(|event| **event == "finished recurse failed").count();
    assert_eq!(failed, 10, "each, and the one too many");
}

#[tokio::test]
async fn a_nested_call_that_panics_or_is_unknown_is_an_error_of_that_call() {
    let mut wire = Wire::open(&server(&Stage::new()), worker("inner"), V2025_11_25).await;
    let error = wire.call("relay", json!({ "to": "panic_sync" })).await["error"].clone();
    assert_eq!((&error["code"], &error["message"]), (&json!(-32603), &json!("internal error")));
    let error = wire.call("relay", json!({ "to": "nothing" })).await["error"].clone();
    assert_eq!((&error["code"], &error["message"]), (&json!(-32602), &json!("unknown tool `nothing`")));
    assert_eq!(
        summaries("inner"),
        [
            "started relay",
            "started panic_sync",
            "finished panic_sync panicked",
            "finished relay failed",
            "started relay",
            "refused nothing unknown_tool",
            "finished relay failed",
        ]
    );
}
