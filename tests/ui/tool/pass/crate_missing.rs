pub use mcp_rbac_tests::rbac;
use rbac_runtime::prelude::*;

#[tool(requires = "read_data", crate = rbac_runtime)]
fn get_record() {}

fn main() {}
