extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;

#[tool(public = "says the time of day")]
fn get_record() {}

fn main() {}
