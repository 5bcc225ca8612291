//! Completion answers for what the caller may use, and for nothing else (MCP 2026-07-28, server/utilities/completion).

use mcp_rbac::testing;
use serde_json::{Value, json};

use crate::{
    app::{app, rbac, server, somebody},
    ask::{VERSIONS, complete, error, every_version, prompt, template},
    support::{V2026_07_28, Wire, record_in, settled_events_of},
};

fn values(answer: &Value) -> Vec<&str> {
    let values = answer["result"]["completion"]["values"].as_array();
    let values = values.unwrap_or_else(|| panic!("no completion: {answer}"));
    values.iter().map(|value| value.as_str().unwrap()).collect()
}

#[tokio::test]
async fn values_go_on_from_what_was_typed() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("c-types-{version}"), [rbac::Role::Reader]),
        async |wire, subject| {
            let answer = complete(wire, prompt("letter"), "to", "A").await;
            assert_eq!(values(&answer), ["Ada (none)", "Alan (none)"]);
            assert_eq!(answer["result"]["completion"]["hasMore"], false);
            assert_eq!(answer["result"]["completion"]["total"], 2);
            assert_eq!(values(&complete(wire, prompt("letter"), "tone", "").await), ["kind", "very_strict"]);
            assert_eq!(values(&complete(wire, template("records://{id}"), "id", "24").await).len(), 11);
            // the server's state and the caller are there
            let flags = template("flags://{country}/{colour}?size={size}");
            assert_eq!(values(&complete(wire, flags, "colour", "").await), [format!("record {subject}")]);
        },
    )
    .await;
}

#[tokio::test]
async fn other_arguments_that_are_settled_are_there() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("c-context-{version}"), [rbac::Role::Reader]),
        async |wire, _| {
            let params = json!({
                "ref": prompt("letter"),
                "argument": { "name": "to", "value": "G" },
                "context": { "arguments": { "tone": "kind", "nonsense": "x" } },
            });
            assert_eq!(values(&wire.request("completion/complete", params).await), ["Grace (kind)"]);
        },
    )
    .await;
}

/// At most a hundred values, and how many there are (MCP 2026-07-28, server/utilities/completion).
#[tokio::test]
async fn a_client_gets_the_first_hundred() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("c-hundred-{version}"), [rbac::Role::Reader]),
        async |wire, _| {
            let answer = complete(wire, template("records://{id}"), "id", "").await;
            // all but the one that they may not read
            let expected: Vec<String> =
                (1..=101).filter(|id| *id != 7).map(|id: u32| id.to_string()).collect();
            assert_eq!(values(&answer), expected);
            assert_eq!(answer["result"]["completion"]["total"], 249);
            assert_eq!(answer["result"]["completion"]["hasMore"], true);
        },
    )
    .await;
}

#[tokio::test]
async fn what_has_no_completions_has_none() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("c-none-{version}"), [rbac::Role::Reader]),
        async |wire, _| {
            for (of, argument) in [
                (prompt("letter"), "copies"),
                (prompt("letter"), "nonsense"),
                (prompt("letter"), ""),
                (prompt("help"), "to"),
                (template("about://{topic}/help"), "topic"),
                (template("records://{id}"), "ID"),
            ] {
                assert_eq!(
                    values(&complete(wire, of.clone(), argument, "").await),
                    [""; 0],
                    "{of} {argument}"
                );
            }
        },
    )
    .await;
}

#[tokio::test]
async fn what_the_caller_may_not_use_is_not_completed() {
    let server = server();
    every_version(&server, |version| somebody(&format!("c-denied-{version}"), [rbac::Role::Reader]), async |wire, _| {
        let refused = complete(wire, prompt("farewell"), "to", "").await;
        let told = "prompt `farewell` needs permission `delete_data`, which role `reader` does not have";
        assert_eq!(error(&refused), (403, told));
        record_in(&Some(refused["error"]["data"].clone()));
        let refused = complete(wire, template("records://{id}/{part}"), "part", "").await;
        let told = "resource `records://{id}/{part}` needs permission `write_data`, which role `reader` does not have";
        assert_eq!(error(&refused), (403, told));
        // every URI of it needs more than the template itself asks for
        let refused = complete(wire, template("records://{id}/notes"), "id", "").await;
        let told = "resource `records://{id}/notes` needs permission `write_data`, which role `reader` does not have";
        assert_eq!(error(&refused), (403, told));
    })
    .await;
}

