//! What the audit trail says of requests over HTTP.

use std::{fs, path::Path};

use mcp_rbac::{Audit, api_key::KeyRequest};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    rbac::Role,
    support::{Connection, Request, Running, V2026_07_28, message},
};

fn lines(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("audit.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn recording(folder: &TempDir) -> Running {
    let audit = Audit::file(folder.path().join("audit.jsonl")).unwrap();
    Running::build(|app| app.audit(audit), |server| server)
}

#[test]
fn a_record_says_where_a_request_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let server = recording(&folder);
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let request = Request::modern_call("get_record").bearer(&server.keys.reader);
    let mut body: Value =
        serde_json::from_slice(request.bytes().split(|byte| *byte == b'\n').next_back().unwrap()).unwrap();
    body["id"] = json!("call-1");
    body["params"]["_meta"]["traceparent"] = json!(trace);
    body["params"]["_meta"]["tracestate"] = json!("vendor=\u{7}1");
    let mut connection = Connection::open(server.address());
    assert_eq!(connection.ask(&request.body(body.to_string())).status, 200);
    let all = lines(folder.path());
    let of_call: Vec<&Value> = all.iter().filter(|line| line["request"] == "call-1").collect();
    assert_eq!(of_call.len(), 2, "{all:#?}");
    for line in of_call {
        assert_eq!((&line["transport"], &line["remote"]), (&json!("http"), &json!("127.0.0.1")));
        assert_eq!(line["protocol"], V2026_07_28);
        assert_eq!(line["trace"]["traceparent"], trace);
        // what a client makes up is escaped
        assert_eq!(line["trace"]["tracestate"], "vendor=\\u{7}1");
        assert_eq!(line["principal"]["subject"], "alice");
        assert!(server.keys.reader.contains(line["principal"]["client"].as_str().unwrap()), "{line:#}");
    }
}

#[test]
fn what_is_refused_before_it_is_served_says_it_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let server = recording(&folder);
    let mut connection = Connection::open(server.address());
    let unknown = Request::json(&message("nothing/of/that", json!({}))).bearer(&server.keys.reader);
    connection.ask(&unknown);
    connection.ask(&Request::call("get_record").bearer("mcprbac_canary"));
    connection.ask(&Request::post("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":7}").bearer(&server.keys.reader));
    let all = lines(folder.path());
    let refused: Vec<&Value> = all.iter().filter(|line| line["kind"] == "refused").collect();
    assert_eq!(refused.len(), 3, "{all:#?}");
    for line in &refused {
        assert_eq!((&line["transport"], &line["remote"]), (&json!("http"), &json!("127.0.0.1")), "{line:#}");
    }
    assert_eq!(refused[0]["request"], 7);
    assert_eq!(refused[1].get("principal"), None);
    assert!(!fs::read_to_string(folder.path().join("audit.jsonl")).unwrap().contains("canary"));
}

/// A person has one limit, whichever of their keys they show; somebody else has their own.
#[test]
fn a_limit_is_429_with_the_time_to_wait() {
    let limit = mcp_rbac::Limit::at_most(2, std::time::Duration::from_secs(60));
    let server = Running::build(|app| app.limit(limit), |server| server);
    let second = server.keys.file().issue(&KeyRequest::new("alice").role(Role::Reader)).unwrap();
    let mut connection = Connection::open(server.address());
    let mut ask = |key: &str| connection.ask(&Request::call("get_record").bearer(key));
    assert_eq!(ask(&server.keys.reader).status, 200);
    assert_eq!(ask(&server.keys.reader).status, 200);
    let refused = ask(&server.keys.reader);
    assert_eq!(refused.status, 429, "{refused:?}");
    let wait: u64 = refused.header("Retry-After").unwrap().parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(refused.json()["error"]["code"], 429);
    assert!(refused.header("Mcp-Rbac-Record").is_some());
    // the file with the keys is read again in a moment
    let mut status = 0;
    for _ in 0..100 {
        status = ask(second.expose()).status;
        if status != 401 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(status, 429);
    assert_eq!(ask(&server.keys.bob).status, 200);
}

/// How many strangers there are: here, and in a campaign that `AUDIT_STRANGERS` makes longer.
fn strangers() -> usize {
    std::env::var("AUDIT_STRANGERS").ok().and_then(|count| count.parse().ok()).unwrap_or(20_000)
}

/// However many bad tokens come: the trail grows within what strangers may take, and who is recognised is served meanwhile.
#[test]
fn strangers_neither_fill_the_trail_nor_keep_anybody_out() {
    let folder = tempfile::tempdir().unwrap();
    let server = recording(&folder);
    let (address, count) = (server.address(), strangers());
    let size = || fs::metadata(folder.path().join("audit.jsonl")).unwrap().len();
    let before = size();
    let began = std::time::Instant::now();
    let mut served = 0;
    std::thread::scope(|scope| {
        let strangers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(move || {
                    let mut connection = Connection::open(address);
                    let bad = Request::call("get_record").bearer("no-token-of-anybody");
                    for at in 0..count / 4 {
                        if at % 1_000 == 999 {
                            connection = Connection::open(address);
                        }
                        assert_eq!(connection.ask(&bad).status, 401);
                    }
                })
            })
            .collect();
        let mut connection = Connection::open(address);
        let good = Request::call("get_record").bearer(&server.keys.reader);
        while strangers.iter().any(|stranger| !stranger.is_finished()) {
            assert_eq!(connection.ask(&good).status, 200);
            served += 1;
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    });
    assert!(served > 0);
    let all = lines(folder.path());
    let of_strangers: u64 = all
        .iter()
        .filter(|line| line["kind"] == "refused" || line["kind"] == "refusals")
        .map(|line| line.to_string().len() as u64 + 1)
        .sum();
    // one address has 60 lines in a minute, and the others are counted in one
    let minutes = began.elapsed().as_secs() / 60 + 2;
    assert!(of_strangers <= minutes * 61 * 600, "{of_strangers} bytes in {minutes} min");
    println!(
        "{count} bad tokens in {:?}: {of_strangers} bytes of {}; {served} calls",
        began.elapsed(),
        size() - before
    );
}
