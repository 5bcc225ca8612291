//! Good tokens that a file denies.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use mcp_rbac::Server;

use crate::{
    rbac::POLICY,
    support::{Answer, Running, Token, call, now},
    tokens::{KEYS, honest, tokens},
};

struct File {
    folder: tempfile::TempDir,
}

impl File {
    fn new(text: &str) -> Self {
        let file = Self { folder: tempfile::tempdir().unwrap() };
        file.write(text);
        file
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("deny.toml")
    }

    /// As a whole, like everybody should.
    fn write(&self, text: &str) {
        let beside = self.folder.path().join("new");
        fs::write(&beside, text).unwrap();
        fs::rename(beside, self.path()).unwrap();
    }

    fn server(&self) -> Running {
        Running::taking(tokens().deny_file(self.path()))
    }
}

fn present(server: &Running, token: &str) -> Answer {
    call(server.address, "whoami", &format!("Bearer {token}"))
}

fn sign(token: Token) -> String {
    token.sign(&KEYS.p256)
}

/// Waits for the status; that is within a second, and a bit for a machine that is busy.
fn soon(status: u16, server: &Running, token: &str) {
    let began = Instant::now();
    while present(server, token).status != status {
        assert!(began.elapsed() < Duration::from_secs(3), "no {status}");
        thread::sleep(Duration::from_millis(20));
    }
}

fn time(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap().to_string()
}

#[test]
fn what_is_denied_is_what_all_of_an_entry_is_true_of() {
    let before = time(now() - 60);
    let file = File::new(&format!(
        "version = 1\n[[deny]]\nsubject = \"mallory\"\n[[deny]]\nclient = \"bad\"\n[[deny]]\njti = \"stolen\"\n\
         [[deny]]\nsubject = \"bob\"\nclient = \"old\"\n[[deny]]\nsubject = \"carol\"\nissued_before = {before}\n"
    ));
    let server = file.server();
    let of = |subject: &str, client: &str, jti: &str, ago: i64| {
        sign(
            honest()
                .claim("sub", subject)
                .claim("client_id", client)
                .claim("jti", jti)
                .claim("iat", now() - ago),
        )
    };
    for (token, denied) in [
        (of("alice", "inspector", "1", 0), false),
        (of("mallory", "inspector", "1", 0), true),
        (of("Mallory", "inspector", "1", 0), false),
        (of("mallory2", "inspector", "1", 0), false),
        (of("alice", "bad", "1", 0), true),
        (of("alice", "inspector", "stolen", 0), true),
        (of("stolen", "inspector", "1", 0), false),
        (of("bob", "inspector", "1", 0), false),
        (of("alice", "old", "1", 0), false),
        (of("bob", "old", "1", 0), true),
        (of("carol", "inspector", "1", 30), false),
        (of("carol", "inspector", "1", 90), true),
        (sign(honest().claim("sub", "carol").without("iat")), true),
        (sign(honest().without("jti").without("client_id")), false),
    ] {
        // anew and remembered
        for _ in 0..2 {
            let answer = present(&server, &token);
            let expected = if denied { (401, "token denied".to_owned()) } else { (200, String::new()) };
            assert_eq!((answer.status, answer.reason()), expected, "{token}");
        }
    }
}

#[test]
fn a_change_takes_effect_within_a_second() {
    let file = File::new("version = 1\n");
    let server = file.server();
    let token = sign(honest());
    assert_eq!(present(&server, &token).status, 200);
    file.write("version = 1\n[[deny]]\nsubject = \"alice\"\n");
    soon(401, &server, &token);
    file.write("version = 1\n[[deny]]\nsubject = \"bob\"\n");
    soon(200, &server, &token);
    // all that were made until now
    file.write(&format!("version = 1\n[[deny]]\nissued_before = {}\n", time(now() + 1)));
    soon(401, &server, &token);
    thread::sleep(Duration::from_millis(1100));
    soon(200, &server, &sign(honest()));
    assert_eq!(present(&server, &token).status, 401);
}

/// What the file said before counts on when it is bad; it does not count as empty.
#[test]
fn a_file_that_goes_bad_denies_what_it_denied() {
    let text = "version = 1\n[[deny]]\nsubject = \"alice\"\n";
    let file = File::new(text);
    let server = file.server();
    let (alice, bob) = (sign(honest()), sign(honest().claim("sub", "bob")));
    for bad in ["", "version = 1\n[[deny]]\n", "version = 2\n", "x"] {
        file.write(bad);
        thread::sleep(Duration::from_millis(600));
        assert_eq!((present(&server, &alice).status, present(&server, &bob).status), (401, 200), "{bad}");
    }
    fs::remove_file(file.path()).unwrap();
    thread::sleep(Duration::from_millis(600));
    assert_eq!((present(&server, &alice).status, present(&server, &bob).status), (401, 200));
    file.write("version = 1\n");
    soon(200, &server, &alice);
}

#[test]
fn a_file_that_is_missing_bad_or_open_does_not_start() {
    let why = |path: &Path| {
        let server = Server::new(&POLICY).authenticate(tokens().deny_file(path)).http("127.0.0.1:0");
        server.public_url("https://records.example/mcp").into_service().err().map(|error| error.to_string())
    };
    let file = File::new("version = 1\n");
    assert_eq!(why(&file.path()), None);
    let said = |expected: &str| {
        let said = why(&file.path()).unwrap_or_default();
        assert!(said.contains(expected) && said.contains("deny.toml"), "{expected}: {said}");
    };
    file.write("version = 1\n[[deny]]\nsubjekt = \"alice\"\n");
    said("unknown field `subjekt`");
    file.write("version = 1\n");
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o664)).unwrap();
    said("others may change it");
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).unwrap();
    file.write(&format!("version = 1\n# {}\n", "x".repeat(1024 * 1024)));
    said("larger than");
    fs::remove_file(file.path()).unwrap();
    said("no such file");
    fs::create_dir(file.path()).unwrap();
    said("no regular file");
}
