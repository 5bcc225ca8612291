use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::{FutureExt, future::BoxFuture};
use secrecy::ExposeSecret;
use tokio::time::{Instant, sleep};

use crate::secrets::{CachedSecret, SecretError, SecretSource, SecretVersions};

/// A source that does as it is told, and counts.
#[derive(Clone, Default)]
pub(super) struct Kept(pub(super) Arc<Inner>);

#[derive(Default)]
pub(super) struct Inner {
    pub(super) answer: Mutex<Option<Result<String, SecretError>>>,
    pub(super) takes: Mutex<Duration>,
    pub(super) fetches: AtomicUsize,
    pub(super) under_way: AtomicUsize,
    pub(super) yields: AtomicBool,
    pub(super) at: Mutex<Vec<Instant>>,
}

impl Kept {
    pub(super) fn of(value: &str) -> Self {
        let kept = Self::default();
        kept.is(value);
        kept
    }

    pub(super) fn is(&self, value: &str) {
        *self.0.answer.lock().unwrap() = Some(Ok(value.to_owned()));
    }

    pub(super) fn fails(&self) {
        *self.0.answer.lock().unwrap() = Some(Err(SecretError::Unavailable("it is down".to_owned())));
    }

    pub(super) fn panics(&self) {
        *self.0.answer.lock().unwrap() = None;
    }

    pub(super) fn takes(&self, time: Duration) {
        *self.0.takes.lock().unwrap() = time;
    }

    pub(super) fn fetches(&self) -> usize {
        self.0.fetches.load(Ordering::SeqCst)
    }
}

/// A fetch that is under way, and the only one.
struct UnderWay<'a>(&'a AtomicUsize);

impl<'a> UnderWay<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        assert_eq!(count.fetch_add(1, Ordering::SeqCst), 0, "two fetches at once");
        Self(count)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl SecretSource for Kept {
    fn describe(&self) -> String {
        "a test".to_owned()
    }

    fn is_at_hand(&self) -> bool {
        true
    }

    fn fetch(&self) -> BoxFuture<'_, Result<SecretVersions, SecretError>> {
        self.0.fetches.fetch_add(1, Ordering::SeqCst);
        self.0.at.lock().unwrap().push(Instant::now());
        let answer = self.0.answer.lock().unwrap().clone();
        let takes = *self.0.takes.lock().unwrap();
        async move {
            let _under_way = UnderWay::begin(&self.0.under_way);
            if self.0.yields.load(Ordering::SeqCst) {
                tokio::task::yield_now().await;
            }
            if !takes.is_zero() {
                sleep(takes).await;
            }
            answer.expect("a source that panics").map(SecretVersions::new)
        }
        .boxed()
    }
}

pub(super) async fn value(secret: &CachedSecret) -> String {
    match secret.get().await {
        Ok(versions) => versions.current().expose_secret().to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Lets what runs in the background come to its end.
pub(super) async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}
