use std::fmt;

use futures::future::BoxFuture;
use secrecy::SecretString;

use super::SecretError;

/// Where a secret is kept.
///
/// It is asked through a [`CachedSecret`](super::CachedSecret), never once per request.
///
/// ```
/// use std::{future::Future, pin::Pin};
///
/// use mcp_rbac::secrets::{SecretError, SecretSource, SecretVersions};
///
/// /// A secret that some other part of the program knows.
/// struct Given(String);
///
/// impl SecretSource for Given {
///     fn describe(&self) -> String {
///         "the given secret".to_owned()
///     }
///
///     fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<SecretVersions, SecretError>> + Send + '_>> {
///         Box::pin(async { Ok(SecretVersions::new(self.0.clone())) })
///     }
/// }
/// ```
pub trait SecretSource: Send + Sync + 'static {
    /// What it is, for reports, errors and the log: a name, and nothing of what is in it.
    fn describe(&self) -> String;

    /// Whether it is on this machine, and had without waiting: then a server does not start without it. Otherwise it is
    /// asked for in the background, and a server that starts while it cannot be had denies until it can.
    fn is_at_hand(&self) -> bool {
        false
    }

    /// Asks for it, once. What takes too long is given up from outside.
    ///
    /// # Errors
    ///
    /// The future gives a [`SecretError`] when it cannot be had.
    fn fetch(&self) -> BoxFuture<'_, Result<SecretVersions, SecretError>>;
}

/// A secret: the version that counts and, while it is being rotated, the one before, which is good as well. They are zeroed
/// when they are dropped.
///
/// ```
/// use mcp_rbac::secrets::SecretVersions;
///
/// let secret = SecretVersions::new("the new one".to_owned()).with_previous("the old one".to_owned());
/// assert_eq!(format!("{secret:?}"), "SecretVersions { current: …, previous: Some(…) }");
/// ```
#[derive(Clone)]
pub struct SecretVersions {
    current: SecretString,
    previous: Option<SecretString>,
}

impl SecretVersions {
    /// A secret with one version.
    #[must_use]
    pub fn new(current: impl Into<SecretString>) -> Self {
        Self { current: current.into(), previous: None }
    }

    /// The version before, which is good for as long as it is there.
    #[must_use]
    pub fn with_previous(self, previous: impl Into<SecretString>) -> Self {
        Self { previous: Some(previous.into()), ..self }
    }

    /// The version that counts.
    #[must_use]
    pub fn current(&self) -> &SecretString {
        &self.current
    }

    /// The version before.
    #[must_use]
    pub fn previous(&self) -> Option<&SecretString> {
        self.previous.as_ref()
    }
}

/// Without them.
impl fmt::Debug for SecretVersions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretVersions")
            .field("current", &format_args!("…"))
            .field("previous", &self.previous.as_ref().map(|_| format_args!("…")))
            .finish()
    }
}
