//! Keys of a secret, with both clocks in the hand of the test.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::{FutureExt, future::BoxFuture};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::time::{advance, sleep};

use super::support::{World, rbac, request};
use crate::{
    ApiKeys, Authenticate, Authentication,
    api_key::{ApiKeySecret, IssuedKey},
    auth::api_key::pepper::Peppers,
    secrets::{CachedSecret, EnvSecret, SecretError, SecretSource, SecretVersions},
};

const TTL: Duration = Duration::from_secs(15 * 60);
const MAX_STALE: Duration = Duration::from_secs(60 * 60);
const PEPPER: &str = "a pepper of more than thirty-two bytes";
const OTHER_PEPPER: &str = "another pepper of more than 32 bytes";

type Kept = Result<SecretVersions, SecretError>;

/// A secret that a test changes.
#[derive(Clone)]
struct Store(Arc<Mutex<(Kept, Duration)>>);

impl Store {
    fn of(versions: SecretVersions) -> Self {
        Self(Arc::new(Mutex::new((Ok(versions), Duration::ZERO))))
    }

    fn is(&self, kept: Kept) {
        self.0.lock().unwrap().0 = kept;
    }

    fn takes(&self, time: Duration) {
        self.0.lock().unwrap().1 = time;
    }
}

impl SecretSource for Store {
    fn describe(&self) -> String {
        "a test".to_owned()
    }

    fn is_at_hand(&self) -> bool {
        true
    }

    fn fetch(&self) -> BoxFuture<'_, Kept> {
        let (kept, takes) = self.0.lock().unwrap().clone();
        async move {
            if !takes.is_zero() {
                sleep(takes).await;
            }
            kept
        }
        .boxed()
    }
}

/// A secret with these entries.
fn keys(entries: &[Value]) -> String {
    json!({ "keys": entries }).to_string()
}

fn entry(key: &IssuedKey) -> Value {
    key.stored().entry()
}

fn with(mut entry: Value, name: &str, value: &str) -> Value {
    entry[name] = json!(value);
    entry
}

/// The answer in one word or sentence.
async fn answer(keys: &ApiKeySecret, key: &str) -> String {
    let request = request(&[&format!("Bearer {key}")]);
    match keys.authenticate(&request, &rbac::POLICY).await {
        Authentication::NotMine => "not mine".to_owned(),
        Authentication::Principal(principal) => principal.subject().to_owned(),
        Authentication::Rejected(reason) | Authentication::Foreign(reason) => reason,
        Authentication::Unavailable { .. } => "unavailable".to_owned(),
    }
}

fn started(world: &World, store: &Store) -> ApiKeySecret {
    let keys = ApiKeys::secret(store.clone()).with_clock(world.clock.clone());
    keys.start(&rbac::POLICY).unwrap();
    keys
}

/// Its time is over: the next request asks.
async fn later(time: Duration) {
    advance(time).await;
}

#[tokio::test(start_paused = true)]
async fn a_rotation_with_overlap() {
    let world = World::new();
    let [old, new, newest] = ["alice", "bob", "carol"].map(|owner| world.issue(owner));
    let store = Store::of(SecretVersions::new(keys(&[entry(&old)])));
    let server = started(&world, &store);
    assert_eq!(answer(&server, old.expose()).await, "alice");
    assert_eq!(answer(&server, new.expose()).await, "no api key has the presented id");
    store.is(Ok(SecretVersions::new(keys(&[entry(&new)])).with_previous(keys(&[entry(&old)]))));
    later(TTL).await;
    assert_eq!(answer(&server, old.expose()).await, "alice");
    assert_eq!(answer(&server, new.expose()).await, "bob");
    // the next rotation ends the overlap
    store.is(Ok(SecretVersions::new(keys(&[entry(&newest)])).with_previous(keys(&[entry(&new)]))));
    later(TTL).await;
    assert_eq!(answer(&server, old.expose()).await, "no api key has the presented id");
    assert_eq!(answer(&server, new.expose()).await, "bob");
    assert_eq!(answer(&server, newest.expose()).await, "carol");
}

