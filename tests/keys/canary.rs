//! A key is in no `Debug`, log line or error.

use std::{
    fs,
    io::{self, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use rbac_runtime::{
    ApiKeys, Authenticate, Authentication,
    api_key::{KeyFile, KeyRequest},
};
use tracing::Level;

use crate::{
    forge,
    policy::rbac,
    support::{Folder, present, text},
};

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_key_is_logged_shown_or_repeated() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_max_level(Level::TRACE).with_writer(move || writer.clone()).init();
    let folder = Folder::new();
    let file = KeyFile::new(folder.path(), &rbac::POLICY);
    let request = KeyRequest::new("alice").role(rbac::Role::Analyst);
    let issued = file.issue(&request).unwrap();
    let imported = "q7Hd92mXzP4tLr8VnB3kYw6sJc1fGa5e";
    let import = file.import(imported, &request).unwrap();
    let key = issued.expose().to_owned();
    let keys = ApiKeys::file(folder.path()).max_stale(Duration::from_secs(1));
    keys.start(&rbac::POLICY).unwrap();
    let mut shown = format!("{issued:?} {import:?} {keys:?} {file:?} {request:?} {}", keys.describe());
    let mut show = |answer: Authentication| shown.push_str(&format!("{answer:?}\n"));
    let stranger = Folder::new();
    let stranger = KeyFile::new(stranger.path(), &rbac::POLICY).issue(&request).unwrap();
    let wrong = forge::with_secret(&key, &stranger.expose()[20..63]);
    let mistyped = format!("{}{}", &key[..68], if key.ends_with('0') { '1' } else { '0' });
    let presented = [
        &key,
        &wrong,
        stranger.expose(),
        &mistyped,
        &key[..60],
        &format!("{key},"),
        imported,
        &imported[1..],
    ];
    for presented in presented {
        show(present(&keys, presented));
    }
    let rotated = file.rotate(issued.stored().id(), Duration::ZERO).unwrap();
    file.revoke(import.id()).unwrap();
    keys.start(&rbac::POLICY).unwrap();
    show(present(&keys, &key));
    show(present(&keys, imported));
    // somebody pastes the key where its digest belongs
    let text = fs::read_to_string(folder.path()).unwrap();
    fs::write(folder.path(), text.replacen("sha256 = ", &format!("sha256 = \"{key}\" #"), 1)).unwrap();
    shown.push_str(&keys.start(&rbac::POLICY).unwrap_err());
    for error in [file.revoke(&key), file.keys().map(|mut keys| keys.remove(0)), file.import(&key, &request)]
    {
        let error = error.unwrap_err();
        shown.push_str(&format!("{error} {error:?} {:?}", error.hint()));
    }
    fs::write(folder.path(), text).unwrap();
    let error = file.revoke(&key).unwrap_err();
    shown.push_str(&format!("{error} {error:?} {:?}", error.hint()));
    std::thread::sleep(Duration::from_millis(600));
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("cannot be used") && log.contains("can be used again"), "{log}");
    for (what, output) in [("log", &log), ("shown", &shown)] {
        let secrets = [&key, stranger.expose(), rotated.expose()].map(|key| [&key[20..40], &key[43..63]]);
        for secret in secrets.as_flattened().iter().chain(&[&imported[..20], &imported[12..]]) {
            assert!(!output.contains(*secret), "{what}: {output}");
        }
    }
}

/// Where the key itself is given to a command, it is refused without being repeated.
#[test]
fn commands_do_not_repeat_a_key() {
    let folder = Folder::new();
    let (key, id) = folder.new_key("alice");
    let secret = &key[20..40];
    let runs = [
        folder.run(["revoke", &key]),
        folder.run(["rotate", &key, "--overlap", "1h"]),
        folder.run(["import", "--role", "analyst", "--owner", "bob", &key]),
        folder.feed(&["import", "--role", "analyst", "--owner", "bob"], &key),
        folder.feed(&["import", "--role", "analyst", "--owner", "bob"], &format!("x{} {key}", &key[8..])),
        folder.run(["list"]),
        folder.run(["list", "--json"]),
        folder.run(["revoke", &id]),
    ];
    for output in &runs {
        let all = format!("{}{}", text(&output.stdout), text(&output.stderr));
        assert!(!all.contains(secret), "{all}");
    }
    assert!(text(&runs[0].stderr).contains(&format!("its id is `{id}`")), "{}", text(&runs[0].stderr));
    assert!(!fs::read_to_string(folder.path()).unwrap().contains(secret));
}

/// A credential of the server's own in its environment lets nobody in: only what is configured does (CVE-2026-82456).
#[test]
fn the_environment_is_not_read() {
    let folder = Folder::new();
    let _key = folder.new_key("alice");
    let secret = "q7Hd92mXzP4tLr8VnB3kYw6sJc1fGa5e";
    let mut command = folder.command();
    for name in ["API_KEY", "MCP_API_KEY", "MCPRBAC_KEY", "MCP_RBAC_KEY", "AUTHORIZATION", "KEYS", "TOKEN"] {
        command.env(name, secret);
    }
    assert!(command.args(["list"]).output().unwrap().status.success());
    assert!(matches!(present(&folder.keys(), secret), Authentication::NotMine));
}
