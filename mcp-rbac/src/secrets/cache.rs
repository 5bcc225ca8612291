//! A value that is made of a secret, and when the secret is asked for.
//!
//! A fetch runs in a task of its own, one at a time: nobody who waits for it, and nobody who goes away meanwhile, makes it
//! more. What a secret is read as belongs to the fetch: one that has something wrong with it has not been had.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwapOption;
use futures::{FutureExt, future::BoxFuture};
use tokio::{
    runtime::Handle,
    sync::watch,
    time::{Instant, timeout},
};

use super::SecretError;

/// The pause after a fetch that failed; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause. It is no longer than the time that a value counts.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How often a lasting problem is repeated in the log.
const REPEAT: Duration = Duration::from_secs(60);

/// How old a value may be, and how often it is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing {
    /// How long it counts without being asked for again.
    pub(super) ttl: Duration,
    /// How long it counts on when it cannot be had again.
    pub(super) max_stale: Duration,
    /// How long fetching it may take.
    pub(super) deadline: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            ttl: Duration::from_secs(15 * 60),
            max_stale: Duration::from_secs(60 * 60),
            deadline: Duration::from_secs(10),
        }
    }
}

impl Timing {
    /// When a value begins to be asked for although it still counts, so that nobody has to wait for it.
    fn early(&self) -> Duration {
        self.ttl.mul_f64(0.8)
    }

    /// How long nobody is asked after so many failures in a row.
    fn pause(&self, failures: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(failures.saturating_sub(1));
        FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE).min(self.ttl.max(FIRST_PAUSE))
    }
}

/// A value that is fetched when it is needed, and kept for a time.
pub(crate) struct Cache<T>(Arc<Inner<T>>);

/// Gets the value, once.
type Load<T> = Box<dyn Fn() -> BoxFuture<'static, Result<T, SecretError>> + Send + Sync>;

struct Inner<T> {
    name: String,
    timing: Timing,
    is_at_hand: bool,
    load: Load<T>,
    current: ArcSwapOption<Held<T>>,
    state: Mutex<State>,
}

struct Held<T> {
    value: Arc<T>,
    /// When it was asked for: that is when it was right.
    asked: Instant,
}

/// A fetch, and what ends when it does.
enum Flight {
    UnderWay(watch::Receiver<()>),
    New(BoxFuture<'static, ()>, watch::Receiver<()>),
}

#[derive(Default)]
struct State {
    /// Ends when the fetch that is under way does.
    flight: Option<watch::Receiver<()>>,
    failing: Option<Failing>,
}

/// What has gone wrong since the value was last had.
struct Failing {
    error: SecretError,
    failures: u32,
    last: Instant,
    logged: Instant,
}

impl<T: Send + Sync + 'static> Cache<T> {
    pub(super) fn new(name: String, timing: Timing, is_at_hand: bool, load: Load<T>) -> Self {
        let (current, state) = (ArcSwapOption::empty(), Mutex::default());
        Self(Arc::new(Inner { name, timing, is_at_hand, load, current, state }))
    }

    /// Begins to fetch the value, so that the first request finds it.
    ///
    /// What a source says that is at hand, the value or the error, is here when this returns; `None` where it has to be
    /// waited for, however soon it comes then. Outside of a runtime nothing happens.
    pub(crate) fn begin(&self) -> Result<Option<Arc<T>>, SecretError> {
        let Ok(runtime) = Handle::try_current() else { return Ok(None) };
        let is_under_way = match self.0.board() {
            Some(Flight::New(mut fetch, _)) => {
                // without the lock: a fetch that is over at once takes it
                let is_over = self.0.is_at_hand && fetch.as_mut().now_or_never().is_some();
                if !is_over {
                    runtime.spawn(fetch);
                }
                !is_over
            }
            Some(Flight::UnderWay(_)) => true,
            None => false,
        };
        if is_under_way {
            return Ok(None);
        }
        self.last().map(Some).ok_or_else(|| self.0.reason())
    }

    /// The value that counts now, asked for where that is due.
    pub(crate) async fn get(&self) -> Result<Arc<T>, SecretError> {
        let held = self.0.current.load_full();
        if let Some(held) = held.as_ref().filter(|held| held.asked.elapsed() < self.0.timing.early()) {
            return Ok(Arc::clone(&held.value));
        }
        let flight = self.0.refresh();
        let may_go_on = held.as_ref().is_some_and(|held| {
            let ttl = self.0.timing.ttl;
            // its time is over, and it has been tried since: who waits once more gains nothing
            held.asked.elapsed() < ttl || self.0.counts(held) && self.0.has_failed_since(held.asked + ttl)
        });
        if let (false, Some(flight)) = (may_go_on, flight) {
            landed(flight).await;
        }
        let held = self.0.current.load_full().filter(|held| self.0.counts(held));
        held.map(|held| Arc::clone(&held.value)).ok_or_else(|| self.0.reason())
    }

