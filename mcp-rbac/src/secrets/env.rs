use std::env::{self, VarError};

use futures::future::{self, BoxFuture, FutureExt};
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::{SecretError, SecretSource, SecretVersions};

/// A secret in an environment variable, as it is. Only a variable that is named here is ever read.
///
/// ```
/// use mcp_rbac::secrets::{EnvSecret, SecretSource};
///
/// let keys = EnvSecret::new("RECORDS_KEYS").previous("RECORDS_KEYS_PREVIOUS");
/// assert_eq!(keys.describe(), "environment variable `RECORDS_KEYS`");
/// ```
///
/// The environment of a process is seen by whoever may look at the process, and by what it starts: a file is the better
/// place where there is a choice.
#[derive(Debug, Clone)]
pub struct EnvSecret {
    current: String,
    previous: Option<String>,
    lookup: fn(&str) -> Result<String, VarError>,
}

impl EnvSecret {
    /// The variable with this name.
    #[must_use]
    pub fn new(variable: impl Into<String>) -> Self {
        Self { current: variable.into(), previous: None, lookup: |name| env::var(name) }
    }

    /// The variable with the version before, which may be missing.
    #[must_use]
    pub fn previous(self, variable: impl Into<String>) -> Self {
        Self { previous: Some(variable.into()), ..self }
    }

    #[cfg(test)]
    pub(super) fn looked_up_by(self, lookup: fn(&str) -> Result<String, VarError>) -> Self {
        Self { lookup, ..self }
    }

    fn read(&self) -> Result<SecretVersions, SecretError> {
        let current = self.variable(&self.current)?.ok_or(SecretError::Missing)?;
        let previous = self.previous.as_ref().map(|name| self.variable(name)).transpose()?.flatten();
        let secret = SecretVersions::new(current);
        Ok(match previous {
            Some(previous) => secret.with_previous(previous),
            None => secret,
        })
    }

    fn variable(&self, name: &str) -> Result<Option<SecretString>, SecretError> {
        match (self.lookup)(name) {
            Ok(value) => Ok(Some(SecretString::from(Zeroizing::new(value).as_str()))),
            Err(VarError::NotPresent) => Ok(None),
            Err(VarError::NotUnicode(_)) => Err(SecretError::Binary),
        }
    }
}

impl SecretSource for EnvSecret {
    fn describe(&self) -> String {
        format!("environment variable `{}`", self.current)
    }

    fn is_at_hand(&self) -> bool {
        true
    }

    fn fetch(&self) -> BoxFuture<'_, Result<SecretVersions, SecretError>> {
        future::ready(self.read()).boxed()
    }
}
