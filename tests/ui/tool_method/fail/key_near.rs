extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::rmcp::{self, tool_router};
pub use mcp_rbac_tests::rbac;

struct Desk;
#[tool_router]
impl Desk {
    #[mcp_rbac::tool(requires = "read_data", titel = "Get")]
    fn get_record(&self) {}
}

fn main() {}
