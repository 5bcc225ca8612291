rbac_runtime::roles! {
    permissions { read_data }
    roles {
        readonly { read_data }
        admin: readonly { write_data }
    }
    permissions { write_data }
}

fn main() {}
