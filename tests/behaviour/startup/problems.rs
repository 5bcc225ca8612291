//! Each problem alone, and its text as a person reads it.

use mcp_rbac::{Item, Primitive, Problem, Server, ServerBuilder};

/// A tool, as problems name it.
fn tool(name: &'static str) -> Item {
    Item { primitive: Primitive::Tool, name }
}

/// The one problem of this server, and the text of it.
fn problem_of(app: ServerBuilder) -> (Problem, String) {
    let problems = app.check().unwrap_err();
    assert_eq!(app.build().unwrap_err(), problems, "`build` finds what `check` finds");
    let [problem] = problems.as_slice() else { panic!("{problems}") };
    assert_eq!(problems.to_string(), format!("the server cannot start: {problem}"));
    (problem.clone(), problem.to_string())
}

mod duplicate_names {
    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    mod billing {
        #[mcp_rbac::tool(requires = "read", policy = super::rbac)]
        fn get_record() {}
    }

    mod crm {
        #[mcp_rbac::tool(requires = "read", policy = super::rbac, name = "get_record")]
        fn get_customer() {}
    }

    #[test]
    fn are_refused_with_both_places() {
        let (problem, text) = super::problem_of(super::Server::new(&rbac::POLICY));
        let mcp_rbac::Problem::Duplicate { name, first, second, .. } = problem else { panic!("{problem:?}") };
        assert_eq!(name, "get_record");
        for place in [first, second] {
            assert!(place.file.ends_with("behaviour/startup/problems.rs"), "{place}");
            let line = include_str!("problems.rs").lines().nth(place.line as usize - 1).unwrap();
            assert!(line.contains("#[mcp_rbac::tool("), "{place} is the line of the attribute, not: {line}");
        }
        assert_ne!(first, second);
        assert_eq!(
            text,
            format!(
                "two tools are named `get_record`: at {first} and at {second}; give one another `name = \"…\"`"
            )
        );
    }

    #[test]
    fn are_none_when_one_of_them_is_not_served() {
        let app = super::Server::new(&rbac::POLICY).select(|tool| tool.module().ends_with("billing"));
        assert_eq!(app.build().unwrap().report().tools().len(), 1);
    }
}

mod missing_state {
    use mcp_rbac::prelude::*;

    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    struct Store;
    struct Cache<T>(T);
    /// What the compiler calls it does not matter.
    type Alias = State<Store>;

    #[tool(requires = "read", policy = rbac)]
    fn direct(State(store): State<Store>) {
        let _ = store;
    }

    #[tool(requires = "read", policy = rbac)]
    fn aliased(records: Alias) {
        let _ = records;
    }

    #[tool(requires = "read", policy = rbac)]
    fn generic(State(cache): State<Cache<u8>>) -> String {
        cache.0.to_string()
    }

    #[test]
    fn names_tool_parameter_and_type() {
        let app = Server::new(&rbac::POLICY).state(Cache(7u8)).select(|tool| tool.name() == "direct");
        let (problem, text) = super::problem_of(app);
        assert_eq!(
            problem,
            mcp_rbac::Problem::MissingState { of: super::tool("direct"), param: "store", type_name: "Store" }
        );
        assert_eq!(
            text,
            "tool `direct` takes `store: State<Store>`, but no `.state(…)` of that type was given"
        );
    }

    #[test]
    fn is_seen_behind_a_type_alias() {
        let app = Server::new(&rbac::POLICY).select(|tool| tool.name() == "aliased");
        assert_eq!(
            super::problem_of(app).1,
            "tool `aliased` takes `records: State<Store>`, but no `.state(…)` of that type was given"
        );
    }

    #[test]
    fn is_missing_when_one_of_another_type_argument_was_given() {
        let app = Server::new(&rbac::POLICY).state(Cache(7u16)).select(|tool| tool.name() == "generic");
        let text = super::problem_of(app).1;
        assert!(text.contains("Cache<u8>"), "{text}");
    }

    #[test]
    fn is_not_missing_when_it_was_given_as_an_arc() {
        let app = Server::new(&rbac::POLICY).state_arc(std::sync::Arc::new(Store)).state(Cache(7u8));
        app.build().unwrap();
    }
}

mod doubled_state {
    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    struct Store;

    #[mcp_rbac::tool(requires = "read", policy = rbac)]
    fn get_record() {}

    #[test]
    fn is_refused_once_however_often_it_was_given() {
        for times in 2..5 {
            let app = (0..times).fold(super::Server::new(&rbac::POLICY), |app, _| app.state(Store));
            let (problem, text) = super::problem_of(app);
            assert_eq!(problem, mcp_rbac::Problem::DoubledState { type_name: "Store" });
            assert_eq!(
                text,
                "`.state(…)` was given twice for `Store`; wrap one of them in a type of its own"
            );
        }
    }
}

mod arguments {
    use mcp_rbac::{ServerBuilder, prelude::*, rmcp::model::JsonObject};
    use schemars::JsonSchema;
    use serde::Deserialize;

    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    #[derive(Deserialize, JsonSchema)]
    struct Key {
        #[serde(rename = "id")]
        _id: u32,
    }

