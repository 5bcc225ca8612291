use std::time::{Duration, SystemTime};

use super::support::{World, answer, poll, rbac, started};
use crate::{
    api_key::{KeyRequest, KeyState},
    auth::clock::Clock,
};

const SECOND: Duration = Duration::from_secs(1);
const NANO: Duration = Duration::from_nanos(1);

fn request() -> KeyRequest {
    KeyRequest::new("alice").role(rbac::Role::Analyst)
}

/// Valid from `not_before` on and before `expires`, to the nanosecond.
#[test]
fn a_key_works_between_its_edges() {
    let world = World::new();
    let start = SystemTime::from(world.clock.now());
    let request = request().not_before(start + 10 * SECOND).expires(start + 20 * SECOND);
    let key = world.file().issue(&request).unwrap();
    let (id, keys) = (key.stored().id(), started(world.keys()));
    let cases = [
        (Duration::ZERO, format!("api key `{id}` is not yet valid")),
        (10 * SECOND - NANO, format!("api key `{id}` is not yet valid")),
        (10 * SECOND, "alice".to_owned()),
        (20 * SECOND - NANO, "alice".to_owned()),
        (20 * SECOND, format!("api key `{id}` is expired")),
        (1000 * SECOND, format!("api key `{id}` is expired")),
    ];
    let mut passed = Duration::ZERO;
    for (at, expected) in cases {
        world.clock.advance(at - passed);
        passed = at;
        poll(&keys);
        assert_eq!(answer(&keys, key.expose()), expected, "at {at:?}");
    }
}

#[test]
fn revocation_is_for_good() {
    let world = World::new();
    let key = world.issue("alice");
    let other = world.issue("alice");
    let keys = started(world.keys());
    world.clock.advance(5 * SECOND);
    let revoked = world.file().revoke(key.stored().id()).unwrap();
    world.clock.advance(5 * SECOND);
    assert_eq!(world.file().revoke(key.stored().id()).unwrap(), revoked, "again changes nothing");
    poll(&keys);
    assert_eq!(answer(&keys, key.expose()), format!("api key `{}` is revoked", key.stored().id()));
    assert_eq!(answer(&keys, other.expose()), "alice");
    assert_eq!(revoked.state_at(SystemTime::UNIX_EPOCH), KeyState::Revoked, "whatever the time");
}

/// The reason is precise only where the right key was presented: a stranger learns nothing from it.
#[test]
fn time_is_looked_at_after_the_secret() {
    let world = World::new();
    let key = world.issue("alice");
    world.file().revoke(key.stored().id()).unwrap();
    let keys = started(world.keys());
    let forged = forge(key.expose());
    assert_eq!(answer(&keys, &forged), format!("bad secret for key {}", key.stored().id()));
}

/// The same id, another secret, and a checksum that fits.
pub(super) fn forge(key: &str) -> String {
    let id = crate::auth::api_key::format::KeyId::parse(&key[8..20]).unwrap();
    let forged = crate::auth::api_key::format::generate(id).unwrap();
    secrecy::ExposeSecret::expose_secret(&forged).to_owned()
}

#[test]
fn an_unknown_id_and_a_wrong_secret_sound_alike_in_length() {
    let world = World::new();
    let key = world.issue("alice");
    let stranger = World::new().issue("mallory");
    let keys = started(world.keys());
    let unknown = answer(&keys, stranger.expose());
    let wrong = answer(&keys, &forge(key.expose()));
    assert_eq!(unknown, "no api key has the presented id");
    assert_eq!(unknown.len(), wrong.len());
}

#[test]
fn every_key_of_many_is_found_and_no_other() {
    let world = World::new();
    let issued: Vec<_> = (0..40).map(|number| world.issue(&format!("owner-{number}"))).collect();
    let keys = started(world.keys());
    for (number, key) in issued.iter().enumerate() {
        assert_eq!(answer(&keys, key.expose()), format!("owner-{number}"));
        assert!(answer(&keys, &forge(key.expose())).starts_with("bad secret for key "));
    }
    let stranger = World::new();
    for _ in 0..40 {
        assert_eq!(answer(&keys, stranger.issue("mallory").expose()), "no api key has the presented id");
    }
}

#[test]
fn an_imported_key_is_recognised_by_its_digest_alone() {
    let world = World::new();
    let secret = "q7Hd92mXzP4tLr8VnB3kYw6sJc1fGa5e";
    let stored = world.file().import(secret, &request()).unwrap();
    let made = world.issue("bob");
    let keys = started(world.keys());
    assert_eq!(answer(&keys, secret), "alice");
    assert_eq!(answer(&keys, made.expose()), "bob");
    // its id opens nothing, and neither does what is almost it
    for other in [stored.id(), &secret[1..], &format!("{secret}="), &secret.to_lowercase()] {
        assert_eq!(answer(&keys, other), "not mine");
    }
    world.file().revoke(stored.id()).unwrap();
    poll(&keys);
    assert_eq!(answer(&keys, secret), format!("api key `{}` is revoked", stored.id()));
}

/// A digest under another id than that of its key opens nothing, as it would where only the digest was compared.
#[test]
fn the_id_belongs_to_the_key() {
    let world = World::new();
    let key = world.issue("alice");
    world.write(&world.text().replace(key.stored().id(), "000000000000"));
    let keys = started(world.keys());
    assert_eq!(answer(&keys, key.expose()), "no api key has the presented id");
}

/// An imported entry does not make a key of our own form out of a digest, and the other way round.
#[test]
fn the_two_kinds_do_not_mix() {
    let world = World::new();
    let key = world.issue("alice");
    world.write(&world.text().replace("created", "imported = true\ncreated"));
    let keys = started(world.keys());
    assert_eq!(answer(&keys, key.expose()), "no api key has the presented id");
}

#[test]
fn last_use_is_kept_across_changes_and_written_down() {
    let world = World::new();
    let (used, unused) = (world.issue("alice"), world.issue("bob"));
    let keys = started(world.keys());
    assert_eq!(answer(&keys, used.expose()), "alice");
    world.file().revoke(unused.stored().id()).unwrap();
    poll(&keys);
    world.clock.advance(61 * SECOND);
    poll(&keys);
    let last = world.file().last_used();
    assert_eq!(last.len(), 1);
    assert_eq!(last[used.stored().id()], SystemTime::from(world.clock.now()) - 61 * SECOND);
}

/// Losing it hurts nobody: garbage, a folder in its place, a folder that cannot be written.
#[test]
fn last_use_may_be_lost() {
    let world = World::new();
    let key = world.issue("alice");
    let beside = world.folder.path().join("keys.last-used.json");
    std::fs::write(&beside, "garbage").unwrap();
    assert!(world.file().last_used().is_empty());
    let keys = started(world.keys());
    assert_eq!(answer(&keys, key.expose()), "alice");
    world.clock.advance(61 * SECOND);
    poll(&keys);
    assert_eq!(world.file().last_used().len(), 1);
    std::fs::remove_file(&beside).unwrap();
    std::fs::create_dir(&beside).unwrap();
    assert_eq!(answer(&keys, key.expose()), "alice");
    world.clock.advance(61 * SECOND);
    poll(&keys);
    assert!(world.file().last_used().is_empty());
    assert_eq!(answer(&keys, key.expose()), "alice");
}