    /// The value that was had last, whether it counts or not: to be told that it would be needed, and for nothing else.
    pub(crate) fn last(&self) -> Option<Arc<T>> {
        self.0.current.load().as_ref().map(|held| Arc::clone(&held.value))
    }
}

impl<T: Send + Sync + 'static> Inner<T> {
    /// Whether a value may still be used, if need be as it was.
    fn counts(&self, held: &Held<T>) -> bool {
        held.asked.elapsed() < self.timing.ttl.saturating_add(self.timing.max_stale)
    }

    fn has_failed_since(&self, time: Instant) -> bool {
        self.state().failing.as_ref().is_some_and(|failing| failing.last >= time)
    }

    fn reason(&self) -> SecretError {
        let failing = self.state().failing.as_ref().map(|failing| failing.error.clone());
        failing.unwrap_or_else(|| SecretError::Unavailable("nobody could be asked".to_owned()))
    }

    /// The fetch that is under way, or a new one, unless it is too early for one.
    fn refresh(self: &Arc<Self>) -> Option<watch::Receiver<()>> {
        let runtime = Handle::try_current().ok()?;
        match self.board()? {
            Flight::UnderWay(flight) => Some(flight),
            Flight::New(fetch, flight) => {
                runtime.spawn(fetch);
                Some(flight)
            }
        }
    }

    /// The same, not begun yet.
    fn board(self: &Arc<Self>) -> Option<Flight> {
        let mut state = self.state();
        // the other end is gone once the fetch is, however it ended
        if let Some(flight) = state.flight.as_ref().filter(|flight| flight.has_changed().is_ok()) {
            return Some(Flight::UnderWay(flight.clone()));
        }
        let due = self.current.load().as_ref().is_none_or(|held| held.asked.elapsed() >= self.timing.early());
        let waits = state
            .failing
            .as_ref()
            .is_some_and(|failing| failing.last.elapsed() < self.timing.pause(failing.failures));
        // not due: somebody else has just landed
        if !due || waits {
            return None;
        }
        let (landing, flight) = watch::channel(());
        state.flight = Some(flight.clone());
        let inner = Arc::clone(self);
        let fetch = async move {
            inner.fetch().await;
            drop(landing);
        };
        Some(Flight::New(fetch.boxed(), flight))
    }

    async fn fetch(&self) {
        let (asked, deadline) = (Instant::now(), self.timing.deadline);
        // made within the future: a source that panics has failed, and nothing else has
        let load = AssertUnwindSafe(async { (self.load)().await }).catch_unwind();
        match timeout(deadline, load).await {
            Ok(Ok(Ok(value))) => self.put(value, asked),
            Ok(Ok(Err(error))) => self.complain(error),
            Ok(Err(_panic)) => self.complain(SecretError::Unavailable("its source panicked".to_owned())),
            Err(_elapsed) => self.complain(SecretError::TooSlow(deadline)),
        }
    }

    fn put(&self, value: T, asked: Instant) {
        self.current.store(Some(Arc::new(Held { value: Arc::new(value), asked })));
        if self.state().failing.take().is_some() {
            tracing::info!(target: "mcp_rbac", "{}: it can be had again", self.name);
        }
    }

    fn complain(&self, error: SecretError) {
        let now = Instant::now();
        let mut state = self.state();
        let before = state.failing.take();
        let is_said = before.as_ref().filter(|before| before.error == error && now - before.logged < REPEAT);
        let logged = is_said.map_or(now, |before| before.logged);
        if is_said.is_none() {
            tracing::error!(target: "mcp_rbac", "{}: {error}; {}", self.name, self.consequence());
        }
        let failures = before.map_or(0, |before| before.failures).saturating_add(1);
        state.failing = Some(Failing { error, failures, last: now, logged });
    }

    fn consequence(&self) -> String {
        let end = self.timing.ttl.saturating_add(self.timing.max_stale);
        let left = self.current.load().as_ref().map(|held| end.saturating_sub(held.asked.elapsed()));
        match left.unwrap_or_default() {
            Duration::ZERO => "whatever needs it is refused until it can be had".to_owned(),
            left => format!(
                "the one had before counts for {} seconds more, then whatever needs it is refused",
                left.as_secs()
            ),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until a fetch is over, however it ended.
async fn landed(mut flight: watch::Receiver<()>) {
    // nothing is ever sent: the error is that the other end is gone
    let _over = flight.changed().await;
}
