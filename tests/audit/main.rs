//! The audit trail: what is in it.

extern crate rbac_runtime as mcp_rbac;

mod checkpoints;
mod fields;
mod file;
mod oversight;
mod tampering;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use mcp_rbac::{Alert, Audit, AuditError, Server, audit::verify, prelude::*, testing::Client};
use serde_json::{Value, json};
use tempfile::TempDir;

mcp_rbac::roles! {
    permissions { read_data, delete_data: destructive }
    roles { reader { read_data } admin: reader { delete_data } }
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Login {
    /// Who.
    user: String,
    /// The secret.
    #[expect(dead_code, reason = "nobody looks at it")]
    password: String,
}

#[tool(requires = "read_data")]
async fn log_in(Parameters(login): Parameters<Login>) -> String {
    login.user
}

#[tool(requires = "delete_data")]
async fn delete() -> &'static str {
    "gone"
}

/// Somebody.
#[resource(uri = "people://{name}/{token}", requires = "read_data")]
fn person(name: String, token: String) -> String {
    format!("{name} {}", token.len())
}

#[tool(requires = "read_data")]
async fn fall_over() -> &'static str {
    panic!("it falls over")
}

struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("audit.jsonl")
    }

    /// A server on the trail, once the one before it has gone: its connections end in their own time.
    fn server(&self) -> Server {
        for _ in 0..250 {
            match Audit::file(self.path()) {
                Err(AuditError::InUse(_)) => std::thread::sleep(Duration::from_millis(20)),
                audit => return serving(audit.unwrap()),
            }
        }
        panic!("the server before this one does not end");
    }

    fn lines(&self) -> Vec<Value> {
        lines(&self.path())
    }
}

fn serving(audit: Audit) -> Server {
    Server::new(&rbac::POLICY).audit(audit).build().unwrap()
}

fn lines(path: &Path) -> Vec<Value> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn kinds(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["kind"].as_str().unwrap()).collect()
}