/// A value that leads to a resource which the caller may not read is none that is offered to them.
#[tokio::test]
async fn a_value_of_a_resource_that_the_caller_may_not_read_is_left_out() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("c-seventh-{version}"), [rbac::Role::Reader]),
        async |wire, _| {
            let answer = complete(wire, template("records://{id}"), "id", "7").await;
            assert!(!values(&answer).contains(&"7"), "{answer}");
            assert!(values(&answer).contains(&"70"), "{answer}");
            assert_eq!(answer["result"]["completion"]["total"], 10);
        },
    )
    .await;
    every_version(
        &server,
        |version| somebody(&format!("c-seventh-admin-{version}"), [rbac::Role::Admin]),
        async |wire, _| {
            assert_eq!(values(&complete(wire, template("records://{id}"), "id", "7").await)[0], "7");
        },
    )
    .await;
}

#[tokio::test]
async fn what_does_not_exist_is_unknown() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("c-unknown-{version}"), [rbac::Role::Admin]),
        async |wire, _| {
            for (of, told) in [
                (prompt("nobody"), "unknown prompt `nobody`"),
                (prompt(""), "unknown prompt ``"),
                (prompt("LETTER"), "unknown prompt `LETTER`"),
                (template("records://{key}"), "unknown resource `records://{key}`"),
                (template("records://8"), "unknown resource `records://8`"),
                (template("records://index"), "unknown resource `records://index`"),
            ] {
                let answer = complete(wire, of, "to", "").await;
                assert_eq!(error(&answer), (-32602, told));
            }
        },
    )
    .await;
}

#[tokio::test]
async fn concealed_what_is_denied_is_what_does_not_exist() {
    let server = app().conceal_forbidden().build().unwrap();
    for version in VERSIONS {
        let mut wire = Wire::open(&server, somebody("c-concealed", [rbac::Role::Reader]), version).await;
        for (of, told) in [
            (prompt("farewell"), "unknown prompt `farewell`"),
            (prompt("farewel"), "unknown prompt `farewel`"),
            (template("records://{id}/{part}"), "unknown resource `records://{id}/{part}`"),
            (template("records://{id}/{whole}"), "unknown resource `records://{id}/{whole}`"),
            (template("records://{id}/notes"), "unknown resource `records://{id}/notes`"),
        ] {
            let answer = complete(&mut wire, of, "to", "").await;
            assert_eq!(error(&answer), (-32602, told));
        }
        let mut wire = Wire::open(&server, testing::anonymous(&rbac::POLICY).unwrap(), version).await;
        for of in
            [prompt("farewell"), prompt("farewel"), template("records://{id}"), template("nowhere://{id}")]
        {
            assert_eq!(error(&complete(&mut wire, of.clone(), "to", "").await).0, 401, "{of}");
        }
        assert_eq!(values(&complete(&mut wire, prompt("help"), "to", "").await), [""; 0]);
    }
}

#[tokio::test]
async fn a_completion_that_goes_wrong_is_an_error_with_a_record() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("c-wrong-{version}"), [rbac::Role::Admin]),
        async |wire, subject| {
            let parts = || template("records://{id}/{part}");
            assert_eq!(error(&complete(wire, parts(), "part", "panic").await), (-32603, "internal error"));
            assert_eq!(error(&complete(wire, parts(), "part", "public").await), (-32603, "ask for less"));
            let failed = complete(wire, parts(), "part", "fail").await;
            let record = record_in(&Some(failed["error"]["data"].clone()));
            let told = format!("the resource failed; the operator finds the cause under record {record}");
            assert_eq!(error(&failed), (-32603, &*told));
            assert_eq!(values(&complete(wire, parts(), "part", "").await), ["notes", "body"]);
            let summaries: Vec<String> =
                settled_events_of(subject, 8).await.iter().map(|event| event.summary()).collect();
            let outcomes = ["panicked", "failed", "failed", "completed"];
            let expected: Vec<String> = outcomes
                .iter()
                .flat_map(|outcome| {
                    let name = "records://{id}/{part}";
                    [format!("started {name}"), format!("finished {name} {outcome}")]
                })
                .collect();
            assert_eq!(summaries, expected);
        },
    )
    .await;
}

#[tokio::test]
async fn a_question_that_is_none_is_malformed() {
    let mut wire = Wire::open(&server(), somebody("c-shape", [rbac::Role::Admin]), V2026_07_28).await;
    for params in [
        json!({}),
        json!({ "ref": prompt("letter") }),
        json!({ "ref": { "type": "ref/tool", "name": "whoami" }, "argument": { "name": "to", "value": "" } }),
        json!({ "ref": { "name": "letter" }, "argument": { "name": "to", "value": "" } }),
        json!({ "ref": prompt("letter"), "argument": { "name": "to" } }),
        json!({ "ref": prompt("letter"), "argument": { "name": 7, "value": "" } }),
        json!({ "ref": { "type": "ref/prompt", "name": 7 }, "argument": { "name": "to", "value": "" } }),
    ] {
        let answer = wire.request("completion/complete", params.clone()).await;
        let told = "malformed `completion/complete`: `ref` must be a prompt or resource, and `argument` a name and a value";
        assert_eq!(error(&answer), (-32602, told), "{params}");
    }
}
