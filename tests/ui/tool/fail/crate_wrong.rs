pub use mcp_rbac_tests::rbac;
use rbac_runtime::prelude::*;

#[tool(requires = "read_data", crate = rbac)]
fn get_record() {}

fn main() {}
