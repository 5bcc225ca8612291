//! The records server, for people who log in.

use std::{error::Error, net::TcpListener};

use mcp_rbac::{
    OAuth,
    oauth::{Scopes, claim},
};
use records::{app, rbac::Role, store::Store};
use tempfile::TempDir;
use tokio::task::JoinHandle;

/// A running one, on data of its own. It ends with this value.
pub(crate) struct RecordsServer {
    running: JoinHandle<()>,
    _data: TempDir,
}

/// An address on this machine that is free, and the endpoint there. The authorization server has to know it before the
/// server runs.
pub(crate) fn endpoint() -> Result<(String, String), std::io::Error> {
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    Ok((address.to_string(), format!("http://{address}/mcp")))
}

impl RecordsServer {
    /// Serves at `address`, to whoever comes with a token of `issuer` for `resource`.
    pub(crate) async fn start(address: &str, resource: &str, issuer: &str) -> Result<Self, Box<dyn Error>> {
        let data = tempfile::tempdir()?;
        let tokens = OAuth::issuer(issuer)?
            .audience(resource)
            // the authorization server knows the permissions of this server as scopes
            .scopes(Scopes::Limit)
            .at_jwt_only()
            .roles(claim("groups").map("records-analysts", Role::Analyst).map("records-admins", Role::Admin));
        let listening = app()
            .state(Store::open(data.path().join("records.db"))?)
            .authenticate(tokens)
            .http(address)
            .listen()
            .await?;
        let running = tokio::spawn(listening.run(std::future::pending()));
        Ok(Self { running, _data: data })
    }
}

impl Drop for RecordsServer {
    fn drop(&mut self) {
        self.running.abort();
    }
}
