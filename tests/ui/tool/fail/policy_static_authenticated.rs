extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[tool(authenticated, policy = mcp_rbac_tests::rbac::POLICY)]
fn get_record() {}

fn main() {}
