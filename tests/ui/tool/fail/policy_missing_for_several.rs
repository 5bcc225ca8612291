extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;

#[tool(requires(any("read_data", "write_data")))]
fn get_record() {}

fn main() {}
