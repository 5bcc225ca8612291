extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[prompt(requires = "read_data")]
fn greeting() -> String {
    "hello".into()
}

fn main() {}
