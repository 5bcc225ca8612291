//! What the commands say, and with which exit code.

use std::{fs, os::unix::fs::PermissionsExt};

use rbac_runtime::{ApiKeys, Authenticate, secrets::FileSecret};
use serde_json::Value;

use crate::policy::rbac;
use crate::support::{Folder, is_accepted, text};

#[test]
fn the_key_alone_is_on_standard_output() {
    let folder = Folder::new();
    let output =
        folder.run(["new", "--role", "analyst", "--role", "clerk", "--owner", "alice", "--label", "laptop"]);
    let key = text(&output.stdout).strip_suffix('\n').unwrap();
    assert_eq!(key.len(), 69, "{key}");
    assert!(text(&output.stderr).contains("of alice for analyst, clerk, without an end, in keys.toml"));
    assert!(is_accepted(&folder.keys(), key));
}

#[test]
fn json_for_programs() {
    let folder = Folder::new();
    let output = folder.run(["new", "--role", "analyst", "--owner", "alice", "--expires", "90d", "--json"]);
    let new: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(output.stderr.is_empty());
    assert!(is_accepted(&folder.keys(), new["key"].as_str().unwrap()));
    let id = new["id"].as_str().unwrap();
    let rotated: Value =
        serde_json::from_slice(&folder.run(["rotate", id, "--overlap", "0s", "--json"]).stdout).unwrap();
    assert_ne!(rotated["key"], new["key"]);
    assert!(rotated["expires"].is_string());
    let revoked: Value = serde_json::from_slice(&folder.run(["revoke", id, "--json"]).stdout).unwrap();
    assert_eq!(revoked["state"], "revoked");
    let list: Value = serde_json::from_slice(&folder.run(["list", "--json"]).stdout).unwrap();
    let states: Vec<&str> =
        list["keys"].as_array().unwrap().iter().map(|key| key["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["revoked", "active"]);
    assert!(list.to_string().find("sha256").is_none() && list["keys"][0].get("key").is_none());
}

/// What `keys secret` prints is what a server reads.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_file_becomes_a_secret() {
    let folder = Folder::new();
    let (alice, id) = folder.new_key("alice");
    let (bob, taken_back) = folder.new_key("bob");
    assert!(folder.run(["revoke", &taken_back]).status.success());
    let output = folder.run(["secret"]);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let secret: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((secret["keys"].as_array().unwrap().len(), &secret["keys"][0]["id"]), (2, &id.into()));
    assert!(!text(&output.stdout).contains(&alice));
    let path = folder.path().with_file_name("secret.json");
    fs::write(&path, &output.stdout).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let keys = ApiKeys::secret(FileSecret::new(&path));
    keys.start(&rbac::POLICY).unwrap();
    assert!(is_accepted(&keys, &alice) && !is_accepted(&keys, &bob));
}

#[test]
fn import_reads_standard_input() {
    let folder = Folder::new();
    let secret = "q7Hd92mXzP4tLr8VnB3kYw6sJc1fGa5e";
    for end in ["", "\n", "\r\n"] {
        let folder = Folder::new();
        let output =
            folder.feed(&["import", "--role", "analyst", "--owner", "alice"], &format!("{secret}{end}"));
        assert!(output.status.success(), "{output:?}");
        assert!(is_accepted(&folder.keys(), secret));
    }
    let output = folder.feed(&["import", "--role", "analyst", "--owner", "alice"], "too short\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("a random key has at least 32"), "{output:?}");
    assert!(!folder.path().exists());
}

/// What is asked for, the exit code, and what is said.
#[test]
fn every_refusal_is_a_sentence() {
    let folder = Folder::new();
    let (_, id) = folder.new_key("alice");
    let near = format!("{}x", &id[..11]);
    let cases: &[(&[&str], i32, &str)] = &[
        (
            &["new", "--role", "analist", "--owner", "bob"],
            2,
            "there is no role `analist`; did you mean `analyst`?",
        ),
        (&["new", "--role", "clerk", "--role", "approver", "--owner", "bob"], 2, "nobody may hold"),
        (&["new", "--role", "analyst", "--owner", ""], 2, "the owner is empty"),
        (&["new", "--role", "analyst", "--owner", "a\nb"], 2, "the owner has a control character"),
        (&["new", "--role", "analyst", "--owner", "bob", "--label", ""], 2, "the label is empty"),
        (&["new", "--role", "analyst"], 2, "--owner"),
        (&["new", "--owner", "bob"], 2, "--role"),
        (
            &["new", "--role", "analyst", "--owner", "bob", "--expires", "90"],
            2,
            "`--expires 90` is not understood",
        ),
        (&["new", "--role", "analyst", "--owner", "bob", "--expires", "3 months"], 2, "is not understood"),
        (
            &["new", "--role", "analyst", "--owner", "bob", "--expires", "2020-01-01T00:00:00Z"],
            2,
            "would have expired already",
        ),
        (&["new", "--role", "analyst", "--owner", "bob", "--expires", "2030-01-01"], 2, "is not understood"),
        (&["new", "--role", "analyst", "--owner", "bob", "--expires", "3000000d"], 2, "after the year 9999"),
        (
            &["new", "--role", "analyst", "--owner", "bob", "--expires", "1h", "--not-before", "2h"],
            2,
            "would expire before it is valid",
        ),
        (&["rotate", &id], 2, "--overlap"),
        (&["rotate", &id, "--overlap", "-1h"], 2, "--overlap"),
        (&["rotate", &id, "--overlap=-1h"], 2, "`--overlap -1h` is not understood"),
        (&["rotate", "nobody", "--overlap", "1h"], 2, "there is no key with this id"),
        (&["revoke", &near], 2, "did you mean"),
        (&["list", "--keys", "missing.toml"], 1, "there is no such key file"),
        (&["revoke", &id, "--keys", "missing.toml"], 1, "there is no such key file"),
        (
            &["new", "--role", "analyst", "--owner", "bob", "--keys", "no/such/folder/keys.toml"],
            1,
            "there is no folder for the key file",
        ),
        (&["new", "--role", "analyst", "--owner", "bob", "--keys", "."], 1, "."),
    ];
    let before = std::fs::read(folder.path()).unwrap();
    for (arguments, code, expected) in cases {
        let output = folder.run(*arguments);
        assert_eq!(output.status.code(), Some(*code), "{arguments:?}: {output:?}");
        assert!(text(&output.stderr).contains(expected), "{arguments:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
    assert_eq!(std::fs::read(folder.path()).unwrap(), before);
    assert!(!folder.path().with_file_name(".missing.toml.lock").exists());
}

/// The key is in the file before it is shown; where it cannot be shown, somebody has to hear it.
#[test]
fn a_key_that_cannot_be_shown() {
    let folder = Folder::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = folder
        .command()
        .args(["new", "--role", "analyst", "--owner", "alice"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("could not be shown"), "{output:?}");
    assert!(text(&output.stderr).contains("keys revoke "), "{output:?}");
}

#[test]
fn the_list_is_a_table() {
    let folder = Folder::new();
    let (_, id) = folder.new_key("alice");
    let output = folder.run(["list"]);
    let lines: Vec<&str> = text(&output.stdout).lines().collect();
    assert!(lines[0].starts_with("ID            OWNER  ROLES    STATE   CREATED"), "{}", lines[0]);
    assert!(lines[1].starts_with(&format!("{id}  alice  analyst  active  20")), "{}", lines[1]);
}
