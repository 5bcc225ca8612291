//! Servers that run on a free port of this machine.

use std::{net::SocketAddr, sync::OnceLock, time::SystemTime};

use axum::Router;
use futures::{FutureExt, future::BoxFuture};
use mcp_rbac::{
    ApiKeys, HttpServer, Server, ServerBuilder,
    api_key::{KeyFile, KeyRequest},
};
use tempfile::TempDir;
use tokio::{net::TcpListener, runtime::Runtime, sync::oneshot};

use super::log;
use crate::rbac::{POLICY, Role};

/// A server, its keys, and the threads that it runs on. It stops when it is dropped.
pub struct Running {
    address: SocketAddr,
    pub keys: Keys,
    stop: Option<oneshot::Sender<()>>,
    _runtime: Runtime,
}

pub struct Keys {
    pub reader: String,
    pub admin: String,
    pub bob: String,
    pub revoked: String,
    pub expired: String,
    pub early: String,
    folder: TempDir,
}

/// One server for all tests that need nothing special.
pub fn shared() -> &'static Running {
    static SHARED: OnceLock<Running> = OnceLock::new();
    SHARED.get_or_init(|| Running::start(|server| server))
}

impl Keys {
    fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::new(folder.path().join("keys.toml"), &POLICY);
        let issue = |request: KeyRequest| file.issue(&request).unwrap();
        let new = |owner: &str, role: Role| KeyRequest::new(owner).role(role);
        let day = std::time::Duration::from_secs(24 * 3600);
        let revoked = issue(new("carol", Role::Admin));
        file.revoke(revoked.stored().id()).unwrap();
        let expired = issue(new("dave", Role::Admin).expires(SystemTime::now() + day));
        let keys = Self {
            reader: issue(new("alice", Role::Reader)).expose().to_owned(),
            admin: issue(new("root", Role::Admin)).expose().to_owned(),
            bob: issue(new("bob", Role::Reader)).expose().to_owned(),
            early: issue(new("erin", Role::Admin).not_before(SystemTime::now() + day)).expose().to_owned(),
            revoked: revoked.expose().to_owned(),
            expired: expired.expose().to_owned(),
            folder,
        };
        keys.let_expire();
        keys
    }

    /// Puts the one expiry of the file into the past, after its creation.
    fn let_expire(&self) {
        let path = self.folder.path().join("keys.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<String> = text
            .lines()
            .map(|line| if line.starts_with("expires") { "expires = 2021-01-01T00:00:00Z" } else { line })
            .map(str::to_owned)
            .collect();
        let at = lines.iter().position(|line| line.starts_with("expires")).unwrap();
        let mut lines = lines;
        let created = lines[..at].iter().rposition(|line| line.starts_with("created")).unwrap();
        lines[created] = "created = 2020-01-01T00:00:00Z".to_owned();
        std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    }

    pub fn file(&self) -> KeyFile {
        KeyFile::new(self.folder.path().join("keys.toml"), &POLICY)
    }

    pub fn authenticator(&self) -> ApiKeys {
        ApiKeys::file(self.folder.path().join("keys.toml"))
    }
}

impl Running {
    /// A server that takes API keys, on a free port.
    pub fn start(change: impl FnOnce(HttpServer) -> HttpServer) -> Self {
        Self::build(|app| app, change)
    }

    /// A server that takes API keys and admits those who have none.
    pub fn open() -> Self {
        Self::build(ServerBuilder::allow_anonymous, |server| server)
    }

    pub fn build(
        app: impl FnOnce(ServerBuilder) -> ServerBuilder,
        change: impl FnOnce(HttpServer) -> HttpServer,
    ) -> Self {
        let keys = Keys::make();
        let authenticator = keys.authenticator();
        Self::bare(|builder| app(builder.authenticate(authenticator)), change, keys)
    }

    /// A server with nothing but what `app` gives it.
    pub fn without_keys(app: impl FnOnce(ServerBuilder) -> ServerBuilder) -> Self {
        Self::bare(app, |server| server, Keys::make())
    }

    /// An application of somebody's own around a server that takes API keys, on their own listener, which speaks HTTP/1
    /// and HTTP/2 in the clear.
    pub fn nested(around: impl FnOnce(HttpServer) -> Router) -> Self {
        let keys = Keys::make();
        let authenticator = keys.authenticator();
        let app = around(Server::new(&POLICY).authenticate(authenticator).http("127.0.0.1:0"));
        Self::run(keys, |runtime, stopped| {
            let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
            let address = listener.local_addr().unwrap();
            let serving = axum::serve(listener, app).with_graceful_shutdown(stopped);
            runtime.spawn(async { serving.await.unwrap() });
            address
        })
    }

    fn bare(
        app: impl FnOnce(ServerBuilder) -> ServerBuilder,
        change: impl FnOnce(HttpServer) -> HttpServer,
        keys: Keys,
    ) -> Self {
        let server = change(app(Server::new(&POLICY)).http("127.0.0.1:0"));
        Self::run(keys, |runtime, stopped| {
            let listening = runtime.block_on(server.listen()).unwrap();
            let address = listening.address();
            runtime.spawn(listening.run(stopped));
            address
        })
    }

    fn run(keys: Keys, start: impl FnOnce(&Runtime, BoxFuture<'static, ()>) -> SocketAddr) -> Self {
        log::listen();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let address = start(&runtime, stopped.map(|_dropped| ()).boxed());
        Self { address, keys, stop: Some(stop), _runtime: runtime }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
    }
}
