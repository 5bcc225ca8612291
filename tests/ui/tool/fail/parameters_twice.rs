extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Key {}

#[tool(requires = "read_data")]
fn get_record(_first: Parameters<Key>, _second: Parameters<Key>) {}

fn main() {}
