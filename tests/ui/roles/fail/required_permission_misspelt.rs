rbac_runtime::roles! {
    permissions { read_data, "reports:run" as run_reports }
    roles { analyst { read_data, run_reports } }
}

static NEEDED: rbac_runtime::PermissionRef =
    rbac::__permission! { (::rbac_runtime) (rbac) "report:run" "report:run" };

fn main() {
    assert_eq!(NEEDED.name(), "report:run");
}
