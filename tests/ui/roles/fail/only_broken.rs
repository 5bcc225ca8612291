rbac_runtime::roles! {
    permissions { read_data, write_data }
    roles {
        readonly { read_data, write_data }
        admin: readonly { write_data }
        lead: readonly {}
    }
    invariants { only admin { write_data }; }
}

fn main() {}
