rbac_runtime::roles! {
    permissions { read_data }
    roles {
        a: b { read_data }
        b: a {}
        c: d {}
        d: c {}
    }
}

fn main() {}
