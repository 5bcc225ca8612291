rbac_runtime::roles! {
    permissions { read_data }
    roles { readonly { read_data } }
}

fn main() {}
