extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

struct Store;

impl Store {
    #[resource(uri = "records://all", requires = "read_data")]
    fn records(&self) -> &'static str {
        "ada, grace"
    }
}

fn main() {}
