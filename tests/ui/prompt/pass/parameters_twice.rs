extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Name {
    _name: String,
}

#[prompt(requires = "read_data")]
fn greeting(_to: Parameters<Name>) -> &'static str { "hello" }

fn main() {}
