rbac_runtime::roles! {
    permissions { read_data: baseline }
    roles { readonly { read_data } }
}

fn main() {}
