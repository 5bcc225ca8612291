//! A task that the handler made belongs to whoever asked for it.

use serde_json::{Value, json};

use crate::{
    desk::{Reached, rbac, server, somebody},
    support::{V2026_07_28, Wire},
};

fn with_tasks(mut params: Value) -> Value {
    params["_meta"]["io.modelcontextprotocol/clientCapabilities"] =
        json!({ "extensions": { "io.modelcontextprotocol/tasks": {} } });
    params
}

async fn copy(wire: &mut Wire, id: u32) -> Value {
    let params = json!({ "name": "copy_all", "arguments": { "id": id } });
    wire.request("tools/call", with_tasks(params)).await
}

#[tokio::test]
async fn a_task_is_its_owners_alone() {
    let reached = Reached::default();
    let server = server(&reached);
    let mut owner = Wire::open(&server, somebody("owner", rbac::Role::Writer), V2026_07_28).await;
    let mut other = Wire::open(&server, somebody("other", rbac::Role::Chief), V2026_07_28).await;
    let created = copy(&mut owner, 1).await;
    assert_eq!(created["result"]["taskId"], "copy-1", "{created}");

    let about = with_tasks(json!({ "taskId": "copy-1" }));
    for method in ["tasks/get", "tasks/cancel"] {
        let answer = other.request(method, about.clone()).await;
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
        let unknown = other.request(method, with_tasks(json!({ "taskId": "copy-9" }))).await;
        assert_eq!(unknown["error"]["code"], answer["error"]["code"]);
    }
    assert_eq!(reached.all(), ["copy_all"]);
    let answer = owner.request("tasks/get", about.clone()).await;
    assert_eq!(answer["result"]["status"], "working", "{answer}");
    let answer = owner.request("tasks/cancel", about).await;
    assert!(answer["result"].is_object(), "{answer}");
    assert_eq!(reached.all(), ["copy_all", "task copy-1", "cancel copy-1"]);
}

#[tokio::test]
async fn a_task_of_somebody_else_is_not_taken_over_by_making_it_again() {
    let server = server(&Reached::default());
    let mut owner = Wire::open(&server, somebody("first", rbac::Role::Writer), V2026_07_28).await;
    let mut other = Wire::open(&server, somebody("second", rbac::Role::Writer), V2026_07_28).await;
    assert!(copy(&mut owner, 2).await["result"].is_object());
    // this handler gives both the same id
    let answer = copy(&mut other, 2).await;
    assert_eq!(answer["error"]["code"], -32603, "{answer}");
    let about = with_tasks(json!({ "taskId": "copy-2" }));
    assert_eq!(other.request("tasks/get", about.clone()).await["error"]["code"], -32602);
    assert!(owner.request("tasks/get", about).await["result"].is_object());
}

#[tokio::test]
async fn a_task_whose_owner_lost_the_permission_is_denied() {
    let server = server(&Reached::default());
    let mut writer = Wire::open(&server, somebody("demoted", rbac::Role::Writer), V2026_07_28).await;
    assert!(copy(&mut writer, 3).await["result"].is_object());
    let mut reader = Wire::open(&server, somebody("demoted", rbac::Role::Reader), V2026_07_28).await;
    let answer = reader.request("tasks/get", with_tasks(json!({ "taskId": "copy-3" }))).await;
    assert_eq!(answer["error"]["code"], 403, "{answer}");
}

#[tokio::test]
async fn a_panic_about_a_task_is_contained() {
    let server = server(&Reached::default());
    let mut owner = Wire::open(&server, somebody("unlucky", rbac::Role::Writer), V2026_07_28).await;
    assert!(copy(&mut owner, 13).await["result"].is_object());
    let answer = owner.request("tasks/cancel", with_tasks(json!({ "taskId": "copy-13" }))).await;
    assert_eq!(answer["error"]["code"], -32603, "{answer}");
}
