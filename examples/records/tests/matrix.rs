//! Who may call what, written by hand: the second opinion on the policy.

use records::app;

mcp_rbac::matrix_test! {
    server: app(),
    tools: [
        delete_record, get_record, query_customer_data, run_report, search_records, whoami, write_record,
    ],
    readonly: [get_record, query_customer_data, search_records, whoami],
    analyst: [get_record, query_customer_data, run_report, search_records, whoami],
    admin: [
        delete_record, get_record, query_customer_data, run_report, search_records, whoami, write_record,
    ],
}
