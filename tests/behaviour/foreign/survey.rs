//! What a survey of the handler says.

use mcp_rbac::{Guard, Note, rmcp};

use crate::desk::{Desk, READ, Reached, guard, rbac};

fn undeclared(kind: &'static str, names: &[&str]) -> Note {
    Note::Undeclared { kind, names: names.iter().map(|name| (*name).to_owned()).collect() }
}

fn not_offered(kind: &'static str, name: &str, near: Option<&str>) -> Note {
    Note::NotOffered { kind, name: name.to_owned(), near: near.map(str::to_owned) }
}

#[tokio::test]
async fn it_names_what_nobody_declared() {
    let server = guard(&Reached::default()).into_server().build().unwrap();
    assert_eq!(
        server.survey().await.unwrap(),
        [
            undeclared("tool", &["forgotten", "shred"]),
            undeclared("prompt", &["secret_prompt"]),
            undeclared("resource", &["secret://plan"]),
            undeclared("resource", &["secret://{id}"]),
            undeclared("skill", &["skill://spying/SKILL.md"]),
        ]
    );
}

#[tokio::test]
async fn it_names_what_the_handler_does_not_offer_and_what_may_be_meant() {
    let guard = Guard::new(Desk::new(&Reached::default()), &rbac::POLICY)
        .require("forgoten", READ)
        .require("zzz", READ)
        .require_prompt("sumarize", READ)
        .require_resource("notes://{id}", READ)
        // one of those that a template offers
        .require_resource("notes://7", READ)
        .require_resource("note://{id}", READ);
    let notes = guard.into_server().build().unwrap().survey().await.unwrap();
    for expected in [
        not_offered("tool", "forgoten", Some("forgotten")),
        not_offered("tool", "zzz", None),
        not_offered("prompt", "sumarize", Some("summarize")),
        not_offered("resource", "note://{id}", Some("notes://{id}")),
    ] {
        assert!(notes.contains(&expected), "{expected:?}: {notes:#?}");
    }
    assert_eq!(notes.iter().filter(|note| matches!(note, Note::NotOffered { .. })).count(), 4, "{notes:#?}");
    assert_eq!(
        not_offered("tool", "forgoten", Some("forgotten")).to_string(),
        "declared, but the handler does not offer it: tool `forgoten`; did you mean `forgotten`?"
    );
}

struct Bare;

impl rmcp::ServerHandler for Bare {}

#[tokio::test]
async fn a_handler_with_nothing_is_no_error() {
    let notes = Guard::new(Bare, &rbac::POLICY).into_server().build().unwrap().survey().await.unwrap();
    // what stands at the methods of the desk, which is not the handler here
    assert!(notes.iter().all(|note| matches!(note, Note::NotOffered { kind: "tool", .. })), "{notes:#?}");
}
