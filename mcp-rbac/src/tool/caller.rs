use rmcp::{
    ErrorData, RoleServer,
    handler::server::common::{AsRequestContext, FromContextPart},
    model::{CallToolRequestParams, CallToolResponse, JsonObject},
    service::RequestContext,
};

use super::{Failure, ToolParam};
use crate::{
    audit::RecordId,
    auth::Principal,
    guard::{Authorized, CallScope, call_nested},
    policy::{Granted, PermissionMarker, PermissionRef},
};

/// Who made the call in hand, as a parameter of a tool.
///
/// ```
/// use mcp_rbac::prelude::*;
///
/// mcp_rbac::roles! {
///     permissions { read_data, read_salaries }
///     roles { clerk { read_data } hr: clerk { read_salaries } }
/// }
/// # mod tools { use mcp_rbac::prelude::*; use super::rbac;
/// #[tool(requires = "read_data", policy = super::rbac)]
/// fn describe_me(caller: Caller) -> String {
///     let salaries = caller.can(rbac::Permission::ReadSalaries);
///     format!("{} (salaries: {salaries})", caller.principal().subject())
/// }
/// # }
/// # fn main() {}
/// ```
pub struct Caller {
    scope: CallScope,
    context: RequestContext<RoleServer>,
}

impl Caller {
    /// The principal.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        self.scope.principal()
    }

    /// Whether the caller holds `permission`. What the whole tool needs belongs into its `requires`; this is for what
    /// a part of it needs.
    #[must_use]
    pub fn can(&self, permission: impl Into<PermissionRef>) -> bool {
        self.principal().can(permission)
    }

    /// The proof for `P`, where the decision on this call was about `P` and found it held: so a tool that requires
    /// `any(…)` learns which part of it let the caller in.
    #[must_use]
    pub fn granted<P: PermissionMarker>(&self) -> Option<Granted<P>> {
        self.scope.covers(P::PERMISSION).then(Granted::new)
    }

    /// The audit record of this call.
    #[must_use]
    pub fn record(&self) -> RecordId {
        self.scope.record()
    }

    /// Says that the resource at `uri` is not what it was: whoever listens for it and may read it is told.
    pub fn resource_updated(&self, uri: &str) {
        self.scope.core().updates.resource(uri);
    }

    /// Calls another tool for the same principal. It is decided anew, as a call from outside would be, and recorded
    /// with this call as its parent. Calls nest up to eight deep.
    ///
    /// # Errors
    ///
    /// The JSON-RPC error that a client would get: the caller may not, the tool is unknown, it panicked, …
    pub async fn call(&self, tool: &str, arguments: JsonObject) -> Result<CallToolResponse, ErrorData> {
        let request = CallToolRequestParams::new(tool.to_owned()).with_arguments(arguments);
        let call = call_nested(&self.scope, request, self.context.clone());
        // a future that contains itself has to be boxed
        let call: futures::future::BoxFuture<'_, _> = Box::pin(call);
        call.await
    }
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller").field("principal", self.principal()).field("record", &self.record()).finish()
    }
}

fn caller_of(context: &RequestContext<RoleServer>) -> Option<Caller> {
    CallScope::of(context).map(|scope| Caller { scope: scope.clone(), context: context.clone() })
}

impl ToolParam for Caller {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        caller_of(call.context()).ok_or_else(|| Failure::Internal(NO_SCOPE.to_owned()))
    }
}

impl<P: PermissionMarker> ToolParam for Granted<P> {
    const PROVES: Option<PermissionRef> = Some(P::PERMISSION);

    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        granted(call.context())
            .ok_or_else(|| Failure::Internal(format!("the call was not checked for `{}`", P::PERMISSION)))
    }
}

/// For handlers that rmcp calls: prompts, and tools under a guard of a foreign server.
impl<C: AsRequestContext> FromContextPart<C> for Caller {
    fn from_context_part(context: &mut C) -> Result<Self, ErrorData> {
        caller_of(context.as_request_context()).ok_or_else(|| outside_the_guard(NO_SCOPE))
    }
}

/// For handlers that rmcp calls: prompts, and tools under a guard of a foreign server.
impl<C: AsRequestContext, P: PermissionMarker> FromContextPart<C> for Granted<P> {
    fn from_context_part(context: &mut C) -> Result<Self, ErrorData> {
        granted(context.as_request_context())
            .ok_or_else(|| outside_the_guard("the call was not checked for it"))
    }
}

const NO_SCOPE: &str = "the call did not come through the guard";

fn granted<P: PermissionMarker>(context: &RequestContext<RoleServer>) -> Option<Granted<P>> {
    CallScope::of(context)?.covers(P::PERMISSION).then(Granted::new)
}

fn outside_the_guard(why: &str) -> ErrorData {
    tracing::error!(target: "mcp_rbac::tool", error = why, "tool could not be called");
    ErrorData::internal_error("internal error", None)
}
