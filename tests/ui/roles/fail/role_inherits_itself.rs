rbac_runtime::roles! {
    permissions { read_data }
    roles { admin: admin { read_data } }
}

fn main() {}
