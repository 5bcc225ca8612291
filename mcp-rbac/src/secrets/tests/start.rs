//! The first fetch.

use std::{sync::atomic::Ordering, time::Duration};

use futures::{FutureExt, future::BoxFuture};
use secrecy::ExposeSecret;

use super::kept::Kept;
use crate::secrets::{CachedSecret, SecretError, SecretSource, SecretVersions};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn outside_of_a_runtime_there_is_none() {
    let secret = CachedSecret::new(Kept::of("a"));
    assert!(futures::executor::block_on(secret.get()).is_err());
}

#[tokio::test(start_paused = true)]
async fn the_first_fetch_begins_with_the_server() {
    let kept = Kept::of("a");
    let at_once = CachedSecret::new(kept.clone()).read_as(Ok);
    assert!(at_once.begin().unwrap().is_some());
    kept.fails();
    let broken = CachedSecret::new(kept.clone()).read_as(Ok);
    assert_eq!(broken.begin().unwrap_err(), SecretError::Unavailable("it is down".to_owned()));
    // what takes its time does not keep the server from starting
    kept.takes(SECOND);
    kept.is("b");
    let slow = CachedSecret::new(kept.clone()).read_as(Ok);
    assert!(slow.begin().unwrap().is_none());
    assert!(slow.begin().unwrap().is_none());
    assert!(slow.last().is_none());
    assert_eq!(slow.get().await.unwrap().current().expose_secret(), "b");
    assert_eq!(kept.fetches(), 3);
}

/// A store that says no at once.
struct Refused;

impl SecretSource for Refused {
    fn describe(&self) -> String {
        "a store".to_owned()
    }

    fn fetch(&self) -> BoxFuture<'_, Result<SecretVersions, SecretError>> {
        async { Err(SecretError::Unavailable("it is down".to_owned())) }.boxed()
    }
}

/// Whether a server starts must not depend on how soon a store says no.
#[test]
fn an_answer_that_has_to_be_waited_for_is_not_one_at_the_start_however_soon_it_comes() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let _entered = runtime.enter();
    for _ in 0..2000 {
        let kept = Kept::of("a");
        kept.fails();
        kept.0.yields.store(true, Ordering::SeqCst);
        let cache = CachedSecret::new(kept).read_as(Ok);
        assert!(cache.begin().unwrap().is_none());
        let cache = CachedSecret::new(Refused).read_as(Ok);
        assert!(cache.begin().unwrap().is_none());
    }
}
