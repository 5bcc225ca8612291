//! Role-based access control for MCP servers, checked by the compiler.

// a new kind of decision, requirement or outcome must be handled wherever one is
#![warn(clippy::wildcard_enum_match_arm)]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod audit;
mod auth;
#[cfg(feature = "cli")]
pub mod cli;
mod guard;
pub mod policy;
pub mod prelude;
mod registry;
mod server;
#[cfg(feature = "testing")]
pub mod testing;
mod tool;

pub use audit::RecordId;
pub use auth::{Method, Principal, PrincipalError};
pub use guard::{Authorized, Decision, Denial};
pub use mcp_rbac_macros::tool;
pub use policy::{Granted, PermissionRef, PermissionSet, Policy, PolicyRole, Requirement, RoleRef};
pub use registry::{Location, Note, Problem, Problems, ToolInfo};
pub use server::{ServeError, StdioServer};
pub use server::{Server, ServerBuilder, StartReport};
pub use tool::{
    Caller, Failure, ParamKind, State, ToolArguments, ToolError, ToolFailure, ToolOutput, ToolParam,
    ToolResult,
};

pub use {rmcp, schemars, serde};

/// Declares the permissions and roles of a policy; emits the module `rbac`.
#[macro_export]
macro_rules! roles {
    ($($policy:tt)*) => {
        $crate::__private::__roles! { ($crate) $($policy)* }
    };
}

/// Names the crates that bring tools.
///
/// A crate that nothing names is not linked, and its tools are missing without a word. Naming it here links it, and
/// the server refuses to start when no tool comes from it. A dependency that `Cargo.toml` renames is written with the
/// name of its package: `link!(crm as "crm_tools")`.
///
/// ```ignore
/// mcp_rbac::link!(crm_tools, billing_tools);
/// ```
#[macro_export]
macro_rules! link {
    ($($name:ident $(as $package:literal)?),+ $(,)?) => {
        $(
            const _: () = {
                #[expect(unused_imports, reason = "naming the crate is what links it")]
                use $name as _;
                $crate::__private::inventory::submit! { $crate::__private::linked_crate!($name $($package)?) }
            };
        )+
    };
}
