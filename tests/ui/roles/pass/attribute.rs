rbac_runtime::roles! {
    permissions {
        /// Read.
        read_data
    }
    roles { readonly { read_data } }
}

fn main() {}
