rbac_runtime::roles! {
    permissions { données }
    roles { readonly { données } }
}

fn main() {}
