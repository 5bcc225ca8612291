extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[tool(requires = "read_data", output(max = LARGEST as usize))]
fn get_record() {}

const LARGEST: u32 = 65_536;

fn main() {}
