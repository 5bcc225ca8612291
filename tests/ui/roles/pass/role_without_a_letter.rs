rbac_runtime::roles! {
    permissions { read_data }
    roles { r_ { read_data } }
}

fn main() {}
