//! The tests that users write: `matrix_test!` holds where the table is right, and says what is wrong where it is not.

extern crate rbac_runtime as mcp_rbac;

use mcp_rbac::{Server, testing};

mcp_rbac::roles! {
    permissions { read, delete: destructive }
    roles { reader { read } admin: reader { delete } guest { } }
}

#[mcp_rbac::tool(requires = "read")]
fn get_record() {}

/// It would end the test if it ran.
#[mcp_rbac::tool(requires = "delete")]
fn delete_record() {
    std::process::exit(70)
}

#[mcp_rbac::tool(authenticated)]
fn whoami() {}

fn app() -> mcp_rbac::ServerBuilder {
    Server::new(&rbac::POLICY)
}

mcp_rbac::matrix_test! {
    server: app(),
    tools: [delete_record, get_record, whoami],
    reader: [get_record, whoami],
    admin: [delete_record, get_record, whoami],
    guest: [whoami],
}

/// What a test that fails like this says.
fn complaint(test: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let panic = std::panic::catch_unwind(test).expect_err("it should have failed");
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap()
}

#[test]
fn a_cell_that_promises_too_little_or_too_much_is_named() {
    assert_eq!(
        complaint(|| testing::check_cell(app(), "admin", "delete_record", false)),
        "`delete_record` for role `admin`: declared false, listed true, callable true"
    );
    assert_eq!(
        complaint(|| testing::check_cell(app(), "reader", "delete_record", true)),
        "`delete_record` for role `reader`: declared true, listed false, callable false; the answer was: tool \
         `delete_record` needs permission `delete`, which role `reader` does not have"
    );
    assert_eq!(
        complaint(|| testing::check_cell(app(), "reade", "get_record", true)),
        "there is no role `reade`; did you mean `reader`?"
    );
}

#[test]
fn a_table_that_leaves_something_out_is_named() {
    let roles = ["reader", "admin", "guest"];
    let tools = ["delete_record", "get_record", "whoami"];
    let rows: [&[&str]; 3] = [&["get_record"], &["get_record", "purge"], &[]];
    assert_eq!(
        complaint(move || testing::check_table(app(), &roles[..2], &tools, &rows)),
        "the table lacks the roles [\"guest\"]"
    );
    assert_eq!(
        complaint(move || testing::check_table(app(), &roles, &tools[1..], &rows)),
        "the table lacks the tools [\"delete_record\"]"
    );
    assert_eq!(
        complaint(move || testing::check_table(
            app(),
            &roles,
            &["delete_record", "get_record", "whoami", "purge"],
            &rows
        )),
        "the table names tools that do not exist: [\"purge\"]"
    );
    assert_eq!(
        complaint(move || testing::check_table(app(), &roles, &tools, &rows)),
        "the row of role `admin` names [\"purge\"], which `tools` does not"
    );
}
