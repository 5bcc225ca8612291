rbac_runtime::roles! {
    permissions { read_data }
    roles {}
}

fn main() {}
