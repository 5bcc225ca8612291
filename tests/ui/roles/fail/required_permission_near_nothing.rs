rbac_runtime::roles! {
    permissions {
        p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, read_data
    }
    roles {
        all { p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, read_data }
    }
}

static NEEDED: rbac_runtime::PermissionRef =
    rbac::__permission! { (::rbac_runtime) (rbac) "launch" "launch" };

fn main() {
    assert_eq!(NEEDED.name(), "launch");
}
