extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[derive(schemars::JsonSchema)]
struct Record {
    id: u32,
}

#[tool(requires = "read_data")]
fn get_record() -> Json<Record> {
    Json(Record { id: 1 })
}

fn main() {}
