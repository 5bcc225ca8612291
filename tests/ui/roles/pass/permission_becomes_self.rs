rbac_runtime::roles! {
    permissions { selfs }
    roles { readonly { selfs } }
}

fn main() {}
