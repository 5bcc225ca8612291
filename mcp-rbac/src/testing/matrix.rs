use rmcp::model::{CallToolResponse, CallToolResult, ContentBlock};

use super::Client;
use crate::{
    __private::CallFuture,
    ServerBuilder,
    guard::Authorized,
    policy::{Policy, RoleRef},
    server::Server,
};

/// One test per role and tool: what is listed, what can be called and what the table declares must agree.
///
/// The table is written by hand on purpose: it is the second opinion on the policy. A tool or role that it does not
/// name fails the test `table_is_complete`. The bodies of the tools do not run, so the server needs none of its states;
/// that it has them is for [`verify`](crate::testing::verify).
///
/// ```
/// # mcp_rbac::roles! { permissions { read_data, delete_data } roles { reader { read_data } admin: reader { delete_data } } }
/// # mod tools {
/// #     use crate::rbac;
/// #     #[mcp_rbac::tool(requires = "read_data")]
/// #     fn get_record() -> String { "…".into() }
/// #     #[mcp_rbac::tool(requires = "delete_data")]
/// #     fn delete_record() -> String { "…".into() }
/// # }
/// fn app() -> mcp_rbac::ServerBuilder {
///     mcp_rbac::Server::new(&rbac::POLICY)
/// }
///
/// mcp_rbac::matrix_test! {
///     server: app(),
///     tools: [delete_record, get_record],
///     reader: [get_record],
///     admin: [delete_record, get_record],
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! matrix_test {
    (server: $app:expr, tools: $tools:tt, $($role:ident: [$($allowed:ident),* $(,)?]),+ $(,)?) => {
        $($crate::__matrix_role! { $app; $tools; $role; [$($allowed),*] })+

        #[test]
        fn table_is_complete() {
            $crate::testing::check_table(
                $app,
                &[$(::core::stringify!($role)),+],
                &$crate::__names!($tools),
                &[$(&[$(::core::stringify!($allowed)),*]),+],
            );
        }
    };
}

/// The tests of one role.
#[doc(hidden)]
#[macro_export]
macro_rules! __matrix_role {
    ($app:expr; [$($tool:ident),* $(,)?]; $role:ident; $allowed:tt) => {
        mod $role {
            #[expect(unused_imports, reason = "what the expression of the server needs stands outside")]
            use super::*;
            $(
                #[test]
                fn $tool() {
                    let expected = $crate::__names!($allowed).contains(&::core::stringify!($tool));
                    $crate::testing::check_cell($app, ::core::stringify!($role), ::core::stringify!($tool), expected);
                }
            )*
        }
    };
}

/// `[a, b]` as names.
#[doc(hidden)]
#[macro_export]
macro_rules! __names {
    ([$($name:ident),* $(,)?]) => {{
        let names: &[&str] = &[$(::core::stringify!($name)),*];
        names
    }};
}

/// One cell of the matrix: `tool` is listed for `role`, and can be called by it, exactly when `expected`. The body of
/// the tool does not run: it is replaced by one that only says that it was reached.
///
/// # Panics
///
/// When they do not agree, or when the server cannot start.
#[track_caller]
#[expect(clippy::panic, reason = "it is called by tests, and this is how a test fails")]
pub fn check_cell(app: ServerBuilder, role: &str, tool: &str, expected: bool) {
    let role = role_of(app.policy(), role);
    let server = rehearsal(app);
    let (listed, called) = block_on(async {
        let client = Client::as_role(&server, role).await;
        let listed = client.tool_names().await.iter().any(|name| name == tool);
        (listed, client.call(tool, serde_json::Value::Null).await)
    });
    let callable = match &called {
        // the rest of a result differs between the generations of the protocol
        Ok(result) if result.content == reached().content => true,
        Ok(result) => panic!("the call of `{tool}` did not go through the guard: {result:?}"),
        Err(_) => false,
    };
    if (listed, callable) != (expected, expected) {
        let answer =
            called.err().map(|error| format!("; the answer was: {}", error.message)).unwrap_or_default();
        panic!(
            "`{tool}` for role `{role}`: declared {expected}, listed {listed}, callable {callable}{answer}"
        );
    }
}

/// The table names every role and every tool of the server, and each role's row names only tools of the table.
///
/// # Panics
///
/// When it does not, or when the server cannot start.
#[track_caller]
pub fn check_table(app: ServerBuilder, roles: &[&str], tools: &[&str], rows: &[&[&str]]) {
    let server = rehearsal(app);
    let declared: Vec<&str> = server.policy().roles().map(RoleRef::name).collect();
    same_names("roles", roles, &declared);
    let registered: Vec<&str> = server.report().tools().iter().map(crate::ToolInfo::name).collect();
    same_names("tools", tools, &registered);
    for (role, row) in roles.iter().zip(rows) {
        let stray: Vec<_> = row.iter().filter(|tool| !tools.contains(tool)).collect();
        assert!(stray.is_empty(), "the row of role `{role}` names {stray:?}, which `tools` does not");
    }
}

#[track_caller]
fn same_names(what: &str, table: &[&str], server: &[&str]) {
    let missing: Vec<_> = server.iter().filter(|name| !table.contains(name)).collect();
    assert!(missing.is_empty(), "the table lacks the {what} {missing:?}");
    let unknown: Vec<_> = table.iter().filter(|name| !server.contains(name)).collect();
    assert!(unknown.is_empty(), "the table names {what} that do not exist: {unknown:?}");
}

#[track_caller]
#[expect(clippy::panic, reason = "it is called by tests, and this is how a test fails")]
fn rehearsal(app: ServerBuilder) -> Server {
    match app.build_with_bodies(reach) {
        Ok(server) => server,
        Err(problems) => panic!("{problems}"),
    }
}

#[track_caller]
#[expect(clippy::panic, reason = "it is called by tests, and this is how a test fails")]
fn role_of(policy: &'static Policy, name: &str) -> RoleRef {
    match policy.role(name) {
        Ok(role) => role,
        Err(unknown) => panic!("{unknown}"),
    }
}

/// The body that stands in for every tool's.
fn reach(_: Authorized) -> CallFuture {
    Box::pin(std::future::ready(Ok(CallToolResponse::Complete(reached()))))
}

fn reached() -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text("reached")])
}

#[expect(clippy::panic, reason = "it is called by tests, and this is how a test fails")]
fn block_on<T>(work: impl Future<Output = T>) -> T {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => panic!("no runtime: {error}"),
    }
}
