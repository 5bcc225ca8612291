//! The audit trail of a program that is killed, and the commands that look into it.

use std::{
    collections::BTreeSet,
    fs,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::desk::{Desk, stderr};

const SERVE: &str = "serve --http 127.0.0.1:0 --audit audit.jsonl";

/// How often the server is killed: here, and in a campaign that `AUDIT_KILLS` makes longer.
fn kills() -> usize {
    std::env::var("AUDIT_KILLS").ok().and_then(|count| count.parse().ok()).unwrap_or(10)
}

fn customer(name: &str) -> Value {
    let fields = json!({ "name": name, "email": format!("{name}@example.com"), "city": "Leeds", "country": "GB", "segment": "small_business" });
    json!({ "name": "write_record", "arguments": fields })
}

fn lines(desk: &Desk) -> Vec<Value> {
    let text = fs::read_to_string(desk.path().join("audit.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every customer that is in the database was written by a call that is on record, whenever the server was killed.
#[test]
fn a_killed_server_loses_no_call_that_began() {
    let desk = Desk::new();
    let key = desk.first_start().key("admin").to_owned();
    let (made, kills) = (AtomicUsize::new(0), kills());
    for round in 0..kills {
        let server = desk.serve(SERVE);
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !over.load(Ordering::SeqCst) {
                        let name = format!("killed-{}", made.fetch_add(1, Ordering::SeqCst));
                        // the connection breaks off when the server does
                        if server.try_ask(&key, "tools/call", &customer(&name)).is_err() {
                            return;
                        }
                    }
                });
            }
            thread::sleep(Duration::from_millis(60 + 37 * (round as u64 % 11)));
            server.kill();
            over.store(true, Ordering::SeqCst);
        });
    }
    // the next one begins without a hand
    drop(desk.serve(SERVE));
    let verified = desk.run("audit verify audit.jsonl --json");
    assert_eq!(verified.status.code(), Some(3), "{}", stderr(&verified));
    let all = lines(&desk);
    let named = |line: &Value| line["arguments"]["name"].as_str().map(str::to_owned);
    let started: BTreeSet<String> =
        all.iter().filter(|line| line["kind"] == "started").filter_map(named).collect();
    let written = desk.customers("killed-");
    assert!(written.len() > kills, "{} customers in {kills} rounds", written.len());
    let unrecorded: Vec<&String> = written.difference(&started).collect();
    assert_eq!(unrecorded, Vec::<&String>::new());
    // each call that began has ended, one way or another
    let records = |kind: &str| -> BTreeSet<&str> {
        all.iter().filter(|line| line["kind"] == kind).map(|line| line["record"].as_str().unwrap()).collect()
    };
    assert_eq!(records("started"), records("finished"));
}

#[test]
fn a_refusal_is_found_by_the_record_that_it_names() {
    let desk = Desk::new();
    let key = desk.first_start().key("analyst").to_owned();
    let server = desk.serve(SERVE);
    let (status, answer) =
        server.ask(&key, "tools/call", &json!({ "name": "delete_record", "arguments": { "id": 7 } }));
    let record = answer["error"]["data"]["record"].as_str().unwrap();
    assert_eq!(status, 403);
    let shown: Value =
        serde_json::from_str(&desk.prints(&format!("audit show {record} --file audit.jsonl"))).unwrap();
    assert_eq!(
        (&shown["kind"], &shown["name"], &shown["missing"], &shown["arguments"]),
        (&json!("refused"), &json!("delete_record"), &json!("delete_data"), &json!({ "id": 7 }))
    );
    let said = desk.refusal("audit show 01234567-89ab-7cde-8f01-23456789abcd --file audit.jsonl", 1);
    assert!(said.contains("has no record"), "{said}");
    // a stranger's refusal is there as well, without what they showed
    assert_eq!(server.ask("mcprbac_canary", "tools/list", &json!({})).0, 401);
    let text = fs::read_to_string(desk.path().join("audit.jsonl")).unwrap();
    assert!(text.contains("\"remote\":\"127.0.0.1\"") && !text.contains("canary"), "{text}");
}

