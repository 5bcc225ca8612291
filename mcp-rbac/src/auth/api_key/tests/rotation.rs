use std::time::{Duration, SystemTime};

use super::support::{World, answer, poll, rbac, started};
use crate::{api_key::KeyRequest, auth::clock::Clock};

const HOUR: Duration = Duration::from_secs(3600);
const NANO: Duration = Duration::from_nanos(1);

#[test]
fn both_keys_work_during_the_overlap_and_the_old_one_not_a_moment_longer() {
    let world = World::new();
    let old = world.issue("alice");
    let keys = started(world.keys());
    world.clock.advance(HOUR);
    let new = world.file().rotate(old.stored().id(), 24 * HOUR).unwrap();
    assert_eq!(new.stored().owner(), "alice");
    assert_eq!(new.stored().roles(), old.stored().roles());
    let expired = format!("api key `{}` is expired", old.stored().id());
    for (step, old_works) in [(Duration::ZERO, true), (24 * HOUR - NANO, true), (NANO, false), (HOUR, false)]
    {
        world.clock.advance(step);
        poll(&keys);
        assert_eq!(answer(&keys, old.expose()), if old_works { "alice" } else { &expired });
        assert_eq!(answer(&keys, new.expose()), "alice");
    }
}

#[test]
fn the_end_of_a_key_is_never_put_off() {
    let world = World::new();
    let request = KeyRequest::new("alice").role(rbac::Role::Analyst).expires_in(2 * HOUR);
    let old = world.file().issue(&request).unwrap();
    let end = old.stored().expires();
    world.clock.advance(HOUR);
    let new = world.file().rotate(old.stored().id(), 24 * HOUR).unwrap();
    let stored = world.file().keys().unwrap();
    assert_eq!(stored[0].expires(), end);
    // it lives as long as the old one was to live
    let now = SystemTime::from(world.clock.now());
    assert_eq!(new.stored().expires(), Some(now + 2 * HOUR));
    assert_eq!(stored[1].expires(), Some(now + 2 * HOUR));
}

#[test]
fn without_an_overlap_the_old_key_stops_at_once() {
    let world = World::new();
    let old = world.issue("alice");
    let keys = started(world.keys());
    let new = world.file().rotate(old.stored().id(), Duration::ZERO).unwrap();
    poll(&keys);
    assert_eq!(answer(&keys, old.expose()), format!("api key `{}` is expired", old.stored().id()));
    assert_eq!(answer(&keys, new.expose()), "alice");
}

/// An overlap so long that no calendar has its end keeps an end that is there, and is refused where there is none.
#[test]
fn an_endless_overlap() {
    let world = World::new();
    let eternal = world.issue("alice");
    let error = world.file().rotate(eternal.stored().id(), Duration::MAX).unwrap_err();
    assert!(error.to_string().contains("after the year 9999"), "{error}");
    assert!(world.file().keys().unwrap().len() == 1);
}

#[test]
fn only_a_key_that_works_is_rotated() {
    let world = World::new();
    let start = SystemTime::from(world.clock.now());
    let request = KeyRequest::new("alice").role(rbac::Role::Analyst);
    let early = world.file().issue(&request.clone().not_before(start + HOUR)).unwrap();
    let revoked = world.file().issue(&request).unwrap();
    world.file().revoke(revoked.stored().id()).unwrap();
    let expired = world.file().issue(&request.expires_in(Duration::from_secs(60))).unwrap();
    world.clock.advance(Duration::from_secs(60));
    for (key, state) in [(early, "not yet valid"), (revoked, "revoked"), (expired, "expired")] {
        let before = world.text();
        let error = world.file().rotate(key.stored().id(), HOUR).unwrap_err();
        assert!(error.to_string().contains(state), "{error}");
        assert_eq!(world.text(), before);
    }
}

#[test]
fn an_imported_key_is_followed_by_one_of_ours() {
    let world = World::new();
    let secret = "q7Hd92mXzP4tLr8VnB3kYw6sJc1fGa5e";
    let request = KeyRequest::new("alice").role(rbac::Role::Analyst);
    let old = world.file().import(secret, &request).unwrap();
    let new = world.file().rotate(old.id(), HOUR).unwrap();
    let keys = started(world.keys());
    assert_eq!(
        (answer(&keys, secret), answer(&keys, new.expose())),
        ("alice".to_owned(), "alice".to_owned())
    );
    assert!(!new.stored().is_imported());
}
