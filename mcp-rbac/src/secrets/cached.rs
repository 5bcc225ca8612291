use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use futures::FutureExt;
use secrecy::ExposeSecret;

use super::{Cache, SecretError, SecretSource, SecretVersions, cache::Timing};

/// A secret that is asked for when it is needed, and kept for a time. [The module](super) says by which rules.
///
/// ```
/// use std::time::Duration;
///
/// use mcp_rbac::secrets::{CachedSecret, EnvSecret};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let secret = CachedSecret::new(EnvSecret::new("CARGO_PKG_NAME")).ttl(Duration::from_secs(60));
/// assert!(secret.get().await.is_ok());
/// # }
/// ```
pub struct CachedSecret {
    source: Arc<dyn SecretSource>,
    timing: Timing,
    cache: OnceLock<Cache<SecretVersions>>,
}

impl CachedSecret {
    /// What is kept there.
    #[must_use]
    pub fn new(source: impl SecretSource) -> Self {
        Self { source: Arc::new(source), timing: Timing::default(), cache: OnceLock::new() }
    }

    /// How long it counts without being asked for again; 15 minutes unless set. That is also how long it may take until a
    /// change of it is seen.
    #[must_use]
    pub fn ttl(mut self, time: Duration) -> Self {
        self.timing.ttl = time;
        self
    }

    /// How long it counts on, beyond that, when it cannot be had or has something wrong with it; one hour unless set. The
    /// shorter, the sooner an outage of where it is kept is one of this server; the longer, the longer somebody who can
    /// cause that outage puts off a change.
    #[must_use]
    pub fn max_stale(mut self, time: Duration) -> Self {
        self.timing.max_stale = time;
        self
    }

    /// How long one fetch may take before it has failed; 10 seconds unless set.
    #[must_use]
    pub fn deadline(mut self, time: Duration) -> Self {
        self.timing.deadline = time;
        self
    }

    /// The name of where it is kept.
    #[must_use]
    pub fn describe(&self) -> String {
        self.source.describe()
    }

    /// The secret that counts now, asked for where that is due.
    ///
    /// # Errors
    ///
    /// [`SecretError`] when there is none, and none that was had before counts any more; also outside of a tokio runtime,
    /// where nobody can be asked.
    pub async fn get(&self) -> Result<Arc<SecretVersions>, SecretError> {
        self.cache.get_or_init(|| self.read_as(Ok)).get().await
    }

    /// The same secret as something else that is made of it. One that cannot be read has not been had.
    pub(crate) fn read_as<T, R>(&self, read: R) -> Cache<T>
    where
        T: Send + Sync + 'static,
        R: Fn(SecretVersions) -> Result<T, SecretError> + Clone + Send + Sync + 'static,
    {
        let source = Arc::clone(&self.source);
        let load = move || {
            let (source, read) = (Arc::clone(&source), read.clone());
            async move { read(not_empty(source.fetch().await?)?) }.boxed()
        };
        Cache::new(self.describe(), self.timing, self.source.is_at_hand(), Box::new(load))
    }
}

/// Nothing is no secret; where the version before is nothing, there is none.
fn not_empty(secret: SecretVersions) -> Result<SecretVersions, SecretError> {
    let is_empty = |text: &secrecy::SecretString| text.expose_secret().is_empty();
    if is_empty(secret.current()) {
        return Err(SecretError::Empty);
    }
    match secret.previous() {
        Some(previous) if is_empty(previous) => Ok(SecretVersions::new(secret.current().clone())),
        Some(_) | None => Ok(secret),
    }
}

impl<S: SecretSource> From<S> for CachedSecret {
    fn from(source: S) -> Self {
        Self::new(source)
    }
}

/// Without the secret.
impl fmt::Debug for CachedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedSecret")
            .field("source", &self.describe())
            .field("timing", &self.timing)
            .finish_non_exhaustive()
    }
}
