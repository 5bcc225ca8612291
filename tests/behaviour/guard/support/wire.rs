//! A client that writes its own bytes.

use std::time::Duration;

use mcp_rbac::{Principal, Server, testing};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, ReadHalf, WriteHalf};

pub const V2025_06_18: &str = "2025-06-18";
pub const V2025_11_25: &str = "2025-11-25";
/// From here on there is no handshake: every request says in `_meta` who speaks which version.
pub const V2026_07_28: &str = "2026-07-28";

pub struct Wire {
    read: BufReader<ReadHalf<DuplexStream>>,
    write: WriteHalf<DuplexStream>,
    version: &'static str,
    capabilities: Value,
    next_id: u64,
}

impl Wire {
    /// A connection that is ready for requests in this version of the protocol.
    pub async fn open(server: &Server, principal: Principal, version: &'static str) -> Self {
        Self::able_to(json!({}), server, principal, version).await
    }

    /// A connection of a client that declares these capabilities.
    pub async fn able_to(
        capabilities: Value,
        server: &Server,
        principal: Principal,
        version: &'static str,
    ) -> Self {
        super::events::listen();
        let (read, write) = tokio::io::split(testing::connect(server, principal));
        let mut wire = Self {
            read: BufReader::new(read),
            write,
            version,
            capabilities: capabilities.clone(),
            next_id: 0,
        };
        if version < V2026_07_28 {
            let client = json!({ "name": "wire", "version": "0" });
            let params =
                json!({ "protocolVersion": version, "capabilities": capabilities, "clientInfo": client });
            let answer = wire.request("initialize", params).await;
            assert_eq!(answer["result"]["protocolVersion"], version, "{answer}");
            wire.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await;
        }
        wire
    }

    /// The result or error of a request.
    pub async fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.start(method, params).await;
        self.answer(id).await
    }

    /// Sends a request; its id.
    pub async fn start(&mut self, method: &str, mut params: Value) -> u64 {
        self.next_id += 1;
        if self.version >= V2026_07_28 {
            params["_meta"]["io.modelcontextprotocol/protocolVersion"] = self.version.into();
            // what a client can do, where the request says it itself
            let capabilities = &mut params["_meta"]["io.modelcontextprotocol/clientCapabilities"];
            if capabilities.is_null() {
                *capabilities = self.capabilities.clone();
            }
            params["_meta"]["io.modelcontextprotocol/clientInfo"] = json!({ "name": "wire", "version": "0" });
        }
        let id = self.next_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })).await;
        id
    }

    pub async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        self.request("tools/call", json!({ "name": tool, "arguments": arguments })).await
    }

    pub async fn send(&mut self, message: &Value) {
        self.send_line(&message.to_string()).await;
    }

    pub async fn send_line(&mut self, line: &str) {
        self.write.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    /// The answer to this request; whatever else comes before it is passed over.
    pub async fn answer(&mut self, id: u64) -> Value {
        loop {
            let message = self.receive().await;
            if message["id"] == id {
                return message;
            }
        }
    }

    /// The next message of the server.
    pub async fn receive(&mut self) -> Value {
        serde_json::from_str(&self.receive_line().await).unwrap()
    }

    /// The next message of the server, to the byte.
    pub async fn receive_line(&mut self) -> String {
        let mut line = String::new();
        let read = tokio::time::timeout(Duration::from_secs(20), self.read.read_line(&mut line));
        let length = read.await.expect("the server does not answer").unwrap();
        assert!(length > 0, "the server closed the connection");
        line
    }

    /// Whether the server is still there: it answers a call that anybody may make.
    pub async fn assert_alive(&mut self) {
        let answer = self.call("about", json!({})).await;
        assert_eq!(answer["result"]["content"][0]["text"], "about", "{answer}");
    }
}
