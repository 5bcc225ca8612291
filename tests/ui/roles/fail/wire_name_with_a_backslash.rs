rbac_runtime::roles! {
    permissions { "data\\read" as read_data }
    roles { readonly { read_data } }
}

fn main() {}
