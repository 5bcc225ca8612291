extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[prompt(requires = "read_data")]
async fn greeting() -> &'static str {
    let count = std::rc::Rc::new(1);
    std::future::ready(()).await;
    drop(count);
    "hello"
}

fn main() {}
