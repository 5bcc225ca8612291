extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;

mod elsewhere {
    mcp_rbac::roles! { permissions { read_data } roles { admin { read_data } } }
}

#[tool(authenticated, policy = elsewhere::rbac)]
fn get_record() {}

fn main() {}
