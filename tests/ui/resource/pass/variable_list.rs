extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[resource(uri = "records://{year},{id}", requires = "read_data")]
fn record(year: u16, id: u64) -> String {
    format!("{year}/{id}")
}

fn main() {}
