//! What does not keep a server from starting.

use mcp_rbac::{Note, Server, ServerBuilder};

fn notes_of(app: ServerBuilder) -> Vec<Note> {
    let report = app.check().unwrap();
    let notes = report.notes().to_vec();
    for note in &notes {
        assert!(report.to_string().contains(&format!("\n  note: {note}")), "{report}");
    }
    // every program has tools of other policies here; whoever looks for them does it by itself
    notes.into_iter().filter(|note| !matches!(note, Note::OtherPolicy(_))).collect()
}

mod unused_permissions {
    mcp_rbac::roles! {
        permissions { read, write, later: unassigned, nested, deep }
        roles { reader { read, write, nested, deep } }
    }

    #[mcp_rbac::tool(requires = "read", policy = rbac)]
    fn get_record() {}

    #[mcp_rbac::tool(requires(any("nested", all("read", "deep"))), policy = rbac)]
    fn find_record() {}

    #[test]
    fn are_named() {
        let notes = super::notes_of(super::Server::new(&rbac::POLICY));
        assert_eq!(notes, [mcp_rbac::Note::UnusedPermissions(vec!["write", "later"])]);
        assert_eq!(notes[0].to_string(), "no tool requires `write`, `later`");
    }
}

mod long_names {
    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    #[mcp_rbac::tool(
        requires = "read",
        policy = rbac,
        name = "a_name_of_sixty_four_characters_which_is_what_all_clients_take.."
    )]
    fn fits() {}

    #[mcp_rbac::tool(
        requires = "read",
        policy = rbac,
        name = "a_name_of_sixty_five_characters_which_is_one_more_than_some_take."
    )]
    fn too_long_for_some() {}

    #[test]
    fn are_named() {
        let notes = super::notes_of(super::Server::new(&rbac::POLICY));
        let long = "a_name_of_sixty_five_characters_which_is_one_more_than_some_take.";
        assert_eq!(long.len(), 65);
        assert_eq!(notes, [mcp_rbac::Note::LongNames(vec![long])]);
        assert_eq!(
            notes[0].to_string(),
            format!("longer than 64 characters, which some clients refuse: `{long}`")
        );
    }
}

mod not_selected {
    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    #[mcp_rbac::tool(requires = "read", policy = rbac)]
    fn get_record() {}

    #[mcp_rbac::tool(requires = "read", policy = rbac)]
    fn debug_dump() {}

    #[tokio::test]
    async fn are_named_and_do_not_exist() {
        let app = || super::Server::new(&rbac::POLICY).select(|tool| !tool.name().starts_with("debug"));
        let notes = super::notes_of(app());
        assert_eq!(notes, [mcp_rbac::Note::NotSelected(vec!["debug_dump"])]);
        assert_eq!(notes[0].to_string(), "left out by `.select(…)`: `debug_dump`");

        let server = app().build().unwrap();
        let client = mcp_rbac::testing::Client::as_role(&server, rbac::Role::Reader).await;
        assert_eq!(client.tool_names().await, ["get_record"]);
        let error = client.call("debug_dump", serde_json::Value::Null).await.unwrap_err();
        assert_eq!((error.code.0, &*error.message), (-32602, "unknown tool `debug_dump`"));
        assert!(server.requirement("debug_dump").is_none());
    }

    #[test]
    fn selection_sees_all_that_is_known_of_a_tool() {
        let app = super::Server::new(&rbac::POLICY).select(|tool| {
            assert!(tool.module().starts_with("startup::notes") || tool.module().starts_with("startup::"));
            tool.requirement().to_string() == "`read`" && tool.description().is_none()
        });
        assert_eq!(super::notes_of(app), []);
    }
}

mod other_policies {
    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    #[mcp_rbac::tool(requires = "read", policy = rbac)]
    fn only_here() {}

    #[tokio::test]
    async fn keep_their_tools_to_themselves() {
        let server = super::Server::new(&rbac::POLICY).build().unwrap();
        let [mcp_rbac::Note::OtherPolicy(names)] = server.report().notes() else {
            panic!("{}", server.report())
        };
        assert!(names.contains(&"debug_dump") && !names.contains(&"only_here"), "{names:?}");
        let text = server.report().notes()[0].to_string();
        assert!(text.starts_with("left out, declared under another policy: `"), "{text}");

        let client = mcp_rbac::testing::Client::as_role(&server, rbac::Role::Reader).await;
        assert_eq!(client.tool_names().await, ["only_here"]);
        assert_eq!(client.call("debug_dump", serde_json::Value::Null).await.unwrap_err().code.0, -32602);
    }
}

/// Tests unwind, so here the note can only be read.
#[test]
fn aborting_panics_are_explained() {
    assert_eq!(
        Note::PanicAborts.to_string(),
        "built with `panic = \"abort\"`: a panic in a tool ends the server, not only the call"
    );
}
