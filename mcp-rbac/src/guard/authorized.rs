use rmcp::{
    RoleServer,
    handler::server::common::AsRequestContext,
    model::{InputResponses, JsonObject},
    service::RequestContext,
};

use super::CallScope;

/// A tool call that the guard has allowed, with all that the tool's parameters are made from.
///
/// The body of a tool is reachable only through a function that takes one by value, and only the guard makes one: its
/// fields are private and it is neither `Clone` nor `Default`.
///
/// ```compile_fail
/// fn forge(context: mcp_rbac::rmcp::service::RequestContext<mcp_rbac::rmcp::RoleServer>) -> mcp_rbac::Authorized {
///     mcp_rbac::Authorized { context, arguments: None, input_responses: None, request_state: None }
/// }
/// ```
pub struct Authorized {
    context: RequestContext<RoleServer>,
    arguments: Option<JsonObject>,
    input_responses: Option<InputResponses>,
    request_state: Option<String>,
}

impl Authorized {
    /// The guard's: puts the scope of the allowed call where `Caller`, `State` and `Granted` find it.
    pub(super) fn new(
        scope: CallScope,
        mut context: RequestContext<RoleServer>,
        arguments: Option<JsonObject>,
        input_responses: Option<InputResponses>,
        request_state: Option<String>,
    ) -> Self {
        context.extensions.insert(scope);
        Self { context, arguments, input_responses, request_state }
    }

    /// The request as rmcp delivered it.
    #[must_use]
    pub fn context(&self) -> &RequestContext<RoleServer> {
        &self.context
    }

    /// The arguments; whoever takes them leaves none.
    pub fn take_arguments(&mut self) -> JsonObject {
        self.arguments.take().unwrap_or_default()
    }

    /// What the client answered to the questions of the round before (MCP 2026-07-28, patterns/mrtr).
    pub fn take_input_responses(&mut self) -> Option<InputResponses> {
        self.input_responses.take()
    }

    /// The opaque state that the round before handed out. The client may have changed it.
    pub fn take_request_state(&mut self) -> Option<String> {
        self.request_state.take()
    }
}

impl AsRequestContext for Authorized {
    fn as_request_context(&self) -> &RequestContext<RoleServer> {
        &self.context
    }

    fn as_request_context_mut(&mut self) -> &mut RequestContext<RoleServer> {
        &mut self.context
    }
}
