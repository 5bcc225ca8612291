//! Where names are concealed, a name that is hidden from the caller is answered like one that does not exist, to the byte.

use mcp_rbac::{Server, testing};
use serde_json::{Value, json};

use crate::{
    app::{app, rbac, rbac::Role, runs_of, somebody},
    ask::{VERSIONS, error, get, prompt, read, template},
    support::{V2026_07_28, Wire, settled_events_of},
    tasks,
};

/// How a name is asked for.
type Asks = fn(&str, Value) -> (&'static str, Value);

fn call(name: &str, with: Value) -> (&'static str, Value) {
    ("tools/call", merge(json!({ "name": name }), with))
}

fn got(name: &str, with: Value) -> (&'static str, Value) {
    ("prompts/get", merge(json!({ "name": name }), with))
}

fn reads(uri: &str, with: Value) -> (&'static str, Value) {
    ("resources/read", merge(json!({ "uri": uri }), with))
}

fn completes_prompt(name: &str, with: Value) -> (&'static str, Value) {
    let argument = json!({ "name": "to", "value": "A" });
    ("completion/complete", merge(json!({ "ref": prompt(name), "argument": argument }), with))
}

fn completes_template(uri: &str, with: Value) -> (&'static str, Value) {
    let argument = json!({ "name": "id", "value": "1" });
    ("completion/complete", merge(json!({ "ref": template(uri), "argument": argument }), with))
}

fn subscribes(uri: &str, with: Value) -> (&'static str, Value) {
    ("resources/subscribe", merge(json!({ "uri": uri }), with))
}

fn unsubscribes(uri: &str, with: Value) -> (&'static str, Value) {
    ("resources/unsubscribe", merge(json!({ "uri": uri }), with))
}

fn merge(mut params: Value, with: Value) -> Value {
    params.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
    params
}

/// A name that is hidden from a reader, one of the same length that does not exist, and how they are asked for.
const PAIRS: &[(Asks, &str, &str)] = &[
    (call, "delete_record", "delete_recorx"),
    (call, "summarize", "summarizx"),
    (got, "farewell", "farewelx"),
    (got, "reports.monthly-review", "reports.monthly-reviex"),
    (got, "prompt_that_panics", "prompt_that_panicx"),
    (got, "prompt_that_asks", "prompt_that_askx"),
    (reads, "vault://key", "vault://kex"),
    (reads, "trouble://panics", "trouble://panicx"),
    // one that does not exist is one that its template does not know
    (reads, "records://7", "records://x"),
    (reads, "records://1/summary", "recordx://1/summary"),
    (reads, "records://8/body", "recordx://8/body"),
    (reads, "records://8/notes", "recordx://8/notes"),
    (completes_prompt, "farewell", "farewelx"),
    (completes_prompt, "reports.monthly-review", "reports.monthly-reviex"),
    (completes_template, "records://{id}/{part}", "recordx://{id}/{part}"),
    (completes_template, "records://{id}/notes", "recordx://{id}/notes"),
    (subscribes, "vault://key", "vault://kex"),
    (subscribes, "records://1/summary", "recordx://1/summary"),
    (unsubscribes, "vault://key", "vault://kex"),
];

/// What can stand beside a name.
fn variants() -> Vec<Value> {
    let mut variants = vec![
        json!({}),
        json!({ "arguments": {} }),
        json!({ "arguments": { "to": "Ada", "id": 7 } }),
        json!({ "arguments": { "to": [] } }),
        json!({ "arguments": null }),
        json!({ "inputResponses": { "sure": { "action": "accept" } } }),
        json!({ "requestState": "round 1" }),
        json!({ "requestState": "" }),
        json!({ "task": { "ttl": 1000 } }),
        json!({ "context": { "arguments": { "tone": "kind" } } }),
        json!({ "_meta": { "progressToken": 7 } }),
        json!({ "_meta": { "progressToken": "x", "example.com/role": "admin" } }),
        json!({ "nonsense": [1, { "deep": null }] }),
    ];
    variants.extend((0..8).map(|size| json!({ "arguments": { "filler": "x".repeat(1 << size) } })));
    variants
}

#[tokio::test]
async fn hidden_and_unknown_give_the_same_bytes() {
    let server = app().conceal_forbidden().build().unwrap();
    let mut pairs = 0;
    for version in VERSIONS {
        let subject = format!("conceal-{version}");
        let mut of_hidden = Wire::open(&server, somebody(&subject, [Role::Reader]), version).await;
        let mut of_unknown = Wire::open(&server, somebody(&subject, [Role::Reader]), version).await;
        for (ask, hidden, unknown) in PAIRS {
            assert_eq!(hidden.len(), unknown.len());
            for with in variants() {
                // subscribing is a method of the older protocol
                if version == V2026_07_28 && ask(hidden, json!({})).0.ends_with("subscribe") {
                    continue;
                }
                let ((method, one), (_, other)) = (ask(hidden, with.clone()), ask(unknown, with.clone()));
                of_hidden.start(method, one).await;
                of_unknown.start(method, other).await;
                let (one, other) = (of_hidden.receive_line().await, of_unknown.receive_line().await);
                assert_eq!(one.replace(hidden, unknown), other, "{method} {with}, {version}");
                assert!(!one.contains("permission") && !one.contains("403"), "{one}");
                pairs += 1;
            }
        }
        assert_eq!(runs_of(&subject), 0, "what the template does not know is not even begun");
    }
    assert!(pairs >= 1_000, "{pairs}");
}

/// Tasks of somebody else, of the same principal through another client, and of one that lost the permission.
#[tokio::test]
async fn a_hidden_task_and_an_unknown_one_give_the_same_bytes() {
    let stage = tasks::Stage::default();
    let server = Server::new(&tasks::rbac::POLICY).state(stage).conceal_forbidden().build().unwrap();
    let never = "01234567-89ab-4cde-8f01-23456789abcd";
    for version in VERSIONS {
        let mut owner =
            tasks::open(&server, tasks::somebody("conceal-owner", [tasks::rbac::Role::Analyst]), version)
                .await;
        let id = tasks::start(&mut owner, "report").await;
        let callers = [
            tasks::somebody("conceal-other", [tasks::rbac::Role::Admin]),
            tasks::somebody("conceal-owner", [tasks::rbac::Role::Guest]),
            tasks::somebody("conceal-owner", []),
        ];
        for principal in callers {
            let mut of_hidden = tasks::open(&server, principal.clone(), version).await;
            let mut of_unknown = tasks::open(&server, principal, version).await;
            for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
                for with in [
                    json!({ "inputResponses": {} }),
                    json!({ "inputResponses": { "name": "x" }, "_meta": {} }),
                ] {
                    of_hidden.start(method, merge(json!({ "taskId": id }), with.clone())).await;
                    of_unknown.start(method, merge(json!({ "taskId": never }), with.clone())).await;
                    let (one, other) = (of_hidden.receive_line().await, of_unknown.receive_line().await);
                    assert_eq!(one.replace(&id, never), other, "{method} {with}, {version}");
                }
            }
        }
    }
}

