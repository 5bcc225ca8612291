rbac_runtime::roles! {
    permissions { read_data }
    roles { _ { read_data } }
}

fn main() {}
