//! What `#[tool]` refuses: every file in `ui/tool/fail` is one refusal; its twin in `ui/tool/pass` differs in what
//! was wrong, and is accepted.
//!
//! A test run never writes the expected messages: it fails, and shows the difference. After a change that is meant,
//! read them all again, then `TRYBUILD=overwrite cargo test -p mcp-rbac-tests --test ui_tool`.

#[path = "support/ui.rs"]
mod ui;

// the twins find the runtime and their policy where a user's crate has them
extern crate rbac_runtime as mcp_rbac;
pub use mcp_rbac_tests::rbac;

/// The wording and the drawing of messages are rustc's and change with it.
#[test]
#[rustversion::attr(not(stable(1.95)), ignore = "the expected messages are those of Rust 1.95")]
fn refusals() {
    ui::refusals("ui/tool", "permission_near");
}

/// A module per twin.
#[expect(dead_code, unused_imports, reason = "a twin is compiled and not called")]
mod twins {
    include!(concat!(env!("OUT_DIR"), "/accepted_tool.rs"));
}

#[test]
fn every_refusal_has_a_message_and_an_accepted_twin() {
    ui::every_refusal_has_a_message_and_a_twin("ui/tool", 140);
}
