rbac_runtime::roles! {
    permissions { baseline }
    roles { readonly { baseline } }
}

fn main() {}
