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
//! * A tool, prompt or resource that a caller may not use is missing from the list *and* refused when it is asked for. One
//!   function decides on both, with the same requirement.
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
//! | a prompt | [`macro@prompt`], [`PromptResult`] |
//! | a resource | [`macro@resource`], [`ResourceResult`], [`ResourceVariable`] |
//! | completion of what a user types | [`Completion`] |
//! | a server that was written for rmcp | [`Guard`] |
//! | who is calling | [`Caller`], [`Principal`], [`Authenticate`] |
//! | API keys | [`ApiKeys`], [`api_key`] |
//! | what happened | [`Audit`], [`audit`] |
//! | OAuth access tokens | `OAuth`, `oauth` |
//! | secrets from where they are kept | [`secrets`] |
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
//! | `http` (on unless switched off) | HTTP |
//! | `tls` | TLS without a proxy in front |
//! | `oauth` | access tokens of an OAuth 2.1 authorization server |
//! | `aws` | secrets of AWS Secrets Manager, trails in Amazon CloudWatch Logs |
//! | `cli` | the commands `serve`, `tools` and `keys`, for programs that parse their command line with clap |
//! | `testing` | a client in memory, the start-up check and the access matrix for `cargo test` |

// a new kind of decision, requirement or outcome must be handled wherever one is
#![warn(clippy::wildcard_enum_match_arm)]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
pub mod audit;
mod auth;
#[cfg(feature = "aws")]
mod aws;
#[cfg(feature = "cli")]
pub mod cli;
mod completion;
mod guard;
#[cfg(feature = "http")]
mod http;
pub mod policy;
pub mod prelude;
mod prompt;
mod registry;
mod resource;
pub mod secrets;
mod server;
#[cfg(feature = "testing")]
pub mod testing;
mod tool;
mod view;

#[cfg(feature = "http")]
pub use self::http::{HttpError, HttpServer, Listening, McpService, RemoteAddress};
pub use audit::{Alert, Audit, AuditError, Limit, RecordId};
pub use auth::api_key::{self, ApiKeys, KeyFileMode};
#[cfg(feature = "oauth")]
pub use auth::oauth::{self, OAuth};
pub use auth::{
    Authenticate, Authentication, AuthorizationServer, Method, Principal, PrincipalBuilder, PrincipalError,
};
pub use completion::{Completion, IntoCompletionValues};
pub use guard::{Authorized, Decision, Denial, Guard};
#[doc = include_str!("prompt/attribute.md")]
pub use mcp_rbac_macros::prompt;
#[doc = include_str!("resource/attribute.md")]
pub use mcp_rbac_macros::resource;
#[doc = include_str!("tool/attribute.md")]
pub use mcp_rbac_macros::tool;
pub use policy::{Granted, PermissionRef, PermissionSet, Policy, PolicyRole, Requirement, RoleRef};
pub use prompt::PromptResult;
pub use registry::{Item, Location, Note, Primitive, Problem, Problems, ToolInfo};
pub use resource::{ResourceAnswer, ResourceResult, ResourceVariable};
pub use server::{ServeError, StdioServer};
pub use server::{Server, ServerBuilder, StartError, StartReport};
pub use tool::{
    Caller, Failure, ParamKind, RunningTask, State, ToolArguments, ToolError, ToolFailure, ToolOutput,
    ToolParam, ToolResult, ToolState,
};

pub use {rmcp, schemars, serde};

