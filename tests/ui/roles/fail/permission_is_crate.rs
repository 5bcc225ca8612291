rbac_runtime::roles! {
    permissions { "crates:list" as crate }
    roles { readonly { crate } }
}

fn main() {}
