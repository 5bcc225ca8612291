extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[resource(uri = "records://{id}", requires = "read_data", complete(id = ids))]
fn record(id: u64) -> String {
    format!("record {id}")
}
async fn ids(_typed: Completion) -> Vec<String> {
    Vec::new()
}

fn main() {}
