extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[resource(uri = "records://all", requires = "read_data")]
fn records() -> Result<Vec<u8>, ToolError> {
    Ok(vec![1])
}

fn main() {}
