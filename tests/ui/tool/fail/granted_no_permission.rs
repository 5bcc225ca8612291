extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[tool(requires = "delete_data")]
fn delete(_proof: Granted<String>) {}

fn main() {}
