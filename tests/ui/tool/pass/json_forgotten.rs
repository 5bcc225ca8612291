extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[derive(serde::Serialize, schemars::JsonSchema)]
struct Record {}

#[tool(requires = "read_data")]
fn get_record() -> Json<Record> {
    Json(Record {})
}

fn main() {}
