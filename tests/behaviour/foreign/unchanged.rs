//! What the guard hands on as it is.

use serde_json::json;

use crate::{
    desk::{Desk, Reached, nobody, server},
    support::{V2025_11_25, V2026_07_28, Wire},
};
use mcp_rbac::rmcp::ServerHandler;

#[tokio::test]
async fn who_the_server_is_and_what_it_can_do() {
    let reached = Reached::default();
    let server = server(&reached);
    let own = serde_json::to_value(Desk::new(&reached).get_info()).unwrap();
    let mut wire = Wire::open(&server, nobody("asks"), V2026_07_28).await;
    let found = wire.request("server/discover", json!({})).await;
    for member in ["capabilities", "instructions"] {
        assert_eq!(found["result"][member], own[member], "{found}");
    }
    // an older client: the handler's own `initialize`
    let mut older = Wire::open(&server, nobody("asks-older"), V2025_11_25).await;
    older.request("ping", json!({})).await;
    assert_eq!(reached.all(), ["initialize wire", "initialized"]);
    assert_eq!(server.info().server_info.name, "desk");
}

#[tokio::test]
async fn the_level_of_logging_progress_and_cancellation() {
    let reached = Reached::default();
    let server = server(&reached);
    let mut wire = Wire::open(&server, nobody("sends"), V2025_11_25).await;
    let answer = wire.request("logging/setLevel", json!({ "level": "debug" })).await;
    assert!(answer["result"].is_object(), "{answer}");
    let progress = json!({ "progressToken": 1, "progress": 0.5 });
    for (method, params) in [
        ("notifications/progress", progress),
        ("notifications/cancelled", json!({ "requestId": 99, "reason": "enough" })),
    ] {
        wire.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params })).await;
    }
    for _ in 0..200 {
        if reached.all().len() >= 5 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let mut all = reached.all();
    all.sort();
    assert_eq!(all, ["cancelled enough", "initialize wire", "initialized", "level Debug", "progress 0.5"]);
}
