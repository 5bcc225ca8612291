//! TLS on the command line.

use std::{fs, path::Path};

use rcgen::{CertifiedKey, generate_simple_self_signed};

use crate::desk::Desk;

/// A certificate `NAME.pem` with its key `NAME.key`.
fn certificate(desk: &Desk, name: &str) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(desk.path().join(format!("{name}.pem")), cert.pem()).unwrap();
    let key = desk.path().join(format!("{name}.key"));
    fs::write(&key, signing_key.serialize_pem()).unwrap();
    set_mode(&key, 0o600);
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) {}

#[test]
fn with_a_certificate_others_may_connect() {
    let desk = Desk::new();
    certificate(&desk, "a");
    let arguments =
        "--http 0.0.0.0:0 --public-url https://records.example/mcp --tls-cert a.pem --tls-key a.key";
    let said = desk.prints(&format!("serve --check {arguments}"));
    assert!(said.contains("  transport    HTTP at https://0.0.0.0:0/mcp\n  TLS          on\n"), "{said}");
    let serving = desk.serve("serve --http 127.0.0.1:0 --tls-cert a.pem --tls-key a.key");
    let first = serving.said.lines().next().unwrap();
    assert!(first.starts_with("records serves MCP at https://127.0.0.1:"), "{first}");
    assert!(
        serving.configuration()["mcpServers"]["records"]["url"].as_str().unwrap().starts_with("https://")
    );
}

#[test]
fn without_one_the_help_names_it() {
    let said = Desk::new().refusal("serve --http 0.0.0.0:0 --public-url https://records.example/mcp", 1);
    assert!(said.contains("help: ") && said.contains("`--tls-cert FILE --tls-key FILE`"), "{said}");
}

#[test]
fn files_that_cannot_be_used_are_one_sentence_each() {
    let desk = Desk::new();
    certificate(&desk, "a");
    certificate(&desk, "b");
    fs::write(desk.path().join("empty"), "").unwrap();
    set_mode(&desk.path().join("empty"), 0o600);
    for (certificate, key, sentence) in [
        ("no.pem", "a.key", "cannot use no.pem for TLS: there is no such file"),
        ("a.pem", "no.key", "cannot use no.key for TLS: there is no such key file"),
        ("empty", "a.key", "cannot use empty for TLS: it contains no certificate"),
        ("a.pem", "empty", "cannot use empty for TLS: it contains no private key"),
        ("a.key", "a.key", "cannot use a.key for TLS: it contains no certificate"),
        ("b.pem", "a.key", "cannot use a.key for TLS: it is not the key of the first certificate in b.pem"),
    ] {
        let said =
            desk.refusal(&format!("serve --http 127.0.0.1:0 --tls-cert {certificate} --tls-key {key}"), 1);
        assert!(said.starts_with(&format!("error: {sentence}")) && said.lines().count() == 1, "{said}");
    }
    assert!(!desk.has("keys.toml"), "keys that nobody has seen");
    for arguments in
        ["--tls-cert a.pem", "--tls-key a.key", "--stdio --as analyst --tls-cert a.pem --tls-key a.key"]
    {
        desk.refusal(&format!("serve {arguments}"), 2);
    }
}

#[cfg(unix)]
#[test]
fn a_private_key_that_others_can_read_is_refused() {
    let desk = Desk::new();
    certificate(&desk, "a");
    set_mode(&desk.path().join("a.key"), 0o644);
    let said = desk.refusal("serve --http 127.0.0.1:0 --tls-cert a.pem --tls-key a.key", 1);
    let sentence = "error: cannot use a.key for TLS: others may read the key file (its mode is 0644)";
    assert!(said.starts_with(sentence) && said.contains("`chmod 640 a.key`"), "{said}");
}
