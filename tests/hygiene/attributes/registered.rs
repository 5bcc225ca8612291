//! What compiled is there, and works.

use ::core::{
    assert_eq,
    convert::Into,
    future::Future,
    ops::FnOnce,
    option::Option::{self, None, Some},
    prelude::v1::test,
};
use ::rbac_runtime::{Server, testing::Client};
use ::serde_json::json;
use ::std::{
    iter::{IntoIterator, Iterator},
    string::String,
    vec::Vec,
};
use ::tokio::runtime::Runtime;

use crate::rbac::{POLICY, Role};

fn with_client<F: Future>(body: impl FnOnce(Client) -> F) -> F::Output {
    let runtime = Runtime::new().expect("the runtime starts");
    runtime.block_on(async {
        let server = Server::new(&POLICY).state(1_u8).build().expect("the server starts");
        body(Client::as_role(&server, Role::Writer).await).await
    })
}

#[test]
fn every_tool_that_is_not_configured_away_is_registered() {
    let names = with_client(async |client| client.tool_names().await);
    assert_eq!(
        names,
        [
            "all_three",
            "cfg_after",
            "cfg_attr",
            "cfg_before",
            "destructured",
            "doc_block",
            "doc_computed",
            "doc_file",
            "doc_line",
            "doc_lines",
            "doc_missing",
            "doc_overruled",
            "extract",
            "fails",
            "from_macro",
            "from_macro_again",
            "from_parts",
            "in_closure",
            "in_function",
            "in_inner",
            "in_method",
            "nothing",
            "outdated",
            "shadowed",
            "shadowed_async",
            "type",
            "unused",
            "variable",
            "with_attributes",
            "with_where_clause",
        ]
    );
}

#[test]
fn a_tool_runs_whatever_it_is_called_and_takes() {
    with_client(async |client| {
        for (tool, arguments, expected) in [
            ("shadowed", json!({}), "shadowed"),
            ("from_parts", json!({}), "parts"),
            ("destructured", json!({ "left": 1, "right": 2 }), r#"{"sum":3}"#),
            ("variable", json!({ "left": 1, "right": 3 }), r#"{"sum":4}"#),
        ] {
            let result = client.call(tool, arguments).await.expect("it may be called");
            let texts: Vec<&str> =
                result.content.iter().filter_map(|block| block.as_text()).map(|text| &*text.text).collect();
            assert_eq!(texts, [expected]);
        }
    });
}

#[test]
fn a_description_is_what_the_source_says() {
    let found: Vec<(String, Option<String>)> = with_client(async |client| {
        let tools = client.tools().await.into_iter();
        let documented = tools.filter(|tool| tool.name.starts_with("doc_"));
        documented.map(|tool| (tool.name.into(), tool.description.map(Into::into))).collect()
    });
    let descriptions: Vec<(&str, Option<&str>)> =
        found.iter().map(|(name, text)| (&**name, text.as_deref())).collect();
    assert_eq!(
        descriptions,
        [
            ("doc_block", Some("A block.")),
            ("doc_computed", Some("Before.\nComputed.\nAfter the attribute.")),
            ("doc_file", Some("From a file, with `code` and \"quotes\".\n\nAnd a second paragraph.")),
            ("doc_line", Some("One line.")),
            ("doc_lines", Some("Two lines,\n  the second indented.")),
            ("doc_missing", None),
            ("doc_overruled", Some("For the model.")),
        ]
    );
}
