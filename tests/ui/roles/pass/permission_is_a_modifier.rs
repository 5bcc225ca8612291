rbac_runtime::roles! {
    permissions { "baseline" as base_line }
    roles { readonly { base_line } }
}

fn main() {}
