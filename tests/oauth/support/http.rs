//! Callers, who write their own bytes.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::{Value, json};

use super::reason;

#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find_map(|(given, value)| given.eq_ignore_ascii_case(name).then_some(value))
    }

    /// A parameter of the challenge.
    pub fn challenge(&self, parameter: &str) -> Option<&str> {
        let parameters = self.header("www-authenticate")?.strip_prefix("Bearer ")?;
        parameters
            .split(", ")
            .find_map(|given| given.strip_prefix(parameter)?.strip_prefix("=\"")?.strip_suffix('"'))
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The text of a tool's answer.
    pub fn tool_text(&self) -> String {
        self.json()["result"]["content"][0]["text"].as_str().unwrap_or_default().to_owned()
    }

    /// What the audit says about the record that the answer names.
    pub fn reason(&self) -> String {
        self.header("mcp-rbac-record").map(reason).unwrap_or_default()
    }
}

/// Sends a request, and reads until the server closes the connection.
pub fn send(address: SocketAddr, head: &str, body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let request = format!("{head}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    // a server that refuses a head that is too long does not read on
    let _refused = stream.write_all(request.as_bytes());
    let mut text = Vec::new();
    let _reset = stream.read_to_end(&mut text);
    let text = String::from_utf8_lossy(&text).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_default();
    Answer { status, head: head.to_owned(), body: body.to_owned() }
}

/// Calls a tool with this `Authorization`.
pub fn call(address: SocketAddr, tool: &str, authorization: &str) -> Answer {
    post(address, authorization, &json!({ "name": tool, "arguments": {} }), "tools/call")
}

pub fn post(address: SocketAddr, authorization: &str, params: &Value, method: &str) -> Answer {
    let head = format!(
        "POST /mcp HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\nAuthorization: {authorization}"
    );
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    send(address, &head, &body.to_string())
}
