extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;

mcp_rbac::roles! {
    permissions { read_data, write_data, delete_data: destructive }
    roles { admin { read_data, write_data, delete_data } }
}

#[tool(requires = "read_data")]
fn get_record() {}

fn main() {}
