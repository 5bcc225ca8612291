extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;

mcp_rbac::roles! { permissions { read_data } roles { admin { read_data } } }

#[derive(schemars::JsonSchema)]
struct Key {
    id: u32,
}
#[tool(requires = "read_data")]
fn get_record(Parameters(key): Parameters<Key>) {}

fn main() {}
