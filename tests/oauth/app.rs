//! The server: a policy, and tools that say who called them.

use mcp_rbac::prelude::*;

mcp_rbac::roles! {
    permissions { read_data, delete_data: destructive, pay, approve }
    roles {
        reader { read_data }
        admin: reader { delete_data }
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
