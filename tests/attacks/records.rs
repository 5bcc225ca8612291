//! Every refusal leaves an event, whatever is asked for and by whom.

use serde_json::{Value, json};

use crate::{
    app::{Named, deleted},
    ask::{VERSIONS, ask, code, named, under},
    support::{Running, V2026_07_28, audited, refused},
};

#[test]
fn every_refusal_of_everything_is_on_record() {
    let server = Running::without_keys(|app| app.authenticate(Named).allow_anonymous());
    let requests: &[(&str, Value)] = &[
        ("tools/call", json!({ "name": "delete_all" })),
        ("prompts/get", json!({ "name": "farewell" })),
        ("resources/read", json!({ "uri": "vault://key" })),
        ("resources/read", json!({ "uri": "records://1/body" })),
        (
            "completion/complete",
            json!({ "ref": { "type": "ref/prompt", "name": "farewell" }, "argument": { "name": "to", "value": "" } }),
        ),
    ];
    for version in VERSIONS {
        for (method, params) in requests {
            for (credential, status, reason) in
                [(named("reader", "reader"), 403, "forbidden"), (String::new(), 401, "unauthenticated")]
            {
                let answer = ask(&server, &under(version, method, params.clone(), &credential));
                let what = || format!("{method} {params}, {version}: {}", answer.everything());
                assert_eq!((i64::from(answer.status), code(&answer)), (status, status), "{}", what());
                let record = answer.header("mcp-rbac-record").unwrap_or_default();
                assert_eq!(audited(record), format!("refused {reason};"), "{}", what());
            }
        }
    }
    assert_eq!(deleted(), 0);
}

/// What has no record for its sender has an event all the same: names that do not exist, and messages that are none.
#[test]
fn what_is_unknown_or_malformed_is_on_record() {
    let server = Running::without_keys(|app| app.authenticate(Named).conceal_forbidden());
    let requests: &[(&str, Value)] = &[
        ("prompts/get", json!({ "name": "farewell" })),
        ("prompts/get", json!({ "name": "nothing" })),
        ("prompts/get", json!({ "name": 7 })),
        ("resources/read", json!({ "uri": "vault://key" })),
        ("resources/read", json!({ "uri": "vault://%6Bey" })),
        ("resources/read", json!({ "uri": [] })),
        ("completion/complete", json!({ "ref": { "type": "ref/tool" } })),
        ("tasks/get", json!({ "taskId": "x" })),
        ("tasks/get", json!({ "taskId": 7 })),
    ];
    for version in VERSIONS {
        for (method, params) in requests {
            // an older client without a session has declared no tasks
            if method.starts_with("tasks/") && version != V2026_07_28 {
                continue;
            }
            let before = refused(method);
            let answer = ask(&server, &under(version, method, params.clone(), &named("reader", "reader")));
            assert_ne!(code(&answer), 0, "{method} {params}, {version}: {}", answer.everything());
            assert!(refused(method) > before, "{method} {params}, {version}: {}", answer.everything());
        }
    }
}
