extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[tool(requires = all("read_data", "write_data"))]
fn get_record() {}

fn main() {}
