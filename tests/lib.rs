//! What mcp-rbac promises, tested from outside. Here is the policy of the cases in `ui/tool`.

rbac_runtime::roles! {
    permissions {
        read_data,
        write_data,
        delete_data: destructive,
        "reports:run" as run_reports,
    }
    roles {
        reader { read_data }
        admin: reader { write_data, delete_data, run_reports }
    }
}
