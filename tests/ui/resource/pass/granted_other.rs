extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[resource(uri = "records://all", requires = "write_data")]
fn records(_proof: Granted<rbac::permissions::write_data>) -> &'static str {
    "ada, grace"
}

fn main() {}
