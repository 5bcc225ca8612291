rbac_runtime::roles! {
    permissions { read_data, write_data }
    roles { admin { read_data, write_data, read_data } }
}

fn main() {}
