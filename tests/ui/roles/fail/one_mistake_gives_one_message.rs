rbac_runtime::roles! {
    permissions { read_data, write_date }
    roles {
        readonly { read_data }
        admin { write_data }
    }
}

// the name here is right, the one in the declaration is not
static NEEDED: rbac_runtime::PermissionRef =
    rbac::__permission! { (::rbac_runtime) (rbac) "write_data" "write_data" };

fn main() {
    assert!(rbac::Role::Readonly.can(rbac::Permission::ReadData), "{NEEDED}");
}
