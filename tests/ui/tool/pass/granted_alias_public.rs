extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

type Proof = Granted<rbac::permissions::delete_data>;
#[tool(requires = "delete_data")]
fn delete(_proof: Proof) {}

fn main() {}
