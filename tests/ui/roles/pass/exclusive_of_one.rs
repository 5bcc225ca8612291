rbac_runtime::roles! {
    permissions { read_data, write_data, audit }
    roles {
        readonly { read_data }
        admin: readonly { write_data }
        auditor { audit }
    }
    invariants { exclusive { write_data, audit }; }
}

fn main() {}
