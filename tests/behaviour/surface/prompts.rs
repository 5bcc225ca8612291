use serde_json::{Value, json};

use crate::{
    app::{rbac, runs_of, server, somebody},
    ask::{PROMPTS, error, every_version, get, message},
    support::{V2025_11_25, V2026_07_28, Wire, events_of, record_in, settled_events_of},
};

fn record_of(answer: &Value) -> String {
    record_in(&Some(answer["error"]["data"].clone()))
}

#[tokio::test]
async fn a_prompt_is_got_by_whom_it_is_for_and_by_nobody_else() {
    let server = server();
    every_version(&server, |version| somebody(&format!("p-reads-{version}"), [rbac::Role::Reader]), async |wire, subject| {
        assert_eq!(message(&get(wire, "greet", Value::Null).await), format!("hello {subject}"));
        assert_eq!(message(&get(wire, "help", json!({})).await), "ask somebody");
        let refused = get(wire, "farewell", json!({ "to": "Ada" })).await;
        let told = "prompt `farewell` needs permission `delete_data`, which role `reader` does not have";
        assert_eq!(error(&refused), (403, told));
        record_of(&refused);
        let refused = get(wire, "reports.monthly-review", Value::Null).await;
        let told =
            "prompt `reports.monthly-review` needs permission `reports:run`, which role `reader` does not have";
        assert_eq!(error(&refused), (403, told));
        assert_eq!(runs_of(subject), 1, "`greet` alone");
        let unknown = get(wire, "reports", Value::Null).await;
        assert_eq!(unknown["error"], json!({ "code": -32602, "message": "unknown prompt `reports`" }));
    })
    .await;
}

/// What is wrong with the arguments is told to whom they may be given.
#[tokio::test]
async fn the_guard_decides_before_arguments_are_read() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("p-early-{version}"), [rbac::Role::Reader]),
        async |wire, subject| {
            for arguments in [json!({}), json!({ "to": [] }), json!({ "to": "x", "copies": "many" })] {
                assert_eq!(error(&get(wire, "farewell", arguments.clone()).await).0, 403, "{arguments}");
                assert_eq!(error(&get(wire, "letter", arguments.clone()).await).0, -32602, "{arguments}");
            }
            assert_eq!(runs_of(subject), 0);
        },
    )
    .await;
}

#[tokio::test]
async fn caller_state_and_proof_reach_a_prompt() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("p-parts-{version}"), [rbac::Role::Analyst]),
        async |wire, subject| {
            let got = get(wire, "reports.monthly-review", Value::Null).await;
            let told: Vec<(&str, &str)> = got["result"]["messages"]
                .as_array()
                .unwrap()
                .iter()
                .map(|message| {
                    (message["role"].as_str().unwrap(), message["content"]["text"].as_str().unwrap())
                })
                .collect();
            let first = format!("record for {subject}");
            assert_eq!(told, [("user", first.as_str()), ("assistant", "Granted(reports:run)")]);
        },
    )
    .await;
}

#[tokio::test]
async fn a_prompt_that_goes_wrong_is_an_error_with_a_record() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("p-wrong-{version}"), [rbac::Role::Analyst]),
        async |wire, subject| {
            let panicked = get(wire, "prompt_that_panics", Value::Null).await;
            assert_eq!(error(&panicked), (-32603, "internal error"));
            let failed = get(wire, "prompt_that_fails", Value::Null).await;
            let record = record_of(&failed);
            let told = format!("the prompt failed; the operator finds the cause under record {record}");
            assert_eq!(error(&failed), (-32603, &*told));
            let said = get(wire, "prompt_that_says_why", Value::Null).await;
            assert_eq!(error(&said), (-32603, "the letter has no beginning"));
            let nothing = get(wire, "prompt_that_finds_nothing", Value::Null).await;
            assert_eq!(error(&nothing), (-32602, "unknown prompt `prompt_that_finds_nothing`"));
            let summaries: Vec<String> =
                settled_events_of(subject, 8).await.iter().map(|event| event.summary()).collect();
            let pair = |prompt: &str, outcome: &str| {
                [format!("started {prompt}"), format!("finished {prompt} {outcome}")]
            };
            let expected: Vec<String> = [
                pair("prompt_that_panics", "panicked"),
                pair("prompt_that_fails", "failed"),
                pair("prompt_that_says_why", "failed"),
                pair("prompt_that_finds_nothing", "failed"),
            ]
            .into_iter()
            .flatten()
            .collect();
            assert_eq!(summaries, expected);
            // and the connection goes on
            assert_eq!(message(&get(wire, "help", Value::Null).await), "ask somebody");
        },
    )
    .await;
}

