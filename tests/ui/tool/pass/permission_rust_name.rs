extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;

mcp_rbac::roles! {
    permissions { "reports:run" as run_reports }
    roles { analyst { run_reports } }
}

#[tool(requires = "reports:run")]
fn get_record() {}

fn main() {}
