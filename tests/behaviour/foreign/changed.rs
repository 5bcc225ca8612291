//! What the guard adds for functions behind it.

use serde_json::json;

use crate::{
    desk::{Reached, rbac, server, somebody},
    support::{V2026_07_28, Wire},
};

#[tokio::test]
async fn the_caller_the_state_and_the_proof() {
    let server = server(&Reached::default());
    let mut wire = Wire::open(&server, somebody("ada", rbac::Role::Reader), V2026_07_28).await;
    let answer = wire.call("read_note", json!({ "id": 4 })).await;
    assert_eq!(answer["result"]["content"][0]["text"], "note 4 for ada by Granted(read_notes)", "{answer}");
    let answer = wire.request("prompts/get", json!({ "name": "summarize" })).await;
    assert_eq!(answer["result"]["messages"][0]["content"]["text"], "for ada", "{answer}");
}

/// Whoever holds the permission: the decision on this call was not about it.
#[tokio::test]
async fn no_proof_of_what_was_not_decided() {
    let reached = Reached::default();
    let server = server(&reached);
    let mut wire = Wire::open(&server, somebody("proof", rbac::Role::Chief), V2026_07_28).await;
    let answer = wire.call("overreach", json!({})).await;
    assert_eq!(answer["error"]["code"], -32603, "{answer}");
    assert_eq!(reached.all(), [""; 0]);
}

#[tokio::test]
async fn a_state_that_is_not_there_is_an_error_of_the_server() {
    let reached = Reached::default();
    let server = crate::desk::guard(&reached).into_server().build().unwrap();
    let mut wire = Wire::open(&server, somebody("stateless", rbac::Role::Reader), V2026_07_28).await;
    let answer = wire.call("read_note", json!({ "id": 4 })).await;
    assert_eq!(answer["error"]["code"], -32603, "{answer}");
    assert_eq!(reached.all(), [""; 0]);
}
