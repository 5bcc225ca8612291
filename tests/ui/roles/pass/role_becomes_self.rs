rbac_runtime::roles! {
    permissions { read_data }
    roles { selfish { read_data } }
}

fn main() {}
