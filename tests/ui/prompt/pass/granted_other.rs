extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[prompt(requires = "write_data")]
fn greeting(_proof: Granted<rbac::permissions::write_data>) -> String {
    "hello".into()
}

fn main() {}
