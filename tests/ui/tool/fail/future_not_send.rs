extern crate rbac_runtime as mcp_rbac;
use mcp_rbac::prelude::*;

mcp_rbac::roles! { permissions { read_data } roles { admin { read_data } } }

#[tool(requires = "read_data")]
async fn get_record() {
    let count = std::rc::Rc::new(1);
    std::future::ready(()).await;
    drop(count);
}

fn main() {}