#[test]
fn verify_says_what_it_knows_and_what_it_cannot() {
    let desk = Desk::new();
    let key = desk.first_start().key("admin").to_owned();
    let server = desk.serve(SERVE);
    server.whoami(&key);
    let whole = desk.run("audit verify audit.jsonl");
    let said = String::from_utf8(whole.stdout.clone()).unwrap();
    assert_eq!(whole.status.code(), Some(3), "{said}");
    assert!(said.contains("cannot say whether lines at the end are missing"), "{said}");
    let head = said.lines().find_map(|line| line.strip_prefix("last digest: ")).unwrap().to_owned();
    server.whoami(&key);
    // what was there once is there still
    assert_eq!(desk.run(&format!("audit verify audit.jsonl --head {head}")).status.code(), Some(0));
    drop(server);
    let path = desk.path().join("audit.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let all: Vec<&str> = text.lines().collect();
    fs::write(&path, all[..2].join("\n") + "\n").unwrap();
    let said = desk.refusal(&format!("audit verify audit.jsonl --head {head}"), 1);
    assert!(said.contains("its end was cut off, or it was made anew"), "{said}");
    fs::write(&path, text.replacen("whoami", "whoareu", 1)).unwrap();
    let said = desk.refusal("audit verify audit.jsonl", 1);
    assert!(said.contains("audit.jsonl, line ") && said.contains("does not follow"), "{said}");
}

#[test]
fn a_trail_that_cannot_be_kept_keeps_the_server_from_starting() {
    let desk = Desk::new();
    drop(desk.first_start());
    let said = desk.refusal("serve --http 127.0.0.1:0 --audit /dev/full", 1);
    assert!(said.contains("audit trail"), "{said}");
    let _first = desk.serve(SERVE);
    let said = desk.refusal(SERVE, 1);
    assert!(said.contains("another process writes the audit trail audit.jsonl"), "{said}");
}

/// One alert, wherever it is looked for: in the trail, in the log and among the metrics.
#[test]
fn the_101st_query_within_five_minutes_is_one_alert() {
    let desk = Desk::new();
    let first = desk.first_start();
    let (ada, alan) = (first.key("analyst").to_owned(), first.key("admin").to_owned());
    drop(first);
    let server = desk.serve(&format!("{SERVE} --metrics metrics.jsonl"));
    let query = json!({ "name": "query_customer_data", "arguments": {} });
    let metrics = || fs::read_to_string(desk.path().join("metrics.jsonl")).unwrap();
    let alerts = || lines(&desk).into_iter().filter(|line| line["kind"] == "alert").collect::<Vec<Value>>();
    for call in 1..=102 {
        assert_eq!(server.ask(&ada, "tools/call", &query).0, 200);
        if call <= 60 {
            assert_eq!(server.ask(&alan, "tools/call", &query).0, 200);
        }
        let expected = usize::from(call > 100);
        assert_eq!((alerts().len(), metrics().lines().count()), (expected, expected), "after call {call}");
    }
    let alert = &alerts()[0];
    let all = lines(&desk);
    let owner = |role: &str| all.iter().find(|line| line["principal"]["roles"] == json!([role])).unwrap();
    assert_eq!(
        (&alert["tool"], &alert["subject"], &alert["more_than"], &alert["within_s"]),
        (&json!("query_customer_data"), &owner("analyst")["principal"]["subject"], &json!(100), &json!(300))
    );
    let metric: Value = serde_json::from_str(metrics().trim_end()).unwrap();
    assert_eq!(metric["_aws"]["CloudWatchMetrics"][0]["Namespace"], "mcp-rbac");
    assert_eq!(
        (&metric["Alerts"], &metric["first"], &metric["last"]),
        (&json!(1), &alert["first"], &alert["last"])
    );
    let log = desk.log();
    let said: Vec<&str> = log.lines().filter(|line| line.contains("more often than is usual")).collect();
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].contains("WARN") && said[0].contains("query_customer_data"), "{said:?}");
}

