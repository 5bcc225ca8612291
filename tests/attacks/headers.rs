//! Two places that say what is asked for: the body is what counts, and a header that says something else is refused where
//! the protocol knows such headers, and means nothing where it does not.

use serde_json::{Value, json};

use crate::{
    app::{Named, deleted},
    ask::{VERSIONS, ask, code, meta, named, under},
    support::{Running, V2026_07_28},
};

/// What a reader may have, and what not, with the method that asks for it.
const PAIRS: &[(&str, &str, &str, &str)] = &[
    ("tools/call", "name", "get_record", "delete_all"),
    ("prompts/get", "name", "letter", "farewell"),
    ("resources/read", "uri", "records://1", "records://7"),
    ("resources/read", "uri", "about://server", "vault://key"),
];

#[test]
fn a_name_in_a_header_never_stands_for_the_name_in_the_body() {
    let server = Running::without_keys(|app| app.authenticate(Named));
    for version in VERSIONS {
        for (method, key, allowed, denied) in PAIRS {
            let reader = named("reader", "reader");
            let request = |name: &str| under(version, method, json!({ *key: name }), &reader);
            let honest = ask(&server, &request(denied));
            assert_eq!(
                (honest.status, code(&honest)),
                (403, 403),
                "{method} {denied}: {}",
                honest.everything()
            );
            let headers = [
                ("another name", request(denied).with("Mcp-Name", *allowed)),
                ("no name", request(denied).without("Mcp-Name")),
                ("two names", request(denied).with("Mcp-Name", *allowed).header("Mcp-Name", *denied)),
                (
                    "the names the other way round",
                    request(denied).with("Mcp-Name", *denied).header("Mcp-Name", *allowed),
                ),
                ("another method", request(denied).with("Mcp-Method", "ping")),
                ("no method", request(denied).without("Mcp-Method")),
                ("another version", request(denied).with("MCP-Protocol-Version", "2025-06-18")),
                (
                    "two versions",
                    request(denied)
                        .with("MCP-Protocol-Version", "2025-06-18")
                        .header("MCP-Protocol-Version", V2026_07_28),
                ),
            ];
            for (what, request) in headers {
                let answer = ask(&server, &request);
                let refused = [400, 403].contains(&answer.status) && code(&answer) != 0;
                assert!(refused, "{method} {denied}, {what}, {version}: {}", answer.everything());
                // an older protocol has no such headers: there they mean nothing
                if version != V2026_07_28 && what.contains("name") {
                    assert_eq!(
                        answer.status,
                        403,
                        "{method} {denied}, {what}, {version}: {}",
                        answer.everything()
                    );
                }
            }
        }
    }
    assert_eq!(deleted(), 0);
}

/// Keys twice, and in other case: whatever is read is what is decided on.
#[test]
fn a_name_that_is_said_twice_is_decided_on_as_it_is_read() {
    let server = Running::without_keys(|app| app.authenticate(Named));
    for version in VERSIONS {
        for (method, key, allowed, denied) in PAIRS {
            let upper = key.to_uppercase();
            let meta = if version == V2026_07_28 { format!(r#","_meta":{}"#, meta()) } else { String::new() };
            let bodies = [
                format!(r#"{{"{key}":"{allowed}","{key}":"{denied}"{meta}}}"#),
                format!(r#"{{"{key}":"{denied}","{key}":"{allowed}"{meta}}}"#),
                format!(r#"{{"{upper}":"{allowed}","{key}":"{denied}"{meta}}}"#),
                format!(r#"{{"{key}":"{denied}","{upper}":"{allowed}"{meta}}}"#),
                format!(r#"{{"{upper}":"{denied}"{meta}}}"#),
            ];
            for params in bodies {
                let honest = under(version, method, json!({ *key: denied }), &named("reader", "reader"));
                let body = format!(r#"{{"jsonrpc":"2.0","id":7,"method":"{method}","params":{params}}}"#);
                let answer = ask(&server, &honest.body(body.clone()));
                let result = &answer.json()["result"];
                let text = result.to_string();
                assert!(
                    !text.contains("seventh") && !text.contains("the key"),
                    "{body}: {}",
                    answer.everything()
                );
            }
        }
    }
    assert_eq!(deleted(), 0);
}

/// Headers that mirror arguments (MCP 2026-07-28, transports/streamable-http, `x-mcp-header`) are checked for tools that
/// the caller may use. For others the answer is that they may not.
#[test]
fn checking_headers_tells_nothing_about_tools_of_others() {
    for conceals in [false, true] {
        let server = Running::without_keys(|app| {
            let app = app.authenticate(Named);
            if conceals { app.conceal_forbidden() } else { app }
        });
        let call = |tool: &str, arguments: Value, role: &str| {
            under(
                V2026_07_28,
                "tools/call",
                json!({ "name": tool, "arguments": arguments }),
                &named("x", role),
            )
        };
        let arguments = json!({ "region": "eu" });
        // who may call it is told that the header is missing or differs
        let missing = ask(&server, &call("order", arguments.clone(), "reader"));
        assert_eq!((missing.status, code(&missing)), (400, -32020), "{}", missing.everything());
        let other = call("order", arguments.clone(), "reader").header("Mcp-Param-Region", "us");
        assert_eq!(code(&ask(&server, &other)), -32020);
        let right = call("order", arguments.clone(), "reader").header("Mcp-Param-Region", "eu");
        assert_eq!(ask(&server, &right).tool_text(), "eu");
        // who may not is not
        for header in [None, Some("us"), Some("eu"), Some("=?base64?ZXU=?="), Some("=?base64?!!?=")] {
            let with = |request: crate::support::Request| match header {
                Some(value) => request.header("Mcp-Param-Region", value),
                None => request,
            };
            let hidden = ask(&server, &with(call("delete_all", arguments.clone(), "reader")));
            let unknown = ask(&server, &with(call("delete_alx", arguments.clone(), "reader")));
            let denied = if conceals { (200, -32602) } else { (403, 403) };
            assert_eq!((hidden.status, code(&hidden)), denied, "{header:?}: {}", hidden.everything());
            assert_eq!(code(&unknown), -32602, "{header:?}: {}", unknown.everything());
        }
    }
    assert_eq!(deleted(), 0);
}
