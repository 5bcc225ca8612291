extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[prompt(requires = "read_data", complete(country))]
fn letter() -> &'static str { "hello" }

async fn countries(_typed: Completion) -> Vec<&'static str> {
    vec!["Chile", "Kenya"]
}

fn main() {}
