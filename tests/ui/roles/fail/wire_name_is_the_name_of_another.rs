rbac_runtime::roles! {
    permissions { read_data, "read_data" as fetch_data }
    roles { readonly { read_data, fetch_data } }
}

fn main() {}
