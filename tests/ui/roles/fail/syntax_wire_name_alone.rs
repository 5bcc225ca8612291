rbac_runtime::roles! {
    permissions { "reports:run" }
    roles { analyst { run_reports } }
}

fn main() {}
