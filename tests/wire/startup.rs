//! Servers that do not start, and what they say.

use std::{fs, net::TcpListener};

use mcp_rbac::{
    ApiKeys, HttpServer, Server, ServerBuilder,
    api_key::{KeyFile, KeyRequest},
};

use crate::{
    app::rbac::{POLICY, Role},
    support::shared,
};

fn refusal(server: HttpServer) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    match runtime.block_on(server.listen()) {
        Ok(_) => "it started".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn app() -> ServerBuilder {
    Server::new(&POLICY)
}

fn open() -> ServerBuilder {
    app().allow_anonymous()
}

#[test]
fn a_server_that_would_be_unsafe_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.toml");
    let broken = folder.path().join("broken.toml");
    fs::write(&broken, "version = 1\n[[key").unwrap();
    let public = "https://records.example/mcp";
    let refused: Vec<(&str, HttpServer, &str)> = vec![
        ("nobody is admitted", app().http("127.0.0.1:0"), ""),
        ("others, no public URL", open().http("0.0.0.0:0"), "public_url"),
        ("others over IPv6, no public URL", open().http("[::]:0"), "public_url"),
        ("others, no public URL, TLS in front", open().http("0.0.0.0:0").behind_tls_proxy(), "public_url"),
        ("others, nothing encrypts", open().http("0.0.0.0:0").public_url(public), "encrypts"),
        ("no address", open().http("nonsense"), "nonsense"),
        ("no port", open().http("127.0.0.1"), "127.0.0.1"),
        ("a port beyond all", open().http("127.0.0.1:65536"), "65536"),
        ("an empty address", open().http(""), "address"),
        (
            "public URL without a scheme",
            open().http("127.0.0.1:0").public_url("records.example/mcp"),
            "public URL",
        ),
        ("public URL that is a path", open().http("127.0.0.1:0").public_url("/mcp"), "public URL"),
        ("empty public URL", open().http("127.0.0.1:0").public_url(""), "public URL"),
        (
            "plain public URL",
            open().http("127.0.0.1:0").public_url("http://records.example/mcp"),
            "public URL",
        ),
        (
            "public URL with userinfo",
            open().http("127.0.0.1:0").public_url("https://a@records.example/mcp"),
            "public URL",
        ),
        (
            "public URL of another scheme",
            open().http("127.0.0.1:0").public_url("ftp://records.example/mcp"),
            "public URL",
        ),
        (
            "public URL with a port beyond all",
            open().http("127.0.0.1:0").public_url("https://records.example:99999/mcp"),
            "public URL",
        ),
        (
            "public URL with a port that is none",
            open().http("127.0.0.1:0").public_url("https://records.example:x/mcp"),
            "public URL",
        ),
        (
            "an origin that is a word",
            open().http("127.0.0.1:0").allow_origins(["app.example"]),
            "app.example",
        ),
        (
            "an origin with a path",
            open().http("127.0.0.1:0").allow_origins(["https://app.example/x"]),
            "app.example",
        ),
        ("every origin", open().http("127.0.0.1:0").allow_origins(["*"]), "*"),
        ("the origin null", open().http("127.0.0.1:0").allow_origins(["null"]), "null"),
        ("port in use", open().http(shared().address().to_string()), "another program"),
        ("no key file", app().authenticate(ApiKeys::file(&missing)).http("127.0.0.1:0"), "missing.toml"),
        ("a broken key file", app().authenticate(ApiKeys::file(&broken)).http("127.0.0.1:0"), "broken.toml"),
        (
            "a key file that is a folder",
            app().authenticate(ApiKeys::file(folder.path())).http("127.0.0.1:0"),
            "",
        ),
        (
            "a bad key file beside anonymous callers",
            open().authenticate(ApiKeys::file(&missing)).http("127.0.0.1:0"),
            "missing.toml",
        ),
    ];
    for (name, server, part) in refused {
        let said = refusal(server);
        assert_ne!(said, "it started", "{name}");
        assert!(said.contains(part), "{name}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_read_is_not_served() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.toml");
    let file = KeyFile::new(&path, &POLICY);
    let _shown_to_nobody = file.issue(&KeyRequest::new("alice").role(Role::Reader)).unwrap();
    let start = || refusal(app().authenticate(ApiKeys::file(&path)).http("127.0.0.1:0"));
    assert_eq!(start(), "it started");
    for mode in [0o644, 0o640, 0o660, 0o606, 0o602] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert!(start().contains("keys.toml"), "mode {mode:o}: {}", start());
    }
}

/// The `TcpListener` of a test is another program as well.
#[test]
fn who_is_refused_a_port_has_taken_none() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    assert!(refusal(open().http(address.to_string())).contains("another program"));
    drop(taken);
    assert_eq!(refusal(open().http(address.to_string())), "it started");
}
