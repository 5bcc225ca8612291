extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[resource(requires = "read_data")]
fn records() -> &'static str {
    "ada, grace"
}

fn main() {}
