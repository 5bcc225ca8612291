//! Everything is found at once.

use mcp_rbac::{Problem, prelude::*, testing};

mcp_rbac::roles! {
    permissions { read, unused }
    roles { reader { read, unused } }
}

mod elsewhere {
    mcp_rbac::roles! { permissions { read } roles { reader { read } } }
}

struct Store;
struct Mailer;
struct Doubled;

#[tool(requires = "read", policy = rbac)]
fn get_record(State(store): State<Store>, Parameters(id): Parameters<u32>) {
    let _ = (store, id);
}

mod again {
    #[mcp_rbac::tool(requires = "read", policy = super::rbac)]
    fn get_record() {}
}

#[tool(requires = "read", policy = rbac)]
fn send_mail(State(mailer): State<Mailer>, first: Parameters<Vec<u8>>, second: Later) {
    let _ = (mailer, first, second);
}

/// The compiler would see two `Parameters` in one function.
type Later = Parameters<u32>;

fn app() -> mcp_rbac::ServerBuilder {
    Server::new(&rbac::POLICY).state(Doubled).state(Doubled)
}

#[test]
fn every_problem_is_reported_not_the_first() {
    let problems = app().check().unwrap_err();
    let kinds: Vec<&str> = problems
        .as_slice()
        .iter()
        .map(|problem| match problem {
            Problem::DoubledState { .. } => "doubled state",
            Problem::Duplicate { .. } => "duplicate tool",
            Problem::MissingState { .. } => "missing state",
            Problem::ArgumentsNotAnObject { .. } => "no object",
            Problem::ArgumentsTwice { .. } => "twice",
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "doubled state",
            "duplicate tool",
            "missing state",
            "no object",
            "missing state",
            "no object",
            "twice"
        ]
    );
    let text = problems.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "the server cannot start, for 7 reasons:");
    assert_eq!(lines.len(), 8, "one line each:\n{text}");
    assert!(lines[1..].iter().all(|line| line.starts_with("  * ")), "{text}");
}

#[tokio::test]
async fn a_server_that_is_to_be_served_reports_them_with_its_role() {
    let error = app().stdio_as(elsewhere::rbac::Role::Reader).serve().await.unwrap_err().to_string();
    assert!(error.starts_with("the server cannot start, for 8 reasons:"), "{error}");
    assert!(error.contains("role `reader` is declared by the policy of"), "{error}");
}

#[test]
fn a_test_can_ask() {
    let panic = std::panic::catch_unwind(|| testing::verify(app())).unwrap_err();
    let text = panic.downcast_ref::<String>().unwrap();
    assert_eq!(*text, app().check().unwrap_err().to_string());
}
