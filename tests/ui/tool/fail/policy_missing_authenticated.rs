extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;

#[tool(authenticated)]
fn get_record() {}

fn main() {}
