rbac_runtime::roles! {
    permissions { "type" as type_ }
    roles { readonly { type_ } }
}

fn main() {}
