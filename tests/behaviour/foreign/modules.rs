//! Several handlers in one program.

use mcp_rbac::{Guard, Problem, Server};

mcp_rbac::roles! { permissions { use_it } roles { user { use_it } } }

mod one {
    use mcp_rbac::{rmcp, rmcp::tool_router};

    pub struct Handler;

    #[tool_router]
    impl Handler {
        #[mcp_rbac::tool(requires = "use_it", policy = super::rbac)]
        fn open(&self) -> String {
            "one".to_owned()
        }
    }

    #[rmcp::tool_handler]
    impl rmcp::ServerHandler for Handler {}
}

mod two {
    use mcp_rbac::{rmcp, rmcp::tool_router};

    pub struct Handler;

    #[tool_router]
    impl Handler {
        #[mcp_rbac::tool(requires = "use_it", policy = super::rbac)]
        fn open(&self) -> String {
            "two".to_owned()
        }
    }

    #[rmcp::tool_handler]
    impl rmcp::ServerHandler for Handler {}
}

const ONE: &str = concat!(module_path!(), "::one");
const TWO: &str = concat!(module_path!(), "::two");

#[test]
fn one_name_in_two_handlers_refuses_to_start() {
    let problems = Guard::new(one::Handler, &rbac::POLICY).into_server().check().unwrap_err();
    assert_eq!(problems.as_slice(), [Problem::AmbiguousHandler { name: "open", first: ONE, second: TWO }]);
    assert!(problems.to_string().contains(&format!("say `.module(\"{ONE}\")`")), "{problems}");
}

#[tokio::test]
async fn the_module_says_which() {
    let server = Guard::new(two::Handler, &rbac::POLICY).module(TWO).into_server().build().unwrap();
    assert_eq!(server.survey().await.unwrap(), []);
    let client = mcp_rbac::testing::Client::as_role(&server, rbac::Role::User).await;
    let result = client.call("open", serde_json::Value::Null).await.unwrap();
    assert_eq!(crate::support::text(&result), "two");
}

#[test]
fn a_module_without_tools_refuses_to_start() {
    let problems =
        Guard::new(one::Handler, &rbac::POLICY).module("elsewhere").into_server().check().unwrap_err();
    let others = vec![ONE, TWO];
    assert_eq!(problems.as_slice(), [Problem::NoToolsInModule { module: "elsewhere".to_owned(), others }]);
    assert_eq!(
        problems.to_string(),
        format!(
            "the server cannot start: no method in module `elsewhere` is a `#[tool]` under this policy; there are in \
             `{ONE}`, `{TWO}`"
        )
    );
}

/// A tool that is a method is served by a guard alone: a server of functions says that it leaves it out.
#[test]
fn a_server_of_functions_says_that_it_does_not_serve_methods() {
    let problems = Server::new(&rbac::POLICY).check().unwrap_err().to_string();
    assert_eq!(
        problems,
        "the server cannot start: the server has no tool, prompt or resource; its tools are methods, which \
         `Guard::new(handler, &rbac::POLICY)` serves"
    );
}

mod mixed {
    use mcp_rbac::{Note, Server, rmcp};

    mcp_rbac::roles! { permissions { use_it } roles { user { use_it } } }

    #[mcp_rbac::tool(requires = "use_it", policy = rbac)]
    fn free() {}

    #[expect(dead_code, reason = "nobody makes one")]
    struct Plain;

    // no router around it: nobody ever calls this
    impl Plain {
        #[mcp_rbac::tool(requires = "use_it", policy = rbac)]
        fn lost(&self) {}
    }

    #[test]
    fn a_method_that_no_router_takes_is_named_at_the_start() {
        let report = Server::new(&rbac::POLICY).check().unwrap();
        let note = Note::MethodTools(vec!["lost"]);
        assert!(report.notes().contains(&note), "{report}");
        assert_eq!(
            note.to_string(),
            "not served, since only a `Guard` serves tools that are methods: `lost`"
        );
    }

    #[tokio::test]
    async fn a_guard_names_it_as_well() {
        struct Bare;
        impl rmcp::ServerHandler for Bare {}
        let server = mcp_rbac::Guard::new(Bare, &rbac::POLICY).into_server().build().unwrap();
        let note = Note::NotOffered { kind: "tool", name: "lost".to_owned(), near: None };
        assert_eq!(server.survey().await.unwrap(), [note]);
    }
}
