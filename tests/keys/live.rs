//! A server that runs while its key file changes.

use std::{
    fs,
    time::{Duration, Instant},
};

use rbac_runtime::{ApiKeys, Authenticate, Authentication};

use crate::{
    policy::rbac,
    support::{Folder, is_accepted, present},
};

/// How long it takes until `done`, and no longer than ten seconds.
fn until(done: impl Fn() -> bool) -> Duration {
    let begun = Instant::now();
    while !done() && begun.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(5));
    }
    begun.elapsed()
}

#[test]
fn a_revoked_key_is_refused_within_a_second() {
    let folder = Folder::new();
    let (key, id) = folder.new_key("alice");
    let (other, _) = folder.new_key("bob");
    let keys = folder.keys();
    assert!(is_accepted(&keys, &key));
    assert!(folder.run(["revoke", &id]).status.success());
    let passed = until(|| !is_accepted(&keys, &key));
    assert!(passed < Duration::from_secs(1), "{passed:?}");
    assert!(is_accepted(&keys, &other));
}

#[test]
fn a_new_key_is_accepted_within_a_second() {
    let folder = Folder::new();
    let _first = folder.new_key("alice");
    let keys = folder.keys();
    let (key, _) = folder.new_key("bob");
    let passed = until(|| is_accepted(&keys, &key));
    assert!(passed < Duration::from_secs(1), "{passed:?}");
}

#[test]
fn a_corrupted_file_shuts_everybody_out_after_max_stale_and_lets_them_in_again() {
    let folder = Folder::new();
    let (key, _) = folder.new_key("alice");
    let keys = ApiKeys::file(folder.path()).max_stale(Duration::from_millis(600));
    keys.start(&rbac::POLICY).unwrap();
    let right = fs::read(folder.path()).unwrap();
    fs::write(folder.path(), "garbage").unwrap();
    let passed = until(|| matches!(present(&keys, &key), Authentication::Unavailable { .. }));
    assert!((Duration::from_millis(600)..Duration::from_millis(1600)).contains(&passed), "{passed:?}");
    fs::write(folder.path(), right).unwrap();
    let passed = until(|| is_accepted(&keys, &key));
    assert!(passed < Duration::from_secs(1), "{passed:?}");
}
