rbac_runtime::roles! {
    permissions { read_data, write_data }
    roles {
        readonly { read_data }
        admin: readonly { write_data }
    }
}

const _: () = assert!(!rbac::Role::Admin.can(rbac::Permission::WriteData));

fn main() {}
