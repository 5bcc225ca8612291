rbac_runtime::roles! {
    permissions { read_data: implies(read_data) }
    roles { readonly { read_data } }
}

fn main() {}
