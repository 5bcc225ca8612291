//! Servers that run on a free port of this machine.

use std::net::SocketAddr;

use mcp_rbac::{HttpServer, OAuth, Server, ServerBuilder};
use tokio::{runtime::Runtime, sync::oneshot};

use super::log;
use crate::rbac::POLICY;

/// A server, and the threads that it runs on. It stops when it is dropped.
pub struct Running {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    _runtime: Runtime,
}

impl Running {
    /// A server that takes access tokens.
    pub fn taking(tokens: OAuth) -> Self {
        Self::build(|builder| builder.authenticate(tokens))
    }

    pub fn build(app: impl FnOnce(ServerBuilder) -> ServerBuilder) -> Self {
        Self::serving(app, |server| server)
    }

    pub fn serving(
        app: impl FnOnce(ServerBuilder) -> ServerBuilder,
        change: impl FnOnce(HttpServer) -> HttpServer,
    ) -> Self {
        log::listen();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let server = change(app(Server::new(&POLICY)).http("127.0.0.1:0"));
        let listening = runtime.block_on(server.listen()).unwrap();
        let address = listening.address();
        let (stop, stopped) = oneshot::channel::<()>();
        runtime.spawn(listening.run(async {
            let _dropped = stopped.await;
        }));
        Self { address, stop: Some(stop), _runtime: runtime }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
    }
}
