rbac_runtime::roles! {
    permissions { "reports:run" as run_reports }
    roles { analyst { "reports:run" } }
}

fn main() {}
