extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[tool(public = "says the time of day")]
fn get_record() {}

fn main() {}
