rbac_runtime::roles! {
    permissions { read_data, write_data }
    roles { admin { read_data, write_data } }
}

fn main() {}
