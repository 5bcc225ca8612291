rbac_runtime::roles! {
    permissions { read_data, write_data }
    roles {
        editor { read_data, write_data }
        analyst: editor {}
    }
    invariants { never analyst { write_data }; }
}

fn main() {}
