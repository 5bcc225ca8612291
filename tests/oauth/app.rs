//! The server: a policy, and tools that say who called them.

use mcp_rbac::prelude::*;

mcp_rbac::roles! {
    permissions {
        read_data: baseline,
        write_data: implies(read_data),
        delete_data: destructive,
        "reports:run" as run_reports,
        pay,
        approve,
        /// Covers all others, as a scope.
        everything: implies(write_data, delete_data, run_reports), unassigned
    }
    roles {
        reader { read_data }
        admin: reader { write_data, delete_data, run_reports }
        cashier { pay }
        controller { approve }
    }
    invariants { exclusive { pay, approve }; }
}

/// Who is calling, in full.
#[tool(authenticated)]
async fn whoami(caller: Caller) -> String {
    let principal = caller.principal();
    let roles: Vec<&str> = principal.roles().iter().map(|role| role.name()).collect();
    format!(
        "{} {} {} {} {}",
        principal.method(),
        principal.issuer().unwrap_or("-"),
        principal.subject(),
        principal.client().unwrap_or("-"),
        roles.join(",")
    )
}

#[tool(requires = "read_data", read_only)]
async fn get_record() -> &'static str {
    "the record"
}

#[tool(requires = "delete_data")]
async fn delete_record() -> &'static str {
    "gone"
}

#[tool(requires = "write_data")]
async fn write_record() -> &'static str {
    "written"
}

#[tool(requires = "reports:run")]
async fn run_report() -> &'static str {
    "the report"
}

#[tool(requires(all("write_data", "reports:run")))]
async fn import_report() -> &'static str {
    "imported"
}

#[tool(requires(any("reports:run", "delete_data")))]
async fn clean_up() -> &'static str {
    "clean"
}

#[tool(requires(any(all("read_data", "write_data"), "delete_data")))]
async fn replace_record() -> &'static str {
    "replaced"
}

#[tool(requires = "pay")]
async fn make_payment() -> &'static str {
    "paid"
}

#[tool(public = "says what everybody knows")]
async fn about() -> &'static str {
    "about"
}
