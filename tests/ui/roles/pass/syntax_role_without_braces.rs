rbac_runtime::roles! {
    permissions { read_data, write_data }
    roles {
        readonly {}
        admin: readonly { read_data, write_data }
    }
}

fn main() {}
