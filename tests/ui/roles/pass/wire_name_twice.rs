rbac_runtime::roles! {
    permissions { "data:read" as read_data, "data:fetch" as fetch_data }
    roles { readonly { read_data, fetch_data } }
}

fn main() {}
