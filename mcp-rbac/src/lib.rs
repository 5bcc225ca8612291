//! Role-based access control for MCP servers, checked by the compiler.
//!
//! A server declares its policy once, with [`roles!`]: which permissions exist, which roles have them, and what no role
//! may ever reach. Each tool says in one line what a caller needs: [`#[tool(requires = "…")]`](macro@tool). From the two
//! follow the guard of every call, the tool list of every caller, and a record of both.
//!
//! ```
//! use mcp_rbac::{prelude::*, testing::Client};
//!
//! mcp_rbac::roles! {
//!     permissions {
//!         read_data,
//!         delete_data: destructive,
//!     }
//!     roles {
//!         reader { read_data }
//!         admin: reader { delete_data }
//!     }
//!     invariants {
//!         only admin { delete_data };
//!     }
//! }
//!
//! /// Get the record.
//! #[tool(requires = "read_data", read_only)]
//! fn get_record() -> &'static str {
//!     "…"
//! }
//!
//! /// Delete the record for good.
//! #[tool(requires = "delete_data")]
//! async fn delete_record(caller: Caller) -> String {
//!     format!("deleted for {}", caller.principal().subject())
//! }
//!
//! // a test of the policy that the compiler runs
//! const _: () = assert!(!rbac::Role::Reader.can(rbac::Permission::DeleteData));
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let server = Server::new(&rbac::POLICY).build()?;
//!     let reader = Client::as_role(&server, rbac::Role::Reader).await;
//!     assert_eq!(reader.tool_names().await, ["get_record"]);
//!     let refused = reader.call("delete_record", serde_json::json!({})).await.unwrap_err();
//!     assert_eq!(
//!         refused.message,
//!         "tool `delete_record` needs permission `delete_data`, which role `reader` does not have",
//!     );
//!     Ok(())
//! }
//! ```
//!
//! # Defence in depth
//!
//! * A tool that a caller may not use is missing from the list *and* refused on the call. One function decides on both,
//!   with the same requirement.
//! * The body of a tool takes an [`Authorized`] call by value, and only the guard can make one. It does so before the
//!   arguments are parsed.
//! * [`Granted<P>`](Granted) carries the decision on into the program, as a type.
//! * Whatever fails, denies: a panic, a name that is not known, a state that is missing.
//!
//! # What the compiler sees, and what it does not
//!
//! Names, hierarchy, separation of duty, invariants, proofs and contradicting hints are compile errors, each on the word
//! at fault. What lies in several crates is not in the compiler's sight: duplicate tool names, a missing
//! [`State<T>`](State), a crate that is not linked ([`link!`]). [`ServerBuilder::check`] finds all of it at every start.
//! Tools that are left out of the program altogether, because no crate that holds them is named, cannot be found at all:
//! name the crates with [`link!`].
//!
//! # Where things are
//!
//! | for | see |
//! | --- | --- |
//! | the policy | [`roles!`], [`policy`] |
//! | a tool: parameters, results, errors | [`macro@tool`], [`ToolParam`], [`ToolResult`], [`ToolError`] |
//! | who is calling | [`Caller`], [`Principal`] |
//! | a server | [`Server`], [`ServerBuilder`], [`StdioServer`] |
//! | tests | `testing` |
//! | commands | `cli` |
//!
//! # Features
//!
//! No feature changes a decision.
//!
//! | feature | brings |
//! | --- | --- |
//! | `cli` | the commands `serve` and `tools`, for programs that parse their command line with clap |
//! | `testing` | a client in memory, the start-up check and the access matrix for `cargo test` |

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

/// The commands of the README and its code, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The code of the guide, run as tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/testing-a-policy.md")]
struct TestingAPolicy;
