rbac_runtime::roles! {
    permissions {
        #[cfg(test)]
        read_data
    }
    roles { readonly { read_data } }
}

fn main() {}
