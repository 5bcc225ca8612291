use rmcp::{
    RoleServer,
    handler::server::common::AsRequestContext,
    model::{
        CallToolRequestParams, CompleteRequestParams, GetPromptRequestParams, InputResponses, JsonObject,
        ReadResourceRequestParams,
    },
    service::RequestContext,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::CallScope;
use crate::tool::Failure;

/// A request for a tool, prompt or resource that the guard has allowed, with all that the parameters of the function
/// are made from.
///
/// The body of a function is reachable only through a function that takes one by value, and only the guard makes one:
/// its fields are private and it is neither `Clone` nor `Default`.
///
/// ```compile_fail
/// fn forge(context: mcp_rbac::rmcp::service::RequestContext<mcp_rbac::rmcp::RoleServer>) -> mcp_rbac::Authorized {
///     mcp_rbac::Authorized { context, request: todo!() }
/// }
/// ```
pub struct Authorized {
    context: RequestContext<RoleServer>,
    request: Allowed,
}

/// The request that was decided on, as rmcp parsed it.
pub(crate) enum Allowed {
    Tool(CallToolRequestParams),
    Prompt(GetPromptRequestParams),
    /// With the variables of its URI, decoded by the match that was decided on.
    Resource(ReadResourceRequestParams, Vec<(String, String)>),
    Completion(CompleteRequestParams),
}

impl Allowed {
    /// The arguments, where there are any.
    pub(super) fn arguments(&self) -> Option<&JsonObject> {
        match self {
            Self::Tool(request) => request.arguments.as_ref(),
            Self::Prompt(request) => request.arguments.as_ref(),
            Self::Resource(..) | Self::Completion(_) => None,
        }
    }

    /// What the client says that the round before handed out.
    pub(super) fn request_state(&mut self) -> Option<&mut String> {
        match self {
            Self::Tool(request) => request.request_state.as_mut(),
            Self::Prompt(request) => request.request_state.as_mut(),
            Self::Resource(request, _) => request.request_state.as_mut(),
            Self::Completion(_) => None,
        }
    }
}

impl Authorized {
    /// The guard's: puts the scope of the allowed call where `Caller`, `State` and `Granted` find it.
    pub(super) fn new(scope: CallScope, mut context: RequestContext<RoleServer>, request: Allowed) -> Self {
        context.extensions.insert(scope);
        Self { context, request }
    }

    /// The request as rmcp delivered it.
    #[must_use]
    pub fn context(&self) -> &RequestContext<RoleServer> {
        &self.context
    }

    /// The arguments; whoever takes them leaves none. A resource has none.
    pub fn take_arguments(&mut self) -> JsonObject {
        match &mut self.request {
            Allowed::Tool(CallToolRequestParams { arguments, .. })
            | Allowed::Prompt(GetPromptRequestParams { arguments, .. }) => {
                arguments.take().unwrap_or_default()
            }
            Allowed::Resource(..) | Allowed::Completion(_) => JsonObject::new(),
        }
    }

    /// The arguments as a type. Those of a prompt are text (MCP 2026-07-28, schema, `GetPromptRequestParams`), which
    /// becomes a number where the type wants one.
    pub(crate) fn parse_arguments<T: DeserializeOwned>(&mut self) -> Result<T, Failure> {
        let arguments = self.take_arguments();
        let parsed = match &self.request {
            Allowed::Prompt(_) => from_text(arguments),
            Allowed::Tool(_) | Allowed::Resource(..) | Allowed::Completion(_) => {
                serde_json::from_value(arguments.into()).map_err(|error| error.to_string())
            }
        };
        parsed.map_err(|why| Failure::Arguments(format!("the arguments do not fit: {why}")))
    }

    /// A variable of the URI of a resource, decoded.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        match &self.request {
            Allowed::Resource(_, variables) => {
                variables.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
            }
            Allowed::Tool(_) | Allowed::Prompt(_) | Allowed::Completion(_) => None,
        }
    }

    /// What the client answered to the questions of the round before (MCP 2026-07-28, patterns/mrtr).
    pub fn take_input_responses(&mut self) -> Option<InputResponses> {
        match &mut self.request {
            Allowed::Tool(CallToolRequestParams { input_responses, .. })
            | Allowed::Prompt(GetPromptRequestParams { input_responses, .. })
            | Allowed::Resource(ReadResourceRequestParams { input_responses, .. }, _) => {
                input_responses.take()
            }
            Allowed::Completion(_) => None,
        }
    }

    /// The state that the round before handed out: it came back as it was, from the same caller, for the same request.
    pub fn take_request_state(&mut self) -> Option<String> {
        match &mut self.request {
            Allowed::Tool(CallToolRequestParams { request_state, .. })
            | Allowed::Prompt(GetPromptRequestParams { request_state, .. })
            | Allowed::Resource(ReadResourceRequestParams { request_state, .. }, _) => request_state.take(),
            Allowed::Completion(_) => None,
        }
    }

    /// The question, where the request is one for completion.
    pub(super) fn into_completion(self) -> Option<(CallScope, CompleteRequestParams)> {
        let scope = self.context.extensions.get::<CallScope>()?.clone();
        match self.request {
            Allowed::Completion(request) => Some((scope, request)),
            Allowed::Tool(_) | Allowed::Prompt(_) | Allowed::Resource(..) => None,
        }
    }

    /// The request whole, for a handler of somebody else's.
    pub(super) fn into_parts(self) -> (RequestContext<RoleServer>, Allowed) {
        (self.context, self.request)
    }
}

/// Text arguments as a type. A number or truth value that a client sends as such is the text that it would be.
fn from_text<T: DeserializeOwned>(arguments: JsonObject) -> Result<T, String> {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (name, value) in &arguments {
        match value {
            Value::String(text) => pairs.append_pair(name, text),
            Value::Number(_) | Value::Bool(_) => pairs.append_pair(name, &value.to_string()),
            Value::Null => &mut pairs,
            Value::Array(_) | Value::Object(_) => {
                return Err(format!("`{}` must be text", name.escape_debug()));
            }
        };
    }
    serde_html_form::from_str(&pairs.finish()).map_err(|error| error.to_string())
}

impl AsRequestContext for Authorized {
    fn as_request_context(&self) -> &RequestContext<RoleServer> {
        &self.context
    }

    fn as_request_context_mut(&mut self) -> &mut RequestContext<RoleServer> {
        &mut self.context
    }
}
