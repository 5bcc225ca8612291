rbac_runtime::roles! {
    permissions { p_1 }
    roles { readonly { p_1 } }
}

fn main() {}