/// A disk that is full while the server runs: nothing is executed unrecorded, everything else is answered, and it goes on by
/// itself. (The limit of the system for the size of a file stands for the disk; a signal that would end the process is switched
/// off, as a disk sends none.)
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_becomes_full_and_empty_again_needs_no_hand() {
    use rustix::process::{Resource, Rlimit, prlimit};

    let desk = Desk::new();
    let key = desk.first_start().key("analyst").to_owned();
    let server = desk.serve_ignoring_file_size(SERVE);
    let limit = |bytes: Option<u64>| {
        let pid = Some(server.pid());
        prlimit(pid, Resource::Fsize, Rlimit { current: bytes, maximum: None }).unwrap();
    };
    let look = json!({ "name": "get_record", "arguments": { "id": 7 } });
    let size = || fs::metadata(desk.path().join("audit.jsonl")).unwrap().len();
    assert_eq!(server.ask(&key, "tools/call", &look).0, 200);
    limit(Some(size() + 3_000));
    let statuses: Vec<u16> = (0..20).map(|_| server.ask(&key, "tools/call", &look).0).collect();
    let done = statuses.iter().filter(|status| **status == 200).count();
    assert!(done > 0 && statuses.iter().all(|status| [200, 503].contains(status)), "{statuses:?}");
    assert_eq!(statuses[done..], vec![503; 20 - done], "{statuses:?}");
    // what executes nothing is answered
    let began = std::time::Instant::now();
    assert_eq!(server.ask(&key, "tools/list", &json!({})).0, 200);
    assert_eq!(server.ask("mcprbac_canary", "tools/list", &json!({})).0, 401);
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    limit(None);
    assert_eq!(server.ask(&key, "tools/call", &look).0, 200);
    drop(server);
    let all = lines(&desk);
    let of =
        |kind: &str| all.iter().filter(|line| line["kind"] == kind && line["name"] == "get_record").count();
    // one before, those that were answered, one after
    assert_eq!(of("started"), done + 2);
    let lost: u64 = all.iter().filter_map(|line| line["lost"].as_u64()).sum();
    assert!(lost >= 20 - done as u64, "{lost} lost, {done} done");
    assert_eq!(desk.run("audit verify audit.jsonl").status.code(), Some(3));
}

/// A secret that a client sends is in no log, whatever is logged, in no record and in no answer.
#[test]
fn a_secret_in_a_request_is_nowhere_afterwards() {
    const CANARY: &str = "canary-5f1d9c";
    let desk = Desk::new();
    let key = desk.first_start().key("admin").to_owned();
    let server = desk.serve_with(SERVE, &[("RUST_LOG", "trace")]);
    let url = format!("https://ada:{CANARY}@example.org/?access_token={CANARY}&x=1");
    let nested = json!({ "password": CANARY, "list": [{ "api_key": CANARY }, { "deep": { "clientSecret": CANARY } }] });
    for arguments in [
        json!({ "text": url, "limit": 1 }),
        json!({ "text": format!("Bearer {CANARY}") }),
        json!({ "id": 7, "extra": nested }),
        json!({ "token": CANARY, "Authorization": [CANARY] }),
        json!({ "text": nested.to_string() }),
    ] {
        for tool in ["search_records", "get_record", "delete_record", "nothing"] {
            let (_, answer) =
                server.ask(&key, "tools/call", &json!({ "name": tool, "arguments": arguments }));
            assert!(!answer.to_string().contains(CANARY), "{tool}: {answer}");
        }
    }
    let (_, answer) =
        server.ask(&key, "resources/read", &json!({ "uri": format!("records://customer/7?token={CANARY}") }));
    let _the_callers_own_uri = answer;
    server.ask(CANARY, "tools/list", &json!({}));
    server.ask(&format!("mcprbac_{CANARY}"), "tools/list", &json!({}));
    let audit = fs::read_to_string(desk.path().join("audit.jsonl")).unwrap();
    let log = desk.log();
    assert!(log.lines().filter(|line| line.contains("mcp_rbac::audit")).count() >= 20, "{log}");
    for (place, text) in [("audit", &audit), ("log", &log)] {
        let found: Vec<&str> = text.lines().filter(|line| line.contains(CANARY)).take(5).collect();
        assert!(found.is_empty(), "{place}: {found:#?}");
        assert!(!text.contains(&key), "the key is in the {place}");
    }
}
