//! For the tests of a server: a client in memory, the start-up check, the access matrix, and policies that must not
//! compile. Behind the feature `testing`; name it in `[dev-dependencies]`.

mod client;
mod compile;
mod matrix;
mod principal;

pub use client::{Client, connect};
pub use compile::policy_must_not_compile;
pub use matrix::{check_cell, check_table};
pub use principal::{anonymous, principal};

use crate::{ServerBuilder, StartReport};

/// Runs the start-up check inside a test, so that what would keep the server from starting fails `cargo test`.
///
/// ```
/// # mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } } }
/// # mod tools {
/// #     use crate::rbac;
/// #     #[mcp_rbac::tool(requires = "read_data")]
/// #     fn get_record() -> String { "…".into() }
/// # }
/// fn app() -> mcp_rbac::ServerBuilder {
///     mcp_rbac::Server::new(&rbac::POLICY)
/// }
/// # fn main() {
/// let report = mcp_rbac::testing::verify(app());
/// assert_eq!(report.tools_of(rbac::Role::Reader), ["get_record"]);
/// # }
/// ```
///
/// # Panics
///
/// With every problem, when there is one.
#[track_caller]
#[expect(clippy::panic, reason = "it is called by tests, and this is how a test fails")]
pub fn verify(app: ServerBuilder) -> StartReport {
    match app.check() {
        Ok(report) => report,
        Err(problems) => panic!("{problems}"),
    }
}
