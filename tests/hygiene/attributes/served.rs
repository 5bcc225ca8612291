//! Prompts and resources that compiled are there, and work.

use ::core::{
    assert_eq,
    clone::Clone,
    convert::{From, Into},
    future::Future,
    iter::Iterator,
    ops::FnOnce,
    option::Option::{self, None, Some},
    prelude::v1::test,
};
use ::rbac_runtime::{
    Server,
    rmcp::model::{
        ArgumentInfo, CompleteRequestParams, CompletionContext, GetPromptRequestParams,
        ReadResourceRequestParams, Reference, ResourceContents,
    },
    testing::Client,
};
use ::serde_json::{Value, json};
use ::std::{collections::HashMap, string::ToString, vec::Vec};
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
fn every_prompt_that_is_not_configured_away_is_registered() {
    let prompts =
        with_client(async |client| client.peer().list_all_prompts().await).expect("they are listed");
    let names: Vec<&str> = prompts.iter().map(|prompt| &*prompt.name).collect();
    assert_eq!(
        names,
        [
            "all_three",
            "letter",
            "match",
            "prompt_cfg_before",
            "prompt_from_macro",
            "prompt_from_macro_again",
            "shadowed_prompt",
        ]
    );
}

#[test]
fn every_resource_that_is_not_configured_away_is_registered() {
    let (fixed, templates) = with_client(async |client| {
        let fixed = client.peer().list_all_resources().await.expect("they are listed");
        let templates = client.peer().list_all_resource_templates().await.expect("they are listed");
        (fixed, templates)
    });
    let mut all_fixed: Vec<(&str, &str, Option<&str>)> = fixed
        .iter()
        .map(|resource| (&*resource.uri, &*resource.name, resource.mime_type.as_deref()))
        .collect();
    all_fixed.sort_unstable();
    assert_eq!(
        all_fixed,
        [
            ("bytes://contents", "contents", None),
            ("bytes://some", "bytes", None),
            ("inside://function", "in_function", None),
            ("prompts://all-three", "all_three", None),
            ("years://all", "years", None),
        ]
    );
    let mut all_templates: Vec<(&str, &str, Option<&str>)> = templates
        .iter()
        .map(|resource| (&*resource.uri_template, &*resource.name, resource.mime_type.as_deref()))
        .collect();
    all_templates.sort_unstable();
    assert_eq!(
        all_templates,
        [
            ("macro://first/{number}", "from_macro", Some("text/plain")),
            ("macro://second/{word}", "from_macro_again", Some("text/html")),
            ("shadowed://{first}/{second}", "shadowed_resource", Some("text/plain")),
            ("types:{type},{r}/", "struct", None),
            ("years://{year}/{half}?page={page}", "Half a year, bit by bit", Some("text/csv; charset=utf-8")),
        ]
    );
}

#[test]
fn a_prompt_runs_whatever_it_is_called_and_takes() {
    with_client(async |client| {
        let name = json!({ "name": "Ada", "home-town": "London" });
        for (prompt, arguments, expected) in [
            ("letter", name.clone(), "Ada of London writes to test-writer"),
            ("match", json!({}), "hello"),
            ("all_three", json!({}), "of three kinds"),
            ("prompt_from_macro", name.clone(), "from a macro"),
            ("shadowed_prompt", name.clone(), "shadowed"),
        ] {
            let mut request = GetPromptRequestParams::new(prompt);
            request.arguments = arguments.as_object().cloned();
            let result = client.peer().get_prompt(request).await.expect("it may be had");
            let texts: Vec<&str> = result
                .messages
                .iter()
                .filter_map(|message| message.content.as_text())
                .map(|text| &*text.text)
                .collect();
            assert_eq!(texts, [expected]);
        }
    });
}

#[test]
fn a_resource_is_read_whatever_it_is_called_and_takes() {
    with_client(async |client| {
        for (uri, mime_type, expected) in [
            ("years://2026/2?page=6", "text/csv; charset=utf-8", "2026-2,7,test-writer"),
            ("years://all", "application/json", "[2025,2026]"),
            ("types:a%20b,%C3%A4/", "text/plain", "a b-ä"),
            ("bytes://some", "application/octet-stream", "AQID"),
            ("inside://function", "text/plain", "inside"),
            ("prompts://all-three", "text/plain", "of three kinds"),
            ("macro://first/7", "text/plain", "7"),
            ("macro://second/word", "text/html", "word"),
            ("shadowed://abc/7", "text/plain", "BwM="),
        ] {
            let answer = client.peer().read_resource(ReadResourceRequestParams::new(uri)).await;
            let result = answer.expect("it may be read");
            let found: Vec<(&str, Option<&str>, &str)> = result.contents.iter().filter_map(parts).collect();
            assert_eq!(found, [(uri, Some(mime_type), expected)]);
        }
        for none in ["years://2026/3?page=6", "years://x/1?page=1", "macro://first/x", "shadowed://abc/256"] {
            let result = client.peer().read_resource(ReadResourceRequestParams::new(none)).await;
            assert_eq!(result.err().map(|error| error.to_string().contains("-32602")), Some(true), "{none}");
        }
    });
}

fn parts(contents: &ResourceContents) -> Option<(&str, Option<&str>, &str)> {
    match contents {
        ResourceContents::TextResourceContents { uri, mime_type, text, .. } => {
            Some((uri, mime_type.as_deref(), text))
        }
        ResourceContents::BlobResourceContents { uri, mime_type, blob, .. } => {
            Some((uri, mime_type.as_deref(), blob))
        }
        _ => None,
    }
}

#[test]
fn what_is_typed_is_completed() {
    with_client(async |client| {
        let context = CompletionContext::with_arguments(HashMap::from([("name".into(), "Ada".into())]));
        for (of, argument, expected) in [
            (Reference::for_prompt("letter"), "name", json!(["xda"])),
            (Reference::for_prompt("letter"), "home-town", json!(["AdaAda"])),
            (Reference::for_prompt("prompt_from_macro"), "name", json!(["xda"])),
            (Reference::for_prompt("shadowed_prompt"), "name", json!(["1"])),
            (Reference::for_resource("shadowed://{first}/{second}"), "first", json!(["1"])),
            (Reference::for_resource("shadowed://{first}/{second}"), "second", json!(["1"])),
        ] {
            let request = CompleteRequestParams::new(of, ArgumentInfo::new(argument, "x"));
            let result = client.peer().complete(request.with_context(context.clone())).await;
            let values = result.expect("it is completed").completion.values;
            assert_eq!(Value::from(values), expected);
        }
    });
}