/// Known or unknown, whoever is not known is asked who they are for every name that they cannot use.
#[tokio::test]
async fn somebody_anonymous_is_asked_who_they_are_for_every_name() {
    let server = app().conceal_forbidden().build().unwrap();
    for version in VERSIONS {
        let mut wire = Wire::open(&server, testing::anonymous(&rbac::POLICY).unwrap(), version).await;
        for (ask, hidden, unknown) in PAIRS {
            let mut told = Vec::new();
            for name in [hidden, unknown] {
                let (method, params) = ask(name, json!({}));
                if method == "resources/unsubscribe" {
                    continue;
                }
                let answer = wire.request(method, params).await;
                let (code, message) = error(&answer);
                // subscribing is a method of the older protocol
                if version == V2026_07_28 && method == "resources/subscribe" {
                    assert_eq!(code, -32601);
                } else {
                    assert_eq!(code, 401, "{method} {name}, {version}: {answer}");
                    assert!(message.ends_with(" needs to know who is calling"), "{message}");
                }
                told.push(message.replace(name, ""));
            }
            told.dedup();
            assert!(told.len() <= 1, "{told:?}");
        }
        // what is public is theirs, and nothing more is in their lists
        assert_eq!(get(&mut wire, "help", Value::Null).await["error"], Value::Null);
        assert_eq!(read(&mut wire, "about://server").await["error"], Value::Null);
    }
}

/// The record knows what the client does not.
#[tokio::test]
async fn the_event_says_whether_it_was_hidden() {
    let server = app().conceal_forbidden().build().unwrap();
    let mut wire = Wire::open(&server, somebody("conceal-record", [Role::Reader]), V2026_07_28).await;
    for (ask, hidden, unknown) in &PAIRS[..3] {
        for name in [hidden, unknown] {
            let (method, params) = ask(name, json!({}));
            wire.request(method, params).await;
        }
    }
    let summaries: Vec<String> =
        settled_events_of("conceal-record", 6).await.iter().map(|event| event.summary()).collect();
    assert_eq!(
        summaries,
        [
            "refused delete_record forbidden",
            "refused delete_recorx unknown_tool",
            "refused summarize forbidden",
            "refused summarizx unknown_tool",
            "refused farewell forbidden",
            "refused farewelx unknown_prompt",
        ]
    );
}

#[tokio::test]
async fn who_may_use_it_is_told_everything() {
    let server = app().conceal_forbidden().build().unwrap();
    let mut wire = Wire::open(&server, somebody("conceal-admin", [Role::Admin]), V2026_07_28).await;
    assert_eq!(error(&get(&mut wire, "farewell", json!({})).await).0, -32602);
    assert_eq!(error(&read(&mut wire, "trouble://panics").await), (-32603, "internal error"));
    assert_eq!(wire.call("delete_record", json!({})).await["result"]["content"][0]["text"], "gone");
}
