rbac_runtime::roles! {
    permissions { read_data, readData }
    roles { readonly { read_data, readData } }
}

fn main() {}
