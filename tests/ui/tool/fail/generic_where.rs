extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[tool(requires = "read_data")]
async fn get_record<'a>(_store: State<&'a str>) where 'a: 'a {}

fn main() {}
