use serde_json::json;

use crate::{
    support::{V2025_11_25, V2026_07_28, Wire, events_of, logged, record_in},
    trouble::{Stage, server, worker},
};

/// Where each tool panics, and what it says.
const PANICS: &[(&str, &str)] = &[
    ("panic_sync", "in a sync body"),
    ("panic_async", "in an async body"),
    ("panic_after_await", "after an await"),
    ("panic_in_extractor", "in an extractor"),
    ("panic_in_result", "in a result"),
    ("panic_in_error_text", "in the text of an error"),
    ("panic_with_a_bomb", "no text"),
];

#[tokio::test]
async fn a_panic_anywhere_in_a_tool_is_an_answer_and_a_record() {
    for (tool, said) in PANICS {
        let subject = format!("panics-{tool}");
        let mut wire = Wire::open(&server(&Stage::new()), worker(&subject), V2025_11_25).await;
        let error = wire.call(tool, json!({})).await["error"].clone();
        assert_eq!((&error["code"], &error["message"]), (&json!(-32603), &json!("internal error")), "{tool}");
        let record = record_in(&Some(error["data"].clone()));

        let events = events_of(&subject);
        let summaries: Vec<String> = events.iter().map(|event| event.summary()).collect();
        assert_eq!(summaries, [format!("started {tool}"), format!("finished {tool} panicked")]);
        assert!(events.iter().all(|event| event.get("record") == record));

        let logged = logged(&record);
        let texts: Vec<&str> = logged.iter().map(|event| event.get("error")).collect();
        assert_eq!(texts, [*said], "{tool}: what the panic said is logged once, beside its record");
    }
}

#[tokio::test]
async fn the_server_goes_on_after_panics() {
    for version in [V2025_11_25, V2026_07_28] {
        let mut wire = Wire::open(&server(&Stage::new()), worker("goes-on"), version).await;
        for _ in 0..3 {
            for (tool, said) in PANICS {
                let answer = wire.call(tool, json!({})).await;
                assert_eq!(answer["error"]["code"], -32603, "{answer}");
                assert!(!answer.to_string().contains(said), "{answer}");
            }
        }
        wire.assert_alive().await;
    }
}

#[tokio::test]
async fn a_panic_leaves_other_calls_alone() {
    let stage = Stage::new();
    let mut wire = Wire::open(&server(&stage), worker("bystander"), V2025_11_25).await;
    let waiting = wire.start("tools/call", json!({ "name": "wait" })).await;
    stage.begun.notified().await;
    for (tool, _) in PANICS {
        let answer = wire.call(tool, json!({})).await;
        assert_eq!(answer["error"]["code"], -32603, "{answer}");
    }
    stage.go.add_permits(1);
    assert_eq!(wire.answer(waiting).await["result"]["content"][0]["text"], "waited");
}
