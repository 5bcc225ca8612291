rbac_runtime::roles! {
    permissions { 1, read_data }
    roles { readonly { read_data } }
}

fn main() {}
