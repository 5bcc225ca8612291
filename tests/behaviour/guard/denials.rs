use mcp_rbac::testing;
use serde_json::{Value, json};

use crate::{
    app::{arguments, rbac, runs_of, server, somebody},
    support::{V2025_11_25, V2026_07_28, Wire, client, is_uuid_v7, record_in},
};

#[tokio::test]
async fn a_refusal_names_tool_permission_and_role_and_its_record() {
    let client = client(&server(), somebody("names", [rbac::Role::Reader])).await;
    let cases = [
        (
            "delete_record",
            "tool `delete_record` needs permission `delete_data`, which role `reader` does not have",
        ),
        ("export", "tool `export` needs permission `reports:run`, which role `reader` does not have"),
        ("summarize", "tool `summarize` needs permission `write_data`, which role `reader` does not have"),
    ];
    for (tool, message) in cases {
        let error = client.call(tool, arguments()).await.unwrap_err();
        assert_eq!((error.code.0, &*error.message), (403, message));
        record_in(&error.data);
    }
}

#[tokio::test]
async fn a_refusal_speaks_of_several_roles_several_permissions_and_of_none() {
    let server = server();
    let refused = async |roles: &[rbac::Role]| {
        let client = client(&server, somebody("plural", roles.iter().copied())).await;
        client.call("export", arguments()).await.unwrap_err().message.into_owned()
    };
    assert_eq!(
        refused(&[rbac::Role::Clerk, rbac::Role::Reader]).await,
        "tool `export` needs permission `reports:run`, which roles `clerk`, `reader` do not have"
    );
    assert_eq!(
        refused(&[]).await,
        "tool `export` needs permissions `read_data`, `reports:run`, which a caller without roles does not have"
    );
}

#[tokio::test]
async fn anonymous_callers_are_asked_who_they_are() {
    let client = client(&server(), testing::anonymous(&rbac::POLICY).unwrap()).await;
    for tool in ["whoami", "get_record", "delete_record"] {
        let error = client.call(tool, arguments()).await.unwrap_err();
        let message = format!("tool `{tool}` needs to know who is calling");
        assert_eq!((error.code.0, &*error.message), (401, &*message));
        record_in(&error.data);
    }
    assert!(client.call("about", arguments()).await.is_ok());
}

#[tokio::test]
async fn the_body_of_a_refused_tool_does_not_run() {
    let refused = client(&server(), somebody("idle", [rbac::Role::Reader])).await;
    for tool in
        ["delete_record", "write_record", "export", "reports.run-all", "summarize", "create", "approve"]
    {
        refused.call(tool, arguments()).await.unwrap_err();
    }
    assert_eq!(runs_of("idle"), 0);

    let allowed = client(&server(), somebody("busy", [rbac::Role::Admin])).await;
    allowed.call("delete_record", arguments()).await.unwrap();
    assert_eq!(runs_of("busy"), 1);
}

/// Nobody learns from a parser what a tool that they may not call would take.
#[tokio::test]
async fn the_guard_decides_before_arguments_are_parsed() {
    let server = server();
    for version in [V2025_11_25, V2026_07_28] {
        let mut wire = Wire::open(&server, somebody("early", [rbac::Role::Reader]), version).await;
        for arguments in [json!({}), json!({ "id": "seven" }), json!({ "id": -1 }), json!({ "id": [{}] })] {
            let refused = wire.call("delete_record", arguments.clone()).await;
            assert_eq!(refused["error"]["code"], 403, "{refused}");
            let text = refused.to_string();
            for word in ["invalid", "missing", "expected", "fit", "u32", "seven"] {
                assert!(!text.contains(word), "{text}");
            }
            // whoever may call is told what is wrong
            let told = wire.call("get_record", arguments).await;
            assert_eq!(told["result"]["isError"], true, "{told}");
            let text = told["result"]["content"][0]["text"].as_str().unwrap();
            assert!(text.starts_with("the arguments do not fit: "), "{text}");
        }
    }
    assert_eq!(runs_of("early"), 0);
}

#[tokio::test]
async fn an_unknown_tool_is_no_refusal_and_has_no_record() {
    let client = client(&server(), somebody("unknown", [rbac::Role::Admin])).await;
    for name in ["delete_records", "DELETE_RECORD", "delete_record ", " delete_record", "delete_record\0", ""]
    {
        let error = client.call(name, Value::Null).await.unwrap_err();
        assert_eq!(error.code.0, -32602, "{name:?}");
        assert_eq!(error.message, format!("unknown tool `{}`", name.escape_debug()));
        assert_eq!(error.data, None);
    }
    assert_eq!(runs_of("unknown"), 0);
}

#[tokio::test]
async fn an_answer_cannot_be_made_to_grow_by_a_long_name() {
    let client = client(&server(), somebody("long", [rbac::Role::Admin])).await;
    let error = client.call(&"\u{202e}".repeat(100_000), Value::Null).await.unwrap_err();
    assert!(error.message.len() < 1_000, "{} bytes", error.message.len());
    assert!(error.message.is_ascii(), "{}", error.message);
}

#[tokio::test]
async fn every_refusal_has_a_record_of_its_own() {
    let client = client(&server(), somebody("own", [rbac::Role::Reader])).await;
    let mut records = Vec::new();
    for _ in 0..50 {
        records.push(record_in(&client.call("delete_record", arguments()).await.unwrap_err().data));
    }
    assert!(records.iter().all(|record| is_uuid_v7(record)));
    let mut sorted = records.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted, records, "unique, and in the order of time");
}
