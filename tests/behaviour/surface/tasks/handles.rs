use serde_json::{Value, json};

use super::{
    app::{Stage, rbac::Role, server, somebody},
    ask::{get, once, open, start, text, unknown, update},
};
use crate::{
    ask::{VERSIONS, error},
    support::{Event, V2025_11_25, V2026_07_28, Wire, events_of, record_in, settled_events_of, soon},
};

#[tokio::test]
async fn a_client_that_knows_tasks_gets_a_handle_and_then_the_result() {
    let (stage, subject) = (Stage::default(), "handle");
    let server = server(&stage);
    for version in VERSIONS {
        let mut wire = open(&server, somebody(subject, [Role::Analyst]), version).await;
        let id = start(&mut wire, "report").await;
        assert_eq!(get(&mut wire, &id).await["result"]["status"], "working");
        stage.open(subject, 1);
        assert_eq!(text(&mut wire, &id).await, "report for handle");
        // and once more: a result can be fetched again
        assert_eq!(text(&mut wire, &id).await, "report for handle");
        // from another connection as well: a task belongs to a principal, not to a connection
        let mut other = open(&server, somebody(subject, [Role::Analyst]), version).await;
        assert_eq!(text(&mut other, &id).await, "report for handle");
    }
}

#[tokio::test]
async fn a_client_that_does_not_know_tasks_waits() {
    let stage = Stage::default();
    let server = server(&stage);
    for version in VERSIONS {
        let mut wire = Wire::open(&server, somebody("waits", [Role::Analyst]), version).await;
        stage.open("waits", 1);
        let answer = wire.call("report", json!({})).await;
        assert_eq!(answer["result"]["content"][0]["text"], "report for waits", "{answer}");
        assert_eq!(wire.call("ask", json!({})).await["result"]["content"][0]["text"], "nobody to ask");
        // and may not ask for one (tasks extension: -32021)
        assert_eq!(error(&get(&mut wire, "x").await).0, -32021);
    }
}

#[tokio::test]
async fn what_is_not_declared_a_task_is_none() {
    let server = server(&Stage::default());
    for version in VERSIONS {
        let mut wire = open(&server, somebody("quick", [Role::Analyst]), version).await;
        let answer = wire.call("quick", json!({})).await;
        assert_eq!(answer["result"]["content"][0]["text"], "quick", "{answer}");
    }
}

#[tokio::test]
async fn a_plain_function_can_be_a_task() {
    let server = server(&Stage::default());
    let mut wire = open(&server, somebody("plain", [Role::Analyst]), V2026_07_28).await;
    let id = start(&mut wire, "blocking").await;
    assert_eq!(text(&mut wire, &id).await, "blocked for plain");
}

#[tokio::test]
async fn a_denied_tool_is_denied_before_there_is_a_task() {
    let server = server(&Stage::default());
    for version in VERSIONS {
        let subject = format!("denied-{version}");
        let mut wire = open(&server, somebody(&subject, [Role::Analyst]), version).await;
        assert_eq!(error(&wire.call("delete_all", json!({})).await).0, 403);
        let events = settled_events_of(&subject, 1).await;
        assert_eq!(events[0].summary(), "refused delete_all forbidden");
    }
}

