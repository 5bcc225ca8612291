extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[derive(serde::Deserialize)]
struct Key {
    id: u32,
}

#[tool(requires = "read_data")]
fn get_record(Parameters(_key): Parameters<Key>) {}

fn main() {}
