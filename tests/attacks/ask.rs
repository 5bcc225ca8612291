//! The same request as each version of the protocol wants it.

use serde_json::{Value, json};

use crate::support::{Connection, Request, Response, Running, V2026_07_28, message};

/// Every version of the protocol, and none.
pub const VERSIONS: [&str; 6] = ["", "2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", V2026_07_28];

/// A request under a version, from somebody who says in a header who they are, or from nobody.
pub fn under(version: &str, method: &str, params: Value, credential: &str) -> Request {
    let name = ["name", "uri", "taskId"].iter().find_map(|key| params[key].as_str()).map(str::to_owned);
    let request = if version == V2026_07_28 {
        let mut message = message(method, params);
        let with = message["params"]["_meta"].take();
        message["params"]["_meta"] = meta();
        message["params"]["_meta"]
            .as_object_mut()
            .unwrap()
            .extend(with.as_object().cloned().unwrap_or_default());
        let request =
            Request::json(&message).header("MCP-Protocol-Version", version).header("Mcp-Method", method);
        match name {
            Some(name) => request.header("Mcp-Name", encoded(&name)),
            None => request,
        }
    } else {
        let request = Request::json(&message(method, params));
        if version.is_empty() { request } else { request.header("MCP-Protocol-Version", version) }
    };
    if credential.is_empty() { request } else { request.header("Authorization", credential) }
}

/// What every request of the newest version says about its sender.
pub fn meta() -> Value {
    json!({
        "io.modelcontextprotocol/protocolVersion": V2026_07_28,
        "io.modelcontextprotocol/clientCapabilities": { "extensions": { "io.modelcontextprotocol/tasks": {} } },
        "io.modelcontextprotocol/clientInfo": { "name": "attacks", "version": "0" },
    })
}

/// A value as a header carries it (MCP 2026-07-28, transports/streamable-http): in base64 where it has other characters.
fn encoded(value: &str) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let is_plain = value.bytes().all(|byte| (0x21..=0x7e).contains(&byte)) && !value.is_empty();
    if is_plain { value.to_owned() } else { format!("=?base64?{}?=", STANDARD.encode(value)) }
}

pub fn named(subject: &str, role: &str) -> String {
    format!("Named {subject} {role}").trim_end().to_owned()
}

/// The answer to one request, over a connection of its own.
pub fn ask(server: &Running, request: &Request) -> Response {
    Connection::open(server.address()).ask(request)
}

/// The code of the error in an answer; 0 where there is none.
pub fn code(response: &Response) -> i64 {
    response.json()["error"]["code"].as_i64().unwrap_or_default()
}

/// A record that the answer names, in header and body.
pub fn record(response: &Response) -> String {
    let body = response.json();
    let record = body["error"]["data"]["record"].as_str().unwrap_or_default().to_owned();
    assert_eq!(response.header("mcp-rbac-record"), Some(&*record), "{}", response.everything());
    record
}