/// What the current version says of a key, the previous one does not undo.
#[tokio::test(start_paused = true)]
async fn the_current_version_has_the_last_word() {
    let world = World::new();
    let [alice, bob, carol, dave] = ["alice", "bob", "carol", "dave"].map(|owner| world.issue(owner));
    let previous = keys(&[entry(&alice), entry(&bob), entry(&carol), entry(&dave)]);
    let current = keys(&[
        with(entry(&alice), "revoked", "2029-12-31T00:00:00Z"),
        with(entry(&bob), "expires", "2029-12-31T00:00:00Z"),
        // the same key under another id, revoked
        with(with(entry(&carol), "id", "Aa0Bb1Cc2Dd3"), "revoked", "2029-12-31T00:00:00Z"),
        // another key under the same id
        with(entry(&dave), "sha256", &"1234567890abcdef".repeat(4)),
    ]);
    let store = Store::of(SecretVersions::new(current).with_previous(previous));
    let server = started(&world, &store);
    let is = |key: &IssuedKey, what: &str| format!("api key `{}` is {what}", key.stored().id());
    assert_eq!(answer(&server, alice.expose()).await, is(&alice, "revoked"));
    assert_eq!(answer(&server, bob.expose()).await, is(&bob, "expired"));
    assert_eq!(answer(&server, carol.expose()).await, "no api key has the presented id");
    assert_eq!(answer(&server, dave.expose()).await, format!("bad secret for key {}", dave.stored().id()));
}

