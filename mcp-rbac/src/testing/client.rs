use rmcp::{
    ErrorData, RoleClient, ServiceExt,
    model::{CallToolRequestParams, CallToolResult, Tool},
    service::{RunningService, ServiceError},
};
use tokio::io::DuplexStream;

use crate::{
    auth::{Method, Principal},
    guard::Identity,
    policy::PolicyRole,
    server::Server,
};

/// A client that speaks MCP to a server through memory: every request goes through rmcp and the guard, as it would
/// from outside.
///
/// ```
/// # use mcp_rbac::{prelude::*, testing::Client};
/// # mcp_rbac::roles! { permissions { read_data, delete_data } roles { reader { read_data } admin: reader { delete_data } } }
/// # mod tools {
/// #     use mcp_rbac::prelude::*; use crate::rbac;
/// #     #[tool(requires = "delete_data")]
/// #     fn delete_record() -> String { "gone".into() }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = Server::new(&rbac::POLICY).build()?;
/// let reader = Client::as_role(&server, rbac::Role::Reader).await;
/// assert!(reader.tool_names().await.is_empty());
/// let refused = reader.call("delete_record", serde_json::json!({})).await.unwrap_err();
/// assert_eq!(refused.code.0, 403);
/// # Ok(()) }
/// ```
pub struct Client {
    running: RunningService<RoleClient, ()>,
}

impl Client {
    /// A client that is recognised as somebody with this one role.
    ///
    /// # Panics
    ///
    /// When client and server cannot agree to talk, which would be a bug of this crate.
    pub async fn as_role(server: &Server, role: impl PolicyRole) -> Self {
        let role = role.role();
        Self::as_principal(server, Principal::of_role(Method::Stdio, format!("test-{role}"), role)).await
    }

    /// A client that is recognised as `principal`.
    ///
    /// # Panics
    ///
    /// When client and server cannot agree to talk, which would be a bug of this crate.
    #[expect(clippy::panic, reason = "it is called by tests, and this is how a test fails")]
    pub async fn as_principal(server: &Server, principal: Principal) -> Self {
        match ().serve(connect(server, principal)).await {
            Ok(running) => Self { running },
            Err(error) => panic!("client and server cannot talk: {error}"),
        }
    }

    /// What `tools/list` gives, every page of it.
    ///
    /// # Panics
    ///
    /// When the server answers with an error.
    #[expect(clippy::panic, reason = "it is called by tests, and this is how a test fails")]
    pub async fn tools(&self) -> Vec<Tool> {
        match self.running.list_all_tools().await {
            Ok(tools) => tools,
            Err(error) => panic!("tools/list failed: {error}"),
        }
    }

    /// The names in [`tools`](Self::tools), in the order of the list.
    ///
    /// # Panics
    ///
    /// When the server answers with an error.
    pub async fn tool_names(&self) -> Vec<String> {
        self.tools().await.into_iter().map(|tool| tool.name.into_owned()).collect()
    }

    /// Calls a tool; `arguments` is a JSON object, or `null` for none.
    ///
    /// # Errors
    ///
    /// The JSON-RPC error that the server answers with: a denial, an unknown tool, a panic.
    ///
    /// # Panics
    ///
    /// When `arguments` is something else, or the connection breaks.
    #[expect(clippy::panic, reason = "it is called by tests, and this is how a test fails")]
    pub async fn call(&self, tool: &str, arguments: serde_json::Value) -> Result<CallToolResult, ErrorData> {
        let request = CallToolRequestParams::new(tool.to_owned());
        let request = match (arguments.is_null(), arguments.as_object()) {
            (true, _) => request,
            (false, Some(object)) => request.with_arguments(object.clone()),
            (false, None) => panic!("the arguments of a tool are an object, not {arguments}"),
        };
        match self.running.peer().call_tool(request).await {
            Ok(result) => Ok(result),
            Err(ServiceError::McpError(error)) => Err(error),
            Err(other) => panic!("the call of `{tool}` failed: {other}"),
        }
    }

    /// The client side of rmcp, for whatever else a test wants to send.
    #[must_use]
    pub fn peer(&self) -> &rmcp::Peer<RoleClient> {
        self.running.peer()
    }
}

/// The near end of a connection to a server that recognises whoever speaks as `principal`, for a test that writes the
/// bytes itself: one JSON-RPC message a line, as over standard input and output.
///
/// It has to be called within a tokio runtime, where the server then runs.
#[must_use]
pub fn connect(server: &Server, principal: Principal) -> DuplexStream {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let gate = server.handler(Identity::Known(principal)).gated();
    tokio::spawn(async move {
        if let Ok(running) = gate.serve(far).await {
            // the client going away is how it ends
            let _ended = running.waiting().await;
        }
    });
    near
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}
