rbac_runtime::roles! {
    permissions { read_data }
    roles { self { read_data } }
}

fn main() {}