#[tokio::test(start_paused = true)]
async fn a_malformed_current_version_does_not_replace_good_keys() {
    let world = World::new();
    let key = world.issue("alice");
    let good = SecretVersions::new(keys(&[entry(&key)]));
    for bad in [
        "{".to_owned(),
        "{}".to_owned(),
        json!({ "username": "admin", "password": "x" }).to_string(),
        keys(&[entry(&key), entry(&key)]),
        keys(&[with(entry(&key), "rolls", "analyst")]),
        keys(&[entry(&key)]).replace("analyst", "analist"),
    ] {
        let store = Store::of(good.clone());
        let server = started(&world, &store);
        // and the version before is no way around it
        store.is(Ok(SecretVersions::new(bad.clone()).with_previous(keys(&[entry(&key)]))));
        later(TTL + MAX_STALE - Duration::from_millis(1)).await;
        assert_eq!(answer(&server, key.expose()).await, "alice", "{bad}");
        later(Duration::from_millis(1)).await;
        assert_eq!(answer(&server, key.expose()).await, "unavailable", "{bad}");
        store.is(Ok(good.clone()));
        later(Duration::from_secs(60)).await;
        assert_eq!(answer(&server, key.expose()).await, "alice", "{bad}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_previous_version_that_cannot_be_used_is_left_out() {
    let world = World::new();
    let [old, new] = ["alice", "bob"].map(|owner| world.issue(owner));
    let clerk = keys(&[entry(&old)]).replace("analyst", "clark");
    for bad in ["".to_owned(), "{".to_owned(), json!({ "password": "x" }).to_string(), clerk] {
        let store = Store::of(SecretVersions::new(keys(&[entry(&new)])).with_previous(bad.clone()));
        let server = started(&world, &store);
        assert_eq!(answer(&server, new.expose()).await, "bob", "{bad}");
        assert_eq!(answer(&server, old.expose()).await, "no api key has the presented id", "{bad}");
    }
}

/// Later, a valid secret without keys means nobody; at the start it is a mistake.
#[tokio::test(start_paused = true)]
async fn an_empty_list() {
    let world = World::new();
    let key = world.issue("alice");
    let store = Store::of(SecretVersions::new(keys(&[])));
    let refusal = ApiKeys::secret(store.clone()).start(&rbac::POLICY).unwrap_err();
    assert_eq!(refusal, "api keys of a test: there is no key in it: nobody could log in");
    store.is(Ok(SecretVersions::new(keys(&[entry(&key)]))));
    let server = started(&world, &store);
    store.is(Ok(SecretVersions::new(keys(&[]))));
    later(TTL).await;
    assert_eq!(answer(&server, key.expose()).await, "no api key has the presented id");
}

#[tokio::test(start_paused = true)]
async fn what_can_be_seen_at_once_keeps_a_server_from_starting() {
    let world = World::new();
    let key = world.issue("alice");
    let missing = ApiKeys::secret(EnvSecret::new("RECORDS_NO_SUCH_VARIABLE")).start(&rbac::POLICY);
    assert_eq!(
        missing.unwrap_err(),
        "api keys of environment variable `RECORDS_NO_SUCH_VARIABLE`: there is no such secret"
    );
    // `CARGO_PKG_NAME` is `mcp-rbac`
    let malformed = ApiKeys::secret(EnvSecret::new("CARGO_PKG_NAME")).start(&rbac::POLICY);
    assert!(malformed.unwrap_err().ends_with("it is no JSON object"));
    let store = Store::of(SecretVersions::new(keys(&[])));
    store.takes(Duration::from_secs(5));
    store.is(Err(SecretError::Missing));
    let server = started(&world, &store);
    assert_eq!(answer(&server, key.expose()).await, "unavailable");
}

/// Nobody is let in before the keys were had, and credentials of others are none of its business.
#[tokio::test(start_paused = true)]
async fn before_there_are_keys() {
    let world = World::new();
    let key = world.issue("alice");
    let store = Store::of(SecretVersions::new(keys(&[entry(&key)])));
    let unstarted = ApiKeys::secret(store.clone());
    assert_eq!(answer(&unstarted, key.expose()).await, "unavailable");
    store.takes(Duration::from_secs(600));
    let server = started(&world, &store);
    assert_eq!(answer(&server, key.expose()).await, "unavailable");
    assert_eq!(answer(&server, "eyJhbGciOiJSUzI1NiJ9.e30.c2ln").await, "not mine");
    assert!(answer(&server, "mcprbac_").await.contains("wrong length"));
}

#[tokio::test(start_paused = true)]
async fn an_imported_key_is_unavailable_too() {
    let world = World::new();
    let secret = "q7Hd92mXzP4tLr8VnB3kYw6sJc1fGa5e";
    let request = crate::api_key::KeyRequest::new("alice").role(rbac::Role::Analyst);
    let stored = world.file().import(secret, &request).unwrap();
    let store = Store::of(SecretVersions::new(keys(&[stored.entry()])));
    let server = started(&world, &store);
    assert_eq!(answer(&server, secret).await, "alice");
    store.is(Err(SecretError::Missing));
    later(TTL + MAX_STALE).await;
    assert_eq!(answer(&server, secret).await, "unavailable");
    assert_eq!(answer(&server, "eyJhbGciOiJSUzI1NiJ9.e30.c2ln").await, "not mine");
}

/// Whatever stands in the environment: what was not named as a source lets nobody in.
#[tokio::test(start_paused = true)]
async fn a_credential_in_the_environment_authenticates_nobody() {
    let world = World::new();
    let key = world.issue("alice");
    let server = started(&world, &Store::of(SecretVersions::new(keys(&[entry(&key)]))));
    let file = super::support::started(world.keys());
    let values: Vec<String> =
        std::env::vars().map(|(_, value)| value).filter(|value| value.is_ascii()).collect();
    assert!(values.contains(&"mcp-rbac".to_owned()));
    for value in values.iter().filter(|value| !value.contains(['\n', '\r'])) {
        assert_eq!(answer(&server, value).await, "not mine");
        assert_eq!(super::support::answer(&file, value), "not mine");
    }
}

fn peppered(key: &IssuedKey, pepper: &str) -> Value {
    key.peppered_entry(&SecretString::from(pepper)).unwrap()
}

fn started_with(world: &World, store: &Store, pepper: &Store) -> Result<ApiKeySecret, String> {
    let keys = ApiKeys::secret(store.clone()).pepper(pepper.clone()).with_clock(world.clock.clone());
    keys.start(&rbac::POLICY).map(|()| keys)
}

#[test]
fn an_hmac_is_the_one_that_others_make() {
    let pepper = Peppers::hmac(&SecretString::from(PEPPER)).map_err(|error| error.to_string()).unwrap();
    let expected = "7d60a6c852cb88cc3dab061298507e146dfdc8153a081a94a01fa4c5886ea234";
    assert_eq!(pepper.of(b"a key").to_hex(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_pepper() {
    let world = World::new();
    let [alice, bob] = ["alice", "bob"].map(|owner| world.issue(owner));
    let store =
        Store::of(SecretVersions::new(keys(&[peppered(&alice, PEPPER), peppered(&bob, OTHER_PEPPER)])));
    let server = started_with(&world, &store, &Store::of(SecretVersions::new(PEPPER))).unwrap();
    assert_eq!(answer(&server, alice.expose()).await, "alice");
    assert_eq!(answer(&server, bob.expose()).await, format!("bad secret for key {}", bob.stored().id()));
    // a plain digest is none, whatever the field is called
    let plain = keys(&[entry(&alice)]);
    let renamed = plain.replace("sha256", "hmac_sha256");
    let pepper = Store::of(SecretVersions::new(PEPPER));
    assert!(started_with(&world, &Store::of(SecretVersions::new(plain)), &pepper).is_err());
    let server = started_with(&world, &Store::of(SecretVersions::new(renamed)), &pepper).unwrap();
    assert_eq!(answer(&server, alice.expose()).await, format!("bad secret for key {}", alice.stored().id()));
    // and without a pepper there is no digest under one
    assert!(ApiKeys::secret(store).start(&rbac::POLICY).unwrap_err().contains("`sha256` is missing"));
}

#[tokio::test(start_paused = true)]
async fn a_rotation_of_the_pepper() {
    let world = World::new();
    let [alice, bob] = ["alice", "bob"].map(|owner| world.issue(owner));
    let (old, new) = (keys(&[peppered(&alice, PEPPER)]), keys(&[peppered(&bob, OTHER_PEPPER)]));
    let store = Store::of(SecretVersions::new(old.clone()));
    let pepper = Store::of(SecretVersions::new(PEPPER));
    let server = started_with(&world, &store, &pepper).unwrap();
    pepper.is(Ok(SecretVersions::new(OTHER_PEPPER).with_previous(PEPPER)));
    store.is(Ok(SecretVersions::new(new.clone()).with_previous(old)));
    later(TTL).await;
    assert_eq!(answer(&server, alice.expose()).await, "alice");
    assert_eq!(answer(&server, bob.expose()).await, "bob");
    pepper.is(Ok(SecretVersions::new(OTHER_PEPPER)));
    store.is(Ok(SecretVersions::new(new)));
    later(TTL).await;
    assert_eq!(answer(&server, alice.expose()).await, "no api key has the presented id");
    assert_eq!(answer(&server, bob.expose()).await, "bob");
}

#[tokio::test(start_paused = true)]
async fn without_a_pepper_that_counts_no_key_is_accepted() {
    let world = World::new();
    let key = world.issue("alice");
    let store = Store::of(SecretVersions::new(keys(&[peppered(&key, PEPPER)])));
    let short = Store::of(SecretVersions::new("thirty-one bytes are too short."));
    let refusal = started_with(&world, &store, &short).unwrap_err();
    assert_eq!(refusal, "the pepper, a test: it cannot be used: a pepper has 32 bytes or more");
    let pepper = Store::of(SecretVersions::new(PEPPER));
    let server = started_with(&world, &store, &pepper).unwrap();
    assert_eq!(answer(&server, key.expose()).await, "alice");
    pepper.is(Err(SecretError::Missing));
    later(TTL + MAX_STALE).await;
    assert_eq!(answer(&server, key.expose()).await, "unavailable");
    // and where there has never been one
    let slow = Store::of(SecretVersions::new(PEPPER));
    slow.takes(Duration::from_secs(600));
    let server = started_with(&world, &store, &slow).unwrap();
    assert_eq!(answer(&server, key.expose()).await, "unavailable");
}

#[tokio::test(start_paused = true)]
async fn a_secret_belongs_to_one_policy() {
    crate::roles! { permissions { read_notes } roles { analyst { read_notes } } }

    let world = World::new();
    let key = world.issue("alice");
    let server = started(&world, &Store::of(SecretVersions::new(keys(&[entry(&key)]))));
    assert!(server.start(&rbac::POLICY).unwrap_err().contains("as well"));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_shown() {
    let world = World::new();
    let key = world.issue("alice");
    let store = Store::of(SecretVersions::new(keys(&[peppered(&key, PEPPER)])));
    let server = started_with(&world, &store, &Store::of(SecretVersions::new(PEPPER))).unwrap();
    assert_eq!(answer(&server, key.expose()).await, "alice");
    let shown = format!("{server:?} {} {:?}", server.describe(), CachedSecret::new(store));
    assert!(shown.contains("api keys of a test, under a test"), "{shown}");
    for secret in [PEPPER, "alice", "hmac_sha256", key.stored().id(), key.expose()] {
        assert!(!shown.contains(secret), "{secret}");
    }
}
