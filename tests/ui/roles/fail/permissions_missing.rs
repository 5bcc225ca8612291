rbac_runtime::roles! {
    roles { readonly {} }
}

fn main() {}
