//! What a line says, and that it is what `docs/audit-record.schema.json` says.

use mcp_rbac::{Audit, ServerBuilder, testing::principal};
use serde_json::{Map, Value, json};

use crate::{Client, Desk, Server, lines, rbac};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

fn server(
    desk: &Desk,
    change: impl FnOnce(Audit) -> Audit,
    app: impl FnOnce(ServerBuilder) -> ServerBuilder,
) -> Server {
    let audit = change(Audit::file(desk.path()).unwrap());
    app(Server::new(&rbac::POLICY).name("desk", "1.2.3").audit(audit)).build().unwrap()
}

fn with_secret(audit: Audit) -> Audit {
    audit.secret(&SECRET.into()).unwrap()
}

async fn sent(server: &Server, tool: &str, arguments: Value) {
    let client = Client::as_role(server, rbac::Role::Reader).await;
    client.call(tool, arguments).await.unwrap();
}

fn of(desk: &Desk, kind: &str, name: &str) -> Value {
    let is = |line: &Value| line["kind"] == kind && line["name"] == name;
    lines(&desk.path()).into_iter().find(is).unwrap_or_else(|| panic!("no {kind} of {name}"))
}

fn schema() -> jsonschema::Validator {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/audit-record.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

fn assert_described(lines: &[Value]) {
    let schema = schema();
    for line in lines {
        let errors: Vec<String> = schema.iter_errors(line).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{line:#}\n{errors:#?}");
    }
}

#[tokio::test]
async fn a_line_says_where_a_request_came_from_and_what_decided() {
    let desk = Desk::new();
    let server = server(&desk, with_secret, |app| app);
    let client =
        Client::as_principal(&server, principal(&rbac::POLICY, "ada", [rbac::Role::Reader]).unwrap()).await;
    client.call("log_in", json!({ "user": "ada", "password": "x" })).await.unwrap();
    let line = of(&desk, "finished", "log_in");
    assert_eq!(
        (&line["server"], &line["policy"]),
        (&json!("desk/1.2.3"), &json!(server.report().fingerprint()))
    );
    assert_eq!(line["transport"], "stdio");
    assert!(line["request"].is_i64() && line["protocol"].is_string() && line["mono_us"].is_u64(), "{line:#}");
    assert_eq!(line.get("arguments"), None);
    assert_eq!(line["result"].get("content"), None);
}

#[tokio::test]
async fn every_kind_of_line_is_described() {
    let desk = Desk::new();
    let app = server(
        &desk,
        |audit| with_secret(audit).rotate_at(4_000).results(10_000),
        |app| app.alert(mcp_rbac::Alert::more_than(0, std::time::Duration::from_secs(60))),
    );
    let client = Client::as_role(&app, rbac::Role::Reader).await;
    client.tools().await;
    client.call("log_in", json!({ "user": "ada", "password": "x" })).await.unwrap();
    for tool in ["delete", "nothing", "fall_over"] {
        client.call(tool, json!({ "id": 1 })).await.unwrap_err();
    }
    drop((client, app));
    let mut all = Vec::new();
    for entry in std::fs::read_dir(desk.folder()).unwrap() {
        all.extend(lines(&entry.unwrap().path()));
    }
    assert_described(&all);
    let kinds = crate::kinds(&all);
    for kind in ["opened", "started", "finished", "refused", "alert", "rotated"] {
        assert!(kinds.contains(&kind), "{kind}: {kinds:?}");
    }
}

/// A schema that says yes to everything would be none.
#[tokio::test]
async fn what_is_no_line_is_not_described() {
    let desk = Desk::new();
    let server = server(&desk, with_secret, |app| app);
    sent(&server, "log_in", json!({ "user": "ada", "password": "x" })).await;
    let (schema, line) = (schema(), of(&desk, "finished", "log_in"));
    let whole: Map<String, Value> = line.as_object().unwrap().clone();
    for required in [
        "seq", "prev", "time", "mono_us", "kind", "record", "method", "decision", "outcome", "server",
        "policy",
    ] {
        let mut less = whole.clone();
        less.remove(required).unwrap();
        assert!(!schema.is_valid(&less.into()), "{required}");
    }
    for (name, value) in [
        ("time", json!("2026-11-27T01:02:03Z")),
        ("kind", json!("begun")),
        ("record", json!("7")),
        ("policy", json!("x")),
        ("more", json!(1)),
        ("outcome", json!("unknown")),
        ("result", json!({ "bytes": -1 })),
    ] {
        let mut other = whole.clone();
        other.insert(name.to_owned(), value);
        assert!(!schema.is_valid(&other.into()), "{name}");
    }
}

#[tokio::test]
async fn a_result_is_a_size_and_a_keyed_digest() {
    let (desk, other, unkeyed) = (Desk::new(), Desk::new(), Desk::new());
    let same = json!({ "user": "ada", "password": "x" });
    let first = server(&desk, with_secret, |app| app);
    sent(&first, "log_in", same.clone()).await;
    sent(&first, "log_in", same.clone()).await;
    sent(&first, "log_in", json!({ "user": "bob", "password": "x" })).await;
    let another = |audit: Audit| audit.secret(&"another secret of thirty-two bytes".into()).unwrap();
    sent(&server(&other, another, |app| app), "log_in", same.clone()).await;
    sent(&server(&unkeyed, |audit| audit, |app| app), "log_in", same).await;
    let results = |desk: &Desk| -> Vec<Value> {
        lines(&desk.path())
            .iter()
            .filter(|line| line["kind"] == "finished")
            .map(|line| line["result"].clone())
            .collect()
    };
    let all = results(&desk);
    assert_eq!(all[0], all[1]);
    assert_ne!(all[0]["hmac"], all[2]["hmac"]);
    assert_ne!(all[0]["hmac"], results(&other)[0]["hmac"]);
    // nothing is said that could be found out by trying
    assert_eq!(results(&unkeyed)[0], json!({ "bytes": all[0]["bytes"] }));
    assert!(all[0]["bytes"].as_u64().unwrap() > 20);
}

#[tokio::test]
async fn results_are_recorded_where_that_is_wanted() {
    let desk = Desk::new();
    let server = server(&desk, |audit| audit.results(200), |app| app);
    sent(&server, "log_in", json!({ "user": "{\"token\":\"canary\",\"city\":\"Oslo\"}", "password": "x" }))
        .await;
    sent(&server, "log_in", json!({ "user": "y".repeat(1_000), "password": "x" })).await;
    let all = lines(&desk.path());
    let contents: Vec<&Value> =
        all.iter().filter(|line| line["kind"] == "finished").map(|line| &line["result"]["content"]).collect();
    let text = contents[0]["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("Oslo") && !text.contains("canary"), "{text}");
    assert!(contents[1]["omitted_bytes"].as_u64().unwrap() > 200, "{contents:?}");
}

#[test]
fn a_short_secret_is_refused() {
    let desk = Desk::new();
    let error = Audit::file(desk.path()).unwrap().secret(&"short".into()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the secret of an audit trail has 32 bytes at least; `openssl rand -hex 32` makes one"
    );
}