fn joined(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

async fn call(server: &Server, tool: &str) {
    let client = Client::as_role(server, rbac::Role::Reader).await;
    let _answer = client.call(tool, json!({})).await;
}

#[tokio::test]
async fn a_call_is_two_lines_and_everything_else_one() {
    let desk = Desk::new();
    let server = desk.server();
    let client = Client::as_role(&server, rbac::Role::Reader).await;
    client.tools().await;
    client.call("log_in", json!({ "user": "ada", "password": "canary" })).await.unwrap();
    client.call("delete", json!({ "id": 7 })).await.unwrap_err();
    client.call("nothing", json!({})).await.unwrap_err();
    client.call("fall_over", json!({})).await.unwrap_err();
    let all = desk.lines();
    let calls: Vec<(&str, &str, &str)> = all
        .iter()
        .filter(|line| line["method"] == "tools/call")
        .map(|line| {
            let text = |name: &str| line[name].as_str().unwrap_or("-");
            (text("kind"), text("name"), line["outcome"].as_str().or(line["reason"].as_str()).unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        calls,
        [
            ("started", "log_in", "-"),
            ("finished", "log_in", "completed"),
            ("refused", "delete", "forbidden"),
            ("refused", "nothing", "unknown_tool"),
            ("started", "fall_over", "-"),
            ("finished", "fall_over", "panicked"),
        ]
    );
    let started = all.iter().find(|line| line["kind"] == "started" && line["name"] == "log_in").unwrap();
    assert_eq!(started["arguments"], json!({ "user": "ada", "password": "[redacted]" }));
    assert_eq!(started["principal"]["roles"], json!(["reader"]));
    let refused = all.iter().find(|line| line["name"] == "delete").unwrap();
    assert_eq!((&refused["missing"], &refused["arguments"]), (&json!("delete_data"), &json!({ "id": 7 })));
    assert!(all.iter().all(|line| line["time"].as_str().unwrap().ends_with('Z')), "{all:#?}");
    assert!(!fs::read_to_string(desk.path()).unwrap().contains("canary"));
    assert!(all.iter().any(|line| line["method"] == "tools/list" && line["listed"] == 2));
}

/// Which one of the many that a template stands for.
#[tokio::test]
async fn a_resource_is_recorded_with_what_its_uri_says() {
    let desk = Desk::new();
    let server = desk.server();
    let client = Client::as_role(&server, rbac::Role::Reader).await;
    client.read("people://ada/canary").await.unwrap();
    let all = desk.lines();
    let started = all.iter().find(|line| line["kind"] == "started").unwrap();
    assert_eq!(started["name"], "people://{name}/{token}");
    assert_eq!(started["arguments"], json!({ "name": "ada", "token": "[redacted]" }));
    assert!(!fs::read_to_string(desk.path()).unwrap().contains("canary"));
}

/// Who only tries what is denied is refused like everybody else once that is too much, and fills no disk.
#[tokio::test]
async fn denied_calls_count_and_what_is_too_much_is_counted_together() {
    let desk = Desk::new();
    let server = Server::new(&rbac::POLICY)
        .audit(Audit::file(desk.path()).unwrap())
        .limit(mcp_rbac::Limit::at_most(20, Duration::from_secs(3600)))
        .build()
        .unwrap();
    let client = Client::as_role(&server, rbac::Role::Reader).await;
    let mut codes = Vec::new();
    for at in 0..400 {
        let tool = if at % 2 == 0 { "delete" } else { "nothing" };
        codes.push(client.call(tool, json!({ "padding": "x".repeat(200) })).await.unwrap_err().code.0);
    }
    assert!(codes[20..].iter().all(|code| *code == 429), "{codes:?}");
    assert!(!codes[..20].contains(&429), "{codes:?}");
    // sixty of one address within a minute have a line of their own
    let refused = kinds(&desk.lines()).iter().filter(|kind| **kind == "refused").count();
    assert_eq!(refused, 20 + 60);
}

/// The 101st call of one user within five minutes is one alert: in the trail, and for whoever asked to be told.
#[tokio::test]
async fn a_burst_of_calls_is_one_alert() {
    let desk = Desk::new();
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let server = Server::new(&rbac::POLICY)
        .audit(Audit::file(desk.path()).unwrap())
        .alert(Alert::more_than(100, Duration::from_secs(300)).of("delete"))
        .on_alert(move |raised| {
            tell.lock().unwrap().push(raised.to_string());
            panic!("whoever is told falls over");
        })
        .build()
        .unwrap();
    let principal =
        |name: &str| mcp_rbac::testing::principal(&rbac::POLICY, name, [rbac::Role::Reader]).unwrap();
    let ada = Client::as_principal(&server, principal("ada")).await;
    let alan = Client::as_principal(&server, principal("alan")).await;
    for call in 0..103 {
        // attempts count, denied ones included
        assert_eq!(ada.call("delete", json!({})).await.unwrap_err().code.0, 403);
        if call < 90 {
            alan.call("delete", json!({})).await.unwrap_err();
        }
        ada.call("fall_over", json!({})).await.unwrap_err();
        assert_eq!(told.lock().unwrap().len(), usize::from(call >= 100), "{call}");
    }
    assert_eq!(*told.lock().unwrap(), ["ada has called delete more than 100 times within 300 s"]);
    let all = desk.lines();
    let alerts: Vec<&Value> = all.iter().filter(|line| line["kind"] == "alert").collect();
    let [alert] = alerts[..] else { panic!("{alerts:?}") };
    let hers: Vec<&Value> = all
        .iter()
        .filter(|line| line["name"] == "delete" && line["principal"]["subject"] == "ada")
        .map(|line| &line["record"])
        .collect();
    assert_eq!((&alert["first"], &alert["last"], &alert["subject"]), (hers[0], hers[100], &json!("ada")));
    verify(&fs::read(desk.path()).unwrap()[..]).unwrap().unwrap();
}

#[test]
fn an_alert_about_no_tool_keeps_the_server_from_starting() {
    let app = Server::new(&rbac::POLICY).alert(Alert::more_than(1, Duration::from_secs(1)).of("delet"));
    let problems = app.build().unwrap_err();
    let sentence = "an alert is about tool `delet`, which the server does not have; did you mean `delete`?";
    assert!(problems.to_string().ends_with(sentence), "{problems}");
}
