rbac_runtime::roles! {
    permissions { read_data, write_data }
    roles {
        editor { read_data, write_data }
        analyst {}
    }
    invariants { never analyst { read_data, write_data }; }
}

fn main() {}
