use rmcp::{
    ErrorData, RoleClient, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResult, ErrorCode, GetPromptRequestParams, GetPromptResult, Prompt,
        ReadResourceRequestParams, ReadResourceResult, Resource, ResourceTemplate, Tool,
    },
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
    pub async fn tools(&self) -> Vec<Tool> {
        listed("tools/list", self.running.list_all_tools().await)
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
        answered(tool, self.running.peer().call_tool(request).await)
    }

    /// What `prompts/list` gives, every page of it; nothing where the server has no prompts.
    ///
    /// # Panics
    ///
    /// When the server answers with another error.
    pub async fn prompts(&self) -> Vec<Prompt> {
        listed("prompts/list", self.running.list_all_prompts().await)
    }

    /// Gets a prompt; `arguments` is a JSON object of texts, or `null` for none.
    ///
    /// # Errors
    ///
    /// The JSON-RPC error that the server answers with: a denial, an unknown prompt, arguments that do not fit.
    ///
    /// # Panics
    ///
    /// When `arguments` is something else, or the connection breaks.
    #[expect(clippy::panic, reason = "it is called by tests, and this is how a test fails")]
    pub async fn get_prompt(
        &self,
        prompt: &str,
        arguments: serde_json::Value,
    ) -> Result<GetPromptResult, ErrorData> {
        let request = GetPromptRequestParams::new(prompt);
        let request = match (arguments.is_null(), arguments.as_object()) {
            (true, _) => request,
            (false, Some(object)) => request.with_arguments(object.clone()),
            (false, None) => panic!("the arguments of a prompt are an object, not {arguments}"),
        };
        answered(prompt, self.running.peer().get_prompt(request).await)
    }

    /// What `resources/list` gives, every page of it: the resources with a fixed URI. Nothing where the server has no
    /// resources.
    ///
    /// # Panics
    ///
    /// When the server answers with another error.
    pub async fn resources(&self) -> Vec<Resource> {
        listed("resources/list", self.running.list_all_resources().await)
    }

    /// What `resources/templates/list` gives, every page of it. Nothing where the server has no resources.
    ///
    /// # Panics
    ///
    /// When the server answers with another error.
    pub async fn templates(&self) -> Vec<ResourceTemplate> {
        listed("resources/templates/list", self.running.list_all_resource_templates().await)
    }

    /// Reads a resource.
    ///
    /// # Errors
    ///
    /// The JSON-RPC error that the server answers with: a denial, an unknown resource, a URI that is spelled in another
    /// way than the one that is accepted.
    ///
    /// # Panics
    ///
    /// When the connection breaks.
    pub async fn read(&self, uri: &str) -> Result<ReadResourceResult, ErrorData> {
        answered(uri, self.running.peer().read_resource(ReadResourceRequestParams::new(uri)).await)
    }

    /// The client side of rmcp, for whatever else a test wants to send.
    #[must_use]
    pub fn peer(&self) -> &rmcp::Peer<RoleClient> {
        self.running.peer()
    }
}

/// The items of a list; none where the server does not offer what the list is of.
#[expect(clippy::panic, reason = "it is called by tests, and this is how a test fails")]
fn listed<T>(method: &str, answer: Result<Vec<T>, ServiceError>) -> Vec<T> {
    match answer {
        Ok(items) => items,
        Err(ServiceError::McpError(error)) if error.code == ErrorCode::METHOD_NOT_FOUND => Vec::new(),
        Err(error) => panic!("{method} failed: {error}"),
    }
}

#[expect(clippy::panic, reason = "it is called by tests, and this is how a test fails")]
fn answered<T>(of: &str, answer: Result<T, ServiceError>) -> Result<T, ErrorData> {
    match answer {
        Ok(result) => Ok(result),
        Err(ServiceError::McpError(error)) => Err(error),
        Err(other) => panic!("the request for `{of}` failed: {other}"),
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
