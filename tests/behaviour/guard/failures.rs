use serde_json::Value;

use crate::{
    support::{client, events_of, logged, text},
    trouble::{Stage, server, worker},
};

#[tokio::test]
async fn the_cause_of_a_failure_goes_to_the_log_and_not_to_the_client() {
    let client = client(&server(&Stage::new()), worker("hidden")).await;
    let result = client.call("fail_hidden", Value::Null).await.unwrap();
    assert_eq!(result.is_error, Some(true));
    let shown = serde_json::to_string(&result).unwrap();
    for secret in ["store", "postgres", "admin", "hunter2", "10.0.0.7", "refused"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    let events = events_of("hidden");
    let record = events[0].get("record");
    assert_eq!(text(&result), format!("the tool failed; the operator finds the cause under record {record}"));
    assert_eq!(events[1].summary(), "finished fail_hidden tool_error");
    for (_, value) in events.iter().flat_map(|event| event.fields()) {
        assert!(!value.contains("hunter2"), "the audit does not carry what the tool said");
    }
    let logged = logged(record);
    assert_eq!(logged.len(), 1);
    assert_eq!(logged[0].get("of"), "tool `fail_hidden`");
    assert_eq!(
        logged[0].get("error"),
        "the store does not answer: postgres://admin:hunter2@10.0.0.7 refused"
    );
}

#[tokio::test]
async fn the_model_is_told_what_is_meant_for_it() {
    let client = client(&server(&Stage::new()), worker("public")).await;
    let result = client.call("fail_public", Value::Null).await.unwrap();
    assert_eq!(result.is_error, Some(true));
    assert_eq!(text(&result), "`id` must be a prime");
    assert_eq!(events_of("public")[1].summary(), "finished fail_public tool_error");
}

#[tokio::test]
async fn a_tool_can_answer_with_an_error_of_the_protocol() {
    let client = client(&server(&Stage::new()), worker("protocol")).await;
    let error = client.call("fail_protocol", Value::Null).await.unwrap_err();
    assert_eq!((error.code.0, &*error.message), (-32602, "no such customer"));
    assert_eq!(events_of("protocol")[1].summary(), "finished fail_protocol failed");
}
