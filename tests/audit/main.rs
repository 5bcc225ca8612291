//! The audit trail on disk: what is in it, who may read it, how it goes on, and what tampering leaves behind.

extern crate rbac_runtime as mcp_rbac;

mod checkpoints;
mod fields;
mod oversight;

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use mcp_rbac::{
    Alert, Audit, AuditError, Server,
    audit::{Broken, verify},
    prelude::*,
    testing::Client,
};
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

#[test]
fn nobody_else_may_read_it() {
    let desk = Desk::new();
    drop(desk.server());
    let mode = || fs::metadata(desk.path()).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(), 0o600);
    fs::set_permissions(desk.path(), fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(Audit::file(desk.path()), Err(AuditError::Open(_))));
}

#[test]
fn what_is_no_file_of_lines_is_refused() {
    let desk = Desk::new();
    let folder = desk.0.path();
    assert!(matches!(Audit::file(folder), Err(AuditError::NotAFile(_))));
    assert!(matches!(Audit::file("/dev/full"), Err(AuditError::NotAFile(_) | AuditError::Io { .. })));
    assert!(matches!(Audit::file(folder.join("no/such/folder")), Err(AuditError::Io { .. })));
    symlink(folder.join("elsewhere"), folder.join("link")).unwrap();
    assert!(matches!(Audit::file(folder.join("link")), Err(AuditError::NotAFile(_))));
    assert!(!folder.join("elsewhere").exists());
    let fifo = folder.join("fifo");
    assert!(std::process::Command::new("mkfifo").arg("-m600").arg(&fifo).status().unwrap().success());
    assert!(matches!(Audit::file(&fifo), Err(AuditError::NotAFile(_))));
    for text in ["notes\n", "notes", "{}\n"] {
        let path = folder.join("notes");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(Audit::file(&path), Err(AuditError::NotATrail(_))), "{text:?}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn two_processes_do_not_write_one_trail() {
    let desk = Desk::new();
    let first = Audit::file(desk.path()).unwrap();
    assert!(matches!(Audit::file(desk.path()), Err(AuditError::InUse(_))));
    drop(first);
    Audit::file(desk.path()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trail_goes_on_where_it_ended() {
    let desk = Desk::new();
    for _ in 0..3 {
        call(&desk.server(), "log_in").await;
    }
    let text = fs::read(desk.path()).unwrap();
    let verified = verify(&text[..]).unwrap().unwrap();
    assert_eq!((verified.first, verified.last + 1, verified.torn), (0, verified.lines, false));
    assert_eq!(kinds(&desk.lines()).iter().filter(|kind| **kind == "opened").count(), 3);
}

/// What a process that is killed leaves behind: a line that is cut off, and calls that are open.
#[tokio::test(flavor = "multi_thread")]
async fn a_torn_line_is_put_aside_and_open_calls_are_closed() {
    let desk = Desk::new();
    call(&desk.server(), "log_in").await;
    let text = fs::read_to_string(desk.path()).unwrap();
    let all: Vec<&str> = text.lines().collect();
    let started = all.iter().position(|line| line.contains("\"started\"")).unwrap();
    for cut in [1, 10, all[started + 1].len()] {
        let open = all[..=started].join("\n") + "\n" + &all[started + 1][..cut];
        fs::write(desk.path(), &open).unwrap();
        drop(desk.server());
        let after = fs::read(desk.path()).unwrap();
        verify(&after[..]).unwrap().unwrap();
        let new = &desk.lines()[started + 1..];
        assert_eq!(kinds(new), ["quarantined", "finished", "opened"]);
        assert_eq!(
            (&new[1]["outcome"], &new[1]["record"]),
            (&json!("unknown"), &desk.lines()[started]["record"])
        );
        let aside = desk.0.path().join(new[0]["file"].as_str().unwrap());
        assert_eq!(fs::read_to_string(&aside).unwrap(), all[started + 1][..cut]);
        fs::remove_file(aside).unwrap();
    }
}

/// A try to put it aside that ended half-way, because the process did, is no reason not to start.
#[tokio::test(flavor = "multi_thread")]
async fn a_torn_line_is_put_aside_beside_one_of_a_try_before() {
    let desk = Desk::new();
    call(&desk.server(), "log_in").await;
    drop(desk.server());
    let text = fs::read_to_string(desk.path()).unwrap();
    let count = text.lines().count();
    let before = desk.folder().join(format!("audit.jsonl.torn-{count:012}"));
    fs::write(&before, "{\"se").unwrap();
    fs::write(desk.path(), text + "{\"seq\":").unwrap();
    drop(desk.server());
    let line = &desk.lines()[count];
    assert_eq!((&line["kind"], &line["bytes"]), (&json!("quarantined"), &json!(7)));
    let file = line["file"].as_str().unwrap();
    assert_eq!(fs::read_to_string(desk.folder().join(file)).unwrap(), "{\"seq\":");
    assert_eq!(fs::read_to_string(before).unwrap(), "{\"se");
}

/// A process that is killed after it has put a file aside, and before the next one has a line.
#[tokio::test(flavor = "multi_thread")]
async fn a_trail_goes_on_from_the_file_that_was_put_aside_last() {
    for is_there in [true, false] {
        let desk = Desk::new();
        call(&desk.server(), "log_in").await;
        drop(desk.server());
        let text = fs::read_to_string(desk.path()).unwrap();
        let started = text.lines().position(|line| line.contains("\"started\"")).unwrap();
        let open = joined(&text.lines().take(started + 1).collect::<Vec<_>>());
        let aside = desk.folder().join("audit.jsonl.000000000000");
        fs::write(&aside, &open).unwrap();
        fs::remove_file(desk.path()).unwrap();
        if is_there {
            fs::write(desk.path(), "").unwrap();
            fs::set_permissions(desk.path(), fs::Permissions::from_mode(0o600)).unwrap();
        }
        let server = serving(Audit::file(desk.path()).unwrap().rotate_at(1));
        call(&server, "log_in").await;
        drop(server);
        let mut files: Vec<PathBuf> =
            fs::read_dir(desk.folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
        // the one that grows has no number
        files.sort_by_key(|path| (*path == desk.path(), path.clone()));
        assert!(files.len() > 3, "{files:?}");
        let whole: Vec<u8> = files.iter().flat_map(|path| fs::read(path).unwrap()).collect();
        let verified = verify(&whole[..]).unwrap().unwrap();
        assert_eq!(verified.first, 0);
        let whole = String::from_utf8(whole).unwrap();
        let closed: Value = serde_json::from_str(whole.lines().nth(started + 1).unwrap()).unwrap();
        assert_eq!((&closed["kind"], &closed["outcome"]), (&json!("finished"), &json!("unknown")));
    }
}

/// What is written into a file that nobody finds is not on record.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_taken_away_is_noticed() {
    let desk = Desk::new();
    let server = desk.server();
    let client = Client::as_role(&server, rbac::Role::Reader).await;
    let log_in = json!({ "user": "ada", "password": "canary" });
    client.call("log_in", log_in.clone()).await.unwrap();
    let elsewhere = desk.folder().join("elsewhere");
    let becomes = async |answered: bool| {
        for _ in 0..250 {
            if client.call("log_in", log_in.clone()).await.is_ok() == answered {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it does not notice");
    };
    fs::rename(desk.path(), &elsewhere).unwrap();
    becomes(false).await;
    fs::rename(&elsewhere, desk.path()).unwrap();
    becomes(true).await;
    assert!(kinds(&desk.lines()).contains(&"gap"));
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

#[tokio::test]
async fn a_full_file_is_put_aside_and_the_chain_goes_on() {
    let desk = Desk::new();
    let server = serving(Audit::file(desk.path()).unwrap().rotate_at(2_000));
    for _ in 0..10 {
        call(&server, "log_in").await;
    }
    let mut files: Vec<PathBuf> = fs::read_dir(desk.0.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| *path != desk.path())
        .collect();
    files.sort();
    assert!(files.len() >= 3, "{files:?}");
    files.push(desk.path());
    let mut whole = Vec::new();
    for path in &files {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        let own = fs::read(path).unwrap();
        verify(&own[..]).unwrap().unwrap();
        whole.extend(own);
    }
    let verified = verify(&whole[..]).unwrap().unwrap();
    assert_eq!((verified.first, verified.last + 1), (0, verified.lines));
    // with one of them missing it is no chain
    let without: Vec<u8> = files
        .iter()
        .enumerate()
        .filter(|(at, _)| *at != 1)
        .flat_map(|(_, path)| fs::read(path).unwrap())
        .collect();
    verify(&without[..]).unwrap().unwrap_err();
}

async fn trail() -> String {
    let desk = Desk::new();
    let server = desk.server();
    for _ in 0..5 {
        call(&server, "log_in").await;
    }
    fs::read_to_string(desk.path()).unwrap()
}

fn broken(text: &str) -> Option<u64> {
    verify(text.as_bytes()).unwrap().err().map(|Broken { line, .. }| line)
}

fn joined(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn with<'l>(all: &[&'l str], change: impl FnOnce(&mut Vec<&'l str>)) -> String {
    let mut lines = all.to_vec();
    change(&mut lines);
    joined(&lines)
}

#[tokio::test]
async fn tampering_is_found_at_the_right_line() {
    let (text, other) = (trail().await, trail().await);
    let all: Vec<&str> = text.lines().collect();
    let theirs: Vec<&str> = other.lines().collect();
    assert!(all.len() > 8);
    let edited = all[4].replacen("\"name\":\"log_in\"", "\"name\":\"log_on\"", 1);
    assert_ne!(edited, all[4]);
    for (what, text, line) in [
        // a line is vouched for by the next one
        ("edited", with(&all, |lines| lines[4] = edited.as_str()), Some(6)),
        (
            "deleted",
            with(&all, |lines| {
                lines.remove(3);
            }),
            Some(4),
        ),
        ("inserted", with(&all, |lines| lines.insert(3, theirs[3])), Some(4)),
        ("swapped", with(&all, |lines| lines.swap(3, 4)), Some(4)),
        ("duplicated", with(&all, |lines| lines.insert(4, all[3])), Some(5)),
        ("spliced", joined(&[&all[..4], &theirs[4..]].concat()), Some(5)),
        (
            "the first one removed, and the chain begun anew",
            with(&all, |lines| lines[0] = theirs[0]),
            Some(2),
        ),
        ("no line", with(&all, |lines| lines[2] = "notes"), Some(3)),
        ("other white space", with(&all, |lines| lines[2] = "{ }"), Some(3)),
        ("nothing", String::new(), Some(1)),
        // what a chain cannot tell, and its page says so
        ("cut off at a line", joined(&all[..6]), None),
        ("cut off within the last line", text[..text.len() - 10].to_owned(), None),
        ("made anew", other.clone(), None),
    ] {
        assert_eq!(broken(&text), line, "{what}");
    }
    let cut = verify(&text.as_bytes()[..text.len() - 10]).unwrap().unwrap();
    assert!(cut.torn && cut.lines + 1 == all.len() as u64);
}

/// A line that vouches for another text of itself does not help: each is compared with the text before it.
#[tokio::test]
async fn every_single_byte_counts() {
    let text = trail().await;
    let first: usize = text.lines().take(3).map(|line| line.len() + 1).sum();
    for at in 0..first {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 0x01;
        let found = verify(&bytes[..]).unwrap();
        assert!(
            found.is_err(),
            "byte {at} can be changed: {}",
            String::from_utf8_lossy(&bytes[at.saturating_sub(10)..at + 10])
        );
    }
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
