rbac_runtime::roles! {
    permissions { self_ }
    roles { readonly { self_ } }
}

fn main() {}