/// Declares who may do what: the permissions and roles of a policy, and what must hold for them whatever changes.
///
/// ```
/// mcp_rbac::roles! {
///     permissions {
///         /// Read customer records.
///         read_data,
///         /// Create and change customer records.
///         write_data: implies(read_data),
///         /// Permanently delete customer records.
///         delete_data: destructive,
///         /// Run aggregate reports.
///         "reports:run" as run_reports,
///     }
///     roles {
///         readonly { read_data }
///         analyst: readonly { run_reports }
///         admin: analyst { write_data, delete_data }
///     }
///     invariants {
///         only admin { delete_data };
///         never readonly { write_data };
///     }
/// }
///
/// use rbac::{Permission, Role};
///
/// // a policy test that the compiler runs
/// const _: () = assert!(!Role::Analyst.can(Permission::DeleteData));
///
/// fn main() {
///     assert!(Role::Admin.can(Permission::RunReports));
///     assert_eq!(Permission::RunReports.as_str(), "reports:run");
///     assert_eq!(Role::Analyst.permissions().to_string(), "read_data, reports:run");
///     assert_eq!("anylst".parse::<Role>().unwrap_err().to_string(), "there is no role `anylst`; did you mean `analyst`?");
/// }
/// ```
///
/// # Grammar
///
/// Three sections, each once; `invariants` may be missing.
///
/// ```text
/// permission = [docs] ( NAME | "wire name" "as" NAME ) [ ":" modifier { "," modifier } ] ","
/// modifier   = "destructive" | "baseline" | "unassigned" | "implies" "(" permissions ")"
/// role       = [docs] NAME [ ":" roles ] "{" permissions "}"
/// invariant  = ( "only" roles | "never" roles | "exclusive" ) "{" permissions "}" ";"
/// ```
///
/// A permission has a Rust name, which is used in here, in [`Granted`] and in the enums, and a wire name, which
/// `requires` and OAuth scopes use; they are the same unless `"wire name" as` says otherwise. A wire name is a scope
/// token (RFC 6749, section 3.3).
///
/// | modifier | meaning |
/// | --- | --- |
/// | `destructive` | a tool that requires it is listed with `destructiveHint` |
/// | `baseline` | the first OAuth challenge asks for its scope |
/// | `implies(a, b)` | its *scope* covers the scopes `a` and `b`; it concerns no role |
/// | `unassigned` | no role grants it yet, which is an error otherwise |
///
/// A role has what it grants and, after the colon, everything of the roles it inherits from. It may grant again what it
/// inherits: the grant stays when the inheritance goes.
///
/// | invariant | what it refuses |
/// | --- | --- |
/// | `only admin { p };` | every other role that reaches `p`, seniors of `admin` included: list them |
/// | `never readonly { p };` | that `readonly` reaches `p`, itself or by inheritance |
/// | `exclusive { p, q };` | a role that reaches both (static separation of duty); at run time also a principal whose roles together do |
///
/// # What it emits
///
/// One module, `rbac`, where it stands:
///
/// * `Permission` and `Role`, enums with a variant per declaration (`run_reports` becomes `RunReports`): `ALL`, `as_str`,
///   `Display`, `FromStr` with a suggestion, serde by the declared name, and the order of declaration as their `Ord`.
///   `Role::can` and `Role::permissions` are `const fn`.
/// * `permissions::run_reports`, a type per permission, for [`Granted`].
/// * `POLICY`, the [`Policy`] that a server is built with.
///
/// `#[tool]` looks for it at `crate::rbac`. A policy in a submodule is brought there with `pub use policy::rbac;`, one
/// of another crate with `use policy_crate::rbac;` in the root of the crate. A policy may stand in a function as well;
/// where the module around it has a `rbac` of its own, put it into a module inside the function, because rustc takes two
/// macro-made modules of one name as ambiguous.
///
/// # What it refuses
///
/// Every mistake is reported, each once and on the token at fault, and the rest of the crate is compiled as if there
/// were none:
///
/// * a permission or role that is not declared, anywhere, with the nearest name;
/// * anything stated twice: a section, permission, wire name, role, modifier, grant, inheritance, or a name in an
///   invariant; two names that would become one variant;
/// * a name that is a Rust keyword or a modifier, an empty wire name, one that is no scope token;
/// * a role that inherits itself and a cycle of inheritance or of `implies`, shown as a whole;
/// * a policy without permissions or without roles; a permission that no role grants, or that is `unassigned` and granted;
/// * a role that breaks an invariant, with the way by which it comes to the permission;
/// * an invariant that could never be broken: an empty set, `exclusive` of fewer than two, an `only` that names every
///   role, a second `only` for one permission, a `never` that an `only` or another `never` says already, an `exclusive`
///   within another one.
///
/// ```compile_fail
/// mcp_rbac::roles! {
///     permissions { read_data, write_data }
///     roles { readonly { read_data } admin: readonly { write_dta } }
/// }
/// # fn main() {}
/// ```
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
mod guide {
    #[doc = include_str!("../../docs/guide/getting-started.md")]
    struct GettingStarted;
    #[doc = include_str!("../../docs/guide/roles.md")]
    struct Roles;
    #[doc = include_str!("../../docs/guide/tools.md")]
    struct Tools;
    #[doc = include_str!("../../docs/guide/prompts-and-resources.md")]
    struct PromptsAndResources;
    #[doc = include_str!("../../docs/guide/keys.md")]
    struct Keys;
    #[cfg(feature = "aws")]
    #[doc = include_str!("../../docs/guide/secrets.md")]
    struct Secrets;
    #[doc = include_str!("../../docs/guide/http.md")]
    struct Http;
    #[cfg(feature = "oauth")]
    #[doc = include_str!("../../docs/guide/oauth.md")]
    struct OAuth;
    #[cfg(feature = "oauth")]
    #[doc = include_str!("../../docs/guide/oauth-providers.md")]
    struct OAuthProviders;
    #[doc = include_str!("../../docs/guide/audit.md")]
    struct Audit;
    #[doc = include_str!("../../docs/guide/testing-a-policy.md")]
    struct TestingAPolicy;
}
