extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;

mod elsewhere {
    mcp_rbac::roles! { permissions { read_data, write_data } roles { admin { read_data, write_data } } }
}

#[tool(requires(any("read_data", "write_data")))]
fn get_record() {}

fn main() {}