    #[derive(Deserialize, JsonSchema)]
    struct Tuple(#[expect(dead_code, reason = "nobody calls")] u32, u32);

    #[derive(Deserialize, JsonSchema)]
    enum Choice {
        This,
        That,
    }

    type Arguments = Parameters<Key>;
    type Number = Parameters<u32>;

    #[tool(requires = "read", policy = rbac)]
    fn takes_an_array(Parameters(pair): Parameters<Tuple>) {
        let Tuple(_, second) = pair;
        let _ = second;
    }

    #[tool(requires = "read", policy = rbac)]
    fn takes_a_choice(Parameters(choice): Parameters<Choice>) {
        match choice {
            Choice::This | Choice::That => {}
        }
    }

    #[tool(requires = "read", policy = rbac)]
    fn takes_a_number(number: Number) {
        let _ = number;
    }

    #[tool(requires = "read", policy = rbac)]
    fn takes_two(first: Arguments, Parameters(second): Parameters<Key>) {
        let _ = (first, second);
    }

    #[tool(requires = "read", policy = rbac)]
    fn takes_two_kinds(Parameters(key): Parameters<Key>, all: JsonObject) {
        let _ = (key, all);
    }

    fn app(tool: &'static str) -> ServerBuilder {
        Server::new(&rbac::POLICY).select(move |candidate| candidate.name() == tool)
    }

    #[test]
    fn have_to_be_an_object() {
        for (tool, expected) in [
            (
                "takes_an_array",
                "the arguments of tool `takes_an_array` (parameter `pair`) cannot be sent: MCP wants a JSON object, \
                 and the schema of `Tuple` has type \"array\"; use a struct with named fields",
            ),
            (
                "takes_a_choice",
                "the arguments of tool `takes_a_choice` (parameter `choice`) cannot be sent: MCP wants a JSON object, \
                 and the schema of `Choice` has type \"string\"; use a struct with named fields",
            ),
            (
                "takes_a_number",
                "the arguments of tool `takes_a_number` (parameter `number`) cannot be sent: MCP wants a JSON object, \
                 and the schema of `u32` has type \"integer\"; use a struct with named fields",
            ),
        ] {
            let (problem, text) = super::problem_of(app(tool));
            assert!(matches!(problem, mcp_rbac::Problem::ArgumentsNotAnObject { .. }), "{problem:?}");
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn can_be_taken_once() {
        let (problem, text) = super::problem_of(app("takes_two_kinds"));
        assert_eq!(
            problem,
            mcp_rbac::Problem::ArgumentsTwice {
                of: super::tool("takes_two_kinds"),
                first: "key",
                second: "all"
            }
        );
        assert_eq!(
            text,
            "tool `takes_two_kinds` takes its arguments twice, in `key` and in `all`; make it one struct"
        );
    }

    #[test]
    fn are_seen_to_be_taken_twice_behind_a_type_alias() {
        assert_eq!(
            super::problem_of(app("takes_two")).1,
            "tool `takes_two` takes its arguments twice, in `first` and in `second`; make it one struct"
        );
    }
}

mod no_tools {
    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    /// Nothing is declared under this one.
    mod elsewhere {
        mcp_rbac::roles! { permissions { read } roles { reader { read } } }
    }

    #[mcp_rbac::tool(requires = "read", policy = rbac)]
    fn get_record() {}

    #[mcp_rbac::tool(authenticated, policy = rbac)]
    fn whoami() {}

    #[test]
    fn are_left_by_a_selection_that_takes_none() {
        let (problem, text) = super::problem_of(super::Server::new(&rbac::POLICY).select(|_| false));
        assert!(matches!(problem, mcp_rbac::Problem::NothingToServe { .. }));
        assert_eq!(text, "the server has no tool, prompt or resource; `.select(…)` left out all 2");
    }

    #[test]
    fn are_there_when_all_belong_to_another_policy() {
        let text = super::problem_of(super::Server::new(&elsewhere::rbac::POLICY)).1;
        let Some(count) = text
            .strip_prefix("the server has no tool, prompt or resource; ")
            .and_then(|rest| rest.strip_suffix(" are declared, all of them under another policy"))
        else {
            panic!("{text}")
        };
        assert!(count.parse::<usize>().unwrap() > 10, "{text}");
    }
}

mod role_of_another_policy {
    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    mod old {
        mcp_rbac::roles! { permissions { read } roles { reader { read } } }
    }

    #[mcp_rbac::tool(requires = "read", policy = rbac)]
    fn get_record() {}

    #[tokio::test]
    async fn keeps_a_stdio_server_from_starting() {
        let server = super::Server::new(&rbac::POLICY).stdio_as(old::rbac::Role::Reader);
        let error = server.serve().await.unwrap_err();
        assert!(matches!(&error, mcp_rbac::ServeError::Start(_)), "{error:?}");
        let here = module_path!();
        assert_eq!(
            error.to_string(),
            format!(
                "the server cannot start: role `reader` is declared by the policy of `{here}::old::rbac`, but the \
                 server runs under the policy of `{here}::rbac`"
            )
        );
    }
}
