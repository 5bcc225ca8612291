rbac_runtime::roles! {
    permissions { "donnees" as données }
    roles { readonly { données } }
}

fn main() {}
