//! Keys, while the server runs.

use std::{io::Write, process::Stdio};

use serde_json::Value;

use crate::desk::{Desk, eventually, stderr};

#[test]
fn a_key_is_made_listed_rotated_and_revoked_while_the_server_runs() {
    let desk = Desk::new();
    let serving = desk.first_start();

    let made = desk.run("keys new --role analyst --owner alice --expires 90d");
    let key = String::from_utf8(made.stdout.clone()).unwrap();
    let key = key.trim_end();
    assert_eq!(key.lines().count(), 1, "the key alone, for scripts");
    assert!(stderr(&made).contains("alice") && !stderr(&made).contains(key), "{}", stderr(&made));
    let id = &key["mcprbac_".len()..][..12];
    eventually("the new key works", || serving.whoami(key).0 == 200);

    let list = desk.prints("keys list");
    let line = list.lines().find(|line| line.starts_with(id)).unwrap();
    assert!(line.contains("alice") && line.contains("analyst") && line.contains("active"), "{line}");
    assert!(!list.contains(&key[20..]), "{list}");
    let described: Value = serde_json::from_str(&desk.prints("keys list --json")).unwrap();
    assert_eq!(described["keys"].as_array().unwrap().len(), 4);

    let next = desk.prints(&format!("keys rotate {id} --overlap 1h"));
    let next = next.trim_end();
    eventually("the key in its place works", || serving.whoami(next).1["subject"] == "alice");
    assert_eq!(serving.whoami(key).0, 200, "and so does the old one, for an hour");

    desk.prints(&format!("keys revoke {id}"));
    eventually("the old key is refused", || serving.whoami(key).0 == 401);
    assert_eq!(serving.whoami(next).0, 200);
    let list = desk.prints("keys list");
    assert!(list.lines().any(|line| line.starts_with(id) && line.contains("revoked")), "{list}");
}

#[test]
fn a_key_from_elsewhere_is_taken_from_standard_input_alone() {
    let desk = Desk::new();
    let serving = desk.first_start();
    let secret = "Zq7-vK2pX9_mB4tR8wN1cD6hJ3fL5gS0yA";
    let mut import = desk
        .command("keys import --role analyst --owner carol")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(import.stdin.take().unwrap(), "{secret}").unwrap();
    let output = import.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(!String::from_utf8(desk.key_file()).unwrap().contains(secret));
    eventually("it works", || serving.whoami(secret).1["subject"] == "carol");

    let said = desk.refusal(&format!("keys import --role analyst --owner carol {secret}"), 2);
    assert!(said.contains("a key is never taken from the command line") && !said.contains(secret), "{said}");
}

#[test]
fn mistakes_with_keys_are_sentences() {
    let desk = Desk::new();
    assert!(desk.refusal("keys list", 1).contains("keys new --role ROLE --owner NAME"));
    let key = desk.prints("keys new --role analyst --owner alice");
    let before = desk.key_file();
    for (arguments, code, sentence) in [
        ("keys new --role analist --owner bob", 2, "did you mean `analyst`?"),
        ("keys new --role analyst", 2, "--owner <NAME>"),
        ("keys new --owner bob", 2, "--role <ROLE>"),
        ("keys new --role analyst --owner bob --expires soon", 2, "`--expires soon` is not understood"),
        ("keys revoke nobody", 2, "`keys list` shows the keys and their ids"),
        ("keys rotate nobody --overlap 1h", 2, "`keys list` shows the keys and their ids"),
        ("keys revok x", 2, "a similar subcommand exists: 'revoke'"),
    ] {
        let said = desk.refusal(arguments, code);
        assert!(said.starts_with("error: ") && said.contains(sentence), "{arguments}: {said}");
    }
    let said = desk.refusal(&format!("keys revoke {}", key.trim_end()), 2);
    assert!(said.contains("its id is") && !said.contains(&key.trim_end()[20..]), "{said}");
    assert_eq!(desk.key_file(), before);
}
