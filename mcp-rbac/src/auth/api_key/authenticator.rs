use std::{
    iter,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::Duration,
};

use http::{HeaderMap, request::Parts};

use super::{
    digest::Digest,
    recognise::{Presented, UNAVAILABLE},
    secret::ApiKeySecret,
    sys::KeyFileMode,
    watch::{Settings, Watch},
};
use crate::{
    auth::{
        Authenticate, Authentication,
        clock::{Clock, SystemClock},
    },
    policy::Policy,
    secrets::CachedSecret,
};

/// Recognises callers by an API key of this server's own: `Authorization: Bearer mcprbac_…`.
///
/// The keys stand in a file, which the commands `keys …` and [`KeyFile`](super::KeyFile) change. A running server sees a
/// change within a second, so that is how long a revoked key still works.
///
/// The server does not start when the file is missing, can be read by others or has anything wrong with it. If that
/// happens later, the keys that were in force stay so for at most [`max_stale`](Self::max_stale), loudly; from then on no
/// key is accepted until the file is right again.
///
/// ```no_run
/// # mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } } }
/// # fn main() {
/// use std::time::Duration;
///
/// use mcp_rbac::{ApiKeys, KeyFileMode};
///
/// // a secret that Kubernetes mounts
/// let keys = ApiKeys::file("/etc/records/keys.toml")
///     .key_file_mode(KeyFileMode::GroupReadable)
///     .max_stale(Duration::from_secs(60));
/// # let _ = keys;
/// # }
/// ```
#[must_use = "it recognises nobody before a server is given it with `authenticate`"]
pub struct ApiKeys {
    settings: Settings,
    watch: OnceLock<Arc<Watch>>,
}

/// How long the keys of a file that went bad stay in force.
const MAX_STALE: Duration = Duration::from_secs(5 * 60);

impl ApiKeys {
    /// The keys of the file at `path`. It is read when the server starts.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self::with_clock(path.into(), Arc::new(SystemClock::new()))
    }

    /// The keys of a secret, instead of a file: of an environment variable, AWS Secrets Manager or any other
    /// [`SecretSource`](crate::secrets::SecretSource).
    pub fn secret(secret: impl Into<CachedSecret>) -> ApiKeySecret {
        ApiKeySecret::new(secret.into())
    }

    pub(super) fn with_clock(path: PathBuf, clock: Arc<dyn Clock>) -> Self {
        let settings = Settings { path, mode: KeyFileMode::default(), max_stale: MAX_STALE, clock };
        Self { settings, watch: OnceLock::new() }
    }

    /// Who else may read the file, and whether it may be a symbolic link; unless set, [`KeyFileMode::Private`]. A file
    /// that everybody may read, or that anybody but its owner may change, is refused in every mode.
    pub fn key_file_mode(mut self, mode: KeyFileMode) -> Self {
        self.settings.mode = mode;
        self
    }

    /// How long the keys that were in force stay so when the file cannot be read or has something wrong with it;
    /// 5 minutes unless set. The shorter, the sooner an attacker who can break the file, but not write it, has shut out
    /// everybody; the longer, the longer a key lives on whose revocation came with a mistake.
    pub fn max_stale(mut self, time: Duration) -> Self {
        self.settings.max_stale = time;
        self
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.settings.path
    }

    /// What [`Authenticate::start`] does, without the thread that looks after the file.
    pub(super) fn load(&self, policy: &'static Policy) -> Result<&Arc<Watch>, String> {
        if let Some(watch) = self.watch.get() {
            if watch.policy() != policy {
                return Err(format!(
                    "{}: these keys are in use under the policy of `{}` and cannot be under that of `{}` as well",
                    self.path().display(),
                    watch.policy().module(),
                    policy.module(),
                ));
            }
            watch.poll();
            return watch.problem().map_or(Ok(watch), Err);
        }
        let watch = Watch::begin(self.settings.clone(), policy).map_err(|error| error.explain())?;
        Ok(self.watch.get_or_init(|| Arc::new(watch)))
    }

    /// Who sends a request with these headers.
    pub(in crate::auth) fn recognise(&self, headers: &HeaderMap, policy: &'static Policy) -> Authentication {
        let presented = match Presented::in_headers(headers) {
            Ok(presented) => presented,
            Err(answer) => return answer,
        };
        // nobody has started these keys, or somebody else has
        let Some(watch) = self.watch.get().filter(|watch| watch.policy() == policy) else {
            return UNAVAILABLE;
        };
        let snapshot = watch.snapshot();
        let overdue = watch.is_overdue(&snapshot);
        let digests = iter::once_with(|| Digest::of(presented.text()));
        presented.recognised(&snapshot.keys, digests, overdue, watch.now())
    }
}

impl Authenticate for ApiKeys {
    fn describe(&self) -> String {
        format!("api keys of {}", self.path().display())
    }

    fn start(&self, policy: &'static Policy) -> Result<(), String> {
        self.load(policy)?.spawn()
    }

    async fn authenticate(&self, request: &Parts, policy: &'static Policy) -> Authentication {
        self.recognise(&request.headers, policy)
    }
}

/// Without the keys.
impl std::fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKeys")
            .field("path", &self.settings.path)
            .field("mode", &self.settings.mode)
            .field("max_stale", &self.settings.max_stale)
            .finish_non_exhaustive()
    }
}
