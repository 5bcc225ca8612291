use mcp_rbac::{
    __private::{self, Modifiers, PermissionInfo, PermissionMarker, PermissionRef, Policy},
    prelude::*,
    rmcp::model::JsonObject,
};
use serde_json::{Value, json};

use crate::{
    app,
    support::{Wire, client, logged, record_in, text},
};

mcp_rbac::roles! {
    permissions { sign }
    roles { signer { sign } }
}

/// A policy that stands in the same module and calls its first permission the same, as two policies in two functions of
/// one module do. While compiling they cannot be told apart, at run time they can.
static TWIN: Policy = __private::policy(rbac::POLICY.module(), PERMISSIONS, &[], &[]);
const PERMISSIONS: &[PermissionInfo] = &[__private::permission("sign", "", Modifiers::NONE, &[])];

enum TwinOfSign {}

impl PermissionMarker for TwinOfSign {
    const PERMISSION: PermissionRef = __private::permission_ref(&TWIN, 0);
}

#[tool(requires = "sign", policy = rbac)]
fn sign(proof: Granted<rbac::permissions::sign>, caller: Caller) -> String {
    let twin = caller.granted::<TwinOfSign>().is_some() || caller.can(TwinOfSign::PERMISSION);
    format!("{proof:?} {twin}")
}

#[tool(requires = "sign", policy = rbac)]
fn sign_for_the_twin(_proof: Granted<TwinOfSign>) -> String {
    "signed".to_owned()
}

#[tokio::test]
async fn a_proof_says_what_was_checked_under_the_policy_of_the_server() {
    let server = Server::new(&rbac::POLICY).build().unwrap();
    let signer = mcp_rbac::testing::principal(&rbac::POLICY, "signer", [rbac::Role::Signer]).unwrap();
    let client = client(&server, signer).await;
    assert_eq!(text(&client.call("sign", Value::Null).await.unwrap()), "Granted(sign) false");

    let error = client.call("sign_for_the_twin", Value::Null).await.unwrap_err();
    assert_eq!(error.code.0, -32603);
    let logged = logged(&record_in(&error.data));
    assert_eq!(logged[0].get("error"), "the call was not checked for `sign`");
}

/// `any(…)` lets in who has one part: the tool learns which.
#[tokio::test]
async fn a_tool_learns_which_part_of_its_requirement_was_met() {
    let server = app::server();
    for (role, expected) in [
        (app::rbac::Role::Analyst, "Granted(reports:run)"),
        (app::rbac::Role::Admin, "Granted(write_data) Granted(reports:run)"),
    ] {
        let client = client(&server, app::somebody("parts", [role])).await;
        assert_eq!(text(&client.call("summarize", Value::Null).await.unwrap()), expected);
    }
}

#[tokio::test]
async fn states_reach_the_tools() {
    let client = client(&app::server(), app::somebody("state", [app::rbac::Role::Reader])).await;
    let result = client.call("get_record", json!({ "id": 9 })).await.unwrap();
    assert_eq!(text(&result), "record 9 for state");
}

/// Whoever has no arguments to give may leave them out.
#[tokio::test]
async fn absent_null_and_empty_arguments_are_the_same() {
    let server = app::server();
    let caller = app::somebody("absent", [app::rbac::Role::Analyst]);
    let mut wire = Wire::open(&server, caller, crate::support::V2025_11_25).await;
    let absent = [json!({}), json!({ "arguments": null }), json!({ "arguments": JsonObject::new() })];
    for mut params in absent {
        params["name"] = "export".into();
        let answer = wire.request("tools/call", params.clone()).await;
        assert_eq!(answer["result"]["content"][0]["text"], "export", "{params}: {answer}");
    }
}

/// Code that holds a request can clone its extensions, and put them into another request.
#[tokio::test]
async fn the_decision_on_one_call_is_worth_nothing_in_another() {
    use crate::{
        support::V2025_11_25,
        trouble::{Stage, boss, server, worker},
    };
    let stage = Stage::new();
    let server = server(&stage);
    let mut boss = Wire::open(&server, boss("leaver"), V2025_11_25).await;
    let mut worker = Wire::open(&server, worker("finder"), V2025_11_25).await;
    let id = boss.start("tools/call", json!({ "name": "leave_behind" })).await;
    stage.begun.notified().await;

    let picked_up = async |worker: &mut Wire| {
        let answer = worker.call("pick_up", json!({})).await;
        let text = answer["result"]["content"][0]["text"].as_str().unwrap_or_default().to_owned();
        assert_eq!(text, "None None", "{answer}");
    };
    picked_up(&mut worker).await;
    stage.go.add_permits(1);
    let own = boss.answer(id).await;
    assert_eq!(own["result"]["content"][0]["text"], "Some(Granted(shut_down)) Some(\"leaver\")");
    picked_up(&mut worker).await;
}
