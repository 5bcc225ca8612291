//! What keeps the server from starting fails here first.

use mcp_rbac::testing::verify;
use records::{app, rbac::Role, store::Store};

#[test]
fn the_server_starts_without_a_remark() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path().join("records.db")).unwrap();
    let report = verify(app().state(store));
    assert_eq!(report.notes().len(), 0, "{report}");
    assert_eq!(report.tools().len(), 7);
    assert_eq!(
        report.tools_of(Role::Analyst),
        ["get_record", "query_customer_data", "run_report", "search_records", "whoami"]
    );
    assert_eq!(report.prompts_of(Role::Readonly), ["summarize_customer"]);
    assert_eq!(report.prompts_of(Role::Analyst), ["review_revenue", "summarize_customer"]);
    let all = ["records://reports/revenue_by_segment", "records://schema", "records://customers/{id}"];
    assert_eq!(report.resources_of(Role::Readonly), all[1..]);
    assert_eq!(report.resources_of(Role::Analyst), all);
}

#[test]
fn without_its_store_it_refuses_and_names_every_tool_that_needs_it() {
    let problems = app().check().unwrap_err().to_string();
    for tool in
        ["delete_record", "get_record", "query_customer_data", "run_report", "search_records", "write_record"]
    {
        assert!(problems.contains(&format!("`{tool}`")), "{tool}: {problems}");
    }
    assert!(problems.contains("Store") && !problems.contains("whoami"), "{problems}");
}
