//! The keys in force, and when they are asked for.
//!
//! Keys are fetched in a task of their own, one at a time: nobody who waits for it, and nobody who goes away meanwhile,
//! makes it more. A token can cause a fetch only by naming a key that is not known, and not more often than once per
//! cool-down, however many tokens do.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwapOption;
use reqwest::Url;
use tokio::{runtime::Handle, sync::watch, time::timeout};

use super::{Algorithm, KeySet, KeySource, Reason, source::Remote};
use crate::auth::{
    clock::Clock,
    oauth::{fetch::Http, url},
};

/// How long a client is told to wait, and how long nobody is asked, when there are no keys.
const RETRY: Duration = Duration::from_secs(5);
/// How often a lasting problem is repeated in the log.
const REPEAT: Duration = Duration::from_secs(60);

/// How old keys may be, and how often they are asked for.
#[derive(Debug, Clone, Copy)]
pub(in crate::auth::oauth) struct Timing {
    /// How long keys count without being looked at again.
    pub(in crate::auth::oauth) ttl: Duration,
    /// How long they count on when they cannot be had again.
    pub(in crate::auth::oauth) max_stale: Duration,
    /// How long a key that is not known stays so.
    pub(in crate::auth::oauth) cool_down: Duration,
    /// How long fetching them may take, all in all.
    pub(in crate::auth::oauth) deadline: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            ttl: Duration::from_secs(10 * 60),
            max_stale: Duration::from_secs(5 * 60),
            cool_down: Duration::from_secs(30),
            deadline: Duration::from_secs(5),
        }
    }
}

impl Timing {
    /// When keys begin to be asked for although they still count, so that nobody has to wait for it.
    fn early(&self) -> Duration {
        self.ttl.mul_f64(0.8)
    }

    fn retry(&self) -> Duration {
        RETRY.min(self.cool_down)
    }
}

/// Why no key has said yes.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::auth::oauth) enum NotVerified {
    /// The token is bad.
    Bad(Reason),
    /// There are no keys that count.
    Unavailable(Duration),
}

impl From<Reason> for NotVerified {
    fn from(reason: Reason) -> Self {
        Self::Bad(reason)
    }
}

/// The keys of one issuer.
pub(in crate::auth::oauth) struct KeyStore(Arc<Inner>);

struct Inner {
    issuer: String,
    timing: Timing,
    clock: Arc<dyn Clock>,
    /// `None` where the keys were given and never change.
    remote: Option<Remote>,
    current: ArcSwapOption<Held>,
    state: Mutex<State>,
}

/// The keys at one moment. A request takes them and uses nothing else.
struct Held {
    keys: KeySet,
    /// Counts the sets that have been in force.
    epoch: u64,
    fetched: Duration,
}

/// Why keys are asked for.
#[derive(Clone, Copy)]
enum Cause {
    /// There are none, or they are old.
    Age,
    /// A token names one that is not among them.
    UnknownKey,
}

#[derive(Default)]
struct State {
    /// Ends when the fetch that is under way does.
    flight: Option<watch::Receiver<()>>,
    attempted: Option<Duration>,
    /// Whether the last attempt failed, and when that was last said.
    failing: Option<Duration>,
    /// Where the keys were found.
    found: Option<Url>,
}

impl KeyStore {
    /// The error is for whoever starts the server.
    pub(in crate::auth::oauth) fn new(
        issuer: &str,
        source: &KeySource,
        timing: Timing,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let remote = |at: Option<Url>| {
            let url = at.clone().or_else(|| url::issuer(issuer)).ok_or("it is no URL")?;
            let http = Http::for_url(&url, timing.deadline)?;
            Ok::<_, String>(Some(Remote { issuer: issuer.to_owned(), url: at, http }))
        };
        let (remote, held) = match source {
            KeySource::Discovery => (remote(None)?, None),
            KeySource::Url(url) => (remote(Some(url.clone()))?, None),
            KeySource::Document(document) => {
                let keys =
                    KeySet::parse(document).map_err(|why| format!("the key set cannot be used: {why}"))?;
                if keys.is_empty() {
                    let why: Vec<String> = keys.ignored().iter().map(ToString::to_string).collect();
                    return Err(format!("no key of the key set can be used ({})", why.join("; ")));
                }
                keys.warn(issuer);
                (None, Some(Arc::new(Held { keys, epoch: 1, fetched: clock.uptime() })))
            }
        };
        let issuer = issuer.to_owned();
        let current = ArcSwapOption::new(held);
        Ok(Self(Arc::new(Inner { issuer, timing, clock, remote, current, state: Mutex::default() })))
    }

    /// Begins to fetch the keys, where that is possible at this moment, so that the first request finds them.
    pub(in crate::auth::oauth) fn warm_up(&self) {
        self.0.refresh(Cause::Age);
    }

    /// Whether `signature` is one over `message`, by the key of the issuer that the token names; by which key set that is
    /// so.
    pub(in crate::auth::oauth) async fn verify(
        &self,
        key_id: Option<&str>,
        algorithm: Algorithm,
        message: &[u8],
        signature: &Vec<u8>,
    ) -> Result<u64, NotVerified> {
        let held = self.0.held().await.ok_or(self.unavailable())?;
        match held.keys.verify(key_id, algorithm, message, signature) {
            Err(Reason::UnknownKey) => {}
            known => return known.map(|()| held.epoch).map_err(NotVerified::Bad),
        }
        // it may be new: ask, unless somebody has just done so
        if let Some(flight) = self.0.refresh(Cause::UnknownKey) {
            landed(flight).await;
        }
        let held = self.0.held().await.ok_or(self.unavailable())?;
        match held.keys.verify(key_id, algorithm, message, signature) {
            // nobody could be asked: the token may be a good one
            Err(Reason::UnknownKey) if self.0.state().failing.is_some() => Err(self.unavailable()),
            known => known.map(|()| held.epoch).map_err(NotVerified::Bad),
        }
    }

