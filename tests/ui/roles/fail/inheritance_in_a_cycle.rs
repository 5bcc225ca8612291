rbac_runtime::roles! {
    permissions { read_data }
    roles {
        a: b { read_data }
        b: c {}
        c: a {}
    }
}

fn main() {}
