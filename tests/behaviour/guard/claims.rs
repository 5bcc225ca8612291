//! A role never comes from what a client says about itself.

use serde_json::{Value, json};

use crate::{
    app::{rbac, runs_of, server, somebody},
    support::{V2025_11_25, V2026_07_28, Wire},
};

fn claims() -> Value {
    let mut claims = json!({});
    for key in
        ["role", "roles", "Role", "user", "permissions", "scope", "principal", "admin", "is_admin", "sub"]
    {
        claims[key] = "admin".into();
    }
    for key in ["X-Role", "x-forwarded-user", "authorization", "io.modelcontextprotocol/role", "mcp_rbac"] {
        claims[key] = json!(["admin"]);
    }
    claims
}

#[tokio::test]
async fn a_role_that_the_client_claims_changes_nothing() {
    let server = server();
    for version in [V2025_11_25, V2026_07_28] {
        let mut wire = Wire::open(&server, somebody("claims", [rbac::Role::Reader]), version).await;
        let mut arguments = claims();
        arguments["id"] = 7.into();
        let mut params = claims();
        params["name"] = "delete_record".into();
        params["arguments"] = arguments;
        params["_meta"] = claims();
        let refused = wire.request("tools/call", params).await;
        assert_eq!(refused["error"]["code"], 403, "{refused}");

        let mut params = claims();
        params["_meta"] = claims();
        let listed = wire.request("tools/list", params).await;
        assert_eq!(listed["result"]["tools"].as_array().unwrap().len(), 3, "{listed}");
    }
    assert_eq!(runs_of("claims"), 0);
}

#[tokio::test]
async fn a_role_in_the_handshake_changes_nothing() {
    let mut wire = Wire::open(&server(), somebody("handshake", [rbac::Role::Reader]), V2025_11_25).await;
    let mut params = claims();
    params["protocolVersion"] = V2025_11_25.into();
    params["capabilities"] = json!({ "experimental": claims(), "extensions": claims() });
    params["clientInfo"] = json!({ "name": "admin", "version": "1", "title": "admin", "role": "admin" });
    params["_meta"] = claims();
    // a second handshake: whatever the answer, nothing is gained
    wire.request("initialize", params).await;
    let refused = wire.call("delete_record", json!({ "id": 7 })).await;
    assert_eq!(refused["error"]["code"], 403, "{refused}");
    assert_eq!(runs_of("handshake"), 0);
}

#[tokio::test]
async fn a_decision_that_the_client_sends_along_is_not_taken() {
    let mut wire = Wire::open(&server(), somebody("extensions", [rbac::Role::Reader]), V2025_11_25).await;
    let id = 77;
    let message = json!({
        "jsonrpc": "2.0", "id": id, "method": "tools/call", "extensions": { "CallScope": "admin" },
        "params": { "name": "delete_record", "arguments": { "id": 7 }, "extensions": { "CallScope": {} } },
    });
    wire.send(&message).await;
    assert_eq!(wire.answer(id).await["error"]["code"], 403);
    assert_eq!(runs_of("extensions"), 0);
}
