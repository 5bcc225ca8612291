rbac_runtime::roles! {
    permissions { read_data, write_data }
    roles {
        readonly { read_data }
        admin: readonly { write_data }
    }
}

fn main() {}
