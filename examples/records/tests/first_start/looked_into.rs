//! The commands that look into a trail which a real server wrote.

use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::desk::{Desk, stderr};

const SERVE: &str = "serve --http 127.0.0.1:0 --audit audit.jsonl";

/// Some calls, one of them refused, by two users, and a stranger.
fn lived() -> Desk {
    let desk = Desk::new();
    let first = desk.first_start();
    let (analyst, admin) = (first.key("analyst").to_owned(), first.key("admin").to_owned());
    drop(first);
    let server = desk.serve(SERVE);
    let call = |key: &str, tool: &str| {
        server.ask(key, "tools/call", &json!({ "name": tool, "arguments": { "id": 7 } })).0
    };
    assert_eq!([call(&analyst, "get_record"), call(&analyst, "get_record")], [200; 2]);
    assert_eq!(call(&analyst, "delete_record"), 403);
    assert_eq!(call(&admin, "get_record"), 200);
    assert_eq!(call("nobody", "get_record"), 401);
    drop(server);
    desk
}

fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn query_finds_what_somebody_did() {
    let desk = lived();
    let found = |options: &str| objects(&desk.prints(&format!("audit query audit.jsonl --json {options}")));
    let calls = found("--tool get_record");
    assert_eq!(calls.len(), 3, "{calls:#?}");
    // one object for a call: how it began, and how it ended
    assert!(
        calls.iter().all(|call| call["outcome"] == "completed" && call["arguments"]["id"] == 7),
        "{calls:#?}"
    );
    assert_eq!(found("--role analyst").len(), 3);
    assert_eq!(found("--tool get_record --limit 1"), calls[2..]);
    assert_eq!(found("--denied").len(), 2);
    assert_eq!(found("--denied --tool delete_record")[0]["missing"], "delete_data");
    assert_eq!(found("--outcome forbidden").len(), 1);
    assert_eq!(found("--user 127.0.0.1").len(), 1);
    assert_eq!(found("--since 1h").len(), 5);
    assert_eq!(found("--since 2026-01-01 --until 2126-01-01").len(), 5);
    let nothing = |options: &str| {
        let output = desk.run(&format!("audit query audit.jsonl {options}"));
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{options}");
        stderr(&output)
    };
    nothing("--until 1h");
    nothing("--since 2126-01-01T00:00:00Z");
    nothing("--until 2026-01-01");
    let said = nothing("--tool get_recrod");
    assert!(said.contains("there is no `get_recrod`; did you mean `--tool get_record`?"), "{said}");
    let said = desk.refusal("audit query audit.jsonl --since yesterday", 2);
    assert!(said.contains("`--since yesterday` is not understood") && said.contains("2h"), "{said}");
    // without a zone nobody knows which time that is
    desk.refusal("audit query audit.jsonl --since 2026-01-01T00:00:00", 2);
    assert!(desk.refusal("audit query nowhere.jsonl", 1).contains("cannot read nowhere.jsonl"));
    let row = desk.prints("audit query audit.jsonl --denied --tool delete_record");
    assert!(row.contains("first-analyst") && row.contains("forbidden (delete_data)"), "{row}");
}

