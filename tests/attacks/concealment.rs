//! Where names are concealed, a hidden name and one that does not exist are answered alike over HTTP as well: status,
//! headers and body.

use serde_json::{Value, json};

use crate::{
    app::{Named, deleted},
    ask::{VERSIONS, ask, code, named, under},
    support::{Response, Running, V2026_07_28},
};

/// The parameters that ask for something by its name.
type Params = fn(&str) -> Value;

/// How something is asked for, a name that is hidden, and one of the same length that does not exist.
const PAIRS: &[(&str, Params, &str, &str)] = &[
    ("tools/call", by_name, "delete_all", "delete_alx"),
    ("tools/call", by_name, "delete_slowly", "delete_slowlx"),
    ("tools/call", by_name, "report", "reporx"),
    ("prompts/get", by_name, "farewell", "farewelx"),
    ("resources/read", by_uri, "vault://key", "vault://kex"),
    ("resources/read", by_uri, "records://7", "records://x"),
    ("resources/read", by_uri, "records://1/body", "recordx://1/body"),
    ("completion/complete", of_prompt, "farewell", "farewelx"),
    ("completion/complete", of_template, "records://{id}/{part}", "recordx://{id}/{part}"),
];

fn by_name(name: &str) -> Value {
    json!({ "name": name })
}

fn by_uri(uri: &str) -> Value {
    json!({ "uri": uri })
}

fn of_prompt(name: &str) -> Value {
    json!({ "ref": { "type": "ref/prompt", "name": name }, "argument": { "name": "to", "value": "" } })
}

fn of_template(uri: &str) -> Value {
    json!({ "ref": { "type": "ref/resource", "uri": uri }, "argument": { "name": "part", "value": "" } })
}

/// All of an answer that is not of the moment.
fn all_of(response: &Response) -> String {
    let of_the_moment = ["date", "x-request-id"];
    let headers: Vec<&(String, String)> = response
        .headers
        .iter()
        .filter(|(name, _)| !of_the_moment.contains(&name.to_ascii_lowercase().as_str()))
        .collect();
    format!("{} {headers:?} {}", response.status, response.text())
}

fn server() -> Running {
    Running::without_keys(|app| app.authenticate(Named).allow_anonymous().conceal_forbidden())
}

#[test]
fn hidden_and_unknown_give_the_same_answer() {
    let server = server();
    let variants: Vec<Value> = (0..20)
        .map(|at| match at {
            0 => json!({}),
            1 => json!({ "arguments": { "region": "eu" } }),
            2 => json!({ "arguments": { "region": 7 } }),
            3 => json!({ "requestState": "x" }),
            4 => json!({ "inputResponses": { "sure": {} } }),
            5 => json!({ "task": { "ttl": 1 } }),
            at => json!({ "arguments": { "to": "x".repeat(1 << (at % 12)) } }),
        })
        .collect();
    let mut pairs = 0;
    for version in VERSIONS {
        for (method, params, hidden, unknown) in PAIRS {
            assert_eq!(hidden.len(), unknown.len());
            for with in &variants {
                let answer = |name: &str| {
                    let mut params = params(name);
                    params.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
                    ask(&server, &under(version, method, params, &named("reader", "reader")))
                };
                let (one, other) = (answer(hidden), answer(unknown));
                assert_eq!((one.status, code(&one)), (200, -32602), "{}", one.everything());
                let (one, other) = (all_of(&one).replace(hidden, unknown), all_of(&other));
                assert_eq!(one, other, "{method} {with}, {version}");
                pairs += 1;
            }
        }
    }
    assert!(pairs >= 1_000, "{pairs}");
    assert_eq!(deleted(), 0);
}

#[test]
fn headers_that_mirror_arguments_tell_nothing_either() {
    let server = server();
    for region in ["", "eu", "us", "=?base64?ZXU=?=", "=?base64?!!?=", "\u{e9}"] {
        let answer = |tool: &str| {
            let params = json!({ "name": tool, "arguments": { "region": "eu" } });
            let request = under(V2026_07_28, "tools/call", params, &named("reader", "reader"));
            let request =
                if region.is_empty() { request } else { request.header("Mcp-Param-Region", region) };
            ask(&server, &request)
        };
        let (one, other) = (all_of(&answer("delete_all")), all_of(&answer("delete_alx")));
        assert_eq!(one.replace("delete_all", "delete_alx"), other, "{region:?}");
        assert!(one.contains("-32602"), "{one}");
    }
}

#[test]
fn somebody_anonymous_is_asked_who_they_are_for_every_name() {
    let server = server();
    for version in VERSIONS {
        for (method, params, hidden, unknown) in PAIRS {
            for name in [hidden, unknown] {
                let answer = ask(&server, &under(version, method, params(name), ""));
                assert_eq!(
                    (answer.status, code(&answer)),
                    (401, 401),
                    "{method} {name}: {}",
                    answer.everything()
                );
                assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            }
        }
        let answer = ask(&server, &under(version, "tools/call", json!({ "name": "about" }), ""));
        assert_eq!(answer.tool_text(), "about");
    }
}
