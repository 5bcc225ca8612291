rbac_runtime::roles! {
    permissions { read_data, readDatum }
    roles { readonly { read_data, readDatum } }
}

fn main() {}
