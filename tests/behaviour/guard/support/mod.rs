mod events;
mod wire;

pub use events::{Event, events_of, logged, settled_events_of};
pub use wire::{V2025_06_18, V2025_11_25, V2026_07_28, Wire};

use mcp_rbac::{Principal, Server, testing::Client};
use serde_json::Value;

/// A client that goes through rmcp, with somebody listening to the events.
pub async fn client(server: &Server, principal: Principal) -> Client {
    events::listen();
    Client::as_principal(server, principal).await
}

/// Waits for something that is about to happen; a test that waits for ever says nothing.
pub async fn soon<T>(event: impl Future<Output = T>) -> T {
    tokio::time::timeout(std::time::Duration::from_secs(20), event).await.expect("it does not happen")
}

/// Where every refusal and failure points: the id of a record, which is a UUID of version 7.
pub fn record_in(data: &Option<Value>) -> String {
    let record = data.as_ref().and_then(|data| data["record"].as_str()).unwrap_or_default().to_owned();
    assert!(is_uuid_v7(&record), "`{record}` is no UUID of version 7");
    record
}

pub fn is_uuid_v7(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 36
        && [8, 13, 18, 23].iter().all(|&at| bytes[at] == b'-')
        && bytes[14] == b'7'
        && matches!(bytes[19], b'8' | b'9' | b'a' | b'b')
}

/// The text of a tool's result.
pub fn text(result: &mcp_rbac::rmcp::model::CallToolResult) -> String {
    result.content.iter().filter_map(|block| block.as_text()).map(|text| text.text.as_str()).collect()
}
