//! The arguments of a prompt are text (MCP 2026-07-28, schema, `GetPromptRequestParams`), and become what the function
//! takes.

use serde_json::{Value, json};

use crate::{
    app::{rbac, runs_of, server, somebody},
    ask::{error, every_version, get, message},
};

#[tokio::test]
async fn text_becomes_what_the_function_takes() {
    let cases = [
        (json!({ "to": "Ada" }), "to=Ada copies=None signed=false tone=no tone ps=None"),
        (
            json!({ "to": "Ada", "copies": "3", "signed": "true", "tone": "very_strict", "postScript": "x" }),
            "to=Ada copies=Some(3) signed=true tone=very strict ps=Some(\"x\")",
        ),
        // a client that sends what it means
        (
            json!({ "to": "Ada", "copies": 3, "signed": true }),
            "to=Ada copies=Some(3) signed=true tone=no tone ps=None",
        ),
        // `null` is what is not sent
        (
            json!({ "to": "Ada", "copies": null, "signed": null, "tone": null }),
            "to=Ada copies=None signed=false tone=no tone ps=None",
        ),
        // text of any kind stays what it is
        (json!({ "to": "" }), "to= copies=None signed=false tone=no tone ps=None"),
        (json!({ "to": "3" }), "to=3 copies=None signed=false tone=no tone ps=None"),
        (json!({ "to": "true" }), "to=true copies=None signed=false tone=no tone ps=None"),
        (json!({ "to": "null" }), "to=null copies=None signed=false tone=no tone ps=None"),
        (json!({ "to": 3 }), "to=3 copies=None signed=false tone=no tone ps=None"),
        (
            json!({ "to": "a b&c=d+e%20f;[0]\n\u{e9}\u{1f980}" }),
            "to=a b&c=d+e%20f;[0]\n\u{e9}\u{1f980} copies=None signed=false tone=no tone ps=None",
        ),
        (
            json!({ "to": "&copies=9", "postScript": "to=Eve" }),
            "to=&copies=9 copies=None signed=false tone=no tone ps=Some(\"to=Eve\")",
        ),
        // by the other name, and with what the function does not know
        (
            json!({ "to": "Ada", "ps": "x", "nonsense": "y" }),
            "to=Ada copies=None signed=false tone=no tone ps=Some(\"x\")",
        ),
    ];
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("a-text-{version}"), [rbac::Role::Reader]),
        async |wire, _| {
            for (arguments, text) in &cases {
                let got = get(wire, "letter", arguments.clone()).await;
                assert_eq!(message(&got), *text, "{arguments}");
            }
            let got = get(wire, "numbers", json!({ "count": "-7", "ratio": "2.5e3" })).await;
            assert_eq!(message(&got), "-7 2500");
            let got = get(wire, "numbers", json!({ "count": -7, "ratio": 0.25 })).await;
            assert_eq!(message(&got), "-7 0.25");
        },
    )
    .await;
}

#[tokio::test]
async fn what_does_not_fit_is_an_error_of_the_request() {
    let cases = [
        ("letter", Value::Null),
        ("letter", json!({})),
        ("letter", json!({ "TO": "Ada" })),
        ("letter", json!({ "to": null })),
        ("letter", json!({ "to": ["Ada"] })),
        ("letter", json!({ "to": { "name": "Ada" } })),
        ("letter", json!({ "to": "Ada", "copies": "three" })),
        ("letter", json!({ "to": "Ada", "copies": "256" })),
        ("letter", json!({ "to": "Ada", "copies": "-1" })),
        ("letter", json!({ "to": "Ada", "copies": "1.5" })),
        ("letter", json!({ "to": "Ada", "copies": " 1" })),
        ("letter", json!({ "to": "Ada", "copies": [1, 2] })),
        ("letter", json!({ "to": "Ada", "signed": "yes" })),
        ("letter", json!({ "to": "Ada", "signed": "True" })),
        ("letter", json!({ "to": "Ada", "tone": "VeryStrict" })),
        ("letter", json!({ "to": "Ada", "tone": "" })),
        ("letter", json!({ "to": "Ada", "postScript": "x", "ps": "y" })),
        ("numbers", json!({ "count": "1" })),
        ("numbers", json!({ "count": "1", "ratio": "" })),
        ("numbers", json!({ "count": "0x10", "ratio": "1" })),
        ("numbers", json!({ "count": "99999999999999999999", "ratio": "1" })),
        ("numbers", json!({ "count": "1", "ratio": "1", "more": "1" })),
    ];
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("a-odd-{version}"), [rbac::Role::Reader]),
        async |wire, subject| {
            for (prompt, arguments) in &cases {
                let got = get(wire, prompt, arguments.clone()).await;
                let (code, told) = error(&got);
                assert_eq!(code, -32602, "{arguments}: {got}");
                assert!(told.starts_with("the arguments do not fit: "), "{arguments}: {told}");
            }
            assert_eq!(runs_of(subject), 0);
        },
    )
    .await;
}

/// A request that is none is malformed, and says what it has to look like.
#[tokio::test]
async fn arguments_are_an_object_and_the_name_is_text() {
    let cases = [
        json!({ "name": 7 }),
        json!({ "arguments": {} }),
        json!({ "name": "letter", "arguments": "to=Ada" }),
        json!({ "name": "letter", "arguments": ["Ada"] }),
        json!({ "NAME": "letter" }),
    ];
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("a-shape-{version}"), [rbac::Role::Admin]),
        async |wire, subject| {
            for params in &cases {
                let answer = wire.request("prompts/get", params.clone()).await;
                let told = "malformed `prompts/get`: `name` must be a string and `arguments` an object";
                assert_eq!(error(&answer), (-32602, told), "{params}");
            }
            assert_eq!(runs_of(subject), 0);
        },
    )
    .await;
}
