//! What is listed, what can be used and what was declared are the same, for every role, under every version of the
//! protocol and with none; and there is no other way to what is denied.

use serde_json::{Value, json};

use crate::{
    app::{Named, deleted},
    ask::{VERSIONS, ask, code, named, record, under},
    support::{Running, V2026_07_28, audited},
};

const CALLERS: [&str; 6] = ["reader", "analyst", "admin", "guest", "nobody", "anonymous"];

const R: &str = "reader analyst admin";
const REPORTS: &str = "analyst admin";
const ADMIN: &str = "admin";
const KNOWN: &str = "reader analyst admin guest nobody";
const ALL: &str = "reader analyst admin guest nobody anonymous";

/// The list, where its items are and what they are called, and each item with who is meant to have it.
type Rows = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);

const TABLE: [Rows; 4] = [
    (
        "tools/list",
        "tools",
        "name",
        &[
            ("about", ALL),
            ("delete_all", ADMIN),
            ("delete_slowly", ADMIN),
            ("endless_report", REPORTS),
            ("get_record", R),
            ("order", R),
            ("relay", R),
            ("report", REPORTS),
            ("whoami", KNOWN),
        ],
    ),
    ("prompts/list", "prompts", "name", &[("farewell", ADMIN), ("help", ALL), ("letter", R)]),
    (
        "resources/list",
        "resources",
        "uri",
        &[("about://server", ALL), ("records://7", ADMIN), ("vault://key", ADMIN)],
    ),
    (
        "resources/templates/list",
        "resourceTemplates",
        "uriTemplate",
        &[("records://{id}", R), ("records://{id}/{part}", ADMIN)],
    ),
];

fn server() -> Running {
    Running::without_keys(|app| app.authenticate(Named).allow_anonymous())
}

fn credential(caller: &str) -> String {
    match caller {
        "anonymous" => String::new(),
        "nobody" => named("nobody", ""),
        role => named("somebody", role),
    }
}

/// How an item is used; what never ends or deletes is asked for in a way that fails afterwards.
fn uses(list: &str, name: &str) -> Vec<(&'static str, Value)> {
    let argument = json!({ "name": "to", "value": "" });
    match list {
        "tools/list" => {
            vec![("tools/call", json!({ "name": name, "arguments": { "region": 7, "tool": 7 } }))]
        }
        "prompts/list" => vec![
            ("prompts/get", json!({ "name": name, "arguments": { "to": ["x"] } })),
            (
                "completion/complete",
                json!({ "ref": { "type": "ref/prompt", "name": name }, "argument": { "name": "none", "value": "" } }),
            ),
        ],
        "resources/list" => vec![("resources/read", json!({ "uri": name }))],
        _ => vec![
            ("resources/read", json!({ "uri": name.replace("{id}", "x").replace("{part}", "body") })),
            (
                "completion/complete",
                json!({ "ref": { "type": "ref/resource", "uri": name }, "argument": argument }),
            ),
        ],
    }
}

#[test]
fn listed_is_usable_is_declared() {
    let server = server();
    for version in VERSIONS {
        for caller in CALLERS {
            let credential = credential(caller);
            for (list, items, key, rows) in TABLE {
                let declared = |callers: &str| callers.split(' ').any(|other| other == caller);
                let answer = ask(&server, &under(version, list, json!({}), &credential));
                let body = answer.json();
                let listed: Vec<&str> = body["result"][items]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|item| item[key].as_str().unwrap())
                    .collect();
                let expected: Vec<&str> =
                    rows.iter().filter(|(_, callers)| declared(callers)).map(|(name, _)| *name).collect();
                assert_eq!(listed, expected, "{list} of {caller}, {version}");
                for (name, callers) in rows {
                    // it would run, and never end or delete
                    let runs = declared(callers)
                        && ["endless_report", "delete_slowly", "records://7", "vault://key"].contains(name);
                    if runs {
                        continue;
                    }
                    for (method, params) in uses(list, name) {
                        let answer = ask(&server, &under(version, method, params, &credential));
                        let refused = [401, 403].contains(&code(&answer));
                        let what =
                            || format!("{method} {name} by {caller}, {version}: {}", answer.everything());
                        assert_eq!(!refused, declared(callers), "{}", what());
                        if refused {
                            let status = if caller == "anonymous" { 401 } else { 403 };
                            assert_eq!(
                                (i64::from(answer.status), code(&answer)),
                                (status, status),
                                "{}",
                                what()
                            );
                            assert!(audited(&record(&answer)).starts_with("refused "), "{}", what());
                        } else {
                            // a tool whose argument stands in a header as well is asked for without it
                            let status = if code(&answer) == -32020 { 400 } else { 200 };
                            assert_eq!(answer.status, status, "{}", what());
                        }
                    }
                }
            }
        }
    }
    assert_eq!(deleted(), 0);
}

