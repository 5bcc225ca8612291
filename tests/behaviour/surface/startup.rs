//! What keeps a server with prompts and resources from starting, each problem alone.

use mcp_rbac::{Item, Primitive, Problem, Server, ServerBuilder};

fn problem_of(app: ServerBuilder) -> (Problem, String) {
    let problems = app.check().unwrap_err();
    let [problem] = problems.as_slice() else { panic!("{problems}") };
    (problem.clone(), problem.to_string())
}

mod two_prompts_of_one_name {
    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    #[mcp_rbac::prompt(requires = "read", policy = self::rbac)]
    fn letter() -> &'static str {
        ""
    }

    #[mcp_rbac::prompt(requires = "read", policy = self::rbac, name = "letter")]
    fn another() -> &'static str {
        ""
    }

    /// Names of tools, prompts and resources are told apart.
    #[mcp_rbac::tool(requires = "read", policy = self::rbac, name = "letter")]
    fn a_tool_of_that_name() {}

    #[test]
    fn are_refused_with_both_places() {
        let (problem, text) = super::problem_of(super::Server::new(&rbac::POLICY));
        let super::Problem::Duplicate { primitive, name, first, second } = problem else {
            panic!("{problem:?}")
        };
        assert_eq!((primitive, name), (super::Primitive::Prompt, "letter"));
        assert_eq!(
            text,
            format!(
                "two prompts are named `letter`: at {first} and at {second}; give one another `name = \"…\"`"
            )
        );
    }
}

mod two_resources_of_one_uri {
    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    #[mcp_rbac::resource(uri = "records://{id}", requires = "read", policy = self::rbac)]
    fn record(id: String) -> String {
        id
    }

    #[mcp_rbac::resource(uri = "records://{id}", requires = "read", policy = self::rbac)]
    fn another(id: u32) -> String {
        id.to_string()
    }

    #[test]
    fn are_refused_with_both_places() {
        let (problem, text) = super::problem_of(super::Server::new(&rbac::POLICY));
        let super::Problem::Duplicate { first, second, .. } = problem else { panic!("{problem:?}") };
        assert_eq!(
            text,
            format!(
                "two resources are named `records://{{id}}`: at {first} and at {second}; give one another `uri = \"…\"`"
            )
        );
    }
}

mod two_templates_of_one_meaning {
    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    #[mcp_rbac::resource(uri = "records://{id}/{part}", requires = "read", policy = self::rbac)]
    fn part(id: String, part: String) -> String {
        id + &part
    }

    #[mcp_rbac::resource(uri = "records://{key}/{name}", requires = "read", policy = self::rbac)]
    fn another(key: String, name: String) -> String {
        key + &name
    }

    /// More specific than both, and so in nobody's way.
    #[mcp_rbac::resource(uri = "records://{id}/notes", requires = "read", policy = self::rbac)]
    fn notes(id: String) -> String {
        id
    }

    #[test]
    fn are_refused() {
        let (_, text) = super::problem_of(super::Server::new(&rbac::POLICY));
        assert_eq!(
            text,
            "resources `records://{id}/{part}` and `records://{key}/{name}` match the same URIs, and neither of them is \
             more specific; make one literal where the other has a variable"
        );
    }
}

mod a_completion_of_nothing {
    use mcp_rbac::{Completion, prelude::*};
    use schemars::JsonSchema;
    use serde::Deserialize;

    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    #[derive(Deserialize, JsonSchema)]
    struct Letter {
        #[serde(rename = "recipient")]
        to: String,
        copies: Option<u8>,
    }

    async fn names(_: Completion) -> Vec<&'static str> {
        Vec::new()
    }

    #[prompt(requires = "read", policy = self::rbac, complete(to = names, copies = names))]
    fn letter(Parameters(letter): Parameters<Letter>) -> String {
        format!("{} {:?}", letter.to, letter.copies)
    }

    #[test]
    fn is_refused_with_what_there_is() {
        let (_, text) = super::problem_of(super::Server::new(&rbac::POLICY));
        assert_eq!(
            text,
            "prompt `letter` completes `to`, which is none of its arguments; it has `copies`, `recipient`"
        );
    }
}

