//! The file of a trail: whose it is, how it goes on, and how a new one begins.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::PathBuf,
    time::Duration,
};

use mcp_rbac::{Audit, AuditError, audit::verify, testing::Client};
use serde_json::{Value, json};

use crate::{Desk, call, joined, kinds, rbac, serving};

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
fn a_file_of_somebody_else_is_refused() {
    let desk = Desk::new();
    drop(desk.server());
    // who may give files away opens those of anybody; for everybody else the system refuses them
    if std::os::unix::fs::chown(desk.path(), Some(4711), None).is_ok() {
        assert!(matches!(Audit::file(desk.path()), Err(AuditError::NotOwned(_))));
    } else {
        assert_ne!(fs::metadata(desk.folder()).unwrap().uid(), 0);
    }
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
