use mcp_rbac::{prelude::*, testing};

mcp_rbac::roles! {
    permissions { read, write }
    roles { reader { read } writer: reader { write } guest { } }
}

#[tool(requires = "read", policy = rbac)]
fn get_record() {}

#[tool(requires = "write", policy = rbac)]
fn write_record() {}

#[test]
fn the_report_shows_who_can_call_what() {
    let report = testing::verify(Server::new(&rbac::POLICY));
    assert_eq!(report.tools_of(rbac::Role::Writer), ["get_record", "write_record"]);
    assert_eq!(report.tools_of(rbac::Role::Guest), [""; 0]);
    let text = report.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[..4],
        ["2 tools", "  reader: get_record", "  writer: get_record, write_record", "  guest: none"]
    );

    let one = testing::verify(Server::new(&rbac::POLICY).select(|tool| tool.name() == "get_record"));
    assert!(one.to_string().starts_with("1 tool\n"), "{one}");
}

#[test]
fn a_role_of_another_policy_has_nothing_in_the_report() {
    mod other {
        rbac_runtime::roles! { permissions { read } roles { reader { read } } }
    }
    let report = testing::verify(Server::new(&rbac::POLICY));
    assert_eq!(report.tools_of(other::rbac::Role::Reader), [""; 0]);
}