    /// Which key set counts now.
    pub(in crate::auth::oauth) async fn epoch(&self) -> Result<u64, NotVerified> {
        self.0.held().await.map(|held| held.epoch).ok_or(self.unavailable())
    }

    fn unavailable(&self) -> NotVerified {
        NotVerified::Unavailable(self.0.timing.retry())
    }
}

impl Inner {
    /// The keys that count now, asked for where that is due; `None` where there are none.
    async fn held(self: &Arc<Self>) -> Option<Arc<Held>> {
        let held = self.current.load_full();
        if self.remote.is_none() {
            return held;
        }
        let age = held.as_ref().map(|held| self.age(held));
        if age.is_some_and(|age| age < self.timing.early()) {
            return held;
        }
        let flight = self.refresh(Cause::Age);
        let may_go_on = match &held {
            Some(held) if self.age(held) < self.timing.ttl => true,
            // their time is over, and it has been tried since: who waits once more gains nothing
            Some(held) => {
                self.counts(held) && self.has_failed_since(held.fetched.saturating_add(self.timing.ttl))
            }
            None => false,
        };
        if let (false, Some(flight)) = (may_go_on, flight) {
            landed(flight).await;
        }
        self.current.load_full().filter(|held| self.counts(held))
    }

    fn age(&self, held: &Held) -> Duration {
        self.clock.uptime().saturating_sub(held.fetched)
    }

    /// Whether keys may still be used, if need be as they were.
    fn counts(&self, held: &Held) -> bool {
        self.age(held) < self.timing.ttl.saturating_add(self.timing.max_stale)
    }

    fn has_failed_since(&self, time: Duration) -> bool {
        let state = self.state();
        state.failing.is_some() && state.attempted.is_some_and(|attempted| attempted >= time)
    }

    /// The fetch that is under way, or a new one, unless it is too early for one.
    fn refresh(self: &Arc<Self>, cause: Cause) -> Option<watch::Receiver<()>> {
        let runtime = Handle::try_current().ok()?;
        self.remote.as_ref()?;
        let mut state = self.state();
        // the other end is gone once the task is, however it ended
        if let Some(flight) = state.flight.as_ref().filter(|flight| flight.has_changed().is_ok()) {
            return Some(flight.clone());
        }
        let now = self.clock.uptime();
        let pause = match cause {
            Cause::UnknownKey => self.timing.cool_down,
            Cause::Age if state.failing.is_some() => self.timing.retry(),
            // keys that were had are over only once
            Cause::Age => Duration::ZERO,
        };
        if state.attempted.is_some_and(|attempted| now.saturating_sub(attempted) < pause) {
            return None;
        }
        let (landing, flight) = watch::channel(());
        state.attempted = Some(now);
        state.flight = Some(flight.clone());
        let known = state.found.clone();
        drop(state);
        let inner = Arc::clone(self);
        runtime.spawn(async move {
            inner.fetch(known).await;
            drop(landing);
        });
        Some(flight)
    }

    async fn fetch(&self, known: Option<Url>) {
        let Some(remote) = &self.remote else { return };
        let began = self.clock.uptime();
        match timeout(self.timing.deadline, remote.fetch(known)).await {
            Ok(Ok((keys, url))) => self.put(keys, url, began),
            Ok(Err(why)) => self.complain(&why),
            Err(_elapsed) => self.complain("there was no answer in time"),
        }
    }

    /// Puts the keys in force.
    fn put(&self, keys: KeySet, url: Url, fetched: Duration) {
        let before = self.current.load_full();
        let is_new = before.as_ref().is_none_or(|before| before.keys.digest() != keys.digest());
        let epoch = before.map_or(0, |before| before.epoch) + u64::from(is_new);
        if is_new {
            let issuer = &self.issuer;
            tracing::info!(target: "mcp_rbac", %issuer, keys = keys.len(), epoch, "the keys of the issuer");
            keys.warn(issuer);
            if keys.is_empty() {
                tracing::warn!(target: "mcp_rbac", %issuer, "the issuer has no key that can be used: none of its tokens is accepted");
            }
        }
        self.current.store(Some(Arc::new(Held { keys, epoch, fetched })));
        let mut state = self.state();
        state.found = Some(url);
        if state.failing.take().is_some() {
            tracing::info!(target: "mcp_rbac", issuer = %self.issuer, "the keys of the issuer can be had again");
        }
    }

    fn complain(&self, why: &str) {
        let now = self.clock.uptime();
        let mut state = self.state();
        // it may have moved
        state.found = None;
        if state.failing.is_some_and(|said| now.saturating_sub(said) < REPEAT) {
            return;
        }
        state.failing = Some(now);
        drop(state);
        let left = self.current.load_full().map(|held| {
            self.timing.ttl.saturating_add(self.timing.max_stale).saturating_sub(self.age(&held))
        });
        let consequence = match left {
            Some(left) if !left.is_zero() => {
                format!("those that are known count for another {} seconds", left.as_secs())
            }
            Some(_) | None => "until they can be had, none of its tokens is accepted".to_owned(),
        };
        tracing::error!(target: "mcp_rbac", issuer = %self.issuer, "the keys of the issuer cannot be had: {why}; {consequence}");
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until the fetch is over.
async fn landed(mut flight: watch::Receiver<()>) {
    // nothing is ever sent: the end of the task is the end of the channel
    let _over = flight.changed().await;
}
