rbac_runtime::roles! {
    permissions { "reports:run" as "run_reports" }
    roles { analyst { run_reports } }
}

fn main() {}
