rbac_runtime::roles! {
    permissions { read_data, write_data }
    roles {
        editor { write_data }
        analyst: editor {}
        lead { read_data }
    }
    invariants { never lead { write_data }; }
}

fn main() {}
