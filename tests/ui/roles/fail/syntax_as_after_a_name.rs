rbac_runtime::roles! {
    permissions { run_reports as "reports:run" }
    roles { analyst { run_reports } }
}

fn main() {}
