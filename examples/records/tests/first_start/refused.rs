//! What keeps it from starting, and what it says then.

use std::{fs, net::TcpListener};

use crate::{
    ROLES,
    desk::{Desk, two_lines},
};

#[test]
fn a_role_on_the_command_line_is_not_for_http() {
    let desk = Desk::new();
    for arguments in ["serve --as analyst", "serve --http 127.0.0.1:0 --as admin"] {
        let said = desk.refusal(arguments, 2);
        let (error, help) = two_lines(&said);
        assert_eq!(error, "error: `--as` is for `--stdio`: over HTTP each caller shows a key");
        assert!(help.contains("keys new --role ROLE --owner NAME"), "{help}");
    }
    assert!(!desk.has("keys.toml") && !desk.has("records.db"));
}

#[test]
fn a_port_in_use_is_a_sentence_and_the_first_start_is_still_to_come() {
    let desk = Desk::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let said = desk.refusal(&format!("serve --http {address}"), 1);
    let (error, help) = two_lines(&said);
    assert_eq!(error, format!("error: cannot listen on {address}: another program does"));
    assert!(help.contains("serve --http 127.0.0.1:9000"), "{help}");
    assert!(!desk.has("keys.toml"), "keys that nobody has seen");

    let serving = desk.first_start();
    for role in ROLES {
        assert_eq!(serving.whoami(serving.key(role)).0, 200);
    }
    let before = desk.key_file();
    desk.refusal(&format!("serve --http {address}"), 1);
    assert_eq!(desk.key_file(), before, "keys that somebody has seen stay");
}

#[test]
fn what_others_can_reach_needs_a_name_and_tls() {
    let desk = Desk::new();
    for (arguments, sentence, suggestion) in [
        ("", "the server does not know under which name", "--public-url https://"),
        ("--behind-tls-proxy", "the server does not know under which name", "--public-url https://"),
        ("--public-url https://records.example/mcp", "nothing encrypts what they send", "--behind-tls-proxy"),
    ] {
        for address in ["0.0.0.0:0", "[::]:0"] {
            let said = desk.refusal(&format!("serve --http {address} {arguments}"), 1);
            let (error, help) = two_lines(&said);
            assert!(error.starts_with(&format!("error: others can reach {address}")), "{error}");
            assert!(error.contains(sentence) && help.contains(suggestion), "{said}");
        }
    }
    for url in ["nonsense", "http://records.example/mcp", "ftp://records.example"] {
        let said = desk.refusal(&format!("serve --http 127.0.0.1:0 --public-url {url}"), 1);
        assert!(said.contains(&format!("`{url}` is not a public URL")), "{said}");
    }
    assert!(!desk.has("keys.toml"));
}

#[test]
fn an_address_that_is_none_is_a_sentence() {
    let desk = Desk::new();
    for address in ["nonsense", "127.0.0.1", "127.0.0.1:99999", ":8080"] {
        let said = desk.refusal(&format!("serve --http {address}"), 1);
        assert!(said.contains(&format!("`{address}` is not an address to listen on")), "{said}");
    }
    assert!(!desk.has("keys.toml"));
}

#[test]
#[cfg(unix)]
fn a_key_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    desk.prints("keys new --role analyst --owner alice");
    let file = desk.path().join("keys.toml");
    let key = desk.path().join("alice.key");
    fs::write(&key, "mcprbac_whatever").unwrap();
    for mode in [0o644, 0o640, 0o604, 0o666] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let before = desk.key_file();
        for arguments in ["serve --http 127.0.0.1:0", "serve --stdio --key-file alice.key"] {
            let said = desk.refusal(arguments, 1);
            assert!(said.starts_with("error: keys.toml: others may "), "{said}");
            assert!(said.contains(&format!("0{mode:o}")) && said.contains("`chmod 600 keys.toml`"), "{said}");
        }
        assert_eq!(desk.key_file(), before);
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    drop(desk.first_start());
}

#[test]
fn a_corrupt_key_file_is_refused_and_left_as_it_is() {
    let desk = Desk::new();
    desk.prints("keys new --role analyst --owner alice");
    let good = desk.key_file();
    let text = String::from_utf8(good.clone()).unwrap();
    for (bad, sentence) in [
        (format!("{text}garbage\n"), "line 11: it is not valid TOML"),
        (text.replace("analyst", "analist"), "analist"),
        (text.replace("sha256 = \"", "sha256 = \"00"), "sha256"),
        (text.replace("version = 1", "version = 2"), "version"),
        (
            format!("{text}{}", text.split_once("[[key]]").map(|(_, key)| format!("[[key]]{key}")).unwrap()),
            "id",
        ),
        (text.replace("owner = \"alice\"\n", ""), "owner"),
        ("\0\0\0\0".to_owned(), "TOML"),
    ] {
        fs::write(desk.path().join("keys.toml"), &bad).unwrap();
        for arguments in ["serve --http 127.0.0.1:0", "keys new --role admin --owner bob"] {
            let said = desk.refusal(arguments, 1);
            assert!(said.starts_with("error: keys.toml: ") && said.contains(sentence), "{sentence}: {said}");
            assert_eq!(desk.key_file(), bad.as_bytes(), "{arguments}");
        }
    }
    fs::write(desk.path().join("keys.toml"), good).unwrap();
    drop(desk.first_start());
}

#[test]
fn over_stdio_a_key_that_is_not_there_is_a_sentence() {
    let desk = Desk::new();
    let said = desk.refusal("serve --stdio --key-env RECORDS_KEY_THAT_NOBODY_SET", 1);
    let (error, _) = two_lines(&said);
    assert!(error.contains("`RECORDS_KEY_THAT_NOBODY_SET`"), "{error}");
    let said = desk.refusal("serve --stdio --key-file alice.key", 1);
    let (error, help) = two_lines(&said);
    assert!(error.contains("cannot read an API key from alice.key"), "{error}");
    assert!(help.contains("keys new"), "{help}");
    for arguments in [
        "serve --stdio --as analyst --key-env K",
        "serve --key-env K",
        "serve --key-file K",
        "serve --stdio --http 127.0.0.1:0 --as analyst",
    ] {
        desk.refusal(arguments, 2);
    }
}