#[test]
fn every_page_of_every_list_is_private_and_no_cursor_widens_it() {
    let server = Running::without_keys(|app| app.authenticate(Named).allow_anonymous().page_size(1));
    for version in VERSIONS {
        for caller in CALLERS {
            let credential = credential(caller);
            for (list, items, key, rows) in TABLE {
                let declared = |callers: &str| callers.split(' ').any(|other| other == caller);
                let mine: Vec<&str> =
                    rows.iter().filter(|(_, callers)| declared(callers)).map(|(name, _)| *name).collect();
                // after every item that anybody can see, seen or not
                let cursors = rows.iter().map(|(name, _)| json!({ "cursor": format!("after:{name}") }));
                for (at, params) in std::iter::once(json!({})).chain(cursors).enumerate() {
                    let answer = ask(&server, &under(version, list, params, &credential));
                    let (page, cursor) =
                        (answer.json()["result"].clone(), at.checked_sub(1).map(|at| rows[at].0));
                    if version == V2026_07_28 {
                        assert_eq!(page["cacheScope"], "private", "{list} of {caller}: {page}");
                    } else {
                        assert_ne!(page["cacheScope"], "public", "{list} of {caller}: {page}");
                    }
                    let shown =
                        page[items].as_array().unwrap().iter().map(|item| item[key].as_str().unwrap());
                    let expected = mine
                        .iter()
                        .copied()
                        .filter(|mine| cursor.is_none_or(|cursor| *mine > cursor))
                        .take(1);
                    assert_eq!(shown.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{list} of {caller}");
                }
            }
        }
    }
}

/// A tool that calls tools, a task, completion: what is denied is denied on every way.
#[test]
fn there_is_no_second_way_to_what_is_denied() {
    let server = server();
    for version in VERSIONS {
        let reader = named("reader", "reader");
        for (tool, arguments) in [("delete_all", json!({ "region": "x" })), ("delete_slowly", json!({}))] {
            let params = json!({ "name": "relay", "arguments": { "tool": tool, "arguments": arguments } });
            let answer = ask(&server, &under(version, "tools/call", params, &reader));
            assert_eq!(answer.json()["result"]["content"][0]["text"], "403", "{}", answer.everything());
            // as a task, whether the client knows tasks or not
            let params = json!({ "name": tool, "arguments": arguments, "task": { "ttl": 60_000 } });
            let answer = ask(&server, &under(version, "tools/call", params, &reader));
            assert_eq!((answer.status, code(&answer)), (403, 403), "{}", answer.everything());
        }
        // a resource by the name of a tool or prompt, and the other way round
        for (method, params) in [
            ("resources/read", json!({ "uri": "delete_all" })),
            ("resources/read", json!({ "uri": "tools://delete_all" })),
            ("tools/call", json!({ "name": "vault://key" })),
            ("tools/call", json!({ "name": "farewell" })),
            ("prompts/get", json!({ "name": "delete_all" })),
            ("prompts/get", json!({ "name": "vault://key" })),
        ] {
            let answer = ask(&server, &under(version, method, params.clone(), &named("root", "admin")));
            assert_eq!(code(&answer), -32602, "{method} {params}: {}", answer.everything());
        }
        for of in [
            json!({ "type": "ref/prompt", "name": "farewell" }),
            json!({ "type": "ref/resource", "uri": "records://{id}/{part}" }),
        ] {
            let params = json!({ "ref": of, "argument": { "name": "to", "value": "" } });
            let answer = ask(&server, &under(version, "completion/complete", params, &reader));
            assert_eq!((answer.status, code(&answer)), (403, 403), "{}", answer.everything());
            assert!(!answer.text().contains("a secret"));
        }
        // a value that leads to what the reader may not read is not among those that are offered
        let params = json!({
            "ref": { "type": "ref/resource", "uri": "records://{id}" },
            "argument": { "name": "id", "value": "" },
        });
        let answer = ask(&server, &under(version, "completion/complete", params, &reader));
        assert_eq!(answer.json()["result"]["completion"]["values"], json!(["1"]), "{}", answer.everything());
    }
    assert_eq!(deleted(), 0);
}

/// What is not in the method table is refused, whatever it is called and whoever asks.
#[test]
fn methods_that_nobody_decided_about_do_nothing() {
    let server = server();
    let methods = [
        "tools/delete_all",
        "tools/call/",
        "Tools/Call",
        "tools/call ",
        "tools.call",
        "rpc.discover",
        "sampling/createMessage",
        "elicitation/create",
        "roots/list",
        "skills/list",
        "skills/get",
        "resources/directory/read",
        "tasks/list",
        "tasks/result",
        "notifications/tools/list_changed",
        "admin/reload",
        "",
    ];
    for version in VERSIONS {
        for method in methods {
            let answer = ask(
                &server,
                &under(version, method, json!({ "name": "delete_all" }), &named("root", "admin")),
            );
            let body = answer.json();
            assert!(body.get("result").is_none(), "{method:?}, {version}: {}", answer.everything());
            assert!(
                answer.status >= 400 || code(&answer) != 0,
                "{method:?}, {version}: {}",
                answer.everything()
            );
        }
    }
    assert_eq!(deleted(), 0);
}
