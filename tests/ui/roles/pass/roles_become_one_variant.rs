rbac_runtime::roles! {
    permissions { read_data }
    roles {
        read_only { read_data }
        readOnce { read_data }
    }
}

fn main() {}
