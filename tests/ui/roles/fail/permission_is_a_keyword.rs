rbac_runtime::roles! {
    permissions { type }
    roles { readonly { type } }
}

fn main() {}
