rbac_runtime::roles! {
    permissions { read_data, read_data, write_data: destructiv }
    roles {
        readonly { read_dat }
        admin: readnoly { write_data }
    }
    invariants {
        only admin { write_data, };
        never readonly {};
    }
}

fn main() {}
