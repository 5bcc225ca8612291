rbac_runtime::roles! {
    permissions { "r" as read_data }
    roles { readonly { read_data } }
}

fn main() {}
