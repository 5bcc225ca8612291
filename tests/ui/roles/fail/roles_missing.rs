rbac_runtime::roles! {
    permissions { read_data }
}

fn main() {}
