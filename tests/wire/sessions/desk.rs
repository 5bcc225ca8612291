//! A server with sessions, the keys of its callers, and how they begin a session.

use std::{fs, net::SocketAddr, time::Duration};

use mcp_rbac::{
    ApiKeys, HttpServer, Server, ServerBuilder,
    api_key::{KeyFile, KeyRequest},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{runtime::Runtime, sync::oneshot};

use super::{
    app::rbac::{POLICY, Role},
    line::{Answer, Line},
};
use crate::support::{self, Request, V2025_11_25, message};

pub struct Desk {
    pub address: SocketAddr,
    pub server: Server,
    pub alice: String,
    /// Another key of hers.
    pub alice_too: String,
    pub bob: String,
    pub root: String,
    folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    stopped: std::sync::Mutex<std::sync::mpsc::Receiver<()>>,
    _runtime: Runtime,
}

impl Desk {
    /// A server with sessions.
    pub fn open() -> Self {
        Self::with(|server| server)
    }

    pub fn with(change: impl FnOnce(HttpServer) -> HttpServer) -> Self {
        Self::build(|app| app, |server| change(server.legacy_sessions()))
    }

    pub fn build(
        app: impl FnOnce(ServerBuilder) -> ServerBuilder,
        change: impl FnOnce(HttpServer) -> HttpServer,
    ) -> Self {
        support::listen();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        let file = KeyFile::new(&path, &POLICY);
        let issue = |owner: &str, role: Role| {
            file.issue(&KeyRequest::new(owner).role(role)).unwrap().expose().to_owned()
        };
        let (alice, alice_too) = (issue("alice", Role::Writer), issue("alice", Role::Writer));
        let (bob, root) = (issue("bob", Role::Writer), issue("root", Role::Owner));
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let server = app(Server::new(&POLICY).authenticate(ApiKeys::file(&path)));
        let listening = runtime.block_on(change(server.http("127.0.0.1:0")).listen()).unwrap();
        let (address, server) = (listening.address(), listening.server().clone());
        let (stop, asked) = oneshot::channel::<()>();
        let (has_stopped, stopped) = std::sync::mpsc::channel();
        runtime.spawn(async move {
            listening
                .run(async {
                    let _dropped = asked.await;
                })
                .await;
            let _nobody_waits = has_stopped.send(());
        });
        let (stop, stopped) = (Some(stop), std::sync::Mutex::new(stopped));
        Self { address, server, alice, alice_too, bob, root, folder, stop, stopped, _runtime: runtime }
    }

    /// Asks the server to stop; whether it has within this time.
    pub fn stops_within(&mut self, time: Duration) -> bool {
        drop(self.stop.take());
        self.stopped.get_mut().unwrap().recv_timeout(time).is_ok()
    }

    pub fn ask(&self, request: &Request) -> Answer {
        Line::ask(self.address, request)
    }

    pub fn send(&self, request: &Request) -> Line {
        Line::send(self.address, request)
    }

    /// Begins a session; its id.
    pub fn begin(&self, key: &str) -> String {
        let answer = self.ask(&initialize(key));
        let id = answer.head.header("mcp-session-id").unwrap_or_else(|| panic!("{answer:?}")).to_owned();
        let begun =
            self.ask(&within(&id, key, &json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })));
        assert_eq!(begun.head.status, 202, "{begun:?}");
        id
    }

    /// The stream on which the server says what nobody has asked for.
    pub fn listen(&self, id: &str, key: &str) -> Line {
        let mut line = self.send(&get(id, key));
        let head = line.head();
        assert!(head.status == 200 && head.is_stream(), "{head:?}");
        line
    }

    pub fn revoke(&self, key: &str) {
        KeyFile::new(self.path(), &POLICY).revoke(id_of(key)).unwrap();
    }

    /// Gives a key another role, as an operator does with an editor.
    pub fn change_role(&self, key: &str, role: Role) {
        let text = fs::read_to_string(self.path()).unwrap();
        let mut tables: Vec<String> = text.split("[[key]]").map(str::to_owned).collect();
        let table = tables.iter_mut().find(|table| table.contains(id_of(key))).unwrap();
        let lines = table.lines().map(|line| match line.starts_with("roles") {
            true => format!("roles = [\"{role}\"]"),
            false => line.to_owned(),
        });
        *table = lines.collect::<Vec<_>>().join("\n") + "\n";
        // whole at every moment, like every change of it
        let new = self.folder.path().join("new.toml");
        fs::write(&new, tables.join("[[key]]")).unwrap();
        fs::set_permissions(&new, fs::metadata(self.path()).unwrap().permissions()).unwrap();
        fs::rename(&new, self.path()).unwrap();
    }

    fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("keys.toml")
    }
}

/// The id within a key.
fn id_of(key: &str) -> &str {
    &key[8..20]
}

/// What an older client begins with.
pub fn initialize(key: &str) -> Request {
    Request::json(&hello()).bearer(key)
}

pub fn hello() -> Value {
    let client = json!({ "name": "wire", "version": "0" });
    message(
        "initialize",
        json!({ "protocolVersion": V2025_11_25, "capabilities": { "roots": {} }, "clientInfo": client }),
    )
}

/// A message within a session.
pub fn within(id: &str, key: &str, message: &Value) -> Request {
    Request::json(message)
        .header("Mcp-Session-Id", id)
        .header("MCP-Protocol-Version", V2025_11_25)
        .bearer(key)
}

/// A call within a session, which may say how far it is.
pub fn call(id: &str, key: &str, tool: &str) -> Request {
    numbered(id, key, tool, 7)
}

/// A call with an id of its own: those that are open at once in one session must not have the same.
pub fn numbered(id: &str, key: &str, tool: &str, number: usize) -> Request {
    let mut message = support::call(tool);
    message["id"] = number.into();
    message["params"]["_meta"] = json!({ "progressToken": 1 });
    within(id, key, &message)
}

/// The request for a stream.
pub fn get(id: &str, key: &str) -> Request {
    Request::post("")
        .line("GET /mcp HTTP/1.1")
        .with("Accept", "text/event-stream")
        .without("Content-Type")
        .header("Mcp-Session-Id", id)
        .header("MCP-Protocol-Version", V2025_11_25)
        .bearer(key)
}

/// The end of a session.
pub fn delete(id: &str, key: &str) -> Request {
    get(id, key).line("DELETE /mcp HTTP/1.1")
}
