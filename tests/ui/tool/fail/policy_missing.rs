extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;

#[tool(requires = "read_data")]
fn get_record() {}

fn main() {}
