rbac_runtime::roles! {
    permissions { read_data }
    roles {
        read_only { read_data }
        readOnly { read_data }
    }
}

fn main() {}
