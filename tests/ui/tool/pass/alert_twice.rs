extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[tool(requires = "read_data", alert(more_than = 100, within = "5m"))]
fn get_record() {}

fn main() {}
