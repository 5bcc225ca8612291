rbac_runtime::roles! {
    permissions { read_data, "reports:run" as run_reports }
    roles { analyst { read_data, run_reports } }
}

static NEEDED: rbac_runtime::PermissionRef =
    rbac::__permission! { (::rbac_runtime) (rbac) "run_reports" "run_reports" };

fn main() {
    assert_eq!(NEEDED.name(), "run_reports");
}
