extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

struct Letters;

impl Letters {
    #[prompt(requires = "read_data")]
    fn greeting(&self) -> String {
        "hello".into()
    }
}

fn main() {}
