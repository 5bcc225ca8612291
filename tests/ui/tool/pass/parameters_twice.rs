extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;

mcp_rbac::roles! {
    permissions { read_data }
    roles { admin { read_data } }
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Key;

#[tool(requires = "read_data")]
fn get_record(first: Parameters<Key>) {}

fn main() {}
