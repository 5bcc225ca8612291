use std::{
    collections::HashSet,
    fmt, iter,
    sync::{Arc, OnceLock},
};

use futures::future;
use http::request::Parts;
use secrecy::{ExposeSecret, SecretString};

use super::{
    digest::Digest,
    file::{Place, Problems, parse_json},
    pepper::{DigestKind, Peppers},
    recognise::{Presented, UNAVAILABLE},
    set::KeySet,
    stored::StoredKey,
};
use crate::{
    auth::{
        Authenticate, Authentication,
        clock::{Clock, SystemClock},
    },
    policy::Policy,
    secrets::{Cache, CachedSecret, SecretError, SecretVersions},
};

/// Recognises callers by an API key of this server's own, whose digests are kept in a secret: `Authorization: Bearer
/// mcprbac_…`. It is what [`ApiKeys::secret`](crate::ApiKeys::secret) gives.
///
/// The secret is JSON. The fields of a key are those of a key file, of which `created` may be left out:
///
/// ```json
/// {
///   "keys": [
///     {
///       "id": "4TQ0ZbXv9kPd",
///       "owner": "alice",
///       "roles": ["analyst"],
///       "sha256": "5d2c6b4a9f1e8d7c3b2a190807f6e5d4c3b2a1908f7e6d5c4b3a29181706f5e4",
///       "expires": "2027-02-18T09:30:00Z"
///     }
///   ]
/// }
/// ```
///
/// While the secret has a previous version, its keys are good as well, except where the current version says something
/// about them: a key that is revoked or has expired there does not work, and neither does another one under an id that is
/// taken there. A previous version that cannot be used is left out, with a warning.
///
/// A current version that cannot be used counts as one that cannot be had: the keys before stay in force for as long as
/// [`CachedSecret::max_stale`] says, with an error in the log; then every key is answered with 503. A server does not
/// start when a source that is at hand (a variable, a file) has no keys for it; one on the network is waited for by the
/// first request.
///
/// ```
/// # mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } } }
/// # fn main() {
/// use std::time::Duration;
///
/// use mcp_rbac::{
///     ApiKeys,
///     secrets::{CachedSecret, EnvSecret, FileSecret},
/// };
///
/// let keys = CachedSecret::new(FileSecret::new("/etc/records/keys.json")).ttl(Duration::from_secs(60));
/// let keys = ApiKeys::secret(keys).pepper(EnvSecret::new("RECORDS_PEPPER"));
/// # let _ = keys;
/// # }
/// ```
#[must_use = "it recognises nobody before a server is given it with `authenticate`"]
pub struct ApiKeySecret {
    keys: CachedSecret,
    pepper: Option<CachedSecret>,
    clock: Arc<dyn Clock>,
    running: OnceLock<Running>,
}

/// The keys under a policy.
struct Running {
    policy: &'static Policy,
    keys: Cache<KeySet>,
    pepper: Option<Cache<Peppers>>,
}

impl ApiKeySecret {
    pub(super) fn new(keys: CachedSecret) -> Self {
        Self { keys, pepper: None, clock: Arc::new(SystemClock::new()), running: OnceLock::new() }
    }

    /// Says that what is stored of a key is its HMAC-SHA-256 under this secret, of at least 32 bytes, in the field
    /// `hmac_sha256` instead of `sha256`. Who reads the keys and not the pepper cannot even test a guess.
    ///
    /// While the pepper has a previous version, both are tried. Without a pepper that counts no key is accepted.
    pub fn pepper(self, pepper: impl Into<CachedSecret>) -> Self {
        Self { pepper: Some(pepper.into()), ..self }
    }

    #[cfg(test)]
    pub(super) fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    fn run(&self, policy: &'static Policy) -> Result<Running, String> {
        let kind = match self.pepper {
            None => DigestKind::Plain,
            Some(_) => DigestKind::Peppered,
        };
        let name = self.keys.describe();
        let keys = self.keys.read_as(move |secret| read(&secret, policy, kind, &name));
        let begun = keys.begin().map_err(|error| format!("{}: {error}", self.describe()))?;
        if begun.is_some_and(|keys| keys.len() == 0) {
            return Err(format!("{}: there is no key in it: nobody could log in", self.describe()));
        }
        let pepper = self.pepper.as_ref().map(|pepper| {
            let peppers = pepper.read_as(|secret| Peppers::read(&secret));
            let begun = peppers.begin();
            begun.map(|_| peppers).map_err(|error| format!("the pepper, {}: {error}", pepper.describe()))
        });
        Ok(Running { policy, keys, pepper: pepper.transpose()? })
    }
}

