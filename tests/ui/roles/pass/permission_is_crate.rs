rbac_runtime::roles! {
    permissions { "crates:list" as crates }
    roles { readonly { crates } }
}

fn main() {}
