rbac_runtime::roles! {
    permissions {}
    roles { readonly {} }
}

fn main() {}
