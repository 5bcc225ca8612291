rbac_runtime::roles! {
    permissions { _1 }
    roles { readonly { _1 } }
}

fn main() {}
