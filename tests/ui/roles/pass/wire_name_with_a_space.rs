rbac_runtime::roles! {
    permissions { "read-data" as read_data }
    roles { readonly { read_data } }
}

fn main() {}
