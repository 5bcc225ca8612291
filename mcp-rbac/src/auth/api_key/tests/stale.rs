use std::{fs, time::Duration};

use super::support::{World, answer, poll, started};

const SECOND: Duration = Duration::from_secs(1);
const MILLI: Duration = Duration::from_millis(1);
/// Unless set otherwise.
const MAX_STALE: Duration = Duration::from_secs(300);

/// The old set stays in force for `max_stale` and not a moment longer; then every key is unavailable, until the file is
/// right again.
#[test]
fn a_corrupted_file() {
    let world = World::new();
    let key = world.issue("alice");
    let keys = started(world.keys());
    let right = world.text();
    world.write("version = 1\n[[key]]\nid = 7");
    poll(&keys);
    assert_eq!(answer(&keys, key.expose()), "alice");
    world.clock.advance(MAX_STALE - MILLI);
    poll(&keys);
    assert_eq!(answer(&keys, key.expose()), "alice");
    world.clock.advance(MILLI);
    assert_eq!(answer(&keys, key.expose()), "unavailable");
    // other credentials are not held up, and a mistyped key is still one
    assert_eq!(answer(&keys, "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"), "not mine");
    assert!(answer(&keys, "mcprbac_").contains("wrong length"));
    poll(&keys);
    assert_eq!(answer(&keys, key.expose()), "unavailable");
    world.write(&right);
    poll(&keys);
    assert_eq!(answer(&keys, key.expose()), "alice");
}

#[test]
fn a_file_that_is_bad_in_another_way_gets_no_more_time() {
    let world = World::new();
    let key = world.issue("alice");
    let keys = started(world.keys());
    let right = world.text();
    world.write("version = 2");
    poll(&keys);
    world.clock.advance(MAX_STALE / 2);
    fs::remove_file(world.path()).unwrap();
    poll(&keys);
    world.clock.advance(MAX_STALE / 2);
    poll(&keys);
    assert_eq!(answer(&keys, key.expose()), "unavailable");
    // nor does one that was right in between get less
    world.write(&right);
    poll(&keys);
    world.mode(0o644);
    poll(&keys);
    assert_eq!(answer(&keys, key.expose()), "alice");
}

#[test]
fn every_way_of_being_bad_counts() {
    let ways: [fn(&World); 6] = [
        |world| fs::remove_file(world.path()).unwrap(),
        |world| world.mode(0o604),
        |world| world.write(""),
        |world| world.write(&world.text().replace("analyst", "analist")),
        |world| {
            fs::rename(world.path(), world.folder.path().join("elsewhere")).unwrap();
            std::os::unix::fs::symlink("elsewhere", world.path()).unwrap();
        },
        |world| {
            fs::remove_file(world.path()).unwrap();
            fs::create_dir(world.path()).unwrap();
        },
    ];
    for (number, spoil) in ways.into_iter().enumerate() {
        let world = World::new();
        let key = world.issue("alice");
        let keys = started(world.keys().max_stale(10 * SECOND));
        spoil(&world);
        poll(&keys);
        assert_eq!(answer(&keys, key.expose()), "alice", "way {number}");
        world.clock.advance(10 * SECOND);
        assert_eq!(answer(&keys, key.expose()), "unavailable", "way {number}");
    }
}

#[test]
fn no_patience_at_all() {
    let world = World::new();
    let key = world.issue("alice");
    let keys = started(world.keys().max_stale(Duration::ZERO));
    assert_eq!(answer(&keys, key.expose()), "alice");
    world.write("");
    poll(&keys);
    assert_eq!(answer(&keys, key.expose()), "unavailable");
}

/// The thread that looks after the file may die or hang: keys that nobody has checked for long are not trusted either.
#[test]
fn a_file_that_nobody_looks_at() {
    let world = World::new();
    let key = world.issue("alice");
    let keys = started(world.keys());
    world.clock.advance(MAX_STALE + 10 * SECOND - MILLI);
    assert_eq!(answer(&keys, key.expose()), "alice");
    world.clock.advance(MILLI);
    assert_eq!(answer(&keys, key.expose()), "unavailable");
    poll(&keys);
    assert_eq!(answer(&keys, key.expose()), "alice");
}

/// A valid file without keys means nobody; at the start it is a mistake.
#[test]
fn an_empty_set() {
    let world = World::new();
    let key = world.issue("alice");
    let keys = started(world.keys());
    world.write("version = 1\n");
    assert!(world.refusal().contains("nobody could log in"), "{}", world.refusal());
    poll(&keys);
    assert_eq!(answer(&keys, key.expose()), "no api key has the presented id");
}

/// What must not pass for a set without keys.
#[test]
fn a_file_that_was_cut_off_is_not_an_empty_one() {
    let world = World::new();
    world.write("");
    assert!(world.refusal().contains("`version` is missing"), "{}", world.refusal());
}

/// An imported key cannot be told from somebody else's token by its form: what the last good set knows is held up.
#[test]
fn an_imported_key_is_unavailable_too() {
    let world = World::new();
    let secret = "q7Hd92mXzP4tLr8VnB3kYw6sJc1fGa5e";
    let request = crate::api_key::KeyRequest::new("alice").role(super::support::rbac::Role::Analyst);
    world.file().import(secret, &request).unwrap();
    let keys = started(world.keys());
    world.write("");
    poll(&keys);
    world.clock.advance(MAX_STALE);
    assert_eq!(answer(&keys, secret), "unavailable");
    assert_eq!(answer(&keys, "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"), "not mine");
}
