extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;
pub use mcp_rbac_tests::rbac;

#[tool(requires = "read_data")]
async fn get_record(State(store): State<std::sync::Mutex<u8>>) {
    let guard = store.lock();
    drop(guard);
    std::future::ready(()).await;
}

fn main() {}