#[tokio::test]
async fn a_task_can_ask_while_it_runs() {
    let server = server(&Stage::default());
    for version in VERSIONS {
        let mut wire = open(&server, somebody("asked", [Role::Analyst]), version).await;
        let id = start(&mut wire, "ask").await;
        let task = once(&mut wire, &id, "input_required").await;
        // for people to read, without what they would not see
        assert_eq!(task["statusMessage"], "asking somebody");
        assert_eq!(task["inputRequests"]["name"]["params"]["message"], "Who are you?");
        // keys that nobody asked for change nothing
        update(&mut wire, &id, json!({ "nonsense": { "action": "accept" } })).await;
        assert_eq!(get(&mut wire, &id).await["result"]["status"], "input_required");
        let answer = json!({ "action": "accept", "content": { "name": "Ada" } });
        update(&mut wire, &id, json!({ "name": answer, "sure": { "action": "too early" } })).await;
        soon(async {
            while get(&mut wire, &id).await["result"]["inputRequests"]["sure"].is_null() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        update(&mut wire, &id, json!({ "sure": { "action": "decline" } })).await;
        assert_eq!(text(&mut wire, &id).await, r#""Ada" "decline" again=true"#);
    }
}

#[tokio::test]
async fn nested_calls_of_a_task_are_decided_each() {
    let server = server(&Stage::default());
    for (role, told) in [(Role::Analyst, "403"), (Role::Admin, "gone")] {
        let subject = format!("relays-{role}");
        let mut wire = open(&server, somebody(&subject, [role]), V2026_07_28).await;
        let id = start(&mut wire, "relay").await;
        assert_eq!(text(&mut wire, &id).await, format!("blocked for {subject}, {told}, -32602"));
    }
    let calls: Vec<Event> =
        events_of("relays-analyst").into_iter().filter(|event| event.get("method") == "tools/call").collect();
    let summaries: Vec<String> = calls.iter().map(Event::summary).collect();
    assert_eq!(
        summaries,
        [
            "started relay",
            "started blocking",
            "finished blocking completed",
            "refused delete_all forbidden",
            "refused nothing unknown_tool",
            "finished relay completed"
        ]
    );
    assert!(calls[1..5].iter().all(|call| call.get("parent") == calls[0].get("record")));
}

#[tokio::test]
async fn a_task_that_goes_wrong_says_so() {
    let server = server(&Stage::default());
    for version in VERSIONS {
        let subject = format!("wrong-{version}");
        let mut wire = open(&server, somebody(&subject, [Role::Analyst]), version).await;
        let id = start(&mut wire, "explode").await;
        let task = once(&mut wire, &id, "failed").await;
        assert_eq!(
            (&task["error"]["code"], &task["error"]["message"]),
            (&json!(-32603), &json!("internal error"))
        );
        let panicked = record_in(&Some(task["error"]["data"].clone()));

        let id = start(&mut wire, "fail").await;
        let task = once(&mut wire, &id, "completed").await;
        let told = task["result"]["content"][0]["text"].as_str().unwrap();
        assert_eq!(task["result"]["isError"], true);
        assert!(told.starts_with("the tool failed; the operator finds the cause under record "), "{told}");

        let id = start(&mut wire, "say_why").await;
        let task = once(&mut wire, &id, "completed").await;
        assert_eq!(task["result"]["content"][0]["text"], "there is no such month");

        let events = events_of(&subject);
        let ends = events.iter().filter(|event| event.get("method") == "tools/call");
        let ends: Vec<String> = ends.map(|event| event.summary()).collect();
        assert_eq!(
            ends,
            [
                "started explode",
                "finished explode panicked",
                "started fail",
                "finished fail tool_error",
                "started say_why",
                "finished say_why tool_error"
            ]
        );
        assert_eq!(events[0].get("record"), panicked);
    }
}

/// Each use of a task is on record, with the call that it is as its parent.
#[tokio::test]
async fn every_use_leaves_an_event() {
    let stage = Stage::default();
    let mut wire = open(&server(&stage), somebody("recorded", [Role::Analyst]), V2026_07_28).await;
    let id = start(&mut wire, "report").await;
    get(&mut wire, &id).await;
    update(&mut wire, &id, json!({})).await;
    super::ask::cancel(&mut wire, &id).await;
    get(&mut wire, "no-task").await;
    let events = settled_events_of("recorded", 6).await;
    let call = events[0].get("record").to_owned();
    let mut told: Vec<(String, String, bool)> = events
        .iter()
        .map(|event| (event.get("method").to_owned(), event.summary(), event.get("parent") == call))
        .collect();
    told[1..].sort();
    let short: String = id.clone();
    let of = |method: &str, summary: String, child| (method.to_owned(), summary, child);
    assert_eq!(
        told,
        [
            of("tools/call", "started report".to_owned(), false),
            of("tasks/cancel", format!("finished {short} completed"), true),
            of("tasks/get", format!("finished {short} completed"), true),
            of("tasks/get", "refused no-task unknown_task".to_owned(), false),
            of("tasks/update", format!("finished {short} completed"), true),
            of("tools/call", "finished report cancelled".to_owned(), false),
        ]
    );
}

#[tokio::test]
async fn a_request_about_a_task_names_it() {
    let server = server(&Stage::default());
    for version in VERSIONS {
        let mut wire = open(&server, somebody("nameless", [Role::Admin]), version).await;
        for method in ["tasks/get", "tasks/cancel", "tasks/update"] {
            for params in
                [json!({}), json!({ "taskId": 7 }), json!({ "taskId": null }), json!({ "taskid": "x" })]
            {
                let answer = wire.request(method, params.clone()).await;
                let and = if method == "tasks/update" { " and `inputResponses` an object" } else { "" };
                let told = format!("malformed `{method}`: `taskId` must be a string{and}");
                assert_eq!(error(&answer), (-32602, &*told), "{params}");
            }
        }
    }
}

/// Nobody comes to a task of somebody else's by making up its handle.
#[tokio::test]
async fn a_tool_cannot_hand_out_a_handle_of_its_own() {
    let stage = Stage::default();
    let server = server(&stage);
    let mut owner = open(&server, somebody("forged", [Role::Analyst]), V2026_07_28).await;
    let id = start(&mut owner, "report").await;
    stage.open("forged", 1);
    assert_eq!(text(&mut owner, &id).await, "report for forged");
    let mut thief = open(&server, somebody("forger", [Role::Analyst]), V2026_07_28).await;
    let answer: Value = thief.call("forge", json!({ "id": id })).await;
    assert_eq!(error(&answer), (-32603, "internal error"));
    assert_eq!(get(&mut thief, &id).await["error"], unknown(&id));
    assert_eq!(text(&mut owner, &id).await, "report for forged");
}

#[tokio::test]
async fn a_server_without_tasks_does_not_know_the_method() {
    let server = crate::app::server();
    for version in [V2025_11_25, V2026_07_28] {
        let principal = crate::app::somebody("no-tasks", [crate::rbac::Role::Admin]);
        let mut wire = open(&server, principal, version).await;
        for method in ["tasks/get", "tasks/cancel", "tasks/update"] {
            assert_eq!(error(&wire.request(method, json!({ "taskId": "x" })).await).0, -32601);
        }
    }
}
