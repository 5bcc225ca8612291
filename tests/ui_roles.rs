//! What `roles!` refuses: every file in `ui/roles/fail` is one refusal; its twin in `ui/roles/pass` differs in what
//! was wrong, and is accepted.
//!
//! A test run never writes the expected messages: it fails, and shows the difference. After a change that is meant,
//! read them all again, then `TRYBUILD=overwrite cargo test -p mcp-rbac-tests --test ui_roles`.

#[path = "support/ui.rs"]
mod ui;

/// The wording and the drawing of messages are rustc's and change with it.
#[test]
#[rustversion::attr(not(stable(1.95)), ignore = "the expected messages are those of Rust 1.95")]
fn refusals() {
    ui::refusals("ui/roles", "required_permission_misspelt");
}

/// A module per twin.
mod twins {
    include!(concat!(env!("OUT_DIR"), "/accepted_roles.rs"));
}

#[test]
fn every_refusal_has_a_message_and_an_accepted_twin() {
    ui::every_refusal_has_a_message_and_a_twin("ui/roles", 45);
}