#[tokio::test]
async fn a_prompt_can_ask_and_the_answer_is_decided_anew() {
    let server = server();
    let mut wire = Wire::open(&server, somebody("p-asked", [rbac::Role::Analyst]), V2026_07_28).await;
    let asked = get(&mut wire, "prompt_that_asks", Value::Null).await;
    assert_eq!(asked["result"]["resultType"], "input_required", "{asked}");
    assert_eq!(asked["result"]["inputRequests"]["sure"]["params"]["message"], "Are you sure?", "{asked}");
    let retry = |state: &Value| {
        json!({
            "name": "prompt_that_asks",
            "inputResponses": { "sure": { "action": "accept" } },
            "requestState": state,
        })
    };
    let state = &asked["result"]["requestState"];
    assert_ne!(*state, "round 1", "what is handed out is sealed");
    let answered = wire.request("prompts/get", retry(state)).await;
    assert_eq!(message(&answered), r#"{"action":"accept"} Some("round 1")"#);
    // the state of one caller opens nothing for another, whoever they are
    let mut reader =
        Wire::open(&server, somebody("p-asks-for-more", [rbac::Role::Reader]), V2026_07_28).await;
    assert_eq!(error(&reader.request("prompts/get", retry(state)).await).0, 403);
    let mut equal = Wire::open(&server, somebody("p-asks-as-well", [rbac::Role::Analyst]), V2026_07_28).await;
    for state in [state.clone(), json!("round 1"), json!("")] {
        let refused = equal.request("prompts/get", retry(&state)).await;
        assert_eq!(error(&refused), (-32602, "the request state is not valid; begin anew"));
    }
    assert_eq!((runs_of("p-asks-for-more"), runs_of("p-asks-as-well")), (0, 0));
}

/// Clients of the older protocol cannot be asked like that (MCP 2026-07-28, patterns/mrtr).
#[tokio::test]
async fn an_older_client_is_not_asked() {
    let mut wire = Wire::open(&server(), somebody("p-not-asked", [rbac::Role::Analyst]), V2025_11_25).await;
    let answer = get(&mut wire, "prompt_that_asks", Value::Null).await;
    assert_eq!(error(&answer).0, -32600, "{answer}");
}

#[tokio::test]
async fn an_entry_of_the_list_says_what_clients_need() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("p-entry-{version}"), [rbac::Role::Reader]),
        async |wire, _| {
            let pages = PROMPTS.pages(wire).await;
            let letter = PROMPTS.items(&pages[0]).iter().find(|prompt| prompt["name"] == "letter").unwrap();
            assert_eq!(letter["title"], "A letter");
            assert_eq!(letter["description"], "Write a letter.");
            let told: Vec<(&str, &Value, &Value)> = letter["arguments"]
                .as_array()
                .unwrap()
                .iter()
                .map(|argument| {
                    (argument["name"].as_str().unwrap(), &argument["required"], &argument["description"])
                })
                .collect();
            let (no, yes, none) = (json!(false), json!(true), Value::Null);
            let (to, copies) = (json!("To whom it goes."), json!("How many copies."));
            let mut expected = vec![
                ("to", &yes, &to),
                ("copies", &no, &copies),
                ("signed", &no, &none),
                ("tone", &no, &none),
                ("postScript", &no, &none),
            ];
            expected.sort_by_key(|(name, ..)| told.iter().position(|(other, ..)| other == name));
            assert_eq!(told, expected);
            // a prompt without arguments has none
            let help = PROMPTS.items(&pages[0]).iter().find(|prompt| prompt["name"] == "help").unwrap();
            assert_eq!(help["arguments"], Value::Null);
        },
    )
    .await;
}

#[tokio::test]
async fn a_denied_prompt_leaves_one_event_and_a_got_one_two() {
    let mut wire = Wire::open(&server(), somebody("p-told", [rbac::Role::Reader]), V2026_07_28).await;
    let refused = get(&mut wire, "farewell", json!({ "to": "Ada" })).await;
    get(&mut wire, "greet", Value::Null).await;
    let events = settled_events_of("p-told", 3).await;
    assert_eq!(events[0].get("record"), record_of(&refused));
    assert_eq!(events[0].get("method"), "prompts/get");
    assert_eq!(events[0].get("missing"), "delete_data");
    let summaries: Vec<String> = events_of("p-told").iter().map(|event| event.summary()).collect();
    assert_eq!(summaries, ["refused farewell forbidden", "started greet", "finished greet completed"]);
}
