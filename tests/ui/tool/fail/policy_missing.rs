extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;

mod elsewhere {
    mcp_rbac::roles! { permissions { read_data } roles { admin { read_data } } }
}

#[tool(requires = "read_data")]
fn get_record() {}

fn main() {}
