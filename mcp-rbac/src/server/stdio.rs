use rmcp::ServiceExt;

use super::{Server, ServerBuilder};
use crate::{
    auth::{Method, Principal},
    policy::PolicyRole,
    registry::Problems,
};

impl ServerBuilder {
    /// Serves the one client that started the process, over standard input and output, as `role`.
    ///
    /// Who is on the other side of a pipe cannot be asked (MCP 2026-07-28, basic/authorization: stdio takes its
    /// credentials from the environment), so whoever starts the process says it.
    pub fn stdio_as(mut self, role: impl PolicyRole) -> StdioServer {
        let role = role.role();
        self.uses_role(role);
        StdioServer { principal: Principal::of_role(Method::Stdio, "local".to_owned(), role), builder: self }
    }
}

/// A server on standard input and output; [`ServerBuilder::stdio_as`] makes one.
#[must_use = "it does nothing before `serve`"]
pub struct StdioServer {
    builder: ServerBuilder,
    principal: Principal,
}

impl StdioServer {
    /// Serves until the client closes its side. Nothing but MCP is written to standard output.
    ///
    /// # Errors
    ///
    /// [`ServeError`] when the server cannot start, or the client does not speak MCP.
    pub async fn serve(self) -> Result<(), ServeError> {
        let Self { builder, principal } = self;
        let server: Server = builder.build()?;
        tracing::info!(target: "mcp_rbac", principal = ?principal, "serving over stdio\n{}", server.report());
        let running = server
            .handler(principal)
            .gated()
            .serve(rmcp::transport::stdio())
            .await
            .map_err(|error| ServeError::Transport(Box::new(error)))?;
        running.waiting().await.map_err(|error| ServeError::Transport(Box::new(error)))?;
        Ok(())
    }
}

/// Why a server does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// It cannot start.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// The connection failed.
    #[error("the connection failed: {0}")]
    Transport(#[source] Box<dyn std::error::Error + Send + Sync>),
}