#[test]
fn tail_shows_the_last_lines_and_those_that_come() {
    let desk = lived();
    assert_eq!(desk.prints("audit tail audit.jsonl -n 3").lines().count(), 3);
    let text = fs::read_to_string(desk.path().join("audit.jsonl")).unwrap();
    assert_eq!(desk.prints("audit tail audit.jsonl -n 1000 --json"), text);
    let mut follow = desk.command("audit tail audit.jsonl -n 1 --follow --json");
    let mut follow = follow.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(follow.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    let last = next()["seq"].as_u64().unwrap();
    let server = desk.serve(SERVE);
    // the next process begins to write
    assert_eq!((next()["seq"].as_u64(), server.address().is_empty()), (Some(last + 1), false));
    server.ask("nobody", "tools/list", &json!({}));
    assert_eq!(next()["kind"], "refused");
    follow.kill().unwrap();
    follow.wait().unwrap();
}

#[test]
fn report_adds_up_and_export_loses_nothing() {
    let desk = lived();
    let report: Value = serde_json::from_str(&desk.prints("audit report audit.jsonl --json")).unwrap();
    assert_eq!(
        (&report["calls"], &report["denied"], &report["strangers"]),
        (&json!(4), &json!(1), &json!(1))
    );
    assert_eq!(
        (&report["tools"][0]["name"], &report["tools"][0]["calls"]),
        (&json!("get_record"), &json!(3))
    );
    assert!(report["tools"][0]["p95_us"].as_u64() >= report["tools"][0]["p50_us"].as_u64());
    assert!(desk.prints("audit report audit.jsonl").contains("4 calls, 1 denied"));
    desk.prints("audit report audit.jsonl --html report.html");
    assert!(fs::read_to_string(desk.path().join("report.html")).unwrap().starts_with("<!doctype html>"));
    let text = fs::read_to_string(desk.path().join("audit.jsonl")).unwrap();
    assert_eq!(desk.prints("audit export audit.jsonl --format jsonl"), text);
    assert_eq!(desk.prints("audit export audit.jsonl --format jsonl --until 2026-01-01"), "");
    let events = objects(&desk.prints("audit export audit.jsonl --format ocsf"));
    assert_eq!(events.len(), 5, "{events:#?}");
    assert!(events.iter().all(|event| event["class_uid"] == 6003 && event["time"].is_i64()));
    assert_eq!(events.iter().filter(|event| event["status_id"] == 2).count(), 2);
}

/// Lines that are none of a trail are said to be so, and the others are read.
#[test]
fn what_is_no_line_hides_no_other() {
    let desk = lived();
    let path = desk.path().join("audit.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.insert(2, "no line");
    fs::write(&path, lines.join("\n") + "\n{\"seq\":99,\"ki").unwrap();
    let output = desk.run("audit query audit.jsonl --json");
    assert_eq!(output.stdout.split(|byte| *byte == b'\n').count(), 6);
    let said = stderr(&output);
    assert!(
        said.contains("lines of audit.jsonl that are none of a trail: 1, the first of them is line 3"),
        "{said}"
    );
}

#[test]
fn checkpoints_find_what_a_chain_cannot() {
    let desk = Desk::new();
    let openssl = |arguments: &str| {
        let mut openssl = Command::new("openssl");
        let done = openssl.args(arguments.split(' ')).current_dir(desk.path()).stderr(Stdio::null()).status();
        assert!(done.unwrap().success(), "openssl {arguments}");
    };
    openssl("genpkey -algorithm ed25519 -out own.key");
    openssl("pkey -in own.key -pubout -out own.pub");
    openssl("genpkey -algorithm ed25519 -out other.key");
    openssl("pkey -in other.key -pubout -out other.pub");
    let key = desk.first_start().key("admin").to_owned();
    let serve =
        format!("{SERVE} --audit-fsync --audit-checkpoints second.jsonl --audit-checkpoint-key own.key");
    let server = desk.serve(&serve);
    server.whoami(&key);
    server.ask_to_end();
    for _ in 0..250 {
        if fs::metadata(desk.path().join("second.jsonl")).is_ok_and(|file| file.len() > 0) {
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }
    drop(server);
    let verify = "audit verify audit.jsonl --checkpoints second.jsonl --public-key";
    assert!(desk.prints(&format!("{verify} own.pub")).contains("A checkpoint vouches for lines no. 0 to "));
    // nobody reads the key but its owner
    let loose = desk.path().join("loose.key");
    fs::copy(desk.path().join("own.key"), &loose).unwrap();
    fs::set_permissions(&loose, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let said = desk.refusal(&serve.replace("own.key", "loose.key"), 1);
    assert!(said.contains("loose.key") && said.contains("chmod 600"), "{said}");
    assert!(desk.refusal(&format!("{verify} other.pub"), 1).contains("its signature is not of that key"));
    assert!(desk.refusal(&format!("{verify} own.key"), 1).contains("no public key of Ed25519"));
    let path = desk.path().join("audit.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    fs::write(&path, lines[..lines.len() - 1].join("\n") + "\n").unwrap();
    let said = desk.refusal(&format!("{verify} own.pub"), 1);
    assert!(said.contains(&format!("line {}: it is missing", lines.len())), "{said}");
    // a server that goes on with it says so at once, and there is no end of the trail after which it is forgotten
    let said = "it ends before the line that the last checkpoint was made of";
    assert!(!desk.log().contains(said), "{}", desk.log());
    drop(desk.serve(&serve));
    assert!(desk.log().contains(said), "{}", desk.log());
    desk.refusal(&format!("{verify} own.pub"), 1);
    // the first line is in no file that was named
    fs::write(&path, lines[1..].join("\n") + "\n").unwrap();
    let output = desk.run(&format!("{verify} own.pub"));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.code() == Some(3) && said.contains("Lines no. 0 to 0 are in none of these files"),
        "{said}"
    );
    assert!(
        desk.prints(&format!("{verify} own.pub --from 1"))
            .contains("A checkpoint vouches for lines no. 1 to ")
    );
}
