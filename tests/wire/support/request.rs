//! A request as bytes. It begins as an honest one; a test takes away and adds what it likes.

use serde_json::{Value, json};

pub const V2025_06_18: &str = "2025-06-18";
pub const V2025_11_25: &str = "2025-11-25";
/// From here on every request says in `_meta` and in headers who speaks which version, and what is asked for.
pub const V2026_07_28: &str = "2026-07-28";

/// The id of the requests here, unless a test is about the id.
const ID: u64 = 7;

#[derive(Clone)]
pub struct Request {
    line: Vec<u8>,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    counts: bool,
}

/// A JSON-RPC request.
pub fn message(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": ID, "method": method, "params": params })
}

/// A `tools/call` with arguments that fit every tool.
pub fn call(tool: &str) -> Value {
    message("tools/call", json!({ "name": tool, "arguments": { "id": 5 } }))
}

impl Request {
    /// A POST of this body to the endpoint.
    pub fn post(body: impl Into<Vec<u8>>) -> Self {
        Self { line: b"POST /mcp HTTP/1.1".to_vec(), headers: Vec::new(), body: body.into(), counts: true }
            .header("Host", "127.0.0.1")
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
    }

    pub fn json(body: &Value) -> Self {
        Self::post(body.to_string())
    }

    /// A call under an older version of the protocol, where the body is all there is.
    pub fn call(tool: &str) -> Self {
        Self::json(&call(tool))
    }

    /// A call under the newest version of the protocol, with all that it wants.
    pub fn modern_call(tool: &str) -> Self {
        Self::modern(call(tool)).header("Mcp-Name", tool)
    }

    /// Any request under the newest version of the protocol.
    pub fn modern(mut message: Value) -> Self {
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": V2026_07_28,
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": { "name": "wire", "version": "0" },
        });
        message["params"]["_meta"] = meta;
        let method = message["method"].as_str().unwrap_or_default().to_owned();
        Self::json(&message).header("MCP-Protocol-Version", V2026_07_28).header("Mcp-Method", method)
    }

    pub fn line(self, line: impl Into<Vec<u8>>) -> Self {
        Self { line: line.into(), ..self }
    }

    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(given, _)| !given.eq_ignore_ascii_case(name));
        self
    }

    /// One header in the place of all of that name.
    pub fn with(self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.without(name).header(name, value)
    }

    pub fn bearer(self, key: &str) -> Self {
        self.header("Authorization", format!("Bearer {key}"))
    }

    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// Says nothing about the length of the body.
    pub fn uncounted(self) -> Self {
        Self { counts: false, ..self }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.line.clone();
        bytes.extend(b"\r\n");
        for (name, value) in &self.headers {
            bytes.extend(name.as_bytes());
            bytes.extend(b": ");
            bytes.extend(value);
            bytes.extend(b"\r\n");
        }
        if self.counts {
            bytes.extend(format!("Content-Length: {}\r\n", self.body.len()).as_bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(&self.body);
        bytes
    }
}
