use mcp_rbac::testing;
use serde_json::{Value, json};

use crate::{
    app::{arguments, rbac, server, somebody},
    support::{Event, V2025_11_25, Wire, client, events_of, is_uuid_v7, record_in},
};

/// The fields of an event but for its record and its duration, which differ each time.
fn told(event: &Event) -> Vec<(&str, &str)> {
    assert!(is_uuid_v7(event.get("record")));
    event.fields().filter(|(name, _)| !matches!(*name, "record" | "duration_us" | "message")).collect()
}

#[tokio::test]
async fn an_allowed_call_leaves_a_pair_with_one_record() {
    let client = client(&server(), somebody("pair", [rbac::Role::Reader])).await;
    client.call("get_record", arguments()).await.unwrap();
    let events = events_of("pair");
    assert_eq!(events.len(), 2);
    assert_eq!(
        told(&events[0]),
        [
            ("authenticated_by", "stdio"),
            ("decision", "allow"),
            ("kind", "started"),
            ("method", "tools/call"),
            ("principal", "pair"),
            ("roles", "reader"),
            ("tool", "get_record"),
        ]
    );
    assert_eq!(
        told(&events[1]),
        [
            ("authenticated_by", "stdio"),
            ("decision", "allow"),
            ("kind", "finished"),
            ("method", "tools/call"),
            ("outcome", "completed"),
            ("principal", "pair"),
            ("roles", "reader"),
            ("tool", "get_record"),
        ]
    );
    assert_eq!(events[0].get("record"), events[1].get("record"));
    assert!(!events[0].has("duration_us"));
    assert!(events[1].get("duration_us").parse::<u64>().is_ok());
}

#[tokio::test]
async fn a_refused_call_leaves_one_event_with_the_record_that_the_client_got() {
    let client = client(&server(), somebody("refused", [rbac::Role::Reader, rbac::Role::Clerk])).await;
    let error = client.call("delete_record", arguments()).await.unwrap_err();
    let events = events_of("refused");
    assert_eq!(events.len(), 1);
    assert_eq!(
        told(&events[0]),
        [
            ("authenticated_by", "stdio"),
            ("decision", "deny"),
            ("kind", "refused"),
            ("method", "tools/call"),
            ("missing", "delete_data"),
            ("principal", "refused"),
            ("reason", "forbidden"),
            ("roles", "reader clerk"),
            ("tool", "delete_record"),
        ]
    );
    assert_eq!(events[0].get("record"), record_in(&error.data));
}

/// All anonymous callers have one name, so this is told by the record.
#[tokio::test]
async fn an_anonymous_refusal_says_so() {
    let client = client(&server(), testing::anonymous(&rbac::POLICY).unwrap()).await;
    let record = record_in(&client.call("whoami", Value::Null).await.unwrap_err().data);
    let events: Vec<Event> =
        events_of("anonymous").into_iter().filter(|event| event.get("record") == record).collect();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].summary(), "refused whoami unauthenticated");
    assert_eq!(events[0].get("authenticated_by"), "anonymous");
}

#[tokio::test]
async fn a_list_leaves_one_event_with_its_length() {
    let client = client(&server(), somebody("lists", [rbac::Role::Reader])).await;
    client.tools().await;
    let events = events_of("lists");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].summary(), "finished tools/list listed");
    assert_eq!((events[0].get("listed"), events[0].get("decision")), ("3", "allow"));
}

#[tokio::test]
async fn a_list_that_fails_says_so() {
    let mut wire = Wire::open(&server(), somebody("list-fails", []), V2025_11_25).await;
    wire.request("tools/list", json!({ "cursor": "nonsense" })).await;
    let events = events_of("list-fails");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].summary(), "finished tools/list failed");
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_an_error_of_the_tool() {
    let client = client(&server(), somebody("misfit", [rbac::Role::Reader])).await;
    client.call("get_record", json!({ "id": "seven-of-nine" })).await.unwrap();
    let events = events_of("misfit");
    assert_eq!(events[1].summary(), "finished get_record tool_error");
    assert!(events.iter().flat_map(Event::fields).all(|(_, value)| !value.contains("seven-of-nine")));
}

#[tokio::test]
async fn the_name_of_an_unknown_tool_is_escaped_and_cut() {
    let client = client(&server(), somebody("escapes", [rbac::Role::Admin])).await;
    let name = format!("\u{1b}[2J\r\nkind=started tool=delete_record\u{202e}\0{}", "a".repeat(5_000));
    client.call(&name, Value::Null).await.unwrap_err();
    let events = events_of("escapes");
    assert_eq!(events.len(), 1);
    let tool = events[0].get("tool");
    assert!(tool.starts_with("\\u{1b}[2J\\r\\nkind=started tool=delete_record\\u{202e}\\0aaa"), "{tool}");
    assert!(tool.ends_with("a…") && tool.chars().count() < 200, "{tool}");
    assert_eq!(events[0].get("reason"), "unknown_tool");
}

#[tokio::test]
async fn the_name_of_a_caller_is_escaped_too() {
    let client = client(&server(), somebody("eve\nkind=started", [rbac::Role::Reader])).await;
    client.call("delete_record", arguments()).await.unwrap_err();
    assert_eq!(events_of("eve\\nkind=started").len(), 1);
}
