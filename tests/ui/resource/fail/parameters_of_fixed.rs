extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Key { id: u64 }

#[resource(uri = "records://all", requires = "read_data")]
fn records(Parameters(key): Parameters<Key>) -> String {
    format!("record {}", key.id)
}

fn main() {}
