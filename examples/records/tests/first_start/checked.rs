//! `serve --check`: the report without the server.

use std::{fs, net::TcpListener};

use serde_json::{Value, json};

use crate::desk::Desk;

fn report(desk: &Desk, arguments: &str) -> Value {
    serde_json::from_str(&desk.prints(&format!("serve --check --json {arguments}"))).unwrap()
}

#[test]
fn before_the_first_start_it_says_what_that_will_be() {
    let desk = Desk::new();
    let said = desk.prints("serve --check");
    for line in [
        "  transport    HTTP at http://127.0.0.1:8080/mcp\n",
        "  callers      api keys of keys.toml (the first start makes it)\n",
        "  records                                    4         5       7\n",
    ] {
        assert!(said.contains(line), "{said}");
    }
    assert!(said.starts_with("records can start.\n\n") && !said.contains("mcprbac_"), "{said}");
    assert!(!desk.has("keys.toml"), "a check makes no keys");
}

#[test]
fn it_takes_no_port_and_changes_no_key() {
    let desk = Desk::new();
    desk.prints("keys new --role analyst --owner alice");
    let before = desk.key_file();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let report = report(&desk, &format!("--http {address}"));
    assert_eq!(report["url"], format!("http://{address}/mcp"));
    assert_eq!(report["callers"], json!(["api keys of keys.toml"]));
    assert_eq!(
        (&report["name"], &report["transport"], &report["tls"]),
        (&json!("records"), &json!("http"), &json!("off"))
    );
    assert_eq!(report["crates"][0]["tools"].as_array().unwrap().len(), 7);
    assert_eq!(report["roles"][1]["tools"].as_array().unwrap().len(), 5);
    assert_eq!(report["off"], json!(["oauth", "sessions", "concealment", "audit_trail"]));
    assert_eq!(desk.key_file(), before);
}

#[test]
fn over_stdio_it_says_who_is_at_the_other_end() {
    let desk = Desk::new();
    let report = report(&desk, "--stdio --as analyst");
    assert_eq!(
        (&report["transport"], &report["callers"]),
        (&json!("stdio"), &json!(["local with role analyst"]))
    );
    let said = desk.prints("serve --check --stdio --as admin");
    assert!(said.contains("  caller       local with role admin\n"), "{said}");
}

#[test]
fn what_keeps_the_server_from_starting_is_the_same_sentence_and_code() {
    let desk = Desk::new();
    for arguments in
        ["--stdio --key-file alice.key", "--http 0.0.0.0:0", "--http nonsense", "--public-url nonsense"]
    {
        let check = desk.refusal(&format!("serve --check {arguments}"), 1);
        assert_eq!(check, desk.refusal(&format!("serve {arguments}"), 1), "{arguments}");
        assert_eq!(check, desk.refusal(&format!("serve --check --json {arguments}"), 1), "{arguments}");
    }
    fs::write(desk.path().join("keys.toml"), "version = 2").unwrap();
    let check = desk.refusal("serve --check", 1);
    assert_eq!(check, desk.refusal("serve --http 127.0.0.1:0", 1));
    assert!(check.starts_with("error: keys.toml: "), "{check}");
    for arguments in ["serve --json", "serve --check --as analyst", "serve --check --stdio"] {
        desk.refusal(arguments, 2);
    }
}
