use std::sync::Arc;

use rmcp::ServiceExt;

use super::{Server, ServerBuilder, StartError, StartReport, report::Transport};
use crate::{
    auth::{Credential, Method, Principal, Unrecognised, describe_roles},
    guard::Identity,
    policy::PolicyRole,
};

impl ServerBuilder {
    /// Serves the one client that started the process, over standard input and output, as `role`.
    ///
    /// Who is on the other side of a pipe cannot be asked (MCP 2026-07-28, basic/authorization: stdio takes its
    /// credentials from the environment), so whoever starts the process says it.
    pub fn stdio_as(mut self, role: impl PolicyRole) -> StdioServer {
        let role = role.role();
        self.uses_role(role);
        StdioServer {
            caller: Caller::Role(Principal::of_role(Method::Stdio, "local".to_owned(), role)),
            builder: self,
        }
    }

    /// Serves the one client that started the process, over standard input and output, as the owner of a credential
    /// that one of the [authenticators](Self::authenticate) knows: an API key, say. It is looked at anew for every
    /// request, so that a key which expires or is revoked stops there and then.
    pub fn stdio_bearer(self, token: impl Into<String>) -> StdioServer {
        StdioServer { caller: Caller::Bearer(token.into()), builder: self }
    }
}

/// A server on standard input and output; [`ServerBuilder::stdio_as`] and [`ServerBuilder::stdio_bearer`] make one.
#[must_use = "it does nothing before `serve`"]
pub struct StdioServer {
    builder: ServerBuilder,
    caller: Caller,
}

enum Caller {
    Role(Principal),
    Bearer(String),
}

impl StdioServer {
    /// Serves until the client closes its side. Nothing but MCP is written to standard output.
    ///
    /// # Errors
    ///
    /// [`ServeError`] when the server cannot start, or the client does not speak MCP.
    pub async fn serve(self) -> Result<(), ServeError> {
        let (server, identity) = self.begin().await?;
        let server = server.surveyed().await;
        tracing::info!(target: "mcp_rbac", "serving over stdio\n{}", server.report());
        let running = server
            .handler(identity)
            .gated()
            .serve(rmcp::transport::stdio())
            .await
            .map_err(|error| ServeError::Transport(Box::new(error)))?;
        let ended = running.waiting().await;
        server.ends();
        ended.map_err(|error| ServeError::Transport(Box::new(error)))?;
        Ok(())
    }

    /// Does what [`serve`](Self::serve) does before it serves: whatever keeps the server from starting is an error
    /// here as well, a credential that is not accepted included.
    ///
    /// # Errors
    ///
    /// [`ServeError`] when the server cannot start.
    pub async fn check(self) -> Result<StartReport, ServeError> {
        let (server, _) = self.begin().await?;
        Ok(server.report().clone())
    }

    /// The server, and who is at the other end.
    async fn begin(self) -> Result<(Server, Identity), ServeError> {
        let Self { builder, caller } = self;
        let (server, identity, principal) = match caller {
            Caller::Role(principal) => {
                let server = builder.build().map_err(StartError::from)?;
                (server, Identity::Known(principal.clone()), principal)
            }
            Caller::Bearer(token) => {
                let server = builder.build_authenticating()?;
                let credential =
                    Credential::bearer(&token, Arc::clone(server.authenticators()), server.policy())
                        .ok_or_else(|| {
                            ServeError::Credential("it contains characters that no credential has".to_owned())
                        })?;
                let principal = credential.principal().await.map_err(ServeError::unrecognised)?;
                (server, Identity::Presented(Arc::new(credential)), principal)
            }
        };
        tracing::info!(target: "mcp_rbac", ?principal, "the client on standard input");
        let caller = format!("{} with {}", principal.subject(), describe_roles(&principal).replace('`', ""));
        Ok((server.over(Transport::Stdio(caller)), identity))
    }
}

/// Why a server does not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// It cannot start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The credential for standard input is not accepted.
    #[error("the credential for standard input is not accepted: {0}")]
    Credential(String),
    /// The connection failed.
    #[error("the connection failed: {0}")]
    Transport(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ServeError {
    /// Whoever starts the process may know the reason: it is their own credential.
    fn unrecognised(unrecognised: Unrecognised) -> Self {
        Self::Credential(unrecognised.to_string())
    }
}
