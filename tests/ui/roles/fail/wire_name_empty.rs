rbac_runtime::roles! {
    permissions { "" as read_data }
    roles { readonly { read_data } }
}

fn main() {}
