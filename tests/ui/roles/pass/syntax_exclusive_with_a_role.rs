rbac_runtime::roles! {
    permissions { read_data, write_data }
    roles {
        a { read_data }
        b { write_data }
    }
    invariants { exclusive { read_data, write_data }; }
}

fn main() {}
