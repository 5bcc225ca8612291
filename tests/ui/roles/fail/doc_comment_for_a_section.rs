rbac_runtime::roles! {
    permissions {
        //! What may be done.
        read_data
    }
    roles { readonly { read_data } }
}

fn main() {}
