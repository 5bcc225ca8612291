use rbac_runtime::prelude::*;

rbac_runtime::roles! {
    permissions { read_data, write_data, delete_data: destructive }
    roles { admin { read_data, write_data, delete_data } }
}

#[tool(requires = "read_data", crate = rbac_runtime)]
fn get_record() {}

fn main() {}
