//! What the tests ask about tasks.

use mcp_rbac::{Principal, Server};
use serde_json::{Value, json};

use crate::support::Wire;

/// What a client declares that knows tasks.
pub fn capabilities() -> Value {
    json!({ "extensions": { "io.modelcontextprotocol/tasks": {} } })
}

/// A connection of a client that knows tasks.
pub async fn open(server: &Server, principal: Principal, version: &'static str) -> Wire {
    Wire::able_to(capabilities(), server, principal, version).await
}

/// The id of the task that a call became.
pub async fn start(wire: &mut Wire, tool: &str) -> String {
    let answer = wire.call(tool, json!({})).await;
    assert_eq!(answer["result"]["resultType"], "task", "{answer}");
    answer["result"]["taskId"].as_str().unwrap().to_owned()
}

pub async fn get(wire: &mut Wire, id: &str) -> Value {
    wire.request("tasks/get", json!({ "taskId": id })).await
}

pub async fn cancel(wire: &mut Wire, id: &str) -> Value {
    wire.request("tasks/cancel", json!({ "taskId": id })).await
}

pub async fn update(wire: &mut Wire, id: &str, responses: Value) -> Value {
    wire.request("tasks/update", json!({ "taskId": id, "inputResponses": responses })).await
}

/// The task, once it is in this state.
pub async fn once(wire: &mut Wire, id: &str, status: &str) -> Value {
    for _ in 0..1_000 {
        let answer = get(wire, id).await;
        if answer["result"]["status"] == status {
            return answer["result"].clone();
        }
        assert!(answer["result"]["status"].is_string(), "{answer}");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("it does not become {status}: {}", get(wire, id).await)
}

/// The text of a task that has a result.
pub async fn text(wire: &mut Wire, id: &str) -> String {
    let task = once(wire, id, "completed").await;
    task["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{task}")).to_owned()
}

/// What is answered about a task that does not exist.
pub fn unknown(id: &str) -> Value {
    json!({ "code": -32602, "message": format!("unknown task `{id}`") })
}
