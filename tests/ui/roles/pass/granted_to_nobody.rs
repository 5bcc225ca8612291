rbac_runtime::roles! {
    permissions { read_data, write_data: unassigned }
    roles { readonly { read_data } }
}

fn main() {}
