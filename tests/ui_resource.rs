//! What `#[resource]` refuses: every file in `ui/resource/fail` is one refusal; its twin in `ui/resource/pass` differs in what
//! was wrong, and is accepted.
//!
//! A test run never writes the expected messages: it fails, and shows the difference. After a change that is meant,
//! read them all again, then `TRYBUILD=overwrite cargo test -p mcp-rbac-tests --test ui_resource`.

#[path = "support/ui.rs"]
mod ui;

// the twins find the runtime and their policy where a user's crate has them
extern crate rbac_runtime as mcp_rbac;
pub use mcp_rbac_tests::rbac;

/// The wording and the drawing of messages are rustc's and change with it.
#[test]
#[rustversion::attr(not(stable(1.95)), ignore = "the expected messages are those of Rust 1.95")]
fn refusals() {
    ui::refusals("ui/resource", "permission_near");
}

/// A module per twin.
#[expect(unused_imports, reason = "a twin is compiled and not called")]
mod twins {
    include!(concat!(env!("OUT_DIR"), "/accepted_resource.rs"));
}

#[test]
fn every_refusal_has_a_message_and_an_accepted_twin() {
    ui::every_refusal_has_a_message_and_a_twin("ui/resource", 85);
}

/// What compiles also starts.
#[test]
fn the_runtime_takes_the_uri_of_every_twin() {
    let registered = mcp_rbac::__private::inventory::iter::<mcp_rbac::__private::ResourceDef>.into_iter();
    assert!(registered.count() > 80, "the twins are not here");
    let problems = match mcp_rbac::Server::new(&rbac::POLICY).check() {
        Ok(_) => Vec::new(),
        Err(problems) => problems.as_slice().to_vec(),
    };
    let refused: Vec<_> =
        problems.into_iter().filter(|problem| matches!(problem, mcp_rbac::Problem::BadUri { .. })).collect();
    assert!(refused.is_empty(), "{refused:?}");
}
