//! The only names that the code our macros emit may use. No part of the public interface: it changes with every
//! version, which is why `mcp-rbac` pins `mcp-rbac-macros` exactly.

pub use inventory;
pub use mcp_rbac_macros::{__hit, __miss, __roles};
pub use serde;

pub use crate::__linked_crate as linked_crate;
pub use crate::completion::{Completion, CompletionFuture, IntoCompletionValues};
pub use crate::registry::{
    CompletionDef, Hints, LinkedCrate, Output, Oversight, ParamDef, PromptDef, Rate, Redaction, ResourceDef,
    ToolDef, Treatment,
};

pub use crate::{__permission_impls as permission_impls, __role_impls as role_impls};

use crate::guard::CallScope;
pub use crate::guard::{Authorized, ForeignToolDef};
pub use crate::policy::{
    PermissionInfo, PermissionMarker, PermissionRef, PermissionSet, Policy, PolicyRole, Requirement,
    RoleInfo, RoleRef, UnknownName,
};
pub use crate::prompt::PromptResult;
pub use crate::resource::{ResourceAnswer, ResourceResult, ResourceVariable};
use crate::tool::{Failure, ParamKind};
pub use crate::tool::{ToolParam, ToolResult};
use futures::future::BoxFuture;
pub use rmcp::model::GetPromptResponse;
use rmcp::model::{CallToolResponse, JsonObject};
use std::{future::Future, sync::Arc};

/// The modifiers of a permission in `roles!`.
pub struct Modifiers {
    pub destructive: bool,
    pub baseline: bool,
    pub unassigned: bool,
}

impl Modifiers {
    pub const NONE: Self = Self { destructive: false, baseline: false, unassigned: false };
}

pub const fn permission(
    name: &'static str,
    description: &'static str,
    modifiers: Modifiers,
    implies: &'static [u16],
) -> PermissionInfo {
    let Modifiers { destructive, baseline, unassigned } = modifiers;
    PermissionInfo { name, description, destructive, baseline, unassigned, implies }
}

pub const fn role(
    name: &'static str,
    description: &'static str,
    juniors: &'static [u16],
    closure: &'static [u64],
) -> RoleInfo {
    RoleInfo { name, description, juniors, closure }
}

pub const fn policy(
    module: &'static str,
    permissions: &'static [PermissionInfo],
    roles: &'static [RoleInfo],
    exclusive: &'static [&'static [u16]],
) -> Policy {
    Policy { module, permissions, roles, exclusive }
}

pub const fn permission_ref(policy: &'static Policy, index: u16) -> PermissionRef {
    PermissionRef::new(policy, index)
}

pub const fn role_ref(policy: &'static Policy, index: u16) -> RoleRef {
    RoleRef::new(policy, index)
}

/// What generated code needs of one parameter type. Each type is named once, where this is made, so that a type which
/// is no parameter is one error.
pub struct Param<T> {
    pub extract: fn(&mut Authorized) -> Result<T, Failure>,
    pub kind: fn() -> ParamKind,
    pub proves: Option<PermissionRef>,
}

/// What generated code needs of the result type; named once, like a parameter's.
pub struct Returned<R> {
    pub into_response: fn(R) -> Result<CallToolResponse, Failure>,
    pub output_schema: fn() -> Option<Arc<JsonObject>>,
    pub asks: bool,
}

/// Does not compile, with `message`, where a proof says more than the requirement.
#[track_caller]
pub const fn assert_proven(proves: Option<PermissionRef>, requirement: &Requirement, message: &'static str) {
    if let Some(permission) = proves {
        assert!(requirement.implies(permission), "{}", message);
    }
}

/// What generated code needs of the result type of a prompt (`T` is its response) or of a resource.
pub struct Answered<R, T> {
    pub into_response: fn(R) -> Result<T, Failure>,
}

/// What generated code needs of the type of one variable.
pub struct Variable<T> {
    pub parse: fn(&str) -> Result<T, Failure>,
}

/// Takes the variable `name` of the URI that the guard decided on.
pub fn variable<T>(
    call: &mut Authorized,
    name: &'static str,
    parse: fn(&str) -> Result<T, Failure>,
) -> Result<T, Failure> {
    match call.variable(name) {
        Some(text) => parse(text),
        None => Err(Failure::Internal(format!("the uri has no variable `{name}`"))),
    }
}

/// The completion of one argument or variable.
pub fn complete<F, V>(values: F) -> CompletionFuture
where
    F: Future<Output = V> + Send + 'static,
    V: IntoCompletionValues + 'static,
{
    Box::pin(async move { values.await.into_values() })
}

/// Takes out of the result of a tool what is not to leave the server.
pub type Filter = fn(&mut serde_json::Value);

pub type CallFuture<T = CallToolResponse> = BoxFuture<'static, Result<T, Failure>>;

/// The call of an `async fn`: `body` takes the parameters and starts it.
pub fn run<F: Future<Output: 'static> + Send + 'static, T: Send + 'static>(
    mut call: Authorized,
    body: fn(&mut Authorized) -> Result<F, Failure>,
    into_response: fn(F::Output) -> Result<T, Failure>,
) -> CallFuture<T> {
    match body(&mut call) {
        Ok(future) => Box::pin(async move { into_response(future.await) }),
        Err(failure) => Box::pin(std::future::ready(Err(failure))),
    }
}

/// The call of a `fn`, which may block and so has a thread of its own. The parameters are made and the result is
/// turned into a response on that thread as well. A panic goes on to the guard.
pub fn run_blocking<R: 'static, T: Send + 'static>(
    mut call: Authorized,
    body: fn(&mut Authorized) -> Result<R, Failure>,
    into_response: fn(R) -> Result<T, Failure>,
) -> CallFuture<T> {
    let call = CallScope::carry(move || body(&mut call).and_then(into_response));
    Box::pin(async move {
        match tokio::task::spawn_blocking(call).await {
            Ok(response) => response,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(cancelled) => {
                    Err(Failure::Internal(format!("the runtime is shutting down: {cancelled}")))
                }
            },
        }
    })
}

/// The policy of a requirement that names permissions.
#[expect(clippy::panic, reason = "a constant: it is the compiler that would panic")]
pub const fn policy_of(requirement: &Requirement) -> &'static Policy {
    match requirement.policy() {
        Some(policy) => policy,
        None => panic!("the requirement names no permission"),
    }
}

/// Whether a role's closure has a permission; the whole of `Role::can`.
pub const fn can(role: RoleRef, permission: PermissionRef) -> bool {
    role.permissions().has(permission.index())
}

pub fn deserialize_name<'de, N, D>(deserializer: D) -> Result<N, D::Error>
where
    N: std::str::FromStr<Err = UnknownName>,
    D: serde::Deserializer<'de>,
{
    crate::policy::deserialize_name(deserializer)
}