mod a_state_that_is_missing {
    use mcp_rbac::prelude::*;

    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    struct Store;

    #[prompt(requires = "read", policy = self::rbac)]
    fn letter(_: State<Store>) -> &'static str {
        ""
    }

    #[test]
    fn is_named_with_the_prompt() {
        let (problem, text) = super::problem_of(super::Server::new(&rbac::POLICY));
        let of = super::Item { primitive: super::Primitive::Prompt, name: "letter" };
        assert!(
            matches!(problem, super::Problem::MissingState { of: found, .. } if found == of),
            "{problem:?}"
        );
        assert!(text.starts_with("prompt `letter` takes `"), "{text}");
        assert!(text.ends_with(": State<Store>`, but no `.state(…)` of that type was given"), "{text}");
        super::Server::new(&rbac::POLICY).state(Store).build().unwrap();
    }
}

mod a_state_that_a_resource_misses {
    use mcp_rbac::prelude::*;

    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    struct Store;

    #[resource(uri = "records://{id}", requires = "read", policy = self::rbac)]
    fn record(id: String, store: State<Store>) -> String {
        let _ = store;
        id
    }

    #[test]
    fn is_named_with_the_resource() {
        let (_, text) = super::problem_of(super::Server::new(&rbac::POLICY));
        assert_eq!(
            text,
            "resource `records://{id}` takes `store: State<Store>`, but no `.state(…)` of that type was given"
        );
    }
}

mod arguments_of_a_resource {
    use mcp_rbac::prelude::*;
    use schemars::JsonSchema;
    use serde::Deserialize;

    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    #[derive(Deserialize, JsonSchema)]
    struct Key {
        id: u32,
    }

    type Behind = Parameters<Key>;

    /// The attribute sees an alias, and not what is behind it.
    #[resource(uri = "records://all", requires = "read", policy = self::rbac)]
    fn record(key: Behind) -> String {
        key.0.id.to_string()
    }

    #[test]
    fn are_refused() {
        let (_, text) = super::problem_of(super::Server::new(&rbac::POLICY));
        assert_eq!(
            text,
            "resource `records://all` takes arguments in `key`, but a resource has none: take the variables of its uri \
             by their names"
        );
    }
}

mod arguments_of_a_prompt_that_are_no_object {
    use mcp_rbac::prelude::*;

    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    #[prompt(requires = "read", policy = self::rbac)]
    fn letter(Parameters(to): Parameters<String>) -> String {
        to
    }

    #[test]
    fn are_refused() {
        let (_, text) = super::problem_of(super::Server::new(&rbac::POLICY));
        assert!(text.starts_with("the arguments of prompt `letter` (parameter `"), "{text}");
    }
}

/// An argument of a prompt is text: what no text can be cannot be sent by any client.
mod arguments_of_a_prompt_that_no_text_can_be {
    use mcp_rbac::prelude::*;
    use schemars::JsonSchema;
    use serde::Deserialize;

    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    #[derive(Deserialize, JsonSchema)]
    struct Address {
        #[expect(dead_code, reason = "never read")]
        street: String,
    }

    #[derive(Deserialize, JsonSchema)]
    struct Letter {
        #[expect(dead_code, reason = "never read")]
        to: Address,
    }

    #[prompt(requires = "read", policy = self::rbac)]
    fn letter(_: Parameters<Letter>) -> &'static str {
        ""
    }

    #[test]
    fn are_refused() {
        let (_, text) = super::problem_of(super::Server::new(&rbac::POLICY));
        assert_eq!(
            text,
            "argument `to` of prompt `letter` is a list or an object, but clients send the arguments of a prompt as text"
        );
    }
}

mod only_resources {
    mcp_rbac::roles! { permissions { read } roles { reader { read } } }

    #[mcp_rbac::resource(uri = "records://all", requires = "read", policy = self::rbac)]
    fn all() -> &'static str {
        "all"
    }

    #[test]
    fn are_enough_to_serve() {
        super::Server::new(&rbac::POLICY).build().unwrap();
    }
}