impl Running {
    async fn recognise(
        &self,
        presented: Presented<'_>,
        now: impl FnOnce() -> jiff::Timestamp,
    ) -> Authentication {
        let pepper = async {
            match &self.pepper {
                Some(pepper) => pepper.get().await.map(Some),
                None => Ok(None),
            }
        };
        let (keys, pepper) = future::join(self.keys.get(), pepper).await;
        let overdue = keys.is_err() || pepper.is_err();
        let Some(keys) = keys.ok().or_else(|| self.keys.last()) else { return presented.unknown() };
        let pepper = pepper.unwrap_or_else(|_| self.pepper.as_ref().and_then(Cache::last));
        match (pepper, &self.pepper) {
            (Some(pepper), _) => {
                presented.recognised(&keys, pepper.digests(presented.text()), overdue, now())
            }
            (None, Some(_)) => presented.unknown(),
            (None, None) => {
                let digests = iter::once_with(|| Digest::of(presented.text()));
                presented.recognised(&keys, digests, overdue, now())
            }
        }
    }
}

/// The keys of both versions.
fn read(
    secret: &SecretVersions,
    policy: &'static Policy,
    kind: DigestKind,
    name: &str,
) -> Result<KeySet, SecretError> {
    let malformed = |problems: Problems| SecretError::Malformed(format!("\n{problems}"));
    let parse = |text: &SecretString| parse_json(text.expose_secret(), kind);
    let current = parse(secret.current()).map_err(malformed)?;
    let alone = KeySet::new(&current, policy, None).map_err(malformed)?;
    if alone.len() == 0 {
        tracing::warn!(target: "mcp_rbac", "{name}: there is no key in its current version");
    }
    let Some(previous) = secret.previous() else { return Ok(alone) };
    let both = parse(previous).and_then(|previous| KeySet::new(&overlaid(&current, previous), policy, None));
    Ok(both.unwrap_or_else(|problems| {
        tracing::warn!(target: "mcp_rbac", "{name}: its previous version is left out\n{problems}");
        alone
    }))
}

/// The current keys, and the previous ones that they say nothing about: neither their id nor their digest is there.
fn overlaid(current: &[(Place, StoredKey)], previous: Vec<(Place, StoredKey)>) -> Vec<(Place, StoredKey)> {
    let ids: HashSet<_> = current.iter().map(|(_, key)| key.id).collect();
    let digests: HashSet<_> = current.iter().map(|(_, key)| key.digest).collect();
    let is_said = |key: &StoredKey| ids.contains(&key.id) || digests.contains(&key.digest);
    let previous = previous.into_iter().filter(|(_, key)| !is_said(key));
    current.iter().cloned().chain(previous).collect()
}

impl Authenticate for ApiKeySecret {
    fn describe(&self) -> String {
        match &self.pepper {
            None => format!("api keys of {}", self.keys.describe()),
            Some(pepper) => format!("api keys of {}, under {}", self.keys.describe(), pepper.describe()),
        }
    }

    fn start(&self, policy: &'static Policy) -> Result<(), String> {
        let running = match self.running.get() {
            Some(running) => running,
            None => {
                let running = self.run(policy)?;
                self.running.get_or_init(|| running)
            }
        };
        if running.policy == policy {
            return Ok(());
        }
        Err(format!(
            "{}: these keys are in use under the policy of `{}` and cannot be under that of `{}` as well",
            self.describe(),
            running.policy.module(),
            policy.module(),
        ))
    }

    async fn authenticate(&self, request: &Parts, policy: &'static Policy) -> Authentication {
        let presented = match Presented::in_headers(&request.headers) {
            Ok(presented) => presented,
            Err(answer) => return answer,
        };
        // nobody has started these keys, or somebody else has
        let Some(running) = self.running.get().filter(|running| running.policy == policy) else {
            return UNAVAILABLE;
        };
        running.recognise(presented, || self.clock.now()).await
    }
}

/// Without the keys.
impl fmt::Debug for ApiKeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeySecret")
            .field("keys", &self.keys)
            .field("pepper", &self.pepper)
            .finish_non_exhaustive()
    }
}
