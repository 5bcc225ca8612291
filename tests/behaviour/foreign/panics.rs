//! A panic of the handler ends one request.

use serde_json::json;

use crate::{
    desk::{Reached, rbac, server, somebody},
    support::{V2026_07_28, Wire, events_of, logged},
};

#[tokio::test]
async fn ends_the_request_and_nothing_else() {
    let server = server(&Reached::default());
    let mut wire = Wire::open(&server, somebody("panics", rbac::Role::Reader), V2026_07_28).await;
    let reference = json!({ "type": "ref/prompt", "name": "summarize" });
    let cases = [
        ("tools/call", json!({ "name": "fall_over" }), "the tool falls over"),
        ("prompts/get", json!({ "name": "stumble" }), "the prompt stumbles"),
        ("resources/read", json!({ "uri": "notes://torn" }), "the note is torn"),
        (
            "completion/complete",
            json!({ "ref": reference, "argument": { "name": "torn", "value": "" } }),
            "the argument is torn",
        ),
        ("desk/tear", json!({}), "the method is torn"),
    ];
    for (method, params, said) in cases {
        let answer = wire.request(method, params).await;
        assert_eq!(answer["error"]["code"], -32603, "{method}: {answer}");
        assert!(!answer.to_string().contains(said), "{answer}");
        if method != "desk/tear" {
            let record = answer["error"]["data"]["record"].as_str().unwrap();
            let log = logged(record);
            assert!(log.iter().any(|event| event.get("error").contains(said)), "{method}: {log:#?}");
        }
    }
    let answer = wire.request("prompts/get", json!({ "name": "summarize" })).await;
    assert!(answer["result"].is_object(), "{answer}");
    let panicked = events_of("panics").iter().filter(|event| event.get("outcome") == "panicked").count();
    assert_eq!(panicked, 4);
}
