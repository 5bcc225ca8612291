rbac_runtime::roles! {
    permissions { read_data, write_data }
    roles {
        readonly { read_data }
        admin: readonly { write_data }
        owner: readonly {}
    }
    invariants {
        only admin { write_data };
        only admin, owner { write_data };
    }
}

fn main() {}
